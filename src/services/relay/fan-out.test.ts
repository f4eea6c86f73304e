/** What a relay gives out that gives out another one's firehose again: the same bytes under the same numbers. */
import {deepEqual, equal, match, ok, rejects, throws} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {join} from 'node:path'
import {decodeFrame, encodeErrorFrame, encodeMessageFrame, type Frame as ReadFrame} from '#atp/sync/frame.ts'
import type {EventLog} from '#engines/event-log/event-log.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {eachFrame, type Frame} from '#std/wire/frames.ts'
import {FirehoseNetwork} from '../../../test/firehose-network.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {until} from '../../../test/until.ts'
import {fanOutOf, relayConfig} from './config.ts'
import {service} from './service.ts'
import {FanOut} from './fan-out.ts'
import {openFanOutOf} from './relay.ts'

const limit = {timeout: 20_000}
const folders = temporaryFolder('fan-out')
let count = 0

async function begun(context: TestContext, settings: Record<string, string> = {}) {
  const network = new FirehoseNetwork(Date.parse('2026-01-02T03:04:05Z'))
  const host = network.host('relay.example.com')
  const env = {RELAY_FAN_OUT_OF: 'wss://relay.example.com/xrpc', RELAY_LOG: 'memory:', ...settings}
  const metrics = new Metrics()
  const open = async (): Promise<FanOut> => {
    const config = readConfig(relayConfig, {env, args: []})
    const fanOut = await openFanOutOf(fanOutOf(config) ?? '', config, network.world, silentLog, metrics)
    context.after(() => fanOut.stop())
    await fanOut.start()
    await until(async () => host.cursors.length > 0, 'the upstream is connected')
    return fanOut
  }
  return {network, host, open, metrics}
}

const event = (seq: number, more = {}): Uint8Array<ArrayBuffer> =>
  encodeMessageFrame('#identity', {seq, did: 'did:web:a.example.com', time: '2026-01-02T03:04:05Z', ...more})
const info = encodeMessageFrame('#info', {name: 'OutdatedCursor', message: 'upstream'})
const requestOf = (cursor?: number | string): Request =>
  new Request(`http://relay/xrpc/com.atproto.sync.subscribeRepos${cursor === undefined ? '' : `?cursor=${cursor}`}`)

/** The next `count` frames that a consumer gets, or fewer if its stream ends. */
async function told(fanOut: FanOut, cursor: number | undefined, count: number): Promise<Frame[]> {
  const stopping = new AbortController()
  const stream = fanOut.frames(requestOf(cursor), stopping.signal)
  ok(!(stream instanceof Response))
  const found: Frame[] = []
  for await (const frame of eachFrame(stream)) {
    found.push(frame)
    if (found.length === count) break
  }
  stopping.abort()
  return found
}

const read = (frames: readonly Frame[]): unknown[] =>
  frames.map(frame => {
    const found: ReadFrame = decodeFrame(frame as Uint8Array)
    return 'error' in found ? found.error : 'body' in found ? (found.body.seq ?? found.t) : undefined
  })
const hasCome = (fanOut: FanOut, seq: number): Promise<unknown> =>
  until(async () => ((await fanOut.health()) as {seq?: number}).seq === seq, `the event ${seq} is there`)

test(
  'frames pass to the byte, under their numbers, whatever they are and wherever those have holes',
  limit,
  async context => {
    const {host, open, metrics} = await begun(context)
    const fanOut = await open()
    const odd = encodeMessageFrame('#new', {seq: 40, what: 'is not known here'})
    const frames = [event(7), event(9, {more: 'x'.repeat(70_000)}), odd, event(41)]
    const noise = ['text', new Uint8Array(3), event(9), encodeMessageFrame('#new', {}), encodeErrorFrame('Odd')]
    host.send(frames[0], frames[1], ...noise, frames[2], frames[3])
    await hasCome(fanOut, 41)
    const all = await told(fanOut, 0, 4)
    deepEqual(
      all.map(frame => Buffer.from(frame as Uint8Array)),
      frames.map(frame => Buffer.from(frame)),
    )
    for (const [cursor, seqs] of [
      [6, [7, 9, 40, 41]],
      [7, [9, 40, 41]],
      [8, [9, 40, 41]],
      [39, [40, 41]],
      [40, [41]],
    ] as const) {
      deepEqual(read(await told(fanOut, cursor, seqs.length)), seqs, `from ${cursor}`)
    }
    const counts = metrics.render()
    for (const reason of ['not-binary', 'malformed', 'repeated-seq', 'no-seq', 'error-frame']) {
      ok(counts.includes(`relay_fan_out_unread_total{reason="${reason}"} 1`), reason)
    }
  },
)

test('after a restart it goes on where it was, and so do its consumers', limit, async context => {
  const {host, open} = await begun(context, {RELAY_LOG: `file:${join(folders, String(count++))}`})
  const first = await open()
  host.send(event(5), event(8))
  await hasCome(first, 8)
  await first.stop()
  host.send(event(9))
  const second = await open()
  await hasCome(second, 9)
  deepEqual(host.cursors, [null, '8'])
  deepEqual(read(await told(second, 5, 2)), [8, 9])
  deepEqual(read(await told(second, 0, 3)), [5, 8, 9])
})

test(
  'a cursor that is too old, ahead or none is told or refused, and one a moment ahead is waited for',
  limit,
  async context => {
    const {network, host, open} = await begun(context)
    const fanOut = await open()
    const refused = async (cursor: string): Promise<number> => {
      const stream = fanOut.frames(requestOf(cursor), new AbortController().signal)
      return stream instanceof Response ? stream.status : 200
    }
    deepEqual([await refused('3'), await refused('x'), await refused('-1')], [503, 400, 400])
    host.send(event(5), event(6))
    await hasCome(fanOut, 6)
    deepEqual(read(await told(fanOut, 3, 3)), ['#info', 5, 6])
    deepEqual(read(await told(fanOut, 4, 2)), [5, 6])
    const ahead = told(fanOut, 7, 1)
    await new Promise(resolve => setImmediate(resolve))
    host.send(event(7), event(8))
    deepEqual(read(await ahead), [8])
    network.world.sleep = async ms => void (network.nowMs += ms)
    const beforeMs = network.nowMs
    deepEqual(read(await told(fanOut, 100, 9)), ['FutureCursor'])
    equal(network.nowMs - beforeMs, 5_000)
  },
)

test(
  'what the upstream says is missing is told before what follows, also to who comes for it later',
  limit,
  async context => {
    const {host, open} = await begun(context)
    const fanOut = await open()
    host.send(event(5), info, event(9))
    await hasCome(fanOut, 9)
    deepEqual(read(await told(fanOut, 0, 3)), [5, '#info', 9])
    deepEqual(read(await told(fanOut, 5, 2)), ['#info', 9])
  },
)

test(
  'an upstream that has begun its numbers anew is read from its oldest, and its consumers begin anew, too',
  limit,
  async context => {
    const {host, open} = await begun(context)
    const fanOut = await open()
    host.send(event(50), event(51))
    await hasCome(fanOut, 51)
    const live = told(fanOut, undefined, 9)
    host.frames = [event(1), event(2)]
    host.break()
    await hasCome(fanOut, 2)
    deepEqual(read(await live), ['FutureCursor'])
    deepEqual(host.cursors, [null, '51', '0'])
    deepEqual(read(await told(fanOut, 0, 2)), [1, 2])
    deepEqual(read(await told(fanOut, 1, 1)), [2])
  },
)

test('it tells how it is, and calls an upstream lost that is silent for ten minutes', limit, async context => {
  const {network, host, open, metrics} = await begun(context, {RELAY_DEFLATE: 'true'})
  const waits: number[] = []
  const {sleep} = network.world
  network.world.sleep = (ms, signal) => {
    waits.push(ms)
    return sleep(ms, signal)
  }
  const fanOut = await open()
  const upstream = 'https://relay.example.com'
  const gauge = (name: string): number =>
    Number(new RegExp(`^relay_fan_out_${name}(?:\\{\\})? (\\d+)$`, 'm').exec(metrics.render())?.[1])
  const isConnected = async (): Promise<boolean> => ((await fanOut.health()) as {connected: boolean}).connected
  await until(isConnected, 'it is connected')
  ok(waits.includes(600_000))
  deepEqual(await fanOut.health(), {upstream, connected: true, seq: undefined, consumers: 0})
  deepEqual([fanOut.name, fanOut.deflates, gauge('connected'), gauge('seq')], ['relay', true, 1, 0])
  host.send(event(5))
  await hasCome(fanOut, 5)
  const stream = fanOut.frames(requestOf(0), new AbortController().signal) as AsyncGenerator<unknown>
  await stream.next()
  deepEqual(await fanOut.health(), {upstream, connected: true, seq: 5, consumers: 1})
  await stream.return(undefined)
  host.up = false
  host.break()
  await until(async () => !(await isConnected()), 'it is lost')
  deepEqual(await fanOut.health(), {upstream, connected: false, seq: 5, consumers: 0})
  deepEqual([gauge('connected'), gauge('seq')], [0, 5])
  equal(fanOut.stop(), fanOut.stop())
  await fanOut.ended
})

test('it ends when its log does', limit, async () => {
  const {world} = new FirehoseNetwork(0)
  let isClosed = false
  const eventLog = {ended: Promise.reject(new Error('full')), close: async () => void (isClosed = true)}
  const fanOut = new FanOut({
    upstream: 'https://relay.example.com',
    eventLog: eventLog as unknown as EventLog,
    newest: undefined,
    deflates: false,
    refuse: () => undefined,
    world,
    log: silentLog,
    metrics: new Metrics(),
  })
  await fanOut.start()
  await rejects(fanOut.ended, /full/)
  await fanOut.stop()
  ok(isClosed)
})

test('what came just before an upstream began anew does not take the place back', limit, async context => {
  const {host, open} = await begun(context)
  const fanOut = await open()
  host.send(event(50))
  await hasCome(fanOut, 50)
  host.send(event(51), encodeErrorFrame('FutureCursor', 'It is at 0.'))
  await hasCome(fanOut, 0)
})

test('all else is asked of the upstream, and the setting names one', limit, async context => {
  const {open} = await begun(context)
  const fanOut = await open()
  const ask = (path: string): Promise<Response> => fanOut.fetch(new Request(`http://relay${path}`))
  const moved = await ask('/xrpc/com.atproto.sync.getRepoStatus?did=did:web:a.example.com')
  const target = 'https://relay.example.com/xrpc/com.atproto.sync.getRepoStatus?did=did:web:a.example.com'
  deepEqual([moved.status, moved.headers.get('location')], [307, target])
  match(moved.headers.get('server') ?? '', /atproto-relay/)
  const other = new Request('http://relay/xrpc/com.atproto.label.subscribeLabels')
  const [asked, streamed] = [await ask('/admin/pds/list'), fanOut.frames(other, new AbortController().signal)]
  for (const refused of [asked, streamed as Response]) {
    const {error} = (await refused.json()) as {error: string}
    deepEqual([refused.status, error], [501, 'MethodNotImplemented'])
  }
  equal((await ask('/xrpc/com.atproto.sync.subscribeRepos')).status, 501)
  const about = await ask('/')
  match(await about.text(), /firehose of https:\/\/relay\.example\.com/)
  equal(about.headers.get('content-type'), 'text/plain')
  for (const [given, url] of [
    [undefined, undefined],
    ['ws://localhost:2470', 'http://localhost:2470'],
    ['https://relay.example.com/', 'https://relay.example.com'],
  ]) {
    equal(fanOutOf({fanOutOf: given}), url)
  }
  for (const bad of ['relay.example.com', 'ftp://relay.example.com']) {
    throws(() => fanOutOf({fanOutOf: bad}), /RELAY_FAN_OUT_OF/)
  }
  const env = {RELAY_FAN_OUT_OF: 'wss://relay.example.com', RELAY_LOG: 'memory:', RELAY_DATABASE: 'memory:'}
  const {world} = new FirehoseNetwork(0)
  const outside = {
    world,
    guarded: world,
    log: silentLog,
    metrics: new Metrics(),
    streams: [],
    offers: async () => new Map(),
  }
  const opened = await service.open(readConfig(relayConfig, {env, args: []}), outside)
  match(await (await opened.fetch(new Request('http://relay/'))).text(), /firehose of/)
  await opened.stop()
})
