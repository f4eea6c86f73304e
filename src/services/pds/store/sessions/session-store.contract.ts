/** What every store of sessions keeps to: they are of one account, and end when they should. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {alice, bob, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
import type {RefreshToken, SessionStore} from './session-store.ts'

const tokenOf = (id: string, did: Did, expiresMs = 100): RefreshToken => ({
  id,
  did,
  appPassword: null,
  expiresMs,
  madeMs: 7,
  userAgent: 'Sky',
})
const alive = async (sessions: SessionStore, ids: string[]): Promise<boolean[]> =>
  Promise.all(ids.map(async id => (await sessions.token(id)) !== undefined))

const password = (name: string, createdMs: number) => ({
  name,
  passwordHash: `hash of ${name}`,
  privileged: true,
  createdMs,
})

/** `open` gives stores without accounts. */
export function testSessionStore(engine: string, open: OpenStores): void {
  suite(`session store by ${engine}`, () => {
    test('sessions end with their account’s password, by themselves, and by time', async context => {
      const {accounts, sessions} = await withTwo(open, context)
      for (const [id, did] of [
        ['a1', alice],
        ['a2', alice],
        ['b1', bob],
      ] as const) {
        await sessions.addToken(tokenOf(id, did), 0, 9)
      }
      equal(await sessions.rotate('a1', tokenOf('a3', alice, 200), 50), 'a3')
      equal(await sessions.rotate('a1', tokenOf('a4', alice, 200), 50), 'a3', 'who asks again gets the same')
      equal(await sessions.rotate('nothing', tokenOf('a5', alice), 50), undefined)
      deepEqual(await alive(sessions, ['a1', 'a2', 'a3', 'a4', 'b1']), [true, true, true, false, true])
      await sessions.revoke('a1')
      deepEqual(await alive(sessions, ['a1', 'a2', 'a3', 'b1']), [false, true, false, true])
      await sessions.addToken(tokenOf('b2', bob, 300), 0, 9)
      await sessions.sweepTokens(200)
      deepEqual(await alive(sessions, ['a2', 'b1', 'b2']), [false, false, true])
      await sessions.addToken(tokenOf('a6', alice, 300), 0, 9)
      await accounts.setPassword(bob, 'other')
      deepEqual(await alive(sessions, ['a6', 'b2']), [true, false])
      equal((await accounts.byDid(bob))?.passwordHash, 'other')
      equal((await accounts.byDid(alice))?.passwordHash, 'hash')
    })

    test('a token that was renewed is good for some time yet, and never for longer than it was', async context => {
      const {sessions} = await withTwo(open, context)
      const ends = async (id: string): Promise<unknown> => (await sessions.token(id))?.expiresMs
      for (const [id, graceUntilMs] of [
        ['short', 50],
        ['long', 150],
      ] as const) {
        await sessions.addToken(tokenOf(id, alice, 100), 0, 9)
        await sessions.rotate(id, tokenOf(`after ${id}`, alice, 200), graceUntilMs)
      }
      deepEqual([await ends('short'), await ends('long'), await ends('after long')], [50, 100, 200])
    })

    test('what has run out is thrown away a thousand at a time, until nothing is left, and not before', async context => {
      const {sessions} = await withTwo(open, context)
      const many = Array.from({length: 1_000}, (_, i) => i)
      await Promise.all(many.map(i => sessions.addToken(tokenOf(`${i}`, alice, 99), 0, 9_999)))
      await Promise.all(many.map(i => sessions.putEmailToken(alice, `${i}` as 'confirm_email', `${i}`, 99)))
      await sessions.addToken(tokenOf('last', bob, 100), 0, 9)
      await sessions.putEmailToken(bob, 'confirm_email', 'last', 100)
      for (const sweep of [sessions.sweepTokens, sessions.sweepEmailTokens]) {
        deepEqual([await sweep(100), await sweep(100)], [true, false])
      }
      deepEqual(await alive(sessions, ['0', '999', 'last']), [false, false, true])
      deepEqual([await sessions.ofAccount(bob, 100), await sessions.ofAccount(bob, 101)], [[tokenOf('last', bob)], []])
      equal((await sessions.emailToken('confirm_email', 'last'))?.did, bob)
    })

    test('whatever ends the access of an account ends its sessions, with the tokens that are out', async context => {
      const {accounts, sessions} = await withTwo(open, context)
      const epochs = async () => [
        (await accounts.byDid(alice))?.sessionEpoch,
        (await accounts.byDid(bob))?.sessionEpoch,
      ]
      const ends = [
        () => accounts.setPassword(alice, 'other'),
        () => accounts.setTakedown(alice, 'why', []),
        () => accounts.endAccess(alice),
      ]
      await sessions.addToken(tokenOf('b', bob), 0, 9)
      for (const [i, end] of ends.entries()) {
        equal(await sessions.addToken(tokenOf('a', alice), i, 9), true)
        await end()
        deepEqual(await alive(sessions, ['a', 'b']), [false, true])
        deepEqual(await epochs(), [i + 1, 0])
        equal(
          await sessions.addToken(tokenOf('late', alice), i, 9),
          false,
          'one that was begun before, and comes after',
        )
      }
      await sessions.addToken(tokenOf('a', alice), 3, 9)
      await accounts.setTakedown(alice, null, [])
      deepEqual([await alive(sessions, ['a']), await epochs()], [[true], [3, 0]], 'the end of a takedown ends nothing')
    })

    test('sessions are told by their newest token, of one account, until they run out', async context => {
      const {sessions} = await withTwo(open, context)
      await sessions.addToken(tokenOf('a1', alice, 100), 0, 9)
      equal(await sessions.addToken({...tokenOf('a2', alice, 150), appPassword: 'app'}, 0, 9), false, 'there is none')
      await sessions.addAppPassword(alice, password('app', 1), 9)
      equal(await sessions.addToken({...tokenOf('a2', alice, 150), appPassword: 'app'}, 0, 9), true)
      await sessions.addToken(tokenOf('b1', bob, 100), 0, 9)
      await sessions.rotate('a1', tokenOf('a3', alice, 200), 120)
      deepEqual(await sessions.ofAccount(alice, 90), [
        tokenOf('a3', alice, 200),
        {...tokenOf('a2', alice, 150), appPassword: 'app'},
      ])
      deepEqual(await sessions.ofAccount(alice, 151), [tokenOf('a3', alice, 200)])
      await sessions.revoke('a3')
      deepEqual(await sessions.ofAccount(alice, 151), [])
    })

    test('an account has so many sessions at most: those go that were renewed longest ago', async context => {
      const {sessions} = await withTwo(open, context)
      for (const [id, expiresMs] of [
        ['a1', 100],
        ['a2', 110],
        ['a3', 120],
      ] as const) {
        equal(await sessions.addToken(tokenOf(id, alice, expiresMs), 0, 3), true)
      }
      await sessions.rotate('a1', tokenOf('a4', alice, 130), 50)
      await sessions.addToken(tokenOf('b1', bob, 90), 0, 1)
      equal(await sessions.addToken(tokenOf('a5', alice, 140), 0, 3), true)
      deepEqual(await alive(sessions, ['a1', 'a2', 'a3', 'a4', 'a5', 'b1']), [true, false, true, true, true, true])
    })

    test('sessions of an app password end with it, and no others', async context => {
      const {sessions} = await withTwo(open, context)
      equal(await sessions.addAppPassword(alice, password('two', 2), 2), 'done')
      equal(await sessions.addAppPassword(alice, password('one', 1), 2), 'done')
      equal(await sessions.addAppPassword(alice, password('one', 3), 9), 'name-taken')
      equal(await sessions.addAppPassword(alice, password('three', 3), 2), 'too-many')
      equal(await sessions.addAppPassword('did:web:gone.test' as Did, password('one', 3), 2), 'gone')
      equal(await sessions.addAppPassword(bob, {...password('one', 3), privileged: false}, 2), 'done')
      for (const [id, did, appPassword] of [
        ['a', alice, null],
        ['a1', alice, 'one'],
        ['a2', alice, 'two'],
        ['b1', bob, 'one'],
      ] as const) {
        await sessions.addToken({...tokenOf(id, did), appPassword}, 0, 9)
      }
      equal(await sessions.rotate('a1', tokenOf('a3', alice), 50), 'a3')
      equal((await sessions.token('a3'))?.appPassword, 'one')
      equal(await sessions.removeAppPassword(alice, 'one'), true)
      equal(await sessions.removeAppPassword(alice, 'one'), false)
      deepEqual(await alive(sessions, ['a', 'a1', 'a2', 'a3', 'b1']), [true, false, true, false, true])
      deepEqual(await sessions.appPasswords(alice), [password('two', 2)])
      deepEqual(await sessions.appPasswords(bob), [{...password('one', 3), privileged: false}])
    })

    test('a code sent by mail is of one account and one purpose, and the newest', async context => {
      const {sessions: tokens} = await withTwo(open, context)
      const found = async (): Promise<(Did | undefined)[]> =>
        Promise.all(
          (
            [
              ['confirm_email', 'a'],
              ['reset_password', 'a2'],
              ['confirm_email', 'b'],
              ['reset_password', 'b2'],
            ] as const
          ).map(async ([purpose, hash]) => (await tokens.emailToken(purpose, hash))?.did),
        )
      await tokens.putEmailToken(alice, 'confirm_email', 'a', 10)
      await tokens.putEmailToken(alice, 'reset_password', 'a2', 20)
      await tokens.putEmailToken(bob, 'confirm_email', 'b', 30)
      await tokens.putEmailToken(bob, 'reset_password', 'old', 40)
      await tokens.putEmailToken(bob, 'reset_password', 'b2', 40)
      deepEqual(await found(), [alice, alice, bob, bob])
      equal(await tokens.emailToken('reset_password', 'old'), undefined)
      equal(await tokens.emailToken('reset_password', 'a'), undefined, 'for another purpose')
      equal(await tokens.takeEmailToken(alice, 'confirm_email', 'a'), 10)
      equal(await tokens.takeEmailToken(alice, 'confirm_email', 'a'), undefined)
      deepEqual(await found(), [undefined, alice, bob, bob])
      await tokens.sweepEmailTokens(30)
      deepEqual(await found(), [undefined, undefined, bob, bob])
      equal((await tokens.emailToken('confirm_email', 'b'))?.requestedMs, 30)
    })
  })
}
