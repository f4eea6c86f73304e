/** When relays are told: at first, soon after news, and again after what failed. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {silentLog} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {turns, until} from '../../../../test/until.ts'
import {CrawlRequests} from './crawl-requests.ts'

/** A clock that jumps to the end of each sleep. Notes when it was asked for what, and how often it slept. */
function told(answers: readonly number[], untilMs: number, more: {relays?: string[]; everyMs?: number} = {}) {
  let now = 0
  const times: number[] = []
  const seen = {sleeps: 0, told: [] as [string, boolean][], onFetch: async (): Promise<void> => {}}
  const stopping = new AbortController()
  const world: World = {
    now: () => now,
    random: size => new Uint8Array(size),
    async sleep(ms, signal) {
      // The bound on an answer never runs out here.
      if (ms === 10_000)
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      seen.sleeps++
      now += ms
      if (now > untilMs) stopping.abort()
      signal?.throwIfAborted()
    },
    async fetch(request) {
      assert.deepEqual(await request.json(), {hostname: 'pds.example.com'})
      times.push(now / 1000)
      await seen.onFetch()
      return new Response(null, {status: answers[times.length - 1] ?? 200})
    },
    subscribe: () => Promise.reject(new Error('not here')),
  }
  const options = {relays: ['https://relay.example.com'], hostname: 'pds.example.com', everyMs: 600_000, ...more}
  const onTold = (...one: [string, boolean]) => void seen.told.push(one)
  const crawlRequests = new CrawlRequests({...options, world, log: silentLog, onTold})
  return {crawlRequests, times, stopping, seen, run: () => assert.rejects(crawlRequests.run(stopping.signal))}
}

test('a relay is told once, and again only when there is news, at its time', async () => {
  const {crawlRequests, times, stopping, run} = told([], Infinity)
  const running = run()
  await until(() => times.length === 1, 'it is told')
  await turns()
  assert.deepEqual(times, [3])
  crawlRequests.notify()
  await until(() => times.length === 2, 'it is told again')
  await turns()
  assert.deepEqual(times, [3, 603])
  stopping.abort()
  await running
})

test('whoever runs the server sees when a relay was told, and tells it at once; no other is asked anything', async () => {
  const relay = 'https://relay.example.com'
  const {crawlRequests, times, seen} = told([503], Infinity)
  assert.equal(crawlRequests.told(relay), undefined)
  const {signal} = new AbortController()
  assert.equal(await crawlRequests.tellNow(relay, signal), false)
  assert.deepEqual(crawlRequests.told(relay), {atMs: 0, isTaken: false})
  assert.equal(await crawlRequests.tellNow(relay, signal), true)
  assert.deepEqual(crawlRequests.told(relay), {atMs: 0, isTaken: true})
  assert.equal(await crawlRequests.tellNow('http://169.254.169.254', signal), false)
  assert.equal(times.length, 2)
  assert.deepEqual(seen.told, [
    [relay, false],
    [relay, true],
  ])
})

test('news that comes while a relay is told is told at its time, with no further news', async () => {
  const {crawlRequests, times, stopping, seen, run} = told([], Infinity)
  seen.onFetch = async () => {
    if (times.length === 1) crawlRequests.notify()
  }
  const running = run()
  await until(() => times.length === 2, 'it is told again')
  await turns()
  assert.deepEqual(times, [3, 603])
  stopping.abort()
  await running
})

test('where there is no relay nothing is waited for', async () => {
  const {crawlRequests, seen, stopping} = told([], Infinity, {relays: []})
  await crawlRequests.run(stopping.signal)
  assert.equal(seen.sleeps, 0)
})

test('a try that the end of the server breaks off is none that failed', async () => {
  const {crawlRequests, seen, stopping} = told([], Infinity)
  seen.onFetch = async () => {
    stopping.abort(new Error('the end'))
    await new Promise(() => {})
  }
  await assert.rejects(crawlRequests.tellNow('https://relay.example.com', stopping.signal), /the end/)
  assert.deepEqual([crawlRequests.told('https://relay.example.com'), seen.told], [undefined, []])
})

test('what cannot be told is tried again no less often than there may be news, and as at first after it was', async () => {
  const often = told(Array<number>(9).fill(503), 300_000, {everyMs: 90_000})
  await often.run()
  assert.deepEqual(often.times, [3, 33, 93, 183, 273])
  const again = told([503, 503, 200, 503], 800_000)
  again.seen.onFetch = async () => again.crawlRequests.notify()
  await again.run()
  assert.deepEqual(again.times, [3, 33, 93, 693, 723])
})

test('what cannot be told is tried again, ever less often', async () => {
  const {times, run} = told([503, 429, 403, 502], 500_000)
  await run()
  assert.deepEqual(times, [3, 33, 93, 213, 453])
})
