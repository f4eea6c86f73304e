/**
 * A relay that verifies nothing and follows one other: it gives that one's firehose out again as it comes, to the byte and
 * under the same numbers, from a log of its own, to as many consumers as the machine carries. So one relay is spared its
 * consumers, and these can go from one such server to the next, and to the relay itself, with the cursor that they have.
 */
import {encodeErrorFrame, encodeMessageFrame} from '#atp/sync/frame.ts'
import type {EventLog} from '#engines/event-log/event-log.ts'
import {eventLogFolder, openEventLog} from '#engines/open.ts'
import {YoungHeap} from '#engines/young-heap.ts'
import {observeFullLog, observeLog} from '#runtime/health/engine-metrics.ts'
import type {Counter, Metrics} from '#runtime/health/metrics.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {subscribeReposRequest} from '#sdk/checked-stream.ts'
import {reconnecting, type Connection} from '#sdk/reconnecting.ts'
import type {Log} from '#std/log.ts'
import {abortable, Bell} from '#std/waiting/async.ts'
import type {Frames} from '#std/wire/frames.ts'
import type {WireFrames} from '#std/wire/wire-frames.ts'
import type {World} from '#std/world.ts'
import {LogEvents} from '#stream/log-events.ts'
import {outdatedCursor} from '#stream/verified-events.ts'
import type {RelayConfig} from './config.ts'
import {Consumers} from './consumers.ts'
import {headSize, newestPlace, placeOfRecord, recordAt, type UpstreamPlace} from './fan-out/upstream-frame.ts'
import {UpstreamReader} from './fan-out/upstream-reader.ts'

/** Bytes of the newest frames held in memory. Who is further behind reads the disk. */
const recentSizeMax = 2 * 2 ** 20
/** No relay of many hosts is silent for so long. One that has only a few is asked again, which costs nothing. */
const idleMs = 10 * 60_000

/** A consumer that comes from the upstream itself may be ahead for a moment. */
const aheadMs = 5_000

const subscribePath = '/xrpc/com.atproto.sync.subscribeRepos'
/** What is asked of a relay beside its stream, which this one sends on to where it comes from. */
const syncPath = /^\/xrpc\/com\.atproto\.sync\.[a-zA-Z]+$/

const about = (upstream: string): string => `This gives out the firehose of ${upstream} again, as it comes:
https://atproto.com/specs/sync

  WS   ${subscribePath}   all events, under the numbers that they have there
  *    /xrpc/com.atproto.sync.…                     a redirect to it
`

interface Parts {
  /** As `https://relay.example.com`. */
  readonly upstream: string
  readonly eventLog: EventLog
  readonly newest: UpstreamPlace | undefined
  readonly deflates: boolean
  /** The answer to a subscription whose cursor is none. */
  readonly refuse: (request: Request) => Response | undefined
  readonly world: Pick<World, 'now' | 'random' | 'sleep' | 'subscribe'>
  readonly log: Log
  readonly metrics: Metrics
}

export class FanOut implements Service {
  readonly name = 'relay'
  readonly deflates: boolean
  readonly #parts: Parts
  readonly #tasks: Tasks
  readonly #events: LogEvents
  readonly #reader: UpstreamReader
  readonly #consumers: Consumers
  readonly #unread: Counter
  #heap: YoungHeap | undefined
  /** The newest event that is durable here. */
  #newest: UpstreamPlace | undefined
  readonly #grown = new Bell()
  #isConnected = false
  /** Aborts when the upstream begins its numbers anew: nobody who reads can go on from there. */
  #epochEnds = new AbortController()
  #stopped: Promise<void> | undefined

  constructor(parts: Parts) {
    const {eventLog, newest, world, log, metrics} = parts
    this.#parts = parts
    this.#newest = newest
    this.deflates = parts.deflates
    this.#tasks = new Tasks(log, undefined, world)
    this.#events = new LogEvents(eventLog, headSize, false)
    this.#consumers = new Consumers(world)
    this.#unread = metrics.counter('relay_fan_out_unread_total', 'Messages not passed on, by reason.', ['reason'])
    this.#reader = new UpstreamReader(newest, {
      unread: reason => this.#unread.add(1, {reason}),
      begunAnew: () => {
        log.warn('the upstream has begun its numbers anew, and so consumers have to', {upstream: parts.upstream})
        this.#epochEnds.abort(new Error('The upstream has begun its numbers anew.'))
        this.#epochEnds = new AbortController()
        this.#newest = {epoch: (this.#newest?.epoch ?? 0) + 1, seq: 0}
      },
    })
    observeLog(metrics, 'relay', eventLog)
    metrics.gauge('relay_fan_out_seq', "The upstream's number of the newest event.", {}, () => this.#newest?.seq ?? 0)
    metrics.gauge('relay_fan_out_connected', 'Whether the upstream is connected.', {}, () => Number(this.#isConnected))
  }

  get ended(): Promise<void> {
    return this.#tasks.ended
  }

  async start(): Promise<void> {
    const {eventLog, log, upstream} = this.#parts
    this.#heap = new YoungHeap()
    log.info('fan-out open', {upstream, seq: this.#newest?.seq})
    this.#tasks.spawn('log', signal => abortable(eventLog.ended, signal))
    this.#tasks.spawn('upstream', signal => this.#follow(signal))
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop())
  }

  async #stop(): Promise<void> {
    await this.#tasks.stop()
    this.#heap?.[Symbol.dispose]()
    await this.#parts.eventLog.close()
  }

  async health(): Promise<object> {
    const {upstream} = this.#parts
    const consumers = this.#consumers.all().length
    return {upstream, connected: this.#isConnected, seq: this.#newest?.seq, consumers}
  }

  async fetch(request: Request): Promise<Response> {
    const {pathname, search} = new URL(request.url)
    const {upstream} = this.#parts
    // By this a relay knows another one, and does not follow it.
    const headers = {server: 'wholesky atproto-relay'}
    if (pathname === '/') {
      return new Response(about(upstream), {headers: {...headers, 'content-type': 'text/plain'}})
    }
    if (syncPath.test(pathname) && pathname !== subscribePath) {
      return new Response(null, {status: 307, headers: {...headers, location: `${upstream}${pathname}${search}`}})
    }
    const body = {error: 'MethodNotImplemented', message: 'This relay gives out the firehose of another one.'}
    return Response.json(body, {status: 501, headers})
  }

  frames(request: Request, signal: AbortSignal): Frames | Response {
    const {pathname, searchParams} = new URL(request.url)
    if (pathname !== subscribePath) return Response.json({error: 'MethodNotImplemented'}, {status: 501})
    const refused = this.#parts.refuse(request)
    if (refused) return refused
    const text = searchParams.get('cursor')
    const cursor = text === null ? undefined : Number(text)
    if (cursor !== undefined && !this.#newest) {
      const body = {error: 'ServiceUnavailable', message: 'Nothing has come of the upstream yet.'}
      return Response.json(body, {status: 503})
    }
    return this.#consumers.counted(request, cursor, this.#from(cursor, signal))
  }

  /** What comes after the upstream's number `cursor`. */
  async *#from(
    cursor: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Uint8Array[] | WireFrames, void> {
    const {world} = this.#parts
    const epochEnds = this.#epochEnds.signal
    for (const untilMs = world.now() + aheadMs; (cursor ?? 0) > (this.#newest?.seq ?? 0) && world.now() < untilMs;) {
      await this.#grown.waitUpTo(untilMs - world.now(), world, signal)
    }
    const newest = this.#newest
    if (cursor !== undefined && cursor > (newest?.seq ?? 0)) {
      return yield [
        encodeErrorFrame('FutureCursor', `The cursor is ahead of this relay, which is at ${newest?.seq ?? 0}.`),
      ]
    }
    let after: number | 'live' = 'live'
    if (cursor !== undefined && newest) {
      const {epoch} = newest
      after = await recordAt(this.#parts.eventLog, {epoch, seq: cursor})
      const missed = cursor > 0 ? await this.#missedBefore(after, cursor) : undefined
      if (missed) yield [missed]
    }
    yield* this.#events.frames(after, AbortSignal.any([signal, epochEnds]))
    if (epochEnds.aborted && !signal.aborted) {
      yield [encodeErrorFrame('FutureCursor', 'The upstream of this relay has begun its numbers anew.')]
    }
  }

  /** What tells a consumer that events between its cursor and what follows the record `after` may be gone. */
  async #missedBefore(after: number, cursor: number): Promise<Uint8Array | undefined> {
    const {eventLog} = this.#parts
    if (after >= eventLog.bounds().first) return undefined
    const {
      events: [record],
    } = await eventLog.read(after, 1)
    const next = record && placeOfRecord(record).seq
    if (next === undefined || next <= cursor + 1) return undefined
    const {t, name, message = ''} = outdatedCursor(next)
    return encodeMessageFrame(t, {name, message})
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const {upstream, world, eventLog} = this.#parts
    const request = (): Request => subscribeReposRequest(upstream, this.#reader.connecting())
    const onConnection = (connection: Connection): void => this.#noted(connection)
    for await (const frames of reconnecting({world, signal, idleMs, request, onConnection})) {
      const records = frames.flatMap(frame => this.#reader.read(frame))
      if (records.length === 0) continue
      await eventLog.append(records)
      const place = placeOfRecord(records[records.length - 1])
      // It may have begun anew after these, in the same batch.
      if (place.epoch >= (this.#newest?.epoch ?? 0)) this.#newest = place
      this.#grown.ring()
    }
  }

  #noted(connection: Connection): void {
    this.#isConnected = connection.state === 'open'
    const {log, upstream} = this.#parts
    if (connection.state === 'open') log.info('upstream connected', {upstream, cursor: this.#reader.place?.seq})
    else log.warn('upstream lost', {upstream, error: connection.error, retryMs: connection.retryMs})
  }
}

/** Opens a relay that gives out the firehose of the one at `upstream`. */
export async function openFanOut(
  upstream: string,
  config: Pick<RelayConfig, 'log' | 'replayWindow' | 'logSizeMax' | 'deflate'>,
  refuse: Parts['refuse'],
  world: World,
  log: Log,
  metrics: Metrics,
): Promise<FanOut> {
  const folder = eventLogFolder(config.log)
  // What a relay has verified is told apart from what another one says.
  const eventLog = await openEventLog(folder === undefined ? config.log : `file:${folder}-fan-out`, {
    now: world.now,
    sleep: world.sleep,
    disk: world.disk,
    ageMax: config.replayWindow,
    sizeMax: config.logSizeMax,
    recentSizeMax,
    onFull: observeFullLog(log, world.now),
  })
  const newest = await newestPlace(eventLog)
  return new FanOut({upstream, eventLog, newest, deflates: config.deflate, refuse, world, log, metrics})
}
