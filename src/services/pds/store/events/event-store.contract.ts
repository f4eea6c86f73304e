/** What every store of events keeps to: which go, and which stay, to the event. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {alice, bob, eventsAfter, type OpenStores} from '../../../../../test/pds-stores.ts'

const account = (did: Did, timeMs: number) => ({t: '#account', did, time: datetimeOf(timeMs), active: true}) as const

/** `open` gives stores without accounts. */
export function testEventStore(engine: string, open: OpenStores): void {
  suite(`event store by ${engine}`, () => {
    test('events go that are older than a time or up to a number, some in each act, from the oldest on', async context => {
      const stores = await open(context)
      const {events} = stores
      await events.tell(Array.from({length: 10}, (_, i) => account(i % 2 ? bob : alice, (i + 1) * 10)))
      const all = await events.span(0, 100)
      const some = await events.span(4, 2)
      ok(all && some)
      deepEqual([all.lastSeq, some.lastSeq], [10, 6])
      ok(some.size > 0 && all.size > some.size)
      equal(all.size, (await events.span(0, 4))!.size + some.size + (await events.span(6, 4))!.size)
      equal(await events.span(10, 2), undefined)

      const prune = (beforeMs: number, toSeq: number, limit = 100) => events.prune({beforeMs, toSeq, limit})
      deepEqual(await prune(0, 0), {count: 0, prunedTo: 0})
      deepEqual(await prune(10, 0), {count: 0, prunedTo: 0})
      deepEqual(await prune(11, 0), {count: 1, prunedTo: 1})
      deepEqual(await prune(0, 3), {count: 2, prunedTo: 3})
      deepEqual(await prune(1_000, 1_000, 2), {count: 2, prunedTo: 5})
      equal(await events.prunedTo(), 5)
      const left = [bob, alice, bob, alice, bob].map(did => `#account ${did}`)
      deepEqual(await eventsAfter(stores), left)

      equal(await events.forget(alice, 1), 1)
      equal(await events.forget(alice, 9), 1)
      deepEqual(
        await eventsAfter(stores),
        left.filter(event => event.endsWith(bob)),
      )
      deepEqual(await prune(1_000, 1_000), {count: 3, prunedTo: 10})
    })

    test('no number is given twice, whatever was deleted, and none below what was skipped', async context => {
      const stores = await open(context)
      const {events} = stores
      equal(await events.durableSeq(), 0)
      await events.tell([account(alice, 1), account(alice, 2)])
      equal(await events.durableSeq(), 2)
      await events.forget(alice, 9)
      equal(await events.durableSeq(), 2)
      await events.tell([account(bob, 3)])
      deepEqual(await events.bounds(), {first: 3, last: 3})
      await events.skipTo(10)
      await events.skipTo(5)
      await events.tell([account(bob, 4)])
      deepEqual(await events.bounds(), {first: 3, last: 11})
    })

    test('what was skipped before there was any event counts too', async context => {
      const stores = await open(context)
      await stores.events.skipTo(10)
      equal(await stores.events.durableSeq(), 10)
      await stores.events.tell([account(alice, 1)])
      deepEqual(await stores.events.bounds(), {first: 11, last: 11})
    })

    test('events are read in their order from any place, and those told together keep it', async context => {
      const stores = await open(context)
      await Promise.all([
        stores.events.tell([account(alice, 1), account(bob, 1)]),
        stores.events.tell([account(bob, 2), account(alice, 2)]),
      ])
      const all = [alice, bob, bob, alice].map(did => `#account ${did}`)
      deepEqual(await eventsAfter(stores), all)
      deepEqual(await eventsAfter(stores, 2), all.slice(2))
      deepEqual(await stores.events.pageAfter(4), {lastSeq: 4, frames: undefined})
    })
  })
}
