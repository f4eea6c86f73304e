/** What every store of invite codes keeps to. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, bob, carol, newAccount, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
import type {NewInvite} from './invite-store.ts'

const inviteOf = (code: string, forAccount: string, createdMs: number, uses = 1): NewInvite => ({
  code,
  uses,
  forAccount,
  createdBy: forAccount,
  createdMs,
})

/** `open` gives stores without accounts. */
export function testInviteStore(engine: string, open: OpenStores): void {
  suite(`invite store by ${engine}`, () => {
    test('invite codes bring in as many as they say, unless they or their owners are done with', async context => {
      const {accounts, invites} = await withTwo(open, context)
      await invites.addInvites([
        inviteOf('a1', alice, 10, 2),
        inviteOf('a2', alice, 20),
        inviteOf('b1', bob, 15),
        inviteOf('x1', 'admin', 5),
      ])
      equal(await accounts.create(newAccount(carol, {}, 'nothing')), 'bad-invite-code')
      equal(await accounts.create(newAccount(carol, {}, 'a1')), 'done')
      const left = async (): Promise<number[]> =>
        Promise.all(['a1', 'a2', 'b1', 'x1', 'y'].map(code => invites.usesLeft(code)))
      deepEqual(await left(), [1, 1, 1, 1, 0])
      deepEqual(
        (await invites.invite('a1'))?.usedBy.map(({did, usedMs}) => [did, usedMs]),
        [[carol, 1]],
      )
      deepEqual(
        (await invites.invitesOf(alice)).map(({code}) => code),
        ['a1', 'a2'],
      )
      deepEqual(await invites.standing(carol), {inviteCode: 'a1', disabled: false})

      const pages = async (sort: 'recent' | 'usage'): Promise<string[]> => {
        const codes: string[] = []
        for (let after: string | undefined; ;) {
          const page = await invites.invites({sort, after, limit: 1})
          if (page.length === 0) return codes
          ok(codes.push(page[0].code) < 9)
          after = page[0].code
        }
      }
      deepEqual(await pages('recent'), ['a2', 'b1', 'a1', 'x1'])
      deepEqual(await pages('usage'), ['a1', 'x1', 'b1', 'a2'])

      await accounts.setTakedown(bob, 'why', [])
      deepEqual(await left(), [1, 1, 0, 1, 0])
      await invites.disableInvites(['x1'], [])
      deepEqual(await left(), [1, 1, 0, 0, 0])
      await invites.disableInvites([], [alice])
      deepEqual(await left(), [0, 0, 0, 0, 0])
      deepEqual([(await invites.invite('x1'))?.disabled, (await invites.invite('b1'))?.disabled], [true, false])
      await invites.setInviting(carol, true)
      deepEqual([(await invites.standing(carol)).disabled, (await invites.standing(alice)).disabled], [true, false])
      await invites.setInviting(carol, false)
      equal((await invites.standing(carol)).disabled, false)
    })

    test('codes that were made at once or used as often are listed each once, the last by name first', async context => {
      const {invites} = await withTwo(open, context)
      await invites.addInvites(['b', 'c', 'a'].map(code => inviteOf(code, alice, 10)))
      for (const sort of ['recent', 'usage'] as const) {
        const codes = async (after: string | undefined): Promise<string> =>
          (await invites.invites({sort, after, limit: 2})).map(({code}) => code).join('')
        deepEqual([await codes(undefined), await codes('c'), await codes('b'), await codes('a')], ['cb', 'ba', 'a', ''])
      }
    })

    test('of places that are taken at once no more are given than there are', async context => {
      const {accounts, invites} = await withTwo(open, context)
      await invites.addInvites([inviteOf('x', 'admin', 1, 2)])
      const dids = ['did:web:a.example', 'did:web:b.example', 'did:web:c.example'] as (typeof alice)[]
      const outcomes = await Promise.all(dids.map(did => accounts.create(newAccount(did, {}, 'x'))))
      deepEqual(outcomes, ['done', 'done', 'bad-invite-code'])
      equal(await accounts.byDid(dids[2]), undefined)
    })
  })
}
