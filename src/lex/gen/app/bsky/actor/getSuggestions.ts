// Generated from lexicons/app/bsky/actor/getSuggestions.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from './defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  actors: actorDefs.ProfileView[]
  /** DEPRECATED: use recIdStr instead. */
  recId?: number
  /** Snowflake for this recommendation, use when submitting recommendation events. */
  recIdStr?: string
}
export type ErrorName = never
/** Get a list of suggested actors. Expected use is discovery of accounts to follow during new account onboarding. */
export const getSuggestions: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.actor.getSuggestions',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      actors: lex.array(lex.ref(() => actorDefs.profileView)),
      recId: lex.integer(),
      recIdStr: lex.string(),
    }, ['actors'])),
  },
)

export {getSuggestions as main}
