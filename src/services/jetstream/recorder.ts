/**
 * Writes what the stream tells into the log, each event once. Rows and cursor of this view are one: where to go on stands
 * in the log itself, so there is nothing beside it that could be a step ahead or behind.
 */
import type {EventLog} from '#engines/event-log/event-log.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import type {World} from '#std/world.ts'
import type {Cursor, StreamEvent} from '#stream/verified-events.ts'
import type {ViewStore} from '#stream/view.ts'
import {encodeRecord, sourceOfRecord, type Source} from './log-record.ts'
import {toldOf} from './told.ts'

const beforeAll: Source = {timeMicros: 0, seq: 0, left: 0}

interface Deps {
  readonly world: Pick<World, 'now'>
  readonly eventLog: EventLog
  readonly metrics: Metrics
}

export class Recorder implements ViewStore {
  readonly #deps: Deps
  readonly #written
  /** Of the last record in the log. */
  #last: Source | undefined

  constructor(deps: Deps) {
    this.#deps = deps
    this.#written = deps.metrics.counter('jetstream_events_total', 'Events taken from the relay, by type.', ['type'])
  }

  /** A log holds the events of one stream. What left no record since its last one is asked for again. */
  async cursor(): Promise<Cursor | undefined> {
    this.#last ??= await lastSource(this.#deps.eventLog)
    // An event of which only some records were written in time is asked for again.
    return this.#last && this.#last.seq - (this.#last.left > 0 ? 1 : 0)
  }

  async apply(_: string, events: readonly StreamEvent[], cursor: Cursor): Promise<void> {
    let last = (await this.cursor()) === undefined ? beforeAll : (this.#last ?? beforeAll)
    // The numbers of the stream have begun anew.
    if (cursor < last.seq) last = {...last, seq: cursor, left: 0}
    const records: Uint8Array[] = []
    const written = new Map<string, number>()
    for (const event of events) {
      if (event.t === '#info' || event.seq < last.seq) continue
      const told = toldOf(event)
      // With fewer records than were left it is another event of that number, whose relay has begun anew.
      const count = event.seq === last.seq && last.left < told.length ? last.left : told.length
      for (let left = count - 1; left >= 0; left--) {
        last = {timeMicros: this.#after(last.timeMicros), seq: event.seq, left}
        records.push(encodeRecord(told[told.length - 1 - left], last))
      }
      if (count > 0) written.set(event.t, (written.get(event.t) ?? 0) + 1)
    }
    if (records.length > 0) await this.#deps.eventLog.append(records)
    this.#last = last
    for (const [type, count] of written) this.#written.add(count, {type})
  }

  /** Rises with every event, so that it names one. */
  #after(micros: number): number {
    return Math.max(micros + 1, Math.floor(this.#deps.world.now() * 1_000))
  }
}

async function lastSource(log: EventLog): Promise<Source | undefined> {
  const {last} = log.bounds()
  const [record] = (await log.read(last - 1, 1)).events
  return record && sourceOfRecord(record)
}
