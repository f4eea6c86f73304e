/** What every store of keys keeps to: who asks for many has no more than his share. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {cidFor} from '../../../../../test/random.ts'
import {
  adopt,
  alice,
  bob,
  carol,
  eventsAfter,
  newAccount,
  type OpenStores,
  withTwo,
} from '../../../../../test/pds-stores.ts'
import type {ReservedKey} from './key-store.ts'

/** `open` gives stores without accounts. */
export function testKeyStore(engine: string, open: OpenStores): void {
  suite(`key store by ${engine}`, () => {
    test('keys are reserved within what one asker and all together may have', async context => {
      const {keys} = await withTwo(open, context)
      const reserve = (name: string, asker: string, reservedMs: number, did: Did | null = null, beforeMs = 0) => {
        const key: ReservedKey = {
          publicKey: name,
          privateKey: new Uint8Array(32).fill(reservedMs),
          did,
          asker,
          reservedMs,
        }
        return keys.reserve(key, {ofAsker: 2, all: 3, beforeMs})
      }
      equal(await reserve('k1', 'x', 1), 'k1')
      equal(await reserve('k2', 'x', 2, carol), 'k2')
      equal(await reserve('k3', 'x', 3), undefined, 'enough of that asker')
      equal(await reserve('k4', 'y', 4, carol), 'k2', 'the account has one')
      deepEqual(await keys.reserved(carol), new Uint8Array(32).fill(2))
      equal(await reserve('k5', 'y', 5), 'k5')
      // One too many: the oldest of who has the most goes, and that is k1.
      equal(await reserve('k6', 'z', 6), 'k6')
      deepEqual(await keys.reserved(carol), new Uint8Array(32).fill(2))
      equal(await reserve('k7', 'x', 7), 'k7')
      equal(await reserve('k8', 'z', 8, null, 7), 'k8', 'those from before go')
      equal(await keys.reserved(carol), undefined)
    })

    test('keys that nobody has come for are swept', async context => {
      const {keys} = await withTwo(open, context)
      for (const [publicKey, reservedMs] of [
        ['k1', 4],
        ['k2', 5],
      ] as const) {
        const key = {publicKey, privateKey: new Uint8Array(32), did: null, asker: 'x', reservedMs}
        await keys.reserve(key, {ofAsker: 9, all: 9, beforeMs: 0})
      }
      await keys.sweep(5)
      deepEqual([await keys.waiting(alice, 'k1'), (await keys.waiting(alice, 'k2'))?.length], [undefined, 32])
    })

    test('a reserved key that the account asks for again is as new', async context => {
      const {accounts, keys} = await withTwo(open, context)
      const reserve = (publicKey: string, did: Did | null, reservedMs: number, beforeMs: number) =>
        keys.reserve(
          {publicKey, privateKey: new Uint8Array(32), did, asker: 'x', reservedMs},
          {ofAsker: 9, all: 9, beforeMs},
        )
      equal(await reserve('k1', carol, 1, 0), 'k1')
      equal(await reserve('k2', bob, 1, 0), 'k2')
      equal(await reserve('k3', carol, 5, 1), 'k1')
      equal(await reserve('k4', null, 6, 5), 'k4')
      deepEqual([(await keys.reserved(carol))?.length, (await keys.reserved(bob))?.length], [32, undefined])
      await accounts.create(newAccount(carol))
      equal(await keys.reserved(carol), undefined, 'it is the account’s own now')
    })

    test('a key that waits takes the place of an account’s own, with its commit and what is told, or nothing does', async context => {
      const stores = await withTwo(open, context)
      const {keys, repos, accounts} = stores
      const reserve = (publicKey: string, did: Did | null, byte: number) =>
        keys.reserve(
          {publicKey, privateKey: new Uint8Array(32).fill(byte), did, asker: 'x', reservedMs: 1},
          {ofAsker: 9, all: 9, beforeMs: 0},
        )
      await reserve('free', null, 1)
      await reserve('ofBob', bob, 2)
      const keyOf = async (publicKey: string) => (await keys.waiting(alice, publicKey))?.[0]
      deepEqual([await keyOf('free'), await keyOf('ofBob'), await keyOf('none')], [1, undefined, undefined])
      const before = (await repos.head(alice))!
      const rev = tidOf(2_000_000_000_000_000, 0)
      const commit = {cid: cidFor('next'), bytes: Uint8Array.of(1)}
      const event = {did: alice, time: datetimeOf(0)} as const
      const exchange = (publicKey: string, prev = before.root) =>
        keys.exchange({
          did: alice,
          publicKey,
          prev,
          head: {root: commit.cid, data: before.data, rev},
          commit,
          identity: {t: '#identity', ...event},
          sync: {t: '#sync', ...event, rev, blocks: commit.bytes},
        })
      for (const name of ['none', 'ofBob']) equal(await exchange(name), 'stale')
      equal(await exchange('free', cidFor('other')), 'stale')
      deepEqual([await repos.head(alice), await eventsAfter(stores)], [before, []])
      equal(await exchange('free'), 'done')
      deepEqual(await repos.head(alice), {...before, root: commit.cid, rev})
      deepEqual(
        (await repos.blocks(alice, [commit.cid, before.root])).map(({cid}) => String(cid)),
        [String(commit.cid)],
      )
      deepEqual([(await keys.signingKey(alice))?.[0], await keyOf('free')], [1, undefined])
      deepEqual(await eventsAfter(stores), [`#identity ${alice}`, `#sync ${alice}`])
      // Of one that is hidden nothing is told but who it is.
      await accounts.setTakedown(bob, 'why', [])
      const {root, data} = (await repos.head(bob))!
      const head = {root: commit.cid, data, rev}
      const hidden = {...event, did: bob}
      await keys.exchange({
        did: bob,
        publicKey: 'ofBob',
        prev: root,
        head,
        commit,
        identity: {t: '#identity', ...hidden},
        sync: {t: '#sync', ...hidden, rev, blocks: commit.bytes},
      })
      deepEqual(await eventsAfter(stores, 2), [`#identity ${bob}`])
    })

    test('whoever asks for it, and at the same moment too, a DID has one key', async context => {
      const {keys} = await withTwo(open, context)
      const reserve = (publicKey: string, asker: string) =>
        keys.reserve(
          {publicKey, privateKey: new Uint8Array(32), did: carol, asker, reservedMs: 1},
          {ofAsker: 1, all: 9, beforeMs: 0},
        )
      const [first, second] = await Promise.all([reserve('k1', 'a'), reserve('k2', 'b')])
      deepEqual([first, second], ['k1', 'k1'])
    })

    test('the key that signs a repository stays through an import, and is of its account', async context => {
      const stores = await withTwo(open, context)
      const key = new Uint8Array(32).fill(9)
      const account = newAccount(carol)
      await stores.accounts.create({...account, repo: {...account.repo, signingKey: key}})
      await adopt(stores, carol, [])
      deepEqual(await stores.keys.signingKey(carol), key)
      deepEqual(await stores.keys.signingKey(alice), new Uint8Array(32).fill(7))
      await stores.accounts.remove(carol, [])
      equal(await stores.keys.signingKey(carol), undefined)
    })
  })
}
