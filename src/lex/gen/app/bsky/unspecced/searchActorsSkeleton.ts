// Generated from lexicons/app/bsky/unspecced/searchActorsSkeleton.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {
  /**
   * Search query string; syntax, phrase, boolean, and faceting is unspecified, but Lucene query syntax is recommended.
   * For typeahead search, only simple term match is supported, not full syntax.
   */
  q: string
  /**
   * DID of the account making the request (not included for public/unauthenticated queries). Used to boost followed
   * accounts in ranking.
   */
  viewer?: Did
  /** If true, acts as fast/simple 'typeahead' query. */
  typeahead?: boolean
  limit?: number
  /** Optional pagination mechanism; may not necessarily allow scrolling through entire result set. */
  cursor?: string
}
export type Output = {
  cursor?: string
  /** Count of search hits. Optional, may be rounded/truncated, and may not be possible to paginate through all hits. */
  hitsTotal?: number
  actors: unspeccedDefs.SkeletonSearchActor[]
}
export type ErrorName = 'BadQueryString'
/** Backend Actors (profile) search, returns only skeleton. */
export const searchActorsSkeleton: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.searchActorsSkeleton',
  {
    params: lex.params({
      q: lex.string(),
      viewer: lex.string({format: 'did'}),
      typeahead: lex.boolean(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 25}),
      cursor: lex.string(),
    }, ['q']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      hitsTotal: lex.integer(),
      actors: lex.array(lex.ref(() => unspeccedDefs.skeletonSearchActor)),
    }, ['actors'])),
    errors: ['BadQueryString'],
  },
)

export {searchActorsSkeleton as main}
