/**
 * The posts of the last days with their counts, which feeds took which, and who follows whom among those who read: the
 * seam. Filled as a view is (`apply`: rows and cursor in one act), read a page at a time.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {KeptPost, PostQuery} from '#sdk/feed/feed.ts'
import type {Cursor} from '#stream/verified-events.ts'
import type {Change} from '../index/changes.ts'

/**
 * Where a post stands among all: by its time, and among those of one millisecond by the hash of its first CID. Two accounts
 * may write the same at the same time: among those by number.
 */
export interface Place {
  readonly timeMs: number
  /** 32 bytes. */
  readonly digest: Uint8Array
  /** Left out, it is after all that have the same time and hash. */
  readonly id?: number
}

export interface StoredPost extends KeptPost {
  readonly id: number
  readonly digest: Uint8Array
}

/** Whose posts, with all that it takes to know that. */
export type Whose =
  | {readonly of: 'everybody'}
  | {readonly of: 'taken'; readonly key: string}
  | {readonly of: 'follows' | 'mutuals' | 'liked by follows'; readonly viewer: Did}
  | {readonly of: 'authors'; readonly dids: readonly Did[]}

export type Filter = Pick<PostQuery, 'likesMin' | 'repostsMin' | 'repliesMin' | 'withoutReplies' | 'withoutMarked'> & {
  /** Milliseconds since 1970. */
  readonly sinceMs?: number
}

/** Whom a viewer follows, as its own server tells, with the record keys of the follows. */
export interface Followed {
  readonly subject: Did
  readonly rkey: string
}

export interface PostStore {
  cursor(source: string): Promise<Cursor | undefined>
  /** Applies changes in their order and notes the cursor, in one act. What was applied before changes nothing. */
  apply(source: string, changes: readonly Change[], cursor: Cursor): Promise<void>
  /**
   * Posts newest first, after a place or from the newest on. It looks through 20,000 posts at most, and of the accounts that
   * a viewer follows, or that are named, 2,000 of them, at the newest hundred posts, or thirty likes.
   */
  newest(whose: Whose, filter: Filter, after: Place | undefined, limit: number): Promise<readonly StoredPost[]>
  /** The posts of these numbers that are there, in this order. */
  posts(ids: readonly number[]): Promise<readonly (StoredPost | undefined)[]>
  /**
   * Drops some of what is older than `beforeMs`, and what was kept for viewers who were not seen since `seenSinceMs`. True
   * while there is more.
   */
  dropOld(beforeMs: number, seenSinceMs: number): Promise<boolean>
  /** Notes that a viewer asks. When it is known since whom it follows, undefined before `setFollows`. */
  see(viewer: Did, nowMs: number): Promise<number | undefined>
  /**
   * Forgets those viewers that were seen longest ago, with whom they follow, until there are `countMax`; ten at a time.
   * Which they were.
   */
  forgetViewers(countMax: number): Promise<readonly Did[]>
  /** Whom it follows, in place of what was known, and who of them follows it. */
  setFollows(viewer: Did, follows: readonly Followed[], nowMs: number): Promise<void>
  /** Notes that these follow the viewer, too. */
  addFollowers(viewer: Did, followers: readonly Followed[]): Promise<void>
  /** Whom it follows, as far as that is known; 2,000 at most. */
  follows(viewer: Did): Promise<readonly Did[]>
  /** How many posts there are. */
  count(): Promise<number>
}
