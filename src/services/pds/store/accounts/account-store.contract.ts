/** What every store of accounts keeps to: what is done to one account touches nothing of another. */
import assert, {deepEqual, equal, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {cidFor} from '../../../../../test/random.ts'
import {
  adopt,
  alice,
  bob,
  carol,
  commit,
  eventsAfter,
  newAccount,
  type OpenStores,
  sweep,
  withTwo,
} from '../../../../../test/pds-stores.ts'
import {signingAt} from '../../../../../test/repos.ts'
import type {NewAccount, StandingName} from './account-store.ts'

const didsOfPages = async (read: (after: Did | undefined) => Promise<readonly {did: Did}[]>): Promise<Did[]> => {
  const all: Did[] = []
  for (let after: Did | undefined; ;) {
    const page = await read(after)
    assert.ok(page.length <= 1)
    if (page.length === 0) return all
    assert.ok(all.push(page[0].did) < 9)
    after = page[0].did
  }
}

const event = (did: Did) => ({t: '#account', did, time: datetimeOf(0), active: true}) as const

/** `open` gives stores without accounts. */
export function testAccountStore(engine: string, open: OpenStores): void {
  suite(`account store by ${engine}`, () => {
    test('a DID, a handle, an email address are of one account each', async context => {
      const {accounts} = await withTwo(open, context)
      const create = (more: Partial<NewAccount['account']>): Promise<string> => accounts.create(newAccount(carol, more))
      equal(await accounts.create(newAccount(alice)), 'did-taken')
      equal(await create({handle: 'alice.test' as Handle}), 'handle-taken')
      equal(await create({email: 'me@bob.test'}), 'email-taken')
      equal(await accounts.setEmail(alice, 'me@bob.test', null), 'email-taken')
      equal(await accounts.setHandle(alice, 'bob.test' as Handle, []), 'handle-taken')
      equal(await accounts.byDid(carol), undefined)
      // Nobody's address, and nobody's handle, may be had by many.
      equal(await create({email: null, handle: null}), 'done')
      equal((await accounts.byEmail('me@bob.test'))?.did, bob)
      equal((await accounts.byHandle('alice.test' as Handle))?.did, alice)
    })

    test('accounts are listed and searched page after page, each once', async context => {
      const {accounts} = await withTwo(open, context)
      await accounts.create(newAccount(carol, {email: 'ME@other.test'}))
      deepEqual(await didsOfPages(after => accounts.list(after, 1)), [alice, bob, carol])
      deepEqual(await didsOfPages(after => accounts.search('me@', after, 1)), [alice, bob, carol])
      deepEqual(await didsOfPages(after => accounts.search('me@b', after, 1)), [bob])
      const [first] = await accounts.list(undefined, 1)
      const {head} = first as typeof first & {head?: {rev: string}}
      equal(head?.rev, signingAt(0).rev)
    })

    test('accounts are sought by any part of a name, by DID, by how they stand, the newest first', async context => {
      const stores = await withTwo(open, context)
      const {accounts} = stores
      await accounts.create(newAccount(carol, {email: 'ME_50%@other.test', handle: null}))
      await accounts.deactivate(bob, 1, null, [])
      await accounts.setTakedown(alice, 'spam', [])
      const rows: [text: string, standing: StandingName | undefined, dids: Did[]][] = [
        ['', undefined, [carol, bob, alice]],
        ['LICE.t', undefined, [alice]],
        ['@OTHER', undefined, [carol]],
        ['_50%', undefined, [carol]],
        ['_', undefined, [carol]],
        [bob, undefined, [bob]],
        ['did:web:', undefined, []],
        ['', 'active', [carol]],
        ['me@', 'deactivated', [bob]],
        ['', 'takendown', [alice]],
      ]
      for (const [text, standing, dids] of rows) {
        deepEqual(await didsOfPages(after => accounts.seek({text, standing}, after, 1)), dids, `${text} ${standing}`)
      }
    })

    test('what an account takes up is counted in bytes', async context => {
      const stores = await withTwo(open, context)
      const nothing = {records: 0, recordsSize: 0, isMore: false, blobs: 0, blobsSize: 0}
      deepEqual(await stores.accounts.size(alice), nothing)
      await commit(stores, alice, [{path: 'a.b.c/1'}, {path: 'a.b.c/2'}])
      const cid = cidFor('picture')
      await stores.blobs.add(alice, {cid, mimeType: 'image/png', size: 7, stage: 'x', uploadedMs: 1})
      const {recordsSize, ...counts} = await stores.accounts.size(alice)
      deepEqual(counts, {records: 2, isMore: false, blobs: 1, blobsSize: 7})
      ok(recordsSize > 0)
      deepEqual(await stores.blobs.total(), {count: 1, size: 7})
      deepEqual([await stores.accounts.size(bob), await stores.accounts.size(carol)], [nothing, nothing])
    })

    test('a code that was mailed is spent by what it is for, and nothing is done by one that was spent', async context => {
      const {accounts, sessions} = await withTwo(open, context)
      const code = {purpose: 'reset_password', hash: 'hash of the code'} as const
      for (const [does, seen, is] of [
        [
          () => accounts.setPassword(alice, 'next', code),
          async () => (await accounts.byDid(alice))?.passwordHash,
          'next',
        ],
        [
          () => accounts.setEmail(alice, 'a@b.test', 1, code),
          async () => (await accounts.byDid(alice))?.email,
          'a@b.test',
        ],
        [() => accounts.setEmailFactor(alice, 7, code), async () => (await accounts.byDid(alice))?.emailFactorMs, 7],
        [
          () => accounts.deactivate(alice, 10, 100, [], code),
          async () => (await accounts.byDid(alice))?.deleteAfterMs,
          100,
        ],
      ] as const) {
        const before = await seen()
        equal(await does(), 'wrong-code')
        await sessions.putEmailToken(bob, code.purpose, code.hash, 1)
        equal(await does(), 'wrong-code', 'it is the code of another')
        await sessions.takeEmailToken(bob, code.purpose, code.hash)
        equal(await seen(), before)
        await sessions.putEmailToken(alice, code.purpose, code.hash, 1)
        equal(await does(), 'done')
        equal(await seen(), is)
        equal(await does(), 'wrong-code')
      }
      await sessions.putEmailToken(alice, code.purpose, code.hash, 1)
      equal(await accounts.setEmail(alice, 'me@bob.test', null, code), 'email-taken')
      ok(await sessions.takeEmailToken(alice, code.purpose, code.hash), 'what was not done spends nothing')
    })

    test('an address that is confirmed is changed by who has a code; codes that went to the one before are void', async context => {
      const {accounts, sessions} = await withTwo(open, context)
      equal(await accounts.setEmail(alice, 'new@alice.test', 1, 'unconfirmed'), 'done')
      equal(await accounts.setEmail(alice, 'x@alice.test', null, 'unconfirmed'), 'code-needed')
      equal((await accounts.byDid(alice))?.email, 'new@alice.test')
      equal(await accounts.setEmail(bob, 'new@bob.test', null, 'unconfirmed'), 'done', 'another’s is no matter')
      for (const did of [alice, bob]) await sessions.putEmailToken(did, 'confirm_email', `of ${did}`, 1)
      const codes = async (): Promise<(string | undefined)[]> =>
        Promise.all([alice, bob].map(async did => (await sessions.emailToken('confirm_email', `of ${did}`))?.did))
      await accounts.setEmail(alice, 'new@alice.test', 2)
      deepEqual(await codes(), [alice, bob])
      await accounts.setEmail(alice, 'other@alice.test', 2)
      deepEqual(await codes(), [undefined, bob])
    })

    test('codes by mail guard the sign-in while their address is confirmed and the same', async context => {
      const {accounts} = await withTwo(open, context)
      const since = async (did: Did): Promise<unknown> => (await accounts.byDid(did))?.emailFactorMs
      const address = 'me@alice.test'
      equal(await accounts.setEmailFactor(alice, 5), 'unchanged', 'not confirmed')
      for (const did of [alice, bob]) await accounts.setEmail(did, `me@${did.slice(8)}`, 1)
      equal(await accounts.setEmailFactor(alice, null), 'unchanged')
      equal(await accounts.setEmailFactor(alice, 5), 'done')
      equal(await accounts.setEmailFactor(alice, 6), 'unchanged')
      deepEqual([await since(alice), await since(bob)], [5, null])
      await accounts.setEmail(alice, address, 2)
      equal(await since(alice), 5)
      for (const [email, confirmedMs] of [
        [address, null],
        ['new@alice.test', 1],
      ] as const) {
        await accounts.setEmail(alice, address, 1)
        await accounts.setEmailFactor(alice, 5)
        await accounts.setEmail(alice, email, confirmedMs)
        equal(await since(alice), null, email)
      }
      await accounts.setEmail(alice, address, 1)
      await accounts.setEmailFactor(alice, 5)
      equal(await accounts.setEmailFactor(alice, null), 'done')
    })

    test('a handle that is reserved is, and no other', async context => {
      const {accounts} = await withTwo(open, context)
      await accounts.reserve('kept.test' as Handle)
      await accounts.reserve('kept.test' as Handle)
      deepEqual(
        [await accounts.isReserved('kept.test' as Handle), await accounts.isReserved('free.test' as Handle)],
        [true, false],
      )
    })

    test('accounts at rest are due when their time has come', async context => {
      const {accounts} = await withTwo(open, context)
      await accounts.deactivate(alice, 10, 100, [])
      await accounts.deactivate(bob, 10, null, [])
      deepEqual([await accounts.due(100, 9), await accounts.due(101, 9)], [[], [alice]])
      await accounts.activate(alice, [])
      deepEqual(await accounts.due(1_000, 9), [])
      equal((await accounts.byDid(alice))?.deactivatedMs, null)
      equal((await accounts.byDid(bob))?.deactivatedMs, 10)
    })

    test('each change of an account is told in its act, and none that did not happen', async context => {
      const stores = await withTwo(open, context)
      const {accounts} = stores
      equal(await accounts.create({...newAccount(carol), events: [event(carol)]}), 'done')
      equal(await accounts.create({...newAccount(carol), events: [event(carol)]}), 'did-taken')
      equal(await accounts.setHandle(alice, 'bob.test' as Handle, [event(alice)]), 'handle-taken')
      deepEqual(await eventsAfter(stores), [`#account ${carol}`])
      equal(await accounts.setHandle(alice, 'alicia.test' as Handle, [event(alice)]), 'done')
      await accounts.setTakedown(bob, 'why', [event(bob)])
      await accounts.deactivate(bob, 10, null, [event(bob)])
      await accounts.activate(bob, [event(bob)])
      deepEqual(await eventsAfter(stores, 1), [`#account ${alice}`, ...Array(3).fill(`#account ${bob}`)])
      const [{handle}, {takedownRef}] = [(await accounts.byDid(alice))!, (await accounts.byDid(bob))!]
      deepEqual([handle, takedownRef], ['alicia.test', 'why'])
      equal(await accounts.byHandle('alice.test' as Handle), undefined)
    })

    test('a takedown ends what was logged in, and so does taking all passwords away', async context => {
      const stores = await withTwo(open, context)
      const {accounts, sessions} = stores
      const ends: [string, (did: Did) => Promise<void>][] = [
        ['takedown', did => accounts.setTakedown(did, 'why', [])],
        ['revoke', did => accounts.revoke(did)],
      ]
      for (const [id, end] of ends) {
        const add = async (did: Did) => {
          const {sessionEpoch} = (await accounts.byDid(did))!
          const token = {id: `${id} ${did}`, did, appPassword: null, expiresMs: 100, madeMs: 0, userAgent: ''}
          await sessions.addToken(token, sessionEpoch, 9)
        }
        await Promise.all([add(alice), add(bob)])
        await accounts.setTakedown(alice, null, [])
        ok(await sessions.token(`${id} ${alice}`), 'letting it be seen again ends nothing')
        await end(alice)
        deepEqual(
          [await sessions.token(`${id} ${alice}`), (await sessions.token(`${id} ${bob}`)) !== undefined],
          [undefined, true],
        )
      }
      deepEqual(
        [(await accounts.byDid(alice))?.passwordHash, (await accounts.byDid(bob))?.passwordHash],
        [null, 'hash'],
      )
      await accounts.setTakedown(alice, null, [])
    })

    test('an account that was just looked up is there again, and as it is by now', async context => {
      const {accounts} = await withTwo(open, context)
      const seen = async (): Promise<unknown[]> => {
        const all = [accounts.byDid(alice), accounts.byDid(alice), accounts.byHandle('alice.test' as Handle)]
        return (await Promise.all(all)).map(account => account?.email)
      }
      deepEqual(await seen(), Array(3).fill('me@alice.test'))
      await accounts.setEmail(alice, 'new@alice.test', null)
      deepEqual(await seen(), Array(3).fill('new@alice.test'))
    })

    test('with all that lets in go app passwords, and those of nobody else', async context => {
      const {accounts, sessions} = await withTwo(open, context)
      const password = {name: 'phone', passwordHash: 'hash', privileged: false, createdMs: 1}
      for (const did of [alice, bob]) await sessions.addAppPassword(did, password, 9)
      const left = (): Promise<number[]> =>
        Promise.all([alice, bob].map(async did => (await sessions.appPasswords(did)).length))
      await accounts.setPassword(alice, 'next')
      deepEqual(await left(), [1, 1], 'a new password alone ends none')
      await accounts.revoke(alice)
      deepEqual(await left(), [0, 1])
      await accounts.setPassword(bob, 'next', undefined, 'ended')
      deepEqual(await left(), [0, 0], 'unless it is to')
    })

    test('with all that lets in go the second factors, which may be those of who got in', async context => {
      const {accounts, factors} = await withTwo(open, context)
      const secret = new Uint8Array(1)
      for (const did of [alice, bob]) {
        await accounts.setEmail(did, `me@${did}`, 1)
        await accounts.setEmailFactor(did, 1)
        await factors.putTotp(did, secret, 1)
        await factors.takeTotp(did, secret, 1, 1)
        await factors.putRecoveryCodes(did, [secret])
      }
      await accounts.revoke(alice)
      const left = await Promise.all(
        [alice, bob].map(async did => {
          const {totp, recoveryCodesLeft} = await factors.of(did)
          return [totp?.confirmedMs, recoveryCodesLeft, (await accounts.byDid(did))?.emailFactorMs]
        }),
      )
      deepEqual(left, [
        [undefined, 0, null],
        [1, 1, 1],
      ])
    })

    test('with an account goes all that is its own, and nothing of another', async context => {
      const stores = await withTwo(open, context)
      const {accounts, repos, sessions, preferences} = stores
      const picture = cidFor('picture')
      for (const did of [alice, bob]) {
        await commit(stores, did, [{path: 'a.b.c/1'}])
        await repos.setRecordTakedown(did, 'a.b.c/1', 'why')
        await sessions.addToken(
          {
            id: `token of ${did}`,
            did,
            appPassword: null,
            expiresMs: 100,
            madeMs: 1,
            userAgent: '',
          },
          0,
          9,
        )
        await preferences.putPreferences(did, 'app.bsky', [{$type: 'app.bsky.a'}], [])
        await stores.blobs.add(did, {cid: picture, mimeType: 'image/png', size: 1, stage: 's', uploadedMs: 1})
      }
      const gone = {t: '#account', did: alice, time: datetimeOf(0), active: false, status: 'deleted'} as const
      await accounts.remove(alice, [gone])
      const {last} = await stores.events.bounds()
      await accounts.remove(alice, [gone])
      equal((await stores.events.bounds()).last, last)
      deepEqual(
        await eventsAfter(stores),
        [`#commit ${bob}`, `#account ${alice}`],
        'its events but the last, told once',
      )
      await sweep(stores)
      equal(await accounts.byDid(alice), undefined)
      equal(await accounts.contents(alice), undefined)
      equal(await repos.head(alice), undefined)
      deepEqual(
        [await repos.record(alice, 'a.b.c/1'), await repos.recordTakedown(alice, 'a.b.c/1')],
        [undefined, undefined],
      )
      deepEqual([await sessions.token(`token of ${alice}`), await preferences.countPreferences(alice)], [undefined, 0])
      equal(await accounts.create(newAccount(alice)), 'done', 'its name is free again')
      await commit(stores, alice, [{path: 'a.b.c/1'}])
      equal((await repos.recordTakedown(alice, 'a.b.c/1'))?.ref, null, 'and nothing of it is hidden')

      equal((await repos.recordTakedown(bob, 'a.b.c/1'))?.ref, 'why')
      ok(await sessions.token(`token of ${bob}`))
      deepEqual([await preferences.countPreferences(bob), (await accounts.contents(bob))?.records], [1, 1])
      const states = [alice, bob].map(async did => (await stores.blobs.row(did, picture))?.state)
      deepEqual(await Promise.all(states), ['leaving', 'uploaded'])
    })

    test('accounts are counted by how they stand', async context => {
      const {accounts} = await withTwo(open, context)
      deepEqual(await accounts.counts(), {active: 2, deactivated: 0, takendown: 0})
      await accounts.deactivate(alice, 1, null, [])
      deepEqual(await accounts.counts(), {active: 1, deactivated: 1, takendown: 0})
      await accounts.setTakedown(alice, 'why', [])
      deepEqual(await accounts.counts(), {active: 1, deactivated: 0, takendown: 1})
    })

    test('contents are counted of one account', async context => {
      const stores = await withTwo(open, context)
      const use = {cid: cidFor('picture'), mimeType: 'image/png', size: 3}
      await stores.blobs.add(alice, {...use, stage: 's', uploadedMs: 1})
      await commit(stores, alice, [
        {path: 'a.b.c/1', blobs: [use]},
        {path: 'a.b.c/2', blobs: [use]},
      ])
      await adopt(stores, bob, [{path: 'a.b.c/1', blobs: [use]}])
      deepEqual({...(await stores.accounts.contents(alice))}, {blocks: 3, records: 2, blobsReferred: 1, blobsKept: 1})
      deepEqual({...(await stores.accounts.contents(bob))}, {blocks: 2, records: 1, blobsReferred: 1, blobsKept: 0})
      equal(await stores.accounts.contents(carol), undefined)
    })
  })
}
