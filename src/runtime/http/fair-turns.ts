/**
 * When requests are begun. All that are ready when the event loop looks are else answered in one go, before it looks
 * again: five hundred that take twenty milliseconds each would stop everything in this process for ten seconds. So only
 * so much is begun in one turn of the loop; the rest waits, and strangers take turns, so that who asks for much at once
 * waits for himself.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'

/** Once this much of a turn is spent nothing more is begun in it. */
const turnMs = 25

export class FairTurns {
  readonly #waiting = new Map<string, (() => void)[]>()
  /** When the first was begun in this turn of the loop. */
  #beganMs: number | undefined
  readonly #renew = (): void => {
    this.#beganMs = undefined
  }

  /** Begin when it resolves, or at once when there is nothing to wait for. `key` names the stranger. */
  take(key: () => string): Promise<void> | undefined {
    const isFirst = this.#waiting.size === 0
    if (isFirst && this.#hasTime()) return undefined
    const {promise, resolve} = Promise.withResolvers<void>()
    const name = key()
    const queue = this.#waiting.get(name)
    if (queue) queue.push(resolve)
    else this.#waiting.set(name, [resolve])
    if (isFirst) void this.#beginAll()
    return promise
  }

  #hasTime(): boolean {
    if (this.#beganMs === undefined) {
      this.#beganMs = performance.now()
      setImmediate(this.#renew)
    }
    return performance.now() - this.#beganMs < turnMs
  }

  async #beginAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      await nextTurn()
      while (this.#waiting.size > 0 && this.#hasTime()) {
        this.#beginNext()
        // All of it that needs nobody else is done before the time is looked at.
        await new Promise<void>(resolve => process.nextTick(resolve))
      }
    }
  }

  #beginNext(): void {
    const [[name, queue]] = this.#waiting
    const begin = queue.shift()
    // Behind all others.
    this.#waiting.delete(name)
    if (queue.length > 0) this.#waiting.set(name, queue)
    begin?.()
  }
}
