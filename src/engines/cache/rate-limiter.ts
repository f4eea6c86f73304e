/**
 * So many points a window for each key, as the official servers count: the window opens with a key's first call and
 * lasts `windowMs`. The number of keys is bounded; past it, the key whose window opened first is forgotten, which can
 * only be too kind to it.
 */

export interface RateLimit {
  /** Points a window. */
  readonly limit: number
  readonly windowMs: number
}

export interface RateVerdict extends RateLimit {
  readonly allowed: boolean
  readonly remaining: number
  /** When the window ends, in milliseconds since 1970. */
  readonly resetAt: number
}

export class RateLimiter {
  readonly #limit: RateLimit
  readonly #now: () => number
  readonly #keysMax: number
  /** In the order in which their windows opened, and so end. */
  readonly #windows = new Map<string, {used: number; resetAt: number}>()

  constructor(options: RateLimit & {now: () => number; keysMax?: number}) {
    this.#limit = options
    this.#now = options.now
    this.#keysMax = options.keysMax ?? 100_000
  }

  /** Keys whose windows are held. */
  get size(): number {
    return this.#windows.size
  }

  /** Takes `points` for `key`, unless that is more than remain. */
  take(key: string, points = 1): RateVerdict {
    const {limit, windowMs} = this.#limit
    const now = this.#now()
    this.#forget(now)
    let window = this.#windows.get(key)
    if (!window) this.#windows.set(key, (window = {used: 0, resetAt: now + windowMs}))
    const allowed = window.used + points <= limit
    if (allowed) window.used += points
    return {allowed, limit, windowMs, remaining: limit - window.used, resetAt: window.resetAt}
  }

  /** Gives back what was taken in the window that is open. */
  giveBack(key: string, points = 1): void {
    const window = this.#windows.get(key)
    if (window && window.resetAt > this.#now()) window.used = Math.max(0, window.used - points)
  }

  #forget(now: number): void {
    for (const [key, {resetAt}] of this.#windows) {
      if (resetAt > now && this.#windows.size < this.#keysMax) return
      this.#windows.delete(key)
    }
  }
}

/** The verdict that leaves the least: what a client that is under several limits is told. */
export const tightest = (verdicts: readonly RateVerdict[]): RateVerdict | undefined =>
  verdicts.toSorted((a, b) => Number(a.allowed) - Number(b.allowed) || a.remaining - b.remaining)[0]

/** `RateLimit-Limit`, `-Remaining`, `-Reset` (seconds since 1970) and `-Policy`, as the official PDS sends them. */
export function setRateLimitHeaders(headers: Headers, verdict: RateVerdict, now: number): void {
  const {allowed, limit, windowMs, remaining, resetAt} = verdict
  headers.set('ratelimit-limit', String(limit))
  headers.set('ratelimit-remaining', String(Math.max(0, remaining)))
  headers.set('ratelimit-reset', String(Math.floor(resetAt / 1_000)))
  headers.set('ratelimit-policy', `${limit};w=${Math.ceil(windowMs / 1_000)}`)
  if (!allowed) headers.set('retry-after', String(Math.max(1, Math.ceil((resetAt - now) / 1_000))))
}
