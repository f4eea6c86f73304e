// Generated from lexicons/app/bsky/graph/getMutes.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  mutes: actorDefs.ProfileView[]
}
export type ErrorName = never
/**
 * Enumerates accounts that the requesting account (actor) currently has fully muted. Mutes scoped to specific kinds of
 * content (only reposts, only quote posts) are not included. Responses may contain more items than the requested limit.
 * Requires auth.
 */
export const getMutes: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.getMutes',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      mutes: lex.array(lex.ref(() => actorDefs.profileView)),
    }, ['mutes'])),
  },
)

export {getMutes as main}
