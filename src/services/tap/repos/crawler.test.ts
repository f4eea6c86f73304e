/** When the list of all repositories is read: never before the stream that goes on from it is open. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {silentLog} from '#std/log.ts'
import {Bell} from '#std/waiting/async.ts'
import {Filters} from '../filters.ts'
import {everything} from '../../../../test/tap-stores.ts'
import {crawlNetwork, StreamStart} from './crawler.ts'

test('all repositories are listed once the stream is open, and again where it begins anew', async () => {
  const start = new StreamStart()
  const stop = new AbortController()
  const said: string[] = []
  let cursor: string | null | undefined = 'as it was left'
  const store = {
    listAnew: async () => void (cursor = undefined),
    listed: async () => cursor,
    note: async (_: string, __: unknown, next: string | null) => void (cursor = next),
    noteListed: async () => 0,
  }
  const acts: (() => void)[] = [
    () => start.opened(),
    // It breaks before anything came, and is open once more while a page is on its way.
    () => start.opened(),
    () => {},
    () => (start.hasPlace = true),
    () => start.opened(),
  ]
  const world = {
    now: () => 0,
    sleep: async () => (acts.length === 0 ? stop.abort(new Error('enough')) : acts.shift()?.()),
    fetch: async (request: Request) => {
      const {searchParams} = new URL(request.url)
      const page = searchParams.get('cursor') ?? 'first'
      said.push(page)
      if (said.length === 1) acts.shift()?.()
      return Response.json({repos: [], ...(page === 'first' && {cursor: 'second'})})
    },
  }
  const deps = {
    relay: 'http://relay.test',
    start,
    store,
    filters: new Filters(everything),
    identities: {account: () => Promise.reject(new Error('nobody asks'))},
    places: {} as never,
    guarded: world,
    world,
    log: silentLog,
    changed: new Bell(),
    discovered: () => {},
    stirred: async () => {},
  }
  const crawling = crawlNetwork(deps, stop.signal)
  for (let turns = 0; turns < 20; turns++) await Promise.resolve()
  assert.deepEqual(said, [], 'not before the stream is open')
  acts.shift()?.()
  await crawling.catch(() => {})
  assert.deepEqual(said, ['first', 'first', 'second'])
})
