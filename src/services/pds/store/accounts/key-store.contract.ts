/** What every store of keys keeps to: who asks for many has no more than his share. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {adopt, alice, bob, carol, newAccount, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
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
      equal(await reserve('k7', 'x', 7), 'k7')
      equal(await reserve('k8', 'z', 8, null, 7), 'k8', 'those from before go')
      equal(await keys.reserved(carol), undefined)
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
