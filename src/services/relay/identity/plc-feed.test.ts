/** Following a real directory: what changes of known identities is taken over, and nothing else is asked for. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {operationCid, signOperation} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Identities} from '#sdk/identity.ts'
import {createLog, silentLog} from '#std/log.ts'
import type {Frame} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'
import {FirehoseNetwork} from '../../../../test/firehose-network.ts'
import {operation, outsider, strong, testDirectory, weak} from '../../../../test/plc-directory.ts'
import {running} from '../../../../test/relays.ts'
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

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const known = `did:plc:${'a'.repeat(24)}`
const unknown = `did:plc:${'b'.repeat(24)}`
const change = operation('new.example.com')
const line = (more: object = {}): string =>
  JSON.stringify({did: known, operation: change, createdAt: new Date(nowMs - 1_000).toISOString(), ...more})

/** Three times around, a second apart: what it asks for, from now on, what it waits for, and what it does. */
async function around(pages: (string | Response)[], frames: Frame[] = []) {
  const found = {after: [] as number[], waits: [] as number[], acts: [] as string[], streamsMax: 0}
  let streams = 0
  const stopping = new AbortController()
  let ms = nowMs
  const act = (name: string) => () => void found.acts.push(name)
  const feed = new PlcFeed({
    plcUrl: 'http://plc.test',
    world: {
      now: () => ms,
      subscribe: async (_, signal) => {
        found.streamsMax = Math.max(found.streamsMax, ++streams)
        signal.addEventListener('abort', () => streams--, {once: true})
        return (async function* () {
          for (const frame of frames.splice(0)) {
            ms += 10_000
            yield frame
          }
        })()
      },
      fetch: async request => {
        const {searchParams} = new URL(request.url)
        deepEqual([searchParams.get('count'), request.redirect], ['1000', 'manual'])
        found.after.push(Date.parse(searchParams.get('after') ?? '') - nowMs)
        const page = pages.shift() ?? ''
        return typeof page === 'string' ? new Response(page) : page
      },
      sleep: async (waitMs, signal) => {
        found.waits.push(waitMs)
        if (signal !== stopping.signal) return new Promise(() => {})
        ms += 1_000
        if (found.waits.filter(wait => wait === waitMs).length === 3) stopping.abort()
      },
    },
    identities: {
      isFresh: did => did !== unknown,
      learn: async () => act('learn')(),
      forget: act('forget'),
    },
    log: silentLog,
    took: act('took'),
  })
  await feed.run(stopping.signal)
  return {...found, lagMs: feed.lagMs}
}

const full = (text: string): string => `${text}\n`.repeat(1_000)

test('it asks from two seconds before what it has read, and page by page', async () => {
  const later = line({createdAt: new Date(nowMs + 9_000).toISOString()})
  const never = line({createdAt: '+275760-09-13T00:00:00.000Z'})
  for (const [pages, after, lagMs] of [
    [[''], [-2_000, -2_000, -1_000], 1_000],
    [[line({createdAt: 'x'}), line({createdAt: 7})], [-2_000, -2_000, -1_000], 1_000],
    [[later], [-2_000, 7_000, 7_000], 0],
    [[`${later}\n${line()}`], [-2_000, 7_000, 7_000], 0],
    [[full(later)], [-2_000, 7_000, 7_000, 7_000], 0],
    [[full(line())], [-2_000, 1, 1, 1], 999],
    // A time that cannot be, pages without end, and more lines than were asked for.
    [[never], [-2_000, 598_000, 598_000], 0],
    [[full(never)], [-2_000, -2_000, -1_000], 1_000],
    [[`${full(later)}${later}`], [-2_000, -2_000, -1_000], 1_000],
    [
      [new Response('no', {status: 500}), new Response(line({did: unknown}), {status: 302})],
      [-2_000, -2_000, -2_000],
      1_000,
    ],
  ] as const) {
    const found = await around([...pages])
    deepEqual([found.after, found.lagMs], [after, lagMs], String(pages[0]).slice(0, 200))
    deepEqual([...new Set(found.waits)].toSorted(), [5_000, 60_000])
    equal(found.streamsMax, 1, 'none is left open')
  }
})

test('a directory that is away is told of once, and the end of the relay is not', async () => {
  const lines: unknown[] = []
  const stopping = new AbortController()
  let isUp = false
  const feed = new PlcFeed({
    plcUrl: 'http://plc.test',
    world: {
      now: () => nowMs,
      subscribe: async () => {
        if (!isUp) throw new Error('away')
        stopping.abort(new Error('the relay ends'))
        throw stopping.signal.reason
      },
      fetch: async () => new Response(''),
      sleep: async (_, signal) => {
        signal?.throwIfAborted()
        isUp = lines.length > 0
      },
    },
    identities: {isFresh: () => true, learn: async () => {}, forget: () => {}},
    log: createLog({level: 'warn', now: () => 0, sink: line => lines.push(line.message)}),
    took: () => {},
  })
  await feed.run(stopping.signal)
  deepEqual(lines, [
    'what changes in the PLC directory could not be read, and is asked for again: the first of its kind',
  ])
})

test('of a line it takes what it knows, and nothing that is odd or too long', async () => {
  for (const [text, acts] of [
    [line(), ['took', 'learn']],
    [line({nullified: true}), ['took', 'forget']],
    [line({operation: {type: 'odd'}}), ['took', 'forget']],
    [line({did: unknown}), []],
    [line({did: 'did:web:a.example.com'}), []],
    [line({did: 7}), []],
    ['null', []],
    ['7', []],
    ['{', []],
    [line().padEnd(256 * 1024), ['took', 'learn']],
    [line().padEnd(256 * 1024 + 1), []],
    [''.padEnd(16 * 2 ** 20), []],
  ] as const) {
    for (const found of [await around([text]), await around([], [text]), await around([], [Buffer.from(text)])]) {
      deepEqual(found.acts, acts, text.slice(0, 200))
    }
  }
  const tooMuch = await around([`${line()}\n`.padEnd(16 * 2 ** 20 + 1)])
  deepEqual([tooMuch.acts, tooMuch.lagMs], [[], 1_000])
  const told = await around([], ['{}', new Uint8Array([0xff])])
  deepEqual([told.after, told.lagMs], [[-2_000, 16_000, 19_000], 1_000], 'a stream says that all before is read')
})

test(
  'a relay that is to follow the directory knows an identity for a day, and in need for a week',
  limit,
  async context => {
    const network = new FirehoseNetwork(nowMs)
    const plc = network.host('plc.test')
    network.documents.set(known, {id: known, alsoKnownAs: ['at://old.example.com']})
    network.answers = async url => (url.pathname === '/export' ? new Response('') : network.answer(url))
    const {relay, metrics} = await running(context, network, {RELAY_PLC_FEED: 'true', RELAY_HOSTS: ''})
    const name = async (): Promise<unknown> => {
      const url = `http://relay/xrpc/com.atproto.identity.resolveDid?did=${known}`
      const {didDoc, error} = (await (await relay.fetch(new Request(url))).json()) as {
        didDoc?: {alsoKnownAs: string[]}
        error?: string
      }
      return [didDoc?.alsoKnownAs[0] ?? error, network.lookups.length]
    }
    deepEqual(await name(), ['at://old.example.com', 1])
    await until(async () => plc.cursors.length > 0, 'the stream is open')
    plc.send(line())
    await until(async () => /^relay_plc_changes_total(\{\})? 1$/m.test(metrics.render()), 'the change is taken over')
    deepEqual(await name(), ['at://new.example.com', 1])
    const dayMs = 86_400_000
    network.nowMs += dayMs - 1
    deepEqual(await name(), ['at://new.example.com', 1])
    network.nowMs += 1
    deepEqual(await name(), ['at://new.example.com', 2], 'it is looked up anew meanwhile')
    await until(async () => String(await name()) === 'at://old.example.com,2', 'it is known')
    network.directoryUp = false
    network.nowMs += 7 * dayMs - 1
    deepEqual(await name(), ['at://old.example.com', 3])
    network.nowMs += 120_001
    await until(async () => String(await name()).startsWith('UpstreamFailure'), 'a week is over')
  },
)
