/** How feeds are read, by day: the seam. */
import type {Did} from '#atp/syntax/did.ts'

/** How often something was done in a feed in one day: `requests`, `ms` that they took, `interactionLike` and so on. */
export interface UsageCount {
  /** Since 1970. */
  readonly day: number
  /** The feed's key. */
  readonly feed: string
  readonly what: string
  readonly count: number
}

/** Somebody has read a feed. */
export interface UsageReader {
  readonly day: number
  readonly feed: string
  readonly viewer: Did
}

/** The day in which it is written down. */
export interface UsageMoment {
  readonly day: number
  /** What is of before is dropped. */
  readonly sinceDay: number
  /** The key of the day, if it has none yet: bytes by chance. */
  readonly newKey: Uint8Array
}

/** A day of a feed. */
export interface UsageDay {
  readonly day: number
  readonly readers: number
  readonly counts: Readonly<Record<string, number>>
}

export interface UsageStore {
  /**
   * Adds them up. Of a reader a number of 48 bits is kept, made with the key of the day, and the keys of other days are
   * dropped: who read is found neither by trying DIDs nor by holding days against each other.
   */
  add(counts: readonly UsageCount[], readers: readonly UsageReader[], moment: UsageMoment): Promise<void>
  /** The days of a feed of which there is something, the newest first. */
  days(feed: string, limit: number): Promise<readonly UsageDay[]>
}
