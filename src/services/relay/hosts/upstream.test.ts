/** What a host is charged with, how often it may be woken, and what becomes of each thing that it sends. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {constants, PerformanceObserver} from 'node:perf_hooks'
import {test} from 'node:test'
import {encodeErrorFrame, encodeMessageFrame} from '#atp/sync/frame.ts'
import {createLog, type LogLine} from '#std/log.ts'
import type {Arrived} from '#atp/sync/stream-reader.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import {abortable} from '#std/waiting/async.ts'
import {Upstream} from './upstream.ts'

type Deps = ConstructorParameters<typeof Upstream>[1]

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
}

const counts = (count: number) => async (hosts: readonly number[]) => new Map(hosts.map(id => [id, count]))

/** A host that refuses every connection, and a wait before the next that nothing but a signal ends. */
function made(answer: () => Promise<Frames> = () => Promise.reject(new Error('refused'))) {
  const slept: number[] = []
  /** Ends each of these waits. */
  const wakers: (() => void)[] = []
  const clock = {ms: 1_000_000}
  const charged: [string, number][] = []
  const asked: string[] = []
  const budget = {accounts: 5, charge: (cost: string, amount: number) => void charged.push([cost, amount])}
  const world = {
    now: () => clock.ms,
    random: (size: number) => new Uint8Array(size),
    subscribe: async (request: Request, signal: AbortSignal) => {
      asked.push(request.url)
      return abortable(answer(), signal)
    },
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        slept.push(ms)
        wakers.push(resolve)
        if (signal.aborted) reject(signal.reason as Error)
        signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true})
      }),
  }
  const store = {accountCounts: counts(9), activeCounts: counts(8)}
  const log = {info: () => {}, warn: () => {}, debug: () => {}}
  const accountLimit = {active: 0, max: 10}
  const deps = {world, budget, store, log, accountLimit} as unknown as Deps
  const upstream = new Upstream({id: 1, hostname: 'pds.example.com', cursor: 7}, deps)
  return {upstream, budget, accountLimit, charged, asked, clock, slept, wakers}
}

test('a host has more accounts by those that are new, and by nothing else that it is charged with', () => {
  const {upstream, budget, charged} = made()
  upstream.charge('events', 3)
  upstream.charge('lookups', 1)
  equal(budget.accounts, 5)
  upstream.charge('accounts', 2)
  equal(budget.accounts, 7)
  deepEqual(charged, [
    ['events', 3],
    ['lookups', 1],
    ['accounts', 2],
  ])
})

test('each commit turns the ratchet, and a host that is warned is told of what Sync 1.1 does not allow', () => {
  for (const [stage, reason, isFault, isTold] of [
    ['warn', 'prev-data-missing', true, true],
    ['warn', 'stale-rev', false, false],
    ['warn', undefined, false, false],
    ['observe', 'prev-data-missing', true, false],
    ['enforce', 'prev-data-missing', true, false],
  ] as const) {
    const said: unknown[] = []
    const log = {warn: (...given: unknown[]) => said.push(given), debug: () => {}}
    const ratchet = {stage, judged: (failed: boolean) => said.push(failed)}
    const host = {id: 1, hostname: 'pds.example.com', cursor: 0}
    new Upstream(host, {log, ratchet} as unknown as Deps).judged(reason)
    const line = [
      'host does not keep Sync 1.1, and will be held to it: the first of its kind',
      {host: host.hostname, reason},
    ]
    deepEqual(said, [isFault, ...(isTold ? [line] : [])])
  }
})

test('a host that waits to be asked again is asked at once when it is woken, but once in ten seconds', async () => {
  const {upstream, budget, accountLimit, asked, clock} = made()
  deepEqual([upstream.seq, upstream.connected], [7, false])
  const ended = new AbortController()
  const run = upstream.run(ended.signal)
  await turns()
  deepEqual(asked, ['https://pds.example.com/xrpc/com.atproto.sync.subscribeRepos?cursor=7'])
  deepEqual([budget.accounts, accountLimit.active], [9, 8], 'as many as were seen on it before')
  const afterWake = async (ms: number): Promise<number> => {
    clock.ms += ms
    upstream.wake()
    await turns()
    return asked.length
  }
  deepEqual([await afterWake(0), await afterWake(0), await afterWake(9_999), await afterWake(1)], [2, 2, 2, 3])
  // A clock that was set back holds nobody up for longer.
  equal(await afterWake(-3_600_000), 4)
  ended.abort()
  await run
  equal(asked.length, 4)
})

/** A host that gives on each connection what is listed for it, and then breaks off; after the last it is no more. */
async function followed(connections: readonly (readonly Frame[] | 'away')[]) {
  const ended = new AbortController()
  const told: unknown[] = []
  const charged: [string, number][] = []
  const taken: number[][] = []
  const lines: LogLine[] = []
  const cursors: (string | null)[] = []
  const states: boolean[] = []
  const sleeps: number[] = []
  let now = 0
  let came = 0
  const deps = {
    world: {
      now: () => now,
      random: (size: number) => new Uint8Array(size),
      sleep: async (ms: number, signal: AbortSignal) => {
        states.push(upstream.connected)
        if (ms < 3_600_000) {
          now += ms
          return void sleeps.push(ms)
        }
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('over'))))
      },
      subscribe: async (request: Request) => {
        cursors.push(new URL(request.url).searchParams.get('cursor'))
        const frames = connections[cursors.length - 1]
        if (frames === 'away') throw new Error('refused')
        return (async function* () {
          states.push(upstream.connected)
          if (frames) yield frames
          else ended.abort()
          throw new Error('broken')
        })()
      },
    },
    budget: {
      accounts: 0,
      room: async () => void told.push('room'),
      charge: (cost: string, amount: number) => void charged.push([cost, amount]),
    },
    intake: {
      take: async (_: unknown, arrivals: readonly Arrived[]) => void taken.push(arrivals.map(({event}) => event.seq)),
    },
    states: {followed: (id: number, seq: number) => void told.push(['followed', id, seq])},
    refusals: {
      came: (_: string, count: number) => void (came += count),
      count: (...given: string[]) => void told.push(given),
    },
    store: {accountCounts: async () => new Map(), activeCounts: async () => new Map()},
    accountLimit: {active: 0},
    log: createLog({level: 'debug', now: () => 0, sink: line => lines.push(line)}),
  } as unknown as Deps
  const {budget} = deps
  const upstream: Upstream = new Upstream({id: 3, hostname: 'pds.example.com', cursor: 7}, deps)
  await upstream.run(ended.signal)
  return {
    upstream,
    budget,
    told: told.filter(what => what !== 'room'),
    rooms: told.length,
    came,
    charged,
    taken,
    lines,
    cursors,
    states,
    sleeps,
  }
}

const event = (seq: number, size = 0): Uint8Array =>
  encodeMessageFrame('#identity', {seq, did: 'did:web:a.example.com', time: '2026-01-02T03:04:05Z', ...padding(size)})
const padding = (size: number): object => (size > 0 ? {padding: 'x'.repeat(size)} : {})
const info = (message: string): Uint8Array => encodeMessageFrame('#info', {name: 'OutdatedCursor', message})

test('events are taken in order, and what is none is told by its reason', async () => {
  const unknown = encodeMessageFrame('#new', {seq: 9})
  const {upstream, told, taken, charged, cursors, budget, came} = await followed([
    [event(8), 'text', unknown, event(9), event(9), encodeErrorFrame('Odd', 'said so')],
    ['text'],
  ])
  const name = 'pds.example.com'
  deepEqual(taken, [[8, 9]], 'nothing is taken of a batch without events')
  deepEqual(told, [
    [name, 'not-binary', 'a text message'],
    [name, 'unknown-type', 'a type that is not known here'],
    [name, 'repeated-seq', '9 after 9'],
    [name, 'error-frame', 'Odd: said so'],
    [name, 'not-binary', 'a text message'],
  ])
  const size = [event(8), 'text', unknown, event(9), event(9), encodeErrorFrame('Odd', 'said so')]
  deepEqual(charged, [
    ['events', 6],
    ['bytes', size.reduce((sum, {length}) => sum + length, 0)],
    ['events', 1],
    ['bytes', 4],
  ])
  deepEqual([cursors, upstream.seq, budget.accounts, came], [['7', '9', '9'], 9, 0, 7])
})

test('a host that has lost its place is read from its oldest event on', async () => {
  const ahead = encodeErrorFrame('FutureCursor', 'It is at 2.')
  const said = await followed([[ahead], [event(1), event(2)]])
  deepEqual([said.cursors, said.taken], [['7', '0', '2'], [[1, 2]]])
  deepEqual(said.told, [
    ['followed', 3, 0],
    ['pds.example.com', 'error-frame', 'FutureCursor: It is at 2.'],
  ])
  equal(said.upstream.isIdle, false)
  const idle = await followed([[ahead], [info('nothing yet')]])
  deepEqual([idle.cursors, idle.upstream.isIdle], [['7', '0', '0'], true])
  const silent = await followed([
    [event(3), event(4)],
    [event(4), event(5)],
  ])
  deepEqual(
    [silent.cursors, silent.taken],
    [
      ['7', '4', '5'],
      [[3, 4], [5]],
    ],
  )
  deepEqual(silent.told, [
    ['followed', 3, 0],
    ['pds.example.com', 'repeated-seq', '4 after 4'],
  ])
})

test('what a host tells is logged once for each connection, and not all of it', async () => {
  const {lines, taken} = await followed([[info('a'.repeat(501)), info('b')], [info('c')]])
  const told = lines.filter(({message}) => message.startsWith('host tells'))
  deepEqual(
    told.map(({level, fields: {host, name, text}}) => [level, host, name, String(text)]),
    [
      ['warn', 'a'.repeat(500)],
      ['debug', 'b'],
      ['warn', 'c'],
    ].map(([level, text]) => [level, 'pds.example.com', 'OutdatedCursor', text]),
  )
  deepEqual(taken, [])
})

test('a host is connected while it is, and both are logged', async () => {
  const {states, lines} = await followed([[event(8)]])
  // The long waits are those for a silent connection, before and beside it.
  deepEqual(states, [false, true, false, false, true])
  deepEqual(
    lines.map(({message, fields}) => [message, fields.cursor]),
    [
      ['host connected', 7],
      ['host lost', undefined],
      ['host connected', 8],
    ],
  )
})

test('a host that nobody asks for is dialled the more seldom, the longer it does not hold', async () => {
  const {sleeps} = await followed([[], [], [], []])
  deepEqual(sleeps, [1_000, 2_000, 4_000, 8_000])
})

test('one that is away for days is dialled for ever, at most half an hour apart, and soon once it was back', async () => {
  let awayMs = 0
  const away = Array.from({length: 500}, () => 'away' as const)
  const {sleeps} = await followed(away)
  for (const [i, ms] of sleeps.entries()) {
    ok(ms <= Math.max(30_000, Math.ceil(awayMs / 60)), `${ms} after ${awayMs}`)
    ok(i < 10 || ms >= Math.min(30_000, sleeps[i - 1]), `${ms}`)
    awayMs += ms
  }
  equal(sleeps.at(-1), 1_800_000)
  const back = await followed([...away, [event(8)], []])
  ok(back.sleeps[500] <= 30_000, `${back.sleeps[500]}`)
})

test('frames are worked on 256 at a time, or a mebibyte, and a larger one alone', async () => {
  const many = await followed([Array.from({length: 600}, (_, i) => event(8 + i))])
  deepEqual([many.taken.map(({length}) => length), many.rooms], [[256, 256, 88], 3])
  const overhead = event(8, 1_000).length - 1_000
  const half = 2 ** 19 - overhead - 2
  equal(event(8, half).length, 2 ** 19, 'two of them are a mebibyte')
  const large = await followed([
    [event(8, half), event(9, half), event(10, half), event(11, half + 1), event(12, 2 ** 20), event(13)],
  ])
  deepEqual(large.taken, [[8, 9], [10], [11], [12], [13]])
})

test('a host that asks while it is dialled is not cut off, and is dialled again soon if that was in vain', async () => {
  const dialled = Array.from({length: 5}, () => Promise.withResolvers<Frames>())
  let dials = 0
  const {upstream, asked, clock, slept} = made(() => dialled[dials++].promise)
  const ended = new AbortController()
  const run = upstream.run(ended.signal)
  const ask = async (): Promise<number> => {
    clock.ms += 10_000
    upstream.wake()
    await turns()
    return asked.length
  }
  await turns()
  for (let i = 0; i < 3; i++) {
    dialled[i].reject(new Error('refused'))
    await turns()
    equal(await ask(), i + 2)
  }
  deepEqual(
    slept.filter(ms => ms < 60_000),
    [1_000, 2_000, 4_000],
  )
  equal(await ask(), 4, 'it is not cut off')
  dialled[3].reject(new Error('refused'))
  await turns()
  equal(slept.at(-1), 1_000)
  deepEqual([await ask(), await ask()], [5, 5])
  dialled[4].resolve(silent(ended.signal))
  await turns()
  equal(upstream.connected, true)
  ended.abort()
  await run
})

test('a host that has asked once is dialled again soon once, and then as any other', async () => {
  const dialled = Array.from({length: 3}, () => Promise.withResolvers<Frames>())
  let dials = 0
  const {upstream, slept, wakers} = made(() => dialled[dials++].promise)
  const ended = new AbortController()
  const run = upstream.run(ended.signal)
  await turns()
  upstream.wake()
  for (let i = 0; i < 2; i++) {
    dialled[i].reject(new Error('refused'))
    await turns()
    wakers.at(-1)?.()
    await turns()
  }
  deepEqual([dials, slept.filter(ms => ms < 60_000)], [3, [1_000, 2_000]])
  ended.abort()
  await run
})

/** A connection on which nothing comes. */
async function* silent(signal: AbortSignal): Frames {
  yield []
  await new Promise(resolve => signal.addEventListener('abort', resolve))
}

test('V8 is asked to look for garbage after two to eight mebibytes of frames, by what a look costs', async () => {
  let looks = 0
  const {NODE_PERFORMANCE_GC_FLAGS_FORCED: forced} = constants
  const observer = new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      const {detail} = entry as unknown as {detail: {flags?: number}}
      if (((detail.flags ?? 0) & forced) !== 0) looks++
    }
  })
  observer.observe({entryTypes: ['gc']})
  const looksAfter = async (...sizes: number[]): Promise<number> => {
    looks = 0
    await followed([sizes.map(size => 'x'.repeat(size))])
    await turns()
    return looks
  }
  // Whatever the tests before have left.
  while ((await looksAfter(2 ** 17)) === 0);
  equal(await looksAfter(2 ** 21 - 1), 0)
  equal((await looksAfter(1, 2 ** 21, 2 ** 21, 2 ** 21)) > 0, true)
  observer.disconnect()
})
