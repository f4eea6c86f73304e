/**
 * Follows the relay and writes what it tells into the log, each event once: where to go on stands in the log itself,
 * so there is nothing beside it that could be a step ahead or behind.
 */
import type {EventLog, Seq} from '#engines/event-log/event-log.ts'
import {observeLag} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {Firehose, type FirehoseEvent, type FirehoseOptions} from '#sdk/firehose.ts'
import {warnOnce, type Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {toldOf} from './event-json.ts'
import {encodeRecord, sourceOfRecord, type Source} from './log-record.ts'

/** Bytes that may wait for the disk before the relay does. */
const waitingSizeMax = 4 * 2 ** 20
const beforeAll: Source = {timeMicros: 0, seq: 0, left: 0}

interface Deps {
  readonly world: Pick<World, 'now' | 'random' | 'sleep' | 'subscribe'>
  readonly upstream: string
  readonly identities: FirehoseOptions['identities']
  readonly start: 'oldest' | 'live'
  readonly eventLog: EventLog
  readonly log: Log
  readonly metrics: Metrics
}

export class Recorder {
  readonly #deps: Deps
  readonly #written
  readonly #dropped
  readonly #took
  readonly #tell
  #last = beforeAll
  #waitingSize = 0

  constructor(deps: Deps) {
    this.#deps = deps
    const {metrics, world, log} = deps
    this.#tell = warnOnce(log)
    this.#took = observeLag(metrics, 'jetstream', world.now)
    this.#written = metrics.counter('jetstream_events_total', 'Events taken from the relay, by type.', ['type'])
    this.#dropped = metrics.counter('jetstream_dropped_total', 'Events of the relay not taken, by reason.', ['reason'])
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const {eventLog, start, log} = this.#deps
    const last = await lastSource(eventLog)
    this.#last = last ?? beforeAll
    // An event of which only some records were written in time is asked for again.
    let cursor = last ? last.seq - (last.left > 0 ? 1 : 0) : start === 'oldest' ? 0 : undefined
    while (!signal.aborted) {
      try {
        for await (const event of this.#firehose(cursor, signal)) await this.#record(event)
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error
        log.error('the relay has lost its place, beginning from its oldest event', {error})
        this.#last = {...this.#last, seq: 0, left: 0}
        cursor = 0
      }
    }
  }

  #firehose(cursor: number | undefined, signal: AbortSignal): Firehose {
    const {world, upstream, identities, log} = this.#deps
    return new Firehose({
      world,
      service: upstream,
      identities,
      cursor,
      signal,
      // The relay has looked at its clock. What it has passed on is not lost here because ours is behind.
      revFutureMaxMs: Infinity,
      onDrop: (reason, detail) => {
        this.#dropped.add(1, {reason})
        this.#tell(reason, 'event dropped', {upstream, reason, detail})
      },
      onConnection: connection => {
        if (connection.state === 'open') log.info('relay connected', {upstream})
        else log.warn('relay lost', {upstream, error: connection.error, retryMs: connection.retryMs})
      },
    })
  }

  async #record(event: FirehoseEvent): Promise<void> {
    if (event.t === '#info') return this.#deps.log.warn('the relay tells', {name: event.name, text: event.message})
    const {seq} = event
    this.#took(event.time)
    const told = toldOf(event)
    const count = seq === this.#last.seq ? this.#last.left : told.length
    const records: Uint8Array[] = []
    for (const one of told.slice(told.length - count)) {
      this.#last = {timeMicros: this.#nextMicros(), seq, left: count - records.length - 1}
      records.push(encodeRecord(one, this.#last))
    }
    if (records.length === 0) return
    this.#written.add(1, {type: event.t})
    await this.#append(records)
  }

  /** Rises with every event, so that it names one. */
  #nextMicros(): number {
    return Math.max(this.#last.timeMicros + 1, Math.floor(this.#deps.world.now() * 1_000))
  }

  /** Waits for the disk only when much is on its way there. That it failed is told by the end of the log too. */
  async #append(records: readonly Uint8Array[]): Promise<void> {
    for (const {length} of records) this.#waitingSize += length
    const done: Promise<Seq> = this.#deps.eventLog.append(records)
    done.catch(() => {})
    if (this.#waitingSize < waitingSizeMax) return
    await done
    this.#waitingSize = 0
  }
}

async function lastSource(log: EventLog): Promise<Source | undefined> {
  const {last} = log.bounds()
  const [record] = (await log.read(last - 1, 1)).events
  return record && sourceOfRecord(record)
}
