import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Frame, Frames} from '#std/wire/frames.ts'
import {realWorld} from '#std/world.ts'
import {type Connection, reconnecting, type ReconnectingOptions, SubscriptionRefused} from './reconnecting.ts'

type Answer = (request: Request, signal: AbortSignal) => Frames | Response | Promise<Frames | Response>

/** A world in which each connection is answered in turn, and waits take no time but are counted. */
function setUp(answers: Answer[], more: Partial<ReconnectingOptions> = {}) {
  const stop = new AbortController()
  const state = {now: 0, slept: [] as number[], opened: 0, stop, told: [] as Connection[]}
  const world = {
    now: () => state.now,
    random: (size: number) => new Uint8Array(size).fill(255),
    sleep: (ms: number, signal?: AbortSignal) => {
      // The watch for silence sleeps for the whole connection.
      if (ms === 300_000) return realWorld.sleep(ms, signal)
      state.slept.push(ms)
      return Promise.resolve()
    },
    subscribe: async (request: Request, signal: AbortSignal) => {
      const answer = answers[state.opened++]
      if (!answer) stop.abort()
      return answer ? answer(request, signal) : new Response(null, {status: 503})
    },
  }
  const frames = reconnecting({
    world,
    signal: stop.signal,
    request: () => new Request(`https://example.com/${state.opened}`),
    onConnection: connection => state.told.push(connection),
    ...more,
  })
  return {state, all: () => Array.fromAsync(frames), frames}
}
const giving = (...frames: (Frame | readonly Frame[])[]): Answer =>
  async function* () {
    yield* frames
  } as Answer
const lost = (told: Connection[]) => told.flatMap(one => (one.state === 'lost' ? [one] : []))

test('frames of one connection after the other, single or in groups', async () => {
  const {all, state} = setUp([giving('a', ['b', 'c']), giving('d')])
  assert.deepEqual(await all(), [['a'], ['b', 'c'], ['d']])
  assert.equal(state.opened, 3)
})

test('a lost, refused or failed connection is tried again, later each time', async () => {
  const broken: Answer = async function* () {
    yield 'x'
    throw new Error('broke off')
  } as Answer
  const {all, state} = setUp([
    giving(),
    () => new Response('no', {status: 429}),
    () => Promise.reject(new Error('no route')),
    broken,
    ...Array.from({length: 5}, () => giving()),
  ])
  await all()
  const errors = lost(state.told).map(({error}) => error)
  assert.ok(errors[1] instanceof SubscriptionRefused && errors[1].status === 429)
  assert.match(String(errors[2]), /no route/)
  assert.match(String(errors[3]), /broke off/)
  const waits = lost(state.told).map(({retryMs}) => retryMs)
  assert.deepEqual(
    waits.slice(0, 7).map(ms => Math.round(ms / 1000)),
    [2, 4, 8, 16, 32, 60, 60],
  )
})

test('no wait is longer than the caller says', async () => {
  const {all, state} = setUp(
    Array.from({length: 5}, () => giving()),
    {retryMsMax: 5_000},
  )
  await all()
  assert.ok(Math.max(...state.slept) <= 5_000, state.slept.join())
})

test('after a connection that held, the wait is short again', async () => {
  const {all, state} = setUp([
    giving(),
    giving(),
    async function* () {
      state.now += 60_000
      yield 'x'
    } as Answer,
    giving(),
  ])
  await all()
  assert.deepEqual(
    lost(state.told).map(({retryMs}) => Math.round(retryMs / 1000)),
    [2, 4, 1, 2],
  )
})

test('a connection on which nothing comes is given up', async () => {
  const silent: Answer = async function* (_: Request, signal: AbortSignal) {
    await realWorld.sleep(60_000, signal)
    yield 'never'
  } as Answer
  const stop = new AbortController()
  const errors: unknown[] = []
  const frames = reconnecting({
    world: {...realWorld, subscribe: async (request, signal) => silent(request, signal)},
    signal: stop.signal,
    idleMs: 5,
    request: () => new Request('https://example.com'),
    onConnection(connection) {
      if (connection.state !== 'lost') return
      errors.push(connection.error)
      stop.abort()
    },
  })
  assert.deepEqual(await Array.fromAsync(frames), [])
  assert.match(String(errors[0]), /Nothing came for 5 ms/)
})

test('the consumer who leaves closes the connection', async () => {
  let closed = false
  const endless: Answer = async function* (_: Request, signal: AbortSignal) {
    signal.addEventListener('abort', () => (closed = true))
    for (;;) yield 'x'
  } as Answer
  for await (const _ of setUp([endless]).frames) break
  assert.ok(closed)
})
