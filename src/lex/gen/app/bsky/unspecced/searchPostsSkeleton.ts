// Generated from lexicons/app/bsky/unspecced/searchPostsSkeleton.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Language} from '#atp/syntax/language.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {
  /**
   * Search query string; syntax, phrase, boolean, and faceting is unspecified, but Lucene query syntax is recommended.
   */
  q: string
  /** Specifies the ranking order of results. */
  sort?: 'top' | 'latest' | (string & {})
  /**
   * Filter results for posts after the indicated datetime (inclusive). Expected to use 'sortAt' timestamp, which may
   * not match 'createdAt'. Can be a datetime, or just an ISO date (YYYY-MM-DD).
   */
  since?: string
  /**
   * Filter results for posts before the indicated datetime (not inclusive). Expected to use 'sortAt' timestamp, which
   * may not match 'createdAt'. Can be a datetime, or just an ISO date (YYY-MM-DD).
   */
  until?: string
  /**
   * Filter to posts which mention the given account. Handles are resolved to DID before query-time. Only matches
   * rich-text facet mentions.
   */
  mentions?: AtIdentifier
  /** Filter to posts by the given account. Handles are resolved to DID before query-time. */
  author?: AtIdentifier
  /**
   * Filter to posts in the given language. Expected to be based on post language field, though server may override
   * language detection.
   */
  lang?: Language
  /**
   * Filter to posts with URLs (facet links or embeds) linking to the given domain (hostname). Server may apply hostname
   * normalization.
   */
  domain?: string
  /**
   * Filter to posts with links (facet links or embeds) pointing to this URL. Server may apply URL normalization or
   * fuzzy matching.
   */
  url?: Uri
  /**
   * Filter to posts with the given tag (hashtag), based on rich-text facet or tag field. Do not include the hash (#)
   * prefix. Multiple tags can be specified, with 'AND' matching.
   */
  tag?: string[]
  /**
   * DID of the account making the request (not included for public/unauthenticated queries). Used for 'from:me'
   * queries.
   */
  viewer?: Did
  limit?: number
  /** Optional pagination mechanism; may not necessarily allow scrolling through entire result set. */
  cursor?: string
}
export type Output = {
  cursor?: string
  /** Count of search hits. Optional, may be rounded/truncated, and may not be possible to paginate through all hits. */
  hitsTotal?: number
  posts: unspeccedDefs.SkeletonSearchPost[]
}
export type ErrorName = 'BadQueryString'
/** Backend Posts search, returns only skeleton */
export const searchPostsSkeleton: lex.Query<Params, Output, ErrorName, 'sort' | 'limit'> = lex.query(
  'app.bsky.unspecced.searchPostsSkeleton',
  {
    params: lex.params({
      q: lex.string(),
      sort: lex.string({knownValues: ['top', 'latest'], default: 'latest'}),
      since: lex.string(),
      until: lex.string(),
      mentions: lex.string({format: 'at-identifier'}),
      author: lex.string({format: 'at-identifier'}),
      lang: lex.string({format: 'language'}),
      domain: lex.string(),
      url: lex.string({format: 'uri'}),
      tag: lex.array(lex.string({maxLength: 640, maxGraphemes: 64})),
      viewer: lex.string({format: 'did'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 25}),
      cursor: lex.string(),
    }, ['q']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      hitsTotal: lex.integer(),
      posts: lex.array(lex.ref(() => unspeccedDefs.skeletonSearchPost)),
    }, ['posts'])),
    errors: ['BadQueryString'],
  },
)

export {searchPostsSkeleton as main}
