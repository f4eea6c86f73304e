/**
 * Limits for a service of one process. The number of keys is bounded; past it, the key whose window opened first is
 * forgotten, which can only be too kind to it.
 */
import type {Count, Limits, RateVerdict} from './limits.ts'

interface Window {
  used: number
  readonly resetAt: number
}

export class InProcessLimits implements Limits {
  readonly #now: () => number
  readonly #keysMax: number
  /** By the name of the count, then by key, in the order in which the windows opened, and so end. */
  readonly #windows = new Map<string, Map<string, Window>>()

  /** `now` in milliseconds since 1970; `keysMax` are held of each count. */
  constructor(now: () => number, keysMax = 100_000) {
    this.#now = now
    this.#keysMax = keysMax
  }

  /** Keys whose windows are held. */
  get size(): number {
    let size = 0
    for (const windows of this.#windows.values()) size += windows.size
    return size
  }

  async take(counts: readonly Count[], points = 1): Promise<RateVerdict[]> {
    const now = this.#now()
    const open = counts.map(count => this.#open(count, now))
    const allowed = open.map(({used}, i) => used + points <= counts[i].limit)
    if (allowed.every(Boolean)) for (const window of open) window.used += points
    return counts.map(({limit, windowMs}, i) => {
      const {used, resetAt} = open[i]
      return {allowed: allowed[i], limit, windowMs, remaining: limit - used, resetAt}
    })
  }

  async giveBack(counts: readonly Count[], points = 1): Promise<void> {
    const now = this.#now()
    for (const {name, key} of counts) {
      const window = this.#windows.get(name)?.get(key)
      if (window && window.resetAt > now) window.used = Math.max(0, window.used - points)
    }
  }

  #open({name, key, windowMs}: Count, now: number): Window {
    let windows = this.#windows.get(name)
    if (!windows) this.#windows.set(name, (windows = new Map()))
    this.#forget(windows, now, key)
    let window = windows.get(key)
    if (!window) windows.set(key, (window = {used: 0, resetAt: now + windowMs}))
    return window
  }

  /** Lets go of what has ended, and makes room for `asked` if it is new. */
  #forget(windows: Map<string, Window>, now: number, asked: string): void {
    for (const [key, {resetAt}] of windows) {
      if (resetAt > now && (windows.size < this.#keysMax || windows.has(asked))) return
      windows.delete(key)
    }
  }
}
