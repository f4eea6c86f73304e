/**
 * Who works next. A host sends its events one batch after the other, so each waits for at most one turn, and hosts come
 * round one by one, however much each of them has to send. Small batches, which are those of quiet hosts, need no turn.
 */
import {Places} from '#std/waiting/places.ts'

export interface TurnsOptions {
  /** Batches that are worked on at the same time. */
  readonly countMax: number
  /** A batch of as many events or fewer goes at once. */
  readonly smallMax: number
}

export class Turns {
  readonly #smallMax: number
  /** By host, of which no more wait than are followed. */
  readonly #places: Places

  constructor({countMax, smallMax}: TurnsOptions) {
    this.#smallMax = smallMax
    this.#places = new Places({max: countMax, waitingMax: Infinity})
  }

  /**
   * Does `work` for a host, which is about `size` events, in its turn. Rejects when the signal aborts before that
   * comes.
   */
  take<T>(host: string, size: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return size <= this.#smallMax ? work() : this.#places.with(host, work, signal)
  }
}
