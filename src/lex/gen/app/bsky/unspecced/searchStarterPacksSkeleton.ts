// Generated from lexicons/app/bsky/unspecced/searchStarterPacksSkeleton.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {
  /**
   * Search query string; syntax, phrase, boolean, and faceting is unspecified, but Lucene query syntax is recommended.
   */
  q: string
  /** DID of the account making the request (not included for public/unauthenticated queries). */
  viewer?: Did
  limit?: number
  /** Optional pagination mechanism; may not necessarily allow scrolling through entire result set. */
  cursor?: string
}
export type Output = {
  cursor?: string
  /** Count of search hits. Optional, may be rounded/truncated, and may not be possible to paginate through all hits. */
  hitsTotal?: number
  starterPacks: unspeccedDefs.SkeletonSearchStarterPack[]
}
export type ErrorName = 'BadQueryString'
/** Backend Starter Pack search, returns only skeleton. */
export const searchStarterPacksSkeleton: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.searchStarterPacksSkeleton',
  {
    params: lex.params({
      q: lex.string(),
      viewer: lex.string({format: 'did'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 25}),
      cursor: lex.string(),
    }, ['q']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      hitsTotal: lex.integer(),
      starterPacks: lex.array(lex.ref(() => unspeccedDefs.skeletonSearchStarterPack)),
    }, ['starterPacks'])),
    errors: ['BadQueryString'],
  },
)

export {searchStarterPacksSkeleton as main}
