// Generated from lexicons/app/bsky/unspecced/getSuggestionsSkeleton.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {
  /**
   * DID of the account making the request (not included for public/unauthenticated queries). Used to boost followed
   * accounts in ranking.
   */
  viewer?: Did
  limit?: number
  cursor?: string
  /** DID of the account to get suggestions relative to. If not provided, suggestions will be based on the viewer. */
  relativeToDid?: Did
}
export type Output = {
  cursor?: string
  actors: unspeccedDefs.SkeletonSearchActor[]
  /**
   * DID of the account these suggestions are relative to. If this is returned undefined, suggestions are based on the
   * viewer.
   */
  relativeToDid?: Did
  /** DEPRECATED: use recIdStr instead. */
  recId?: number
  /** Snowflake for this recommendation, use when submitting recommendation events. */
  recIdStr?: string
}
export type ErrorName = never
/** Get a skeleton of suggested actors. Intended to be called and then hydrated through app.bsky.actor.getSuggestions */
export const getSuggestionsSkeleton: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getSuggestionsSkeleton',
  {
    params: lex.params({
      viewer: lex.string({format: 'did'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
      relativeToDid: lex.string({format: 'did'}),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      actors: lex.array(lex.ref(() => unspeccedDefs.skeletonSearchActor)),
      relativeToDid: lex.string({format: 'did'}),
      recId: lex.integer(),
      recIdStr: lex.string(),
    }, ['actors'])),
  },
)

export {getSuggestionsSkeleton as main}
