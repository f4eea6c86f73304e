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
