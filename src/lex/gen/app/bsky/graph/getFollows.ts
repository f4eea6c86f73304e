// Generated from lexicons/app/bsky/graph/getFollows.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  actor: AtIdentifier
  limit?: number
  cursor?: string
  sort?: 'latest' | 'top' | (string & {})
}
export type Output = {
  subject: actorDefs.ProfileView
  cursor?: string
  follows: actorDefs.ProfileView[]
}
export type ErrorName = never
/** Enumerates accounts which a specified account (actor) follows. */
export const getFollows: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.getFollows',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
      sort: lex.string({knownValues: ['latest', 'top']}),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      subject: lex.ref(() => actorDefs.profileView),
      cursor: lex.string(),
      follows: lex.array(lex.ref(() => actorDefs.profileView)),
    }, ['subject', 'follows'])),
  },
)

export {getFollows as main}
