/**
 * Who works next. A host sends its events one batch after the other, so each waits for at most one turn: served in the
 * order in which they asked, hosts come round one by one, however much each of them has to send. Small batches, which
 * are those of quiet hosts, need no turn.
 */
import {Bell} from '#std/async.ts'

export interface TurnsOptions {
  /** Batches that are worked on at the same time. */
  readonly countMax: number
  /** A batch of as many events or fewer goes at once. */
  readonly smallMax: number
}

export class Turns {
  readonly #options: TurnsOptions
  readonly #waiting: Bell[] = []
  #working = 0

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  /** Does `work`, which is about `size` events, in its turn. Rejects when the signal aborts before that comes. */
  async take<T>(size: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (size <= this.#options.smallMax) return work()
    await this.#begin(signal)
    try {
      return await work()
    } finally {
      this.#end()
    }
  }

  async #begin(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#working < this.#options.countMax) {
      this.#working++
      return
    }
    const called = new Bell()
    this.#waiting.push(called)
    try {
      // Whoever ends a turn hands it over, so that nobody who comes now takes it first.
      await called.wait(signal)
    } catch (error) {
      const at = this.#waiting.indexOf(called)
      if (at >= 0) this.#waiting.splice(at, 1)
      else this.#end()
      throw error
    }
  }

  #end(): void {
    const next = this.#waiting.shift()
    if (next) next.ring()
    else this.#working--
  }
}
