// Generated from lexicons/app/bsky/unspecced/getSuggestedUsersForExplore.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  /** Category of users to get suggestions for. */
  category?: string
  limit?: number
}
export type Output = {
  actors: actorDefs.ProfileView[]
  /** Snowflake for this recommendation, use when submitting recommendation events. */
  recIdStr?: string
}
export type ErrorName = never
/** Get a list of suggested users for the Explore page */
export const getSuggestedUsersForExplore: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getSuggestedUsersForExplore',
  {
    params: lex.params({
      category: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 50, default: 25}),
    }),
    output: lex.body('application/json', lex.object({
      actors: lex.array(lex.ref(() => actorDefs.profileView)),
      recIdStr: lex.string(),
    }, ['actors'])),
  },
)

export {getSuggestedUsersForExplore as main}
