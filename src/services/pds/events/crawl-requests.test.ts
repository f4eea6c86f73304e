/** When relays are told: at first, soon after news, and again after what failed. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {silentLog} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {CrawlRequests} from './crawl-requests.ts'

/** A clock that jumps to the end of each sleep. Notes when it was asked for what. */
function told(answers: readonly number[], untilMs: number) {
  let now = 0
  const times: number[] = []
  const stopping = new AbortController()
  const world: World = {
    now: () => now,
    random: size => new Uint8Array(size),
    async sleep(ms, signal) {
      // The bound on an answer never runs out here.
      if (ms === 10_000)
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      now += ms
      if (now > untilMs) stopping.abort()
      signal?.throwIfAborted()
    },
    async fetch(request) {
      assert.deepEqual(await request.json(), {hostname: 'pds.example.com'})
      times.push(now / 1000)
      return new Response(null, {status: answers[times.length - 1] ?? 200})
    },
    subscribe: () => Promise.reject(new Error('not here')),
  }
  const options = {relays: ['https://relay.example.com'], hostname: 'pds.example.com', everyMs: 600_000}
  const crawlRequests = new CrawlRequests({...options, world, log: silentLog})
  return {crawlRequests, times, stopping, run: () => assert.rejects(crawlRequests.run(stopping.signal))}
}

test('a relay is told once, and again only when there is news, at its time', async () => {
  const {crawlRequests, times, stopping, run} = told([], Infinity)
  const running = run()
  await new Promise(resolve => setTimeout(resolve, 5))
  assert.deepEqual(times, [3])
  crawlRequests.notify()
  await new Promise(resolve => setTimeout(resolve, 5))
  assert.deepEqual(times, [3, 603])
  stopping.abort()
  await running
})

test('whoever runs the server sees when a relay was told, and tells it at once; no other is asked anything', async () => {
  const relay = 'https://relay.example.com'
  const {crawlRequests, times} = told([503], Infinity)
  assert.equal(crawlRequests.told(relay), undefined)
  const {signal} = new AbortController()
  assert.equal(await crawlRequests.tellNow(relay, signal), false)
  assert.deepEqual(crawlRequests.told(relay), {atMs: 0, isTaken: false})
  assert.equal(await crawlRequests.tellNow(relay, signal), true)
  assert.deepEqual(crawlRequests.told(relay), {atMs: 0, isTaken: true})
  assert.equal(await crawlRequests.tellNow('http://169.254.169.254', signal), false)
  assert.equal(times.length, 2)
})

test('what cannot be told is tried again, ever less often', async () => {
  const {times, run} = told([503, 429, 403, 502], 500_000)
  await run()
  assert.deepEqual(times, [3, 33, 93, 213, 453])
})
