// Generated from lexicons/app/bsky/unspecced/getSuggestedUsersSkeleton.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** DID of the account making the request (not included for public/unauthenticated queries). */
  viewer?: Did
  /** Category of users to get suggestions for. */
  category?: string
  limit?: number
}
export type Output = {
  dids: Did[]
  /** DEPRECATED: use recIdStr instead. */
  recId?: string
  /** Snowflake for this recommendation, use when submitting recommendation events. */
  recIdStr?: string
}
export type ErrorName = never
/** Get a skeleton of suggested users. Intended to be called and hydrated by app.bsky.unspecced.getSuggestedUsers */
export const getSuggestedUsersSkeleton: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getSuggestedUsersSkeleton',
  {
    params: lex.params({
      viewer: lex.string({format: 'did'}),
      category: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 50, default: 25}),
    }),
    output: lex.body('application/json', lex.object({
      dids: lex.array(lex.string({format: 'did'})),
      recId: lex.string(),
      recIdStr: lex.string(),
    }, ['dids'])),
  },
)

export {getSuggestedUsersSkeleton as main}
