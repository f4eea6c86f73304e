/** A clock that a test moves by hand: hours pass in milliseconds, and nothing depends on how busy the machine is. */
import {setImmediate as turn} from 'node:timers/promises'

interface Sleeper {
  readonly atMs: number
  readonly wake: () => void
}

export class HandClock {
  #nowMs: number
  readonly #sleepers = new Set<Sleeper>()

  constructor(nowMs = 0) {
    this.#nowMs = nowMs
  }

  readonly now = (): number => this.#nowMs

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const leave = (): void => {
        this.#sleepers.delete(sleeper)
        reject(signal?.reason as Error)
      }
      const wake = (): void => {
        signal?.removeEventListener('abort', leave)
        this.#sleepers.delete(sleeper)
        resolve()
      }
      const sleeper = {atMs: this.#nowMs + ms, wake}
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', leave, {once: true})
    })

  /** Lets time pass: whoever sleeps is woken at his time, and what follows from it happens before it goes on. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    await settled()
    for (;;) {
      const next = [...this.#sleepers].toSorted((a, b) => a.atMs - b.atMs)[0]
      if (!next || next.atMs > endMs) break
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.wake()
      await settled()
    }
    this.#nowMs = endMs
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await turn()
}
