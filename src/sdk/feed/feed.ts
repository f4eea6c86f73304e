/**
 * A feed in one file: `export default defineFeed({…})` says which posts it takes as they come, and which of them it shows,
 * in what order. What is here is all that such a file needs to know; the service that runs it (`wholesky feeds`) does the
 * rest: following the network, keeping the posts of the last days with their counts, tokens, cursors.
 *
 *     import {defineFeed} from '#sdk/feed/feed.ts'
 *
 *     export default defineFeed({
 *       name: 'cats',
 *       title: 'Cats',
 *       takes: ({record}) => /\bcats?\b/i.test(record.text),
 *       skeleton: request => request.posts.newest({from: 'taken'}, request),
 *     })
 */
import type {Cid} from '#atp/data/cid.ts'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Post} from '#lex/gen/app/bsky/feed/post.ts'

/** A post as it comes over the stream, checked against its lexicon. */
export interface IncomingPost {
  readonly uri: AtUri
  readonly cid: Cid
  readonly author: Did
  /** Milliseconds since 1970: what its author says, but no later than it came. Feeds are in this order. */
  readonly timeMs: number
  readonly record: Post
}

/** A post that is kept, with what became of it. */
export interface KeptPost {
  readonly uri: AtUri
  readonly cid: string
  readonly author: Did
  /** As of `IncomingPost`. */
  readonly timeMs: number
  readonly likes: number
  readonly reposts: number
  readonly replies: number
  readonly isReply: boolean
}

/** Which posts: all that is said of them here is so. */
export interface PostQuery {
  /**
   * Whose: of everybody; those that the feed's `takes` took; of accounts that the viewer follows; of those among them that
   * follow the viewer, too; those that accounts which the viewer follows have liked; of these accounts, 10,000 at most; or of
   * the members of a list or a starter pack.
   */
  readonly from:
    | 'everybody'
    | 'taken'
    | 'follows'
    | 'mutuals'
    | 'liked by follows'
    | readonly Did[]
    | {readonly list: AtUri}
  /** How many likes, reposts and replies at least. */
  readonly likesMin?: number
  readonly repostsMin?: number
  readonly repliesMin?: number
  readonly withoutReplies?: boolean
  /** Without those whose authors have labelled them as nothing that one promotes: `!no-promote`, `porn`, `nudity` and such. */
  readonly withoutMarked?: boolean
  /** Milliseconds: only posts that are no older. */
  readonly ageMaxMs?: number
}

/** What a page is asked by. A request for a feed is one. */
export interface Paging {
  readonly limit: number
  /** Where the page before ended, as it said. */
  readonly cursor?: string | undefined
}

/** A post as a feed shows it (lexicon: app.bsky.feed.defs#skeletonFeedPost). */
export interface FeedItem {
  readonly post: AtUri
  /** Of a post that is shown because of a repost: the repost. Or that it is pinned. */
  readonly reason?:
    | {readonly $type: 'app.bsky.feed.defs#skeletonReasonRepost'; readonly repost: AtUri}
    | {readonly $type: 'app.bsky.feed.defs#skeletonReasonPin'}
  /** At most 2,000 characters, which come back with what readers do with the post. */
  readonly feedContext?: string
}

export interface FeedPage {
  readonly feed: readonly FeedItem[]
  /** Where to go on; none at the end. */
  readonly cursor?: string | undefined
}

/** The posts that are kept, as one feed sees them for one viewer. Cursors that were not given here throw `BadCursor`. */
export interface FeedPosts {
  /**
   * A page of them, newest first. Paging over what changes meanwhile gives no post twice, and every one that was there all
   * the time. It looks through 20,000 posts at most: a feed of few among many has a `takes`.
   */
  newest(query: PostQuery, paging: Paging): Promise<FeedPage>
  /**
   * A page of them, those of the highest score first; the best 2,000. The order is made anew every so often (`everyMs`, a
   * minute), and paging goes on in the order in which it began, for ten minutes at least.
   */
  best(query: PostQuery & Ranking, paging: Paging): Promise<FeedPage>
  /** The posts themselves, newest first, for a feed that orders them by itself: 2,000 at most. */
  list(query: PostQuery, limit: number): Promise<readonly KeptPost[]>
}

export interface Ranking {
  /** Higher comes first; of NaN it is left out. */
  readonly score: (post: KeptPost, nowMs: number) => number
  readonly everyMs?: number
}

/** What a feed is asked. */
export interface FeedRequest extends Paging {
  /** Who asks, as its token proved, of a feed that `isPersonal`. Any other has the same pages for all, and is not told. */
  readonly viewer: Did | undefined
  /** The languages that the viewer reads, best first, as the app says: `en`, `pt-BR`. */
  readonly languages: readonly string[]
  readonly posts: FeedPosts
}

/** A feed. `Facts` is what its service knows of a post beside the record. */
export interface Feed<Facts = unknown> {
  /** The record key of its `app.bsky.feed.generator`: letters, digits, `-`; at most 15. */
  readonly name: string
  /** What people see, at most 24 characters. */
  readonly title: string
  /** At most 300 characters. */
  readonly description?: string
  /** An image beside the file, PNG or JPEG of at most 1 MB. */
  readonly avatar?: string
  /** Whether it is made for each viewer: it is told who that is, and who does not say so has no page. */
  readonly isPersonal?: boolean
  /** Whether apps may tell what readers do with its posts (`sendInteractions`). */
  readonly acceptsInteractions?: boolean
  /**
   * Whether it takes a post: asked once for each as it comes, and again when it is changed. Left out by a feed that
   * chooses among all. It must answer at once, and is never asked for a post that came before the feed.
   */
  takes?(post: IncomingPost, facts: Facts): boolean
  /** Which posts it shows. */
  skeleton(request: FeedRequest): FeedPage | Promise<FeedPage>
}

/** A cursor that was not given out here. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor'
}

const segmenter = new Intl.Segmenter()
const graphemes = (text: string): number => [...segmenter.segment(text)].length
const nameForm = /^[a-zA-Z0-9-]{1,15}$/

/** The feed as it is given, held to what its record may say. Throws `TypeError` that names what is wrong. */
export function defineFeed<Facts = unknown>(feed: Feed<Facts>): Feed<Facts> {
  const {name, title, description = ''} = feed
  if (!nameForm.test(name)) throw new TypeError(`A feed's name is 1 to 15 letters, digits and "-", and not "${name}".`)
  const titleLength = graphemes(title)
  if (titleLength === 0 || titleLength > 24) throw new TypeError(`The title of "${name}" has 1 to 24 characters.`)
  if (graphemes(description) > 300) throw new TypeError(`The description of "${name}" has at most 300 characters.`)
  return feed
}
