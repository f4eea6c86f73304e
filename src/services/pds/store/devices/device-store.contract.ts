/** What every store of devices keeps to: who is signed in where, and how that ends. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {alice, bob, carol, newAccount, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
import type {DeviceStore} from './device-store.ts'

const bounds = {accountsOfDevice: 9, devicesOfAccount: 9}

/** Signs in at `seenMs` with the secret `hash`, in the browser that had `before`. */
const signIn = (
  store: DeviceStore,
  did: Did,
  hash: string,
  seenMs: number,
  {before, most = bounds}: {before?: string; most?: typeof bounds} = {},
) => store.signIn({id: `id-${hash}`, secretHash: hash, before, seenMs, address: 'net', userAgent: 'UA'}, did, most)

const didsOf = async (store: DeviceStore, hash: string): Promise<Did[] | undefined> =>
  (await store.find(hash))?.accounts.map(({did}) => did)
const idsOf = async (store: DeviceStore, did: Did): Promise<string[]> => (await store.ofAccount(did)).map(({id}) => id)

/** `open` gives stores without accounts. */
export function testDeviceStore(engine: string, open: OpenStores): void {
  suite(`device store by ${engine}`, () => {
    test('a browser keeps its accounts when its secret changes, and the old secret opens nothing', async context => {
      const {devices} = await withTwo(open, context)
      equal(await signIn(devices, alice, 'h1', 10), 'id-h1')
      equal(await signIn(devices, bob, 'h2', 20, {before: 'h1'}), 'id-h1')
      equal(await devices.find('h1'), undefined)
      deepEqual(await devices.find('h2'), {
        id: 'id-h1',
        createdMs: 10,
        seenMs: 20,
        address: 'net',
        userAgent: 'UA',
        accounts: [
          {did: bob, handle: 'bob.test', signedInMs: 20, sessionEpoch: 0},
          {did: alice, handle: 'alice.test', signedInMs: 10, sessionEpoch: 0},
        ],
      })
      equal(await signIn(devices, alice, 'h3', 30, {before: 'unknown'}), 'id-h3')
      equal(await signIn(devices, alice, 'h2', 40, {before: 'h2'}), 'id-h1', 'and again, later')
      deepEqual(await didsOf(devices, 'h2'), [alice, bob])
      equal(await signIn(devices, carol, 'h9', 30), undefined, 'no such account')
      equal(await devices.find('h9'), undefined)
    })

    test('an account sees its devices, where they were last, and ends one or all', async context => {
      const {accounts, devices} = await withTwo(open, context)
      await signIn(devices, alice, 'h1', 10)
      await signIn(devices, bob, 'h1', 15, {before: 'h1'})
      await signIn(devices, alice, 'h2', 20)
      await devices.see('id-h1', {seenMs: 30, address: 'far', userAgent: 'UB'})
      deepEqual(await devices.ofAccount(alice), [
        {id: 'id-h1', createdMs: 10, seenMs: 30, address: 'far', userAgent: 'UB', signedInMs: 10},
        {id: 'id-h2', createdMs: 20, seenMs: 20, address: 'net', userAgent: 'UA', signedInMs: 20},
      ])
      await devices.signOut('id-h2', bob)
      await devices.signOut('id-h1', alice)
      deepEqual([await idsOf(devices, alice), await idsOf(devices, bob)], [['id-h2'], ['id-h1']])
      await signIn(devices, bob, 'h3', 30)
      await accounts.endAccess(bob)
      const late = {id: 'late', secretHash: 'late', before: undefined, seenMs: 31, address: 'net', userAgent: 'UA'}
      const bounds = {accountsOfDevice: 9, devicesOfAccount: 9}
      equal(await devices.signIn(late, bob, bounds, 0), undefined, 'what was shown before has ended')
      deepEqual([await idsOf(devices, alice), await idsOf(devices, bob)], [['id-h2'], []])
      equal(await devices.find('h1'), undefined, 'a device without accounts is none')
    })

    test('there are only so many of each, and the oldest goes, never the one that signs in', async context => {
      const {devices} = await withTwo(open, context)
      const most = {accountsOfDevice: 1, devicesOfAccount: 2}
      await signIn(devices, alice, 'h1', 50, {most})
      await signIn(devices, bob, 'h1', 20, {before: 'h1', most})
      deepEqual(await didsOf(devices, 'h1'), [bob])
      for (const [hash, ms] of [
        ['h2', 30],
        ['h3', 25],
        ['h4', 5],
      ] as const) {
        await signIn(devices, bob, hash, ms, {most})
      }
      deepEqual(await idsOf(devices, bob), ['id-h2', 'id-h4'])
    })

    test('of the accounts of a browser those stay that signed in last', async context => {
      const {accounts, devices} = await withTwo(open, context)
      await accounts.create(newAccount(carol))
      const most = {accountsOfDevice: 2, devicesOfAccount: 9}
      for (const [did, ms] of [
        [alice, 10],
        [bob, 20],
        [carol, 5],
      ] as const) {
        await signIn(devices, did, 'h1', ms, {before: 'h1', most})
      }
      deepEqual(await didsOf(devices, 'h1'), [bob, carol])
    })

    const ends: [what: string, end: (stores: Awaited<ReturnType<OpenStores>>) => Promise<unknown>][] = [
      ['another password', ({accounts}) => accounts.setPassword(alice, 'other')],
      ['a takedown', ({accounts}) => accounts.setTakedown(alice, 'reason', [])],
      ['the end of all access', ({accounts}) => accounts.endAccess(alice)],
      ['the end of the account', ({accounts}) => accounts.remove(alice, [])],
    ]
    for (const [what, end] of ends) {
      test(`${what} signs the account out everywhere, and no other`, async context => {
        const stores = await withTwo(open, context)
        await signIn(stores.devices, alice, 'h1', 10)
        await signIn(stores.devices, bob, 'h1', 20, {before: 'h1'})
        await signIn(stores.devices, alice, 'h2', 10)
        await end(stores)
        deepEqual(await idsOf(stores.devices, alice), [])
        deepEqual([await didsOf(stores.devices, 'h1'), await didsOf(stores.devices, 'h2')], [[bob], undefined])
      })
    }

    test('the end of a takedown signs nobody out', async context => {
      const {accounts, devices} = await withTwo(open, context)
      await signIn(devices, alice, 'h1', 10)
      await accounts.setTakedown(alice, null, [])
      deepEqual(await idsOf(devices, alice), ['id-h1'])
    })

    test('what was not seen for long is swept, with what nobody is signed in to', async context => {
      const {devices} = await withTwo(open, context)
      await signIn(devices, alice, 'h1', 10)
      await signIn(devices, alice, 'h2', 20)
      await signIn(devices, bob, 'h3', 30)
      await devices.signOut('id-h3', bob)
      await devices.sweep(20)
      deepEqual(await idsOf(devices, alice), ['id-h2'])
      equal(await signIn(devices, bob, 'h4', 40, {before: 'h3'}), 'id-h4', 'the empty one is gone')
    })
  })
}
