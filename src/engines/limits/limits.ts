/**
 * Rate limits as a seam: so many points a window for each key, as the official servers count. Several processes of one
 * service count together when an engine that they share stands behind it; each method is one atomic act there.
 */

export interface RateLimit {
  /** Points a window. */
  readonly limit: number
  readonly windowMs: number
}

/** What is counted for whom: a window opens with a key's first call and lasts `windowMs`. */
export interface Count extends RateLimit {
  /** Tells this count from all others; its limit and window are the same each time. */
  readonly name: string
  readonly key: string
}

export interface RateVerdict extends RateLimit {
  readonly allowed: boolean
  readonly remaining: number
  /** When the window ends, in milliseconds since 1970. */
  readonly resetAt: number
}

export interface Limits {
  /**
   * Takes `points` from each count, or from none where that is more than remain of one. The verdicts are in the order of
   * the counts, each of its own.
   */
  take(counts: readonly Count[], points?: number): Promise<RateVerdict[]>
  /** Gives back what was taken, to the windows that are open. */
  giveBack(counts: readonly Count[], points?: number): Promise<void>
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
