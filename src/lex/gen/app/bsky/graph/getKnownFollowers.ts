// Generated from lexicons/app/bsky/graph/getKnownFollowers.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  actor: AtIdentifier
  limit?: number
  cursor?: string
}
export type Output = {
  subject: actorDefs.ProfileView
  cursor?: string
  followers: actorDefs.ProfileView[]
}
export type ErrorName = never
/** Enumerates accounts which follow a specified account (actor) and are followed by the viewer. */
export const getKnownFollowers: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.getKnownFollowers',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      subject: lex.ref(() => actorDefs.profileView),
      cursor: lex.string(),
      followers: lex.array(lex.ref(() => actorDefs.profileView)),
    }, ['subject', 'followers'])),
  },
)

export {getKnownFollowers as main}
