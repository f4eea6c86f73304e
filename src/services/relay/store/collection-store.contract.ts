/** What every store of collections must do alike. A store's test is one call of this. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {CollectionChange} from '../collections/collection-change.ts'
import {collectionsPerRepoMax, type CollectionStore} from './collection-store.ts'
import type {RelayStore} from './relay-store.ts'

type Stores = {readonly relay: RelayStore; readonly collections: CollectionStore}
/** By the account's name, what its change is: collections with a minus before those that end. */
type Told = Record<string, {has?: string[]; isAll?: boolean; toAsk?: boolean}>

const didOf = (name: string): Did => `did:web:${name}.example.com` as Did
const nsid = (name: string): Nsid => `com.example.${name}` as Nsid

/** `open` gives empty stores over one database. */
export function collectionStoreContract(open: () => Stores): void {
  const contract = (
    rule: string,
    run: (
      store: CollectionStore,
      save: (told: Told, host?: number, active?: boolean) => Promise<void>,
      listed: (name: string, after?: number, limit?: number) => Promise<string[]>,
      relay: RelayStore,
    ) => Promise<void>,
  ): void =>
    void test(rule, async () => {
      const {relay, collections} = open()
      for (const name of ['one', 'two', 'three']) await relay.addHost(`${name}.example.com`, 1)
      const save = (told: Told, host = 1, active = true): Promise<void> => {
        const state = {host, active, status: null, head: null}
        const changes = Object.entries(told).map(([name, {has = [], isAll = false, toAsk = false}]) => {
          const all = has.map(text => [nsid(text.replace('-', '')), !text.startsWith('-')] as const)
          return [didOf(name), {has: new Map(all), isAll, toAsk} satisfies CollectionChange] as const
        })
        const repos = new Map(Object.keys(told).map(name => [didOf(name), state]))
        return relay.save({applied: 1, repos, cursors: new Map(), collections: new Map(changes)})
      }
      const listed = async (name: string, after = 0, limit = 10): Promise<string[]> =>
        (await collections.reposWith(nsid(name), after, limit)).map(
          ({did, active}) => `${active ? '' : '-'}${did.slice(8, -12)}`,
        )
      await run(collections, save, listed, relay)
      await relay.close()
    })

  suite('a store of collections', () => {
    contract('is empty at first', async (store, _, listed) => {
      deepEqual([await listed('a'), await store.nextLookup(0, Infinity), await store.lookupCount()], [[], undefined, 0])
    })

    contract('lists an account from its first record of a collection to its last', async (_, save, listed) => {
      await save({x: {has: ['a', 'b']}, y: {has: ['a']}})
      deepEqual([await listed('a'), await listed('b'), await listed('c')], [['x', 'y'], ['x'], []])
      await save({x: {has: ['-a', 'c']}, y: {has: ['-b', 'a']}})
      deepEqual([await listed('a'), await listed('b'), await listed('c')], [['y'], ['x'], ['x']])
      await save({y: {has: ['-a']}})
      deepEqual(await listed('a'), [])
      await save({y: {has: ['a']}})
      deepEqual(await listed('a'), ['y'])
    })

    contract(
      'lists in the order first seen, so many at a time, and tells who is not active',
      async (store, save, listed) => {
        for (const name of ['d', 'c', 'b', 'a']) await save({[name]: {has: ['a']}})
        await save({c: {}}, 1, false)
        deepEqual(await listed('a'), ['d', '-c', 'b', 'a'])
        const [, second] = await store.reposWith(nsid('a'), 0, 2)
        deepEqual(await listed('a', second.id, 1), ['b'])
      },
    )

    contract(
      'what is all there is takes the place of what was known, and is asked no more',
      async (store, save, listed) => {
        await save({x: {has: ['a', 'b'], toAsk: true}, y: {has: ['b']}})
        equal(await store.lookupCount(), 1)
        await save({x: {has: ['b', 'c'], isAll: true}})
        deepEqual([await listed('a'), await listed('b'), await listed('c')], [[], ['x', 'y'], ['x']])
        equal(await store.lookupCount(), 0)
        await save({x: {isAll: true, toAsk: true}})
        deepEqual([await listed('b'), await listed('c'), await store.lookupCount()], [['y'], [], 1])
      },
    )

    contract('an account has so many collections and no more', async (_, save, listed) => {
      const names = Array.from({length: collectionsPerRepoMax + 1}, (_, i) => `n${i}`)
      await save({x: {has: names}})
      deepEqual([await listed('n0'), await listed(names[collectionsPerRepoMax])], [['x'], []])
    })

    contract('gives what is to be asked host by host, the longest due first', async (store, save) => {
      await save({a: {toAsk: true}, b: {toAsk: true}})
      await save({c: {toAsk: true}}, 3)
      const asked = async (after: number, nowMs: number) => {
        const found = await store.nextLookup(after, nowMs)
        return found && [found.host, found.lookup?.did.slice(8, -12), found.lookup?.tries]
      }
      deepEqual([await asked(0, 0), await asked(1, 0), await asked(3, 0)], [[1, 'a', 0], [3, 'c', 0], undefined])
      const {lookup} = (await store.nextLookup(0, 0)) ?? {}
      await store.postpone(lookup?.id ?? 0, 5)
      deepEqual(await asked(0, 0), [1, 'b', 0])
      const other = (await store.nextLookup(0, 0))?.lookup
      await store.postpone(other?.id ?? 0, null)
      // What is not due yet is passed by, up to the last host.
      deepEqual([await asked(0, 4), await asked(0, 5), await store.lookupCount()], [[3, 'c', 0], [1, 'a', 1], 2])
      const last = (await store.nextLookup(1, 0))?.lookup
      await store.postpone(last?.id ?? 0, 9)
      deepEqual([await asked(0, 4), await asked(3, 4)], [[3, undefined, undefined], undefined])
      // That it is unsure once more makes it no sooner due.
      await save({a: {toAsk: true}})
      deepEqual(await asked(0, 5), [1, 'a', 1])
    })

    contract(
      'looks at two hundred hosts at a time for one of which something is due',
      async (store, save, _, relay) => {
        for (let host = 1; host <= 201; host++) {
          if (host > 3) await relay.addHost(`h${host}.example.com`, 1)
          await save({[`a${host}`]: {toAsk: true}}, host)
          await store.postpone((await store.nextLookup(host - 1, 0))?.lookup?.id ?? 0, 9)
        }
        const hosts = [0, 1, 200, 201].map(async after => (await store.nextLookup(after, 0))?.host)
        deepEqual(await Promise.all(hosts), [200, 201, 201, undefined])
      },
    )
  })
}
