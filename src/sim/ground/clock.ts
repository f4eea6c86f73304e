/**
 * The one clock of a simulation, which is also its only source of things to come. Whoever waits stands in a queue by
 * the time at which they are due, and the clock goes from one to the next: hours pass in milliseconds, and between two
 * of them the event loop has one turn, in which all that follows from the first may happen. Promise jobs and immediates
 * run in the order in which they were made, so a run that takes nothing else from outside is the same each time.
 */
import {setImmediate as turn} from 'node:timers/promises'

interface Due {
  readonly atMs: number
  /** Of two that are due at the same time, the one that was asked for first comes first. */
  readonly order: number
  readonly act: () => void
  isCancelled: boolean
}

export class SimClock {
  #nowMs: number
  #order = 0
  /** When something last came of what was waited for. */
  #progressMs: number
  /** A binary heap, the next to come at its root. */
  readonly #heap: Due[] = []

  /** Begins at this time, in milliseconds since 1970. */
  constructor(nowMs: number) {
    this.#nowMs = this.#progressMs = nowMs
  }

  /** True time: that of no machine, each of which may go wrong by its own. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Does `act` after so many milliseconds, unless the function that it gives is called before. */
  after(ms: number, act: () => void): () => void {
    const due = {atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, act, isCancelled: false}
    this.#heap.push(due)
    this.#rise(this.#heap.length - 1)
    return () => {
      due.isCancelled = true
    }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const leave = (): void => {
        cancel()
        reject(signal?.reason as Error)
      }
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      })
      signal?.addEventListener('abort', leave, {once: true})
    })
  }

  /** Something has come of what is waited for. */
  progressed(): void {
    this.#progressMs = this.#nowMs
  }

  /**
   * Lets time pass until `work` has settled, and settles as it does. Rejects when nothing is to come and it has not, when
   * more than `silentMs` pass in which nothing has come of it (`progressed`), and when `signal` aborts.
   */
  async runUntil<T>(
    work: Promise<T>,
    {silentMs = Infinity, signal}: {silentMs?: number; signal?: AbortSignal} = {},
  ): Promise<T> {
    const state = {isOver: false}
    const over = (): void => {
      state.isOver = true
    }
    work.then(over, over)
    for (let idleTurns = 0; !state.isOver;) {
      signal?.throwIfAborted()
      const due = this.#next()
      if (due) {
        idleTurns = 0
        this.#nowMs = due.atMs
        if (due.atMs - this.#progressMs > silentMs) throw new Error(`Nothing has come of ${silentMs / 60_000} minutes.`)
        due.act()
      } else if (++idleTurns > idleTurnsMax) {
        throw new Error('Nothing is to come any more, and what was waited for has not happened.')
      }
      await turn()
    }
    return work
  }

  #next(): Due | undefined {
    for (;;) {
      const [root] = this.#heap
      if (!root) return undefined
      const last = this.#heap.pop() as Due
      if (last !== root) {
        this.#heap[0] = last
        this.#sink()
      }
      if (!root.isCancelled) return root
    }
  }

  #rise(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(): void {
    for (let at = 0; ;) {
      const left = 2 * at + 1
      let least = at
      for (const child of [left, left + 1]) if (child < this.#heap.length && this.#isBefore(child, least)) least = child
      if (least === at) return
      this.#swap(at, least)
      at = least
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a]
    this.#heap[a] = this.#heap[b]
    this.#heap[b] = held
  }
}

/** Turns of the event loop in which work that waits for no time may come to its end. */
const idleTurnsMax = 1_000
