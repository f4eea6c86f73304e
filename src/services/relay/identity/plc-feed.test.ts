/** Following a real directory: what changes of known identities is taken over, and nothing else is asked for. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {operationCid, signOperation} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Identities} from '#sdk/identity.ts'
import {silentLog} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {operation, outsider, strong, testDirectory, weak} from '../../../../test/plc-directory.ts'
import {until} from '../../../../test/until.ts'
import {PlcFeed} from './plc-feed.ts'

const limit = {timeout: 20_000}

async function begun(context: TestContext, {hasStream = true} = {}) {
  const directory = await testDirectory(context)
  const {plc, clock} = directory
  const asked: string[] = []
  const state = {isUp: true, cut: new AbortController()}
  const world: World = {
    now: clock.now,
    random: size => new Uint8Array(size),
    sleep: (_, signal) =>
      new Promise((resolve, reject) => {
        setImmediate(() => (signal?.aborted ? reject(signal.reason as Error) : resolve()))
      }),
    fetch: async request => {
      const {pathname} = new URL(request.url)
      asked.push(pathname)
      return state.isUp ? plc.fetch(request) : new Response('away', {status: 503})
    },
    subscribe: async (request, signal) => {
      if (!state.isUp) throw new Error('away')
      if (!hasStream) return new Response('none', {status: 404})
      return plc.frames(request, AbortSignal.any([signal, state.cut.signal]))
    },
  }
  // As in a server with a deadline that no test reaches.
  const quiet = {
    ...world,
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), {once: true})
      }),
  }
  const identities = new Identities({world: quiet, plcUrl: 'http://plc.test', txt: async () => []})
  let taken = 0
  const feed = new PlcFeed({
    plcUrl: 'http://plc.test',
    world: {...world, sleep: (ms, signal) => (ms > 10_000 ? quiet : world).sleep(ms, signal)},
    identities,
    log: silentLog,
    took: () => taken++,
  })
  const stopping = new AbortController()
  const run = feed.run(stopping.signal)
  context.after(async () => {
    stopping.abort()
    await run.catch(() => {})
  })
  const handleOf = async (did: Did): Promise<unknown> => {
    const found = await identities.document(did)
    return found.ok ? found.value.alsoKnownAs : found.reason
  }
  const lookups = (did: Did): number => asked.filter(path => path === `/${did}`).length
  return {directory, clock, state, feed, handleOf, lookups, taken: () => taken}
}

for (const hasStream of [true, false]) {
  test(
    `a change is taken over ${hasStream ? 'by the stream' : 'by the export'}, and costs no look-up`,
    limit,
    async context => {
      const {directory, clock, handleOf, lookups, taken} = await begun(context, {hasStream})
      const first = operation('a.test')
      const did = await directory.take(first)
      const other = await directory.take(operation('b.test', null, outsider, {rotationKeys: [outsider.didKey]}))
      deepEqual(await handleOf(did), ['at://a.test'])
      clock.ms += 10_000
      const second = operation('new.test', first)
      await directory.take(second, did)
      await until(async () => String(await handleOf(did)) === 'at://new.test', 'the change is known')
      equal(lookups(did), 1)
      equal(lookups(other), 0, 'who is not known is not asked for')
      clock.ms += 10_000
      await directory.take(operation('x.test', second, weak), did)
      await until(async () => String(await handleOf(did)) === 'at://x.test', 'the next change is known')
      equal(lookups(did), 1)
      ok(taken() >= 2)
    },
  )
}

test('what changes while the directory is away, or its stream is cut, is read by the export', limit, async context => {
  const {directory, clock, state, feed, handleOf, lookups} = await begun(context)
  const first = operation('a.test')
  const did = await directory.take(first)
  deepEqual(await handleOf(did), ['at://a.test'])
  await until(async () => feed.lagMs === 0, 'it has caught up')
  state.isUp = false
  state.cut.abort()
  state.cut = new AbortController()
  clock.ms += 60_000
  await directory.take(operation('new.test', first), did)
  clock.ms += 60_000
  await until(async () => feed.lagMs > 60_000, 'it is behind')
  deepEqual(await handleOf(did), ['at://a.test'])
  state.isUp = true
  await until(async () => String(await handleOf(did)) === 'at://new.test', 'the change is known')
  equal(lookups(did), 1)
})

test('of one that is given up nothing is known any more', limit, async context => {
  const {directory, clock, handleOf} = await begun(context)
  const first = operation('a.test')
  const did = await directory.take(first)
  deepEqual(await handleOf(did), ['at://a.test'])
  clock.ms += 10_000
  await directory.take(signOperation({type: 'plc_tombstone', prev: operationCid(first)}, strong), did)
  await until(async () => (await handleOf(did)) === 'deactivated', 'that it is gone is known')
})
