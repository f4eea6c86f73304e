/**
 * What stands in feeds, threads, lists and notifications, and in which order: numbers only. What is behind a number says
 * `hydration-store.ts`, and who may see it `../rules.ts`. Pages are newest first.
 */
import type {PageRow, Position} from '../position.ts'

/** An item of a feed: a post, and the repost by which it is there, or the post itself. `id` is that of the item. */
export interface FeedRow extends Position {
  readonly item: number
  readonly post: number
}

/** `id` is the number of the record by which it is there; `subject` that of the account or record it is about. */
export interface SubjectRow extends Position {
  readonly subject: number
}

/** Pages of what stands to one account or one record in the same way; what the number `of` is, and `subject`. */
export type PageKind =
  /** Of an account: who follows it, whom it follows, whom it blocks, by which lists it blocks. */
  | 'followers'
  | 'follows'
  | 'blocks'
  | 'listBlocks'
  /** Of an account: its lists, starter packs and feeds, each of which is its own `subject`. */
  | 'lists'
  | 'starterPacks'
  | 'generators'
  /** Of a record: who likes and who reposts it; posts that quote it, each its own `subject`. */
  | 'likes'
  | 'reposts'
  | 'quotes'
  /** Of a list: the accounts that are on it. */
  | 'items'

/** What the posts of an author's feed are narrowed to. */
export type AuthorFilter =
  | 'posts_with_replies'
  | 'posts_no_replies'
  | 'posts_with_media'
  | 'posts_with_video'
  | 'posts_and_author_threads'

/** How an account and another stand to each other in public: the keys of the records by which they do. */
export interface PublicRelation {
  readonly other: number
  readonly following: string | null
  readonly followedBy: string | null
  readonly blocking: string | null
  readonly blockedBy: string | null
  readonly blockingByList: string | null
  readonly blockedByList: string | null
}

/** `id` is the number of the record that is told of. */
export interface NotificationRow extends PageRow {
  readonly reason: string
  /** The record that it is about, when it is about one. */
  readonly subject: number | null
}

export interface SkeletonStore {
  /** What an account and those it follows have posted and reposted. */
  timeline(viewer: number, after: Position, limit: number): Promise<FeedRow[]>
  /** What the accounts on a list have posted and reposted. */
  listFeed(list: number, after: Position, limit: number): Promise<FeedRow[]>
  /** What one account has posted and reposted; a repost is left out by all filters but the first. Unknown ones are none. */
  authorFeed(actor: number, filter: AuthorFilter | string, after: Position, limit: number): Promise<FeedRow[]>
  /** What an account has liked, that last liked first; posts and other things. */
  liked(actor: number, after: Position, limit: number): Promise<FeedRow[]>

  page(what: PageKind, of: number, after: Position, limit: number): Promise<SubjectRow[]>
  /** Who follows `subject` and is followed by the viewer: how many, and `limit` of them. */
  knownFollowers(viewer: number, subject: number, limit: number): Promise<{count: number; ids: number[]}>
  /** The number of the list item by which an account is on each of the lists that it is on. */
  memberships(lists: readonly number[], subject: number): Promise<Map<number, number>>
  relations(actor: number, others: readonly number[]): Promise<PublicRelation[]>
  /**
   * Notifications of an account; with `reasons`, those for one of them among the next of all: of what is rare, a page is
   * looked for in pieces.
   */
  notifications(
    recipient: number,
    reasons: readonly string[],
    after: Position,
    limit: number,
  ): Promise<NotificationRow[]>

  /** What a post answers, what that answers, and so on: the nearest first, `height` of them at most. */
  above(post: number, height: number): Promise<number[]>
  /**
   * Replies below a post by what they answer, `depth` levels of them, within the thread of `root` alone. `author` is who
   * began it: of their own answers to the post more are read than of others'.
   */
  below(post: number, root: number, author: number | undefined, depth: number): Promise<Map<number, number[]>>
  /** The posts with which the author of a thread has gone on after its first, each in answer to the last. */
  chain(root: number, author: number): Promise<number[]>
  /** Which of these posts an account likes, and the record keys of its likes. */
  likedBy(actor: number, posts: Iterable<number>): Promise<Map<number, string>>
}
