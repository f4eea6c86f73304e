/** What every store of forgotten accounts must do alike. A store's test is one call of this. */
import {deepEqual} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {ForgottenStore} from './forgotten-store.ts'

const [a, b] = ['a', 'b'].map(name => `did:web:${name}.example.com` as Did)

/** `open` gives an empty store, and what closes it. */
export function forgottenStoreContract(open: () => {store: ForgottenStore; close: () => Promise<void>}): void {
  suite('a store of forgotten accounts', () => {
    test('has of each the latest event, until the log holds nothing of them', async () => {
      const {store, close} = open()
      const now = async (): Promise<unknown[]> => [...(await store.forgotten())].toSorted()
      deepEqual(await now(), [])
      for (const [did, through] of [
        [a, 5],
        [b, 7],
        [a, 3],
        [b, 9],
      ] as const) {
        await store.forget(did, through)
      }
      const both = [
        [a, {through: 5, erased: 0}],
        [b, {through: 9, erased: 0}],
      ]
      deepEqual(await now(), both)
      await store.letGo(5)
      deepEqual(await now(), both)
      await store.letGo(6)
      deepEqual(await now(), both.slice(1))
      await close()
    })

    test('has of each how far it is erased, and nothing more once that is all', async () => {
      const {store, close} = open()
      const now = async (): Promise<unknown[]> => [...(await store.forgotten())].toSorted()
      await store.forget(a, 5)
      await store.forget(b, 9)
      const begun = await store.forgotten()
      await store.erased(begun, 4)
      await store.erased(new Map([[b, {through: 9}]]), 3)
      const both = [
        [a, {through: 5, erased: 4}],
        [b, {through: 9, erased: 4}],
      ]
      deepEqual(await now(), both)
      // Taken down a second time meanwhile: what was written between may stand where the log was gone through before.
      await store.forget(b, 20)
      await store.erased(begun, 30)
      deepEqual(await now(), [[b, {through: 20, erased: 4}]])
      await store.erased(await store.forgotten(), 20)
      deepEqual(await now(), [])
      await close()
    })
  })
}
