/**
 * Events that were decoded by whoever appended them, for readers that have yet to come to them: a ring, since their
 * numbers follow one another. A `Map` that is filled at one end and emptied at the other makes its table anew every few
 * events, each table knows the next, and V8 keeps all of a chain of which one has grown old, events and blocks with it.
 */
import type {Cursor, StreamEvent} from './verified-events.ts'

/** Events that are held; a power of two. */
const countMax = 4_096
/** Bytes of their frames. */
const sizeMax = 4 * 2 ** 20

interface Handed {
  readonly event: StreamEvent
  readonly size: number
}

export class HandedEvents {
  /** An event's place is its number, modulo the length. */
  readonly #ring: (Handed | undefined)[] = Array.from({length: countMax}, () => undefined)
  #first: Cursor = 0
  /** The number after the last. */
  #next: Cursor = 0
  #size = 0

  get count(): number {
    return this.#next - this.#first
  }

  get(seq: Cursor): StreamEvent | undefined {
    return seq >= this.#first && seq < this.#next ? this.#ring[seq % countMax]?.event : undefined
  }

  /** Adds the event after the last, or the first of others. The oldest go where there are too many. */
  add(seq: Cursor, event: StreamEvent, size: number): void {
    if (seq !== this.#next) {
      this.dropThrough(Infinity)
      this.#first = this.#next = seq
    }
    if (this.count === countMax) this.dropThrough(this.#first)
    this.#ring[seq % countMax] = {event, size}
    this.#next++
    this.#size += size
    while (this.#size > sizeMax) this.dropThrough(this.#first)
  }

  /** Lets go of all up to and including `seq`. */
  dropThrough(seq: Cursor): void {
    for (; this.#first < this.#next && this.#first <= seq; this.#first++) {
      const place = this.#first % countMax
      this.#size -= this.#ring[place]?.size ?? 0
      this.#ring[place] = undefined
    }
  }
}
