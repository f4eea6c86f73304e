// Generated from lexicons/app/bsky/unspecced/getSuggestedUsersForDiscover.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  limit?: number
}
export type Output = {
  actors: actorDefs.ProfileView[]
  /** Snowflake for this recommendation, use when submitting recommendation events. */
  recIdStr?: string
}
export type ErrorName = never
/** Get a list of suggested users for the Discover page */
export const getSuggestedUsersForDiscover: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getSuggestedUsersForDiscover',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 50, default: 25}),
    }),
    output: lex.body('application/json', lex.object({
      actors: lex.array(lex.ref(() => actorDefs.profileView)),
      recIdStr: lex.string(),
    }, ['actors'])),
  },
)

export {getSuggestedUsersForDiscover as main}
