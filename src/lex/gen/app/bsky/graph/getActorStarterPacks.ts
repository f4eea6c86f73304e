// Generated from lexicons/app/bsky/graph/getActorStarterPacks.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'

export type Params = {
  actor: AtIdentifier
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  starterPacks: graphDefs.StarterPackViewBasic[]
}
export type ErrorName = never
/** Get a list of starter packs created by the actor. */
export const getActorStarterPacks: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.getActorStarterPacks',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      starterPacks: lex.array(lex.ref(() => graphDefs.starterPackViewBasic)),
    }, ['starterPacks'])),
  },
)

export {getActorStarterPacks as main}
