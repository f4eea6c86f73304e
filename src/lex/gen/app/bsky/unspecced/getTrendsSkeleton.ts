// Generated from lexicons/app/bsky/unspecced/getTrendsSkeleton.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {
  /** DID of the account making the request (not included for public/unauthenticated queries). */
  viewer?: Did
  limit?: number
}
export type Output = {
  trends: unspeccedDefs.SkeletonTrend[]
  /** Snowflake for this recommendation, use when submitting recommendation events. */
  recIdStr?: string
}
export type ErrorName = never
/**
 * Get the skeleton of trends on the network. Intended to be called and then hydrated through
 * app.bsky.unspecced.getTrends
 */
export const getTrendsSkeleton: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getTrendsSkeleton',
  {
    params: lex.params({
      viewer: lex.string({format: 'did'}),
      limit: lex.integer({minimum: 1, maximum: 25, default: 10}),
    }),
    output: lex.body('application/json', lex.object({
      trends: lex.array(lex.ref(() => unspeccedDefs.skeletonTrend)),
      recIdStr: lex.string(),
    }, ['trends'])),
  },
)

export {getTrendsSkeleton as main}
