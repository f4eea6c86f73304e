/**
 * Runs a view: whatever is made of the stream of verified events, from a log of JSON to an index of everything. A view is
 * its rows and its cursor, which change in one act (`ViewStore`); reading, waiting, trying again and telling how it goes is
 * the same for all of them and stands here.
 *
 * - Events that came while an act went on, or shortly after it began, are applied together, up to a bound, and no more is
 *   read while that is reached.
 * - A full disk, or a queue that is full, passes by itself: the same events are tried again.
 * - A stream that has lost its place (`LostPlace`) may have told of anything meanwhile: the view is told so as by
 *   `#info OutdatedCursor`, its cursor is 0 from then on, and it begins at the oldest event there is. Rows stay: what an
 *   event says is held against them by its revision.
 * - Anything else that is thrown is a fault of ours, and ends the view aloud.
 */
import {observeFrames, observeLag} from '#runtime/health/engine-metrics.ts'
import type {Counter, Metrics} from '#runtime/health/metrics.ts'
import {LostPlace} from '#sdk/checked-stream.ts'
import {Bell, Overloaded} from '#std/waiting/async.ts'
import {warnOnce, type Log} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import type {World} from '#std/world.ts'
import type {Cursor, EventBatch, StreamEvent, VerifiedEvents} from './verified-events.ts'

/** The rows of a view, and how far it has come with each stream. */
export interface ViewStore {
  /** The last event of a stream that was dealt with; undefined before the first. */
  cursor(source: string): Promise<Cursor | undefined>
  /**
   * Applies events in their order and notes the cursor after them, in one act, and resolves once that is durable. An event
   * that was applied before changes nothing. Events may be missing, for which `rev`, `since` and `#sync` are to be looked
   * at. After a cursor below the one before, the stream's numbers have begun anew. One call at a time for each stream.
   */
  apply(source: string, events: readonly StreamEvent[], cursor: Cursor): Promise<void>
  /** How much was left out since the start, by reason. */
  readonly skipped?: ReadonlyMap<string, number>
}

/** Counts what a stream drops before a view sees it, by its reason, and tells of the first of each. */
export class Drops {
  readonly #counter: Counter
  readonly #tell: ReturnType<typeof warnOnce>

  constructor(counter: Counter, log: Log) {
    this.#counter = counter
    this.#tell = warnOnce(log)
  }

  count(reason: string, fields: Readonly<Record<string, string>>): void {
    this.#counter.add(1, {reason})
    this.#tell(reason, 'event dropped', {...fields, reason})
  }
}

/** What a view shows of itself to operators. One for all the streams of a view. */
export class ViewNumbers {
  readonly service: string
  readonly metrics: Metrics
  /** Told the time of the newest event that was applied. */
  readonly took: (time: string) => void

  constructor(service: string, metrics: Metrics, now: () => number) {
    this.service = service
    this.metrics = metrics
    this.took = observeLag(metrics, service, now)
    observeFrames(metrics)
  }
}

export interface ViewOptions {
  readonly source: VerifiedEvents
  readonly store: ViewStore
  /** Where a view begins that has no cursor yet. */
  readonly start: 'oldest' | 'live'
  readonly numbers: ViewNumbers
  readonly world: Pick<World, 'now' | 'sleep'>
  readonly log: Log
  /**
   * Milliseconds, 20 unless given. An act begins so long after the one before, or later: what a busy stream brings by ones
   * and twos is applied, written and synced together, and what comes after a quiet while is applied at once.
   */
  readonly gatherMs?: number
}

/** Events that wait to be applied, and about as many bytes of their frames. */
const waitingCountMax = 1_000
const waitingSizeMax = 8 * 2 ** 20
const retryMs = 1_000
const retryMsMax = 60_000
const infoLengthMax = 500

const waitMs = (tries: number): number => Math.min(retryMs * 2 ** tries, retryMsMax)

/** What passes by itself. */
const isPassing = (error: unknown): boolean => error instanceof OutOfSpace || error instanceof Overloaded

/** Follows a stream and keeps the view in step with it, until the signal aborts or the stream ends. */
export async function runView(options: ViewOptions, signal: AbortSignal): Promise<void> {
  const {source, store, start, world, log} = options
  let after: Cursor | 'live' = (await store.cursor(source.name)) ?? (start === 'oldest' ? 0 : 'live')
  const applier = new Applier(options, after)
  for (let losses = 0; !signal.aborted;) {
    const before = applier.acts
    try {
      return await follow(options, applier, after, signal)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof LostPlace)) throw error
      log.error('the stream has lost its place, beginning from its oldest event', {source: source.name, error})
      // A server that says so each time is asked ever less often.
      losses = applier.acts > before ? 1 : losses + 1
      await applier.apply([{t: '#info', name: 'OutdatedCursor', message: error.message}], 0, signal)
      after = 0
      await world.sleep(waitMs(losses - 1), signal).catch(() => {})
    }
  }
}

/** Reads and applies beside each other. */
async function follow(
  {source, world, gatherMs = 20}: ViewOptions,
  applier: Applier,
  after: Cursor | 'live',
  signal: AbortSignal,
): Promise<void> {
  const ending = new AbortController()
  const either = AbortSignal.any([signal, ending.signal])
  const waiting = new Waiting()
  const read = async (): Promise<void> => {
    try {
      for await (const batch of source.follow(after, either)) await waiting.put(batch, either)
      waiting.end()
    } catch (error) {
      waiting.end(either.aborted ? undefined : error)
    }
  }
  const reading = read()
  try {
    for (let taken; (taken = await waiting.take());) {
      if (signal.aborted) return
      const startMs = world.now()
      await applier.apply(taken.events, taken.last, signal)
      const restMs = gatherMs - (world.now() - startMs)
      if (restMs > 0 && !waiting.hasEnded) await world.sleep(Math.min(restMs, gatherMs), signal).catch(() => {})
    }
  } finally {
    ending.abort()
    await reading
  }
}

class Applier {
  /** Since the start. */
  acts = 0
  readonly #options: ViewOptions
  readonly #tell: ReturnType<typeof warnOnce>
  readonly #told = new Set<string>()
  #cursor: Cursor

  constructor(options: ViewOptions, after: Cursor | 'live') {
    const {source, numbers, log} = options
    this.#options = options
    this.#tell = warnOnce(log)
    const bounds = source.bounds()
    this.#cursor = after === 'live' ? (bounds?.last ?? 0) : after
    if (!bounds) return
    const labels = {service: numbers.service, source: source.name}
    numbers.metrics.gauge('view_events_behind', 'Events of the stream that are yet to be applied.', labels, () =>
      Math.max(0, (source.bounds()?.last ?? 0) - this.#cursor),
    )
  }

  async apply(events: readonly StreamEvent[], cursor: Cursor, signal: AbortSignal): Promise<void> {
    const {source, store, numbers, world} = this.#options
    for (const event of events) {
      if (event.t !== '#info') continue
      const {name, message} = event
      this.#tell('#info', 'the stream tells', {source: source.name, name, text: message?.slice(0, infoLengthMax)})
    }
    for (let tries = 0; ; tries++) {
      try {
        await store.apply(source.name, events, cursor)
        break
      } catch (error) {
        if (!isPassing(error)) throw error
        this.#tell((error as Error).name, 'a view waits', {service: numbers.service, error})
        await world.sleep(waitMs(tries), signal)
      }
    }
    this.acts++
    this.#cursor = cursor
    const newest = events.findLast(event => event.t !== '#info')
    if (newest) numbers.took(newest.time)
    this.#tellSkipped()
  }

  #tellSkipped(): void {
    const {store, numbers, log} = this.#options
    for (const [reason, count] of store.skipped ?? []) {
      if (this.#told.has(reason)) continue
      this.#told.add(reason)
      log.warn('left out: the first of its kind', {service: numbers.service, reason, count})
    }
  }
}

/** What was read and waits to be applied. Decoded as it comes, while the other readers of it are at the same place. */
class Waiting {
  readonly #filled = new Bell()
  readonly #room = new Bell()
  #events: StreamEvent[] = []
  #last: Cursor | undefined
  #size = 0
  #ended: {readonly error: unknown} | undefined

  get hasEnded(): boolean {
    return this.#ended !== undefined
  }

  /** Waits for room. Rejects when the signal aborts. */
  async put(batch: EventBatch, signal: AbortSignal): Promise<void> {
    while (this.#events.length >= waitingCountMax || this.#size >= waitingSizeMax) await this.#room.wait(signal)
    this.#events.push(...batch.events())
    for (const {length} of batch.frames) this.#size += length
    this.#last = batch.last
    this.#filled.ring()
  }

  end(error?: unknown): void {
    this.#ended ??= {error}
    this.#filled.ring()
  }

  /** All that waits, as soon as there is something; `undefined` at the end, unless that was by an error. */
  async take(): Promise<{events: readonly StreamEvent[]; last: Cursor} | undefined> {
    while (this.#last === undefined) {
      if (this.#ended?.error !== undefined) throw this.#ended.error
      if (this.#ended) return undefined
      await this.#filled.wait()
    }
    const taken = {events: this.#events, last: this.#last}
    this.#events = []
    this.#last = undefined
    this.#size = 0
    this.#room.ring()
    return taken
  }
}
