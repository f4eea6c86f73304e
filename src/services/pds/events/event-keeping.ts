/**
 * How long events are kept. Who follows this server reads what it missed while it was away; after some days it reads
 * repositories instead, so the oldest events go, by their age and when all of them together are too big. They go a few
 * at a time, with pauses between: an act that deletes many would hold up every writer.
 */
import {unlessFull} from '#std/out-of-space.ts'
import type {World} from '#std/world.ts'
import type {EventStore} from '../store/events/event-store.ts'

const everyMs = 60_000
/** Events deleted in one act, some fifty microseconds each at most, and the pause after it. */
const pruneCount = 100
const pauseMs = 20
/** Events measured in one read, a millisecond's work. */
const spanCount = 200

export interface EventKeepingOptions {
  store: Pick<EventStore, 'prunedTo' | 'span' | 'prune'>
  /** Events older than this go. */
  ageMaxMs: number
  /** Bytes of all events, above which the oldest go. */
  sizeMax: number
  /** Told up to which seq events are gone. */
  onPruned: (seq: number) => void
  world: Pick<World, 'now' | 'sleep'>
}

export class EventKeeping {
  readonly #options: EventKeepingOptions
  /** What is kept, measured in spans, the oldest first. What deleted accounts leave open counts until its span goes. */
  readonly #spans: {lastSeq: number; size: number}[] = []
  #size = 0

  constructor(options: EventKeepingOptions) {
    this.#options = options
  }

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await unlessFull(() => this.tend(signal))
      await this.#options.world.sleep(everyMs, signal)
    }
  }

  /** Measures what is new, and deletes what is too old or too much. */
  async tend(signal: AbortSignal): Promise<void> {
    const {store, ageMaxMs, sizeMax, onPruned, world} = this.#options
    await this.#measure(signal)
    const beforeMs = world.now() - ageMaxMs
    const toSeq = this.#excess(sizeMax)
    for (let count = pruneCount; count === pruneCount;) {
      const pruned = await store.prune({beforeMs, toSeq, limit: pruneCount})
      ;({count} = pruned)
      if (count === 0) return
      this.#forget(pruned.prunedTo)
      onPruned(pruned.prunedTo)
      await world.sleep(pauseMs, signal)
    }
  }

  async #measure(signal: AbortSignal): Promise<void> {
    const {store, world} = this.#options
    for (let from = this.#spans.at(-1)?.lastSeq ?? (await store.prunedTo()); ;) {
      const span = await store.span(from, spanCount)
      if (!span) return
      this.#spans.push(span)
      this.#size += span.size
      from = span.lastSeq
      await world.sleep(1, signal)
    }
  }

  /** Up to which seq events have to go so that the rest is no more than `sizeMax` bytes. */
  #excess(sizeMax: number): number {
    let left = this.#size
    let toSeq = 0
    for (const span of this.#spans) {
      if (left <= sizeMax) break
      left -= span.size
      toSeq = span.lastSeq
    }
    return toSeq
  }

  #forget(prunedTo: number): void {
    for (let [first] = this.#spans; first && first.lastSeq <= prunedTo; [first] = this.#spans) {
      this.#size -= first.size
      this.#spans.shift()
    }
  }
}
