/** How feeds are read, by day: the seam. */

/** How often something was done in a feed in one day: `requests`, `ms` that they took, `interactionLike` and so on. */
export interface UsageCount {
  /** Since 1970. */
  readonly day: number
  /** The feed's key. */
  readonly feed: string
  readonly what: string
  readonly count: number
}

/** Somebody has read a feed; told apart from others by a number of 48 bits. */
export interface UsageReader {
  readonly day: number
  readonly feed: string
  readonly reader: number
}

/** A day of a feed. */
export interface UsageDay {
  readonly day: number
  readonly readers: number
  readonly counts: Readonly<Record<string, number>>
}

export interface UsageStore {
  /** Adds them up, and drops what is of before `sinceDay`. */
  add(counts: readonly UsageCount[], readers: readonly UsageReader[], sinceDay: number): Promise<void>
  /** The days of a feed of which there is something, the newest first. */
  days(feed: string, limit: number): Promise<readonly UsageDay[]>
}
