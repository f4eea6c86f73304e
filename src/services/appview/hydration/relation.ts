/** How the viewer stands to accounts, records and lists, and accounts to each other. */

/** What only records of these two say. URIs are of the records by which it is so. */
export interface Follows {
  following?: string
  followedBy?: string
}

export interface Relation extends Follows {
  /** The URI of the record by which it is so. */
  blocking?: string
  blockedBy?: boolean
  /** The number of the list by which it is so. */
  blockingByList?: number
  blockedByList?: boolean
  muted?: 'all' | 'reposts' | 'quoteposts'
  mutedByList?: number
  /** Of whose posts, and replies, the viewer wishes to hear each. */
  subscription?: {readonly post: boolean; readonly reply: boolean}
}

/** What the viewer has done with a record. */
export interface Marks {
  /** URIs of the viewer's records. */
  like?: string
  repost?: string
  bookmarked?: boolean
}

/** Of a list: how long it is, and whether the viewer mutes or blocks by it. */
export interface ListState {
  readonly size: number
  readonly isMuted: boolean
  /** The URI of the viewer's record. */
  readonly blocking: string | undefined
}

/** Two accounts. */
export type Pair = readonly [number, number]
export const pairKey = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`)
