// Generated from lexicons/app/bsky/feed/searchPostsV2.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Language} from '#atp/syntax/language.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  /** Optional pagination cursor. */
  cursor?: string
  /** Maximum number of results to return. */
  limit?: number
  /** Search query string. A query or at least one filter is required. */
  query?: string
  /** Ranking order for results. 'recent' sorts by recency; 'top' uses search ranking. */
  sort?: 'recent' | 'top' | (string & {})
  /** Include posts by any of these authors. Handles are resolved to DIDs before searching. */
  authors?: AtIdentifier[]
  /** Include posts that mention any of these accounts. Handles are resolved to DIDs before searching. */
  mentions?: AtIdentifier[]
  /** Include posts that link to any of these domains. */
  domains?: string[]
  /** Include posts that link to any of these URLs. */
  urls?: Uri[]
  /** Include posts that embed any of these AT URIs. */
  embeddedAtUris?: AtUri[]
  /** Include posts tagged with any of these hashtags. Do not include the hash (#) prefix. */
  hashtags?: string[]
  /** Exclude posts by any of these authors. Handles are resolved to DIDs before searching. */
  excludeAuthors?: AtIdentifier[]
  /** Exclude posts that mention any of these accounts. Handles are resolved to DIDs before searching. */
  excludeMentions?: AtIdentifier[]
  /** Exclude posts that link to any of these domains. */
  excludeDomains?: string[]
  /** Exclude posts that link to any of these URLs. */
  excludeUrls?: Uri[]
  /** Exclude posts that embed any of these AT URIs. */
  excludeEmbeddedAtUris?: AtUri[]
  /** Exclude posts tagged with any of these hashtags. Do not include the hash (#) prefix. */
  excludeHashtags?: string[]
  /** Include posts indexed at or after this timestamp. Can be a datetime, or just an ISO date (YYYY-MM-DD). */
  since?: string
  /**
   * Include posts indexed before this timestamp. Defaults to the current time. Can be a datetime, or just an ISO date
   * (YYYY-MM-DD).
   */
  until?: string
  /** Search the full index instead of the recent-post window. */
  allTime?: boolean
  /** Include posts whose language matches any of these language codes. */
  languages?: Language[]
  /** Exclude posts whose language matches any of these language codes. */
  excludeLanguages?: Language[]
  /** Include only posts with media. */
  hasMedia?: boolean
  /** Include only posts with video. */
  hasVideo?: boolean
  /** Include only direct replies to this parent post URI. */
  replyParentUri?: AtUri
  /** Include only posts in the thread rooted at this post URI. */
  threadRootUri?: AtUri
  /** Exclude replies from results. Mutually exclusive with repliesOnly. */
  excludeReplies?: boolean
  /** Include only replies. Mutually exclusive with excludeReplies. */
  repliesOnly?: boolean
  /** Include only posts from accounts followed by the viewer. */
  following?: boolean
  /** Language analyzer hint for the query text. If unset, the server auto-detects when possible. */
  queryLanguage?: 'ja' | 'zh' | 'ko' | 'th' | 'ar' | (string & {})
}
export type Output = {
  /** Cursor for the next page of results. */
  cursor?: string
  /** Estimated total number of matching hits. May be rounded or truncated. */
  hitsTotal?: number
  /** Hydrated views of matching posts. */
  posts: feedDefs.PostView[]
  /** Query languages detected for CJK, Thai, or Arabic text. Empty or omitted for other scripts. */
  detectedQueryLanguages?: ('ja' | 'zh' | 'ko' | 'th' | 'ar' | (string & {}))[]
}
export type ErrorName = 'BadQueryString'
/** Find posts matching a search query or filters, returning search hits for matching post records. */
export const searchPostsV2: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.searchPostsV2',
  {
    params: lex.params({
      cursor: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 25}),
      query: lex.string(),
      sort: lex.string({knownValues: ['recent', 'top']}),
      authors: lex.array(lex.string({format: 'at-identifier'})),
      mentions: lex.array(lex.string({format: 'at-identifier'})),
      domains: lex.array(lex.string()),
      urls: lex.array(lex.string({format: 'uri'})),
      embeddedAtUris: lex.array(lex.string({format: 'at-uri'})),
      hashtags: lex.array(lex.string({maxLength: 640, maxGraphemes: 64})),
      excludeAuthors: lex.array(lex.string({format: 'at-identifier'})),
      excludeMentions: lex.array(lex.string({format: 'at-identifier'})),
      excludeDomains: lex.array(lex.string()),
      excludeUrls: lex.array(lex.string({format: 'uri'})),
      excludeEmbeddedAtUris: lex.array(lex.string({format: 'at-uri'})),
      excludeHashtags: lex.array(lex.string({maxLength: 640, maxGraphemes: 64})),
      since: lex.string(),
      until: lex.string(),
      allTime: lex.boolean(),
      languages: lex.array(lex.string({format: 'language'})),
      excludeLanguages: lex.array(lex.string({format: 'language'})),
      hasMedia: lex.boolean(),
      hasVideo: lex.boolean(),
      replyParentUri: lex.string({format: 'at-uri'}),
      threadRootUri: lex.string({format: 'at-uri'}),
      excludeReplies: lex.boolean(),
      repliesOnly: lex.boolean(),
      following: lex.boolean(),
      queryLanguage: lex.string({knownValues: ['ja', 'zh', 'ko', 'th', 'ar']}),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      hitsTotal: lex.integer(),
      posts: lex.array(lex.ref(() => feedDefs.postView)),
      detectedQueryLanguages: lex.array(lex.string({knownValues: ['ja', 'zh', 'ko', 'th', 'ar']})),
    }, ['posts'])),
    errors: ['BadQueryString'],
  },
)

export {searchPostsV2 as main}
