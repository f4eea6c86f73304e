// Generated from lexicons/app/bsky/graph/getBlocks.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  blocks: actorDefs.ProfileView[]
}
export type ErrorName = never
/** Enumerates which accounts the requesting account is currently blocking. Requires auth. */
export const getBlocks: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.getBlocks',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      blocks: lex.array(lex.ref(() => actorDefs.profileView)),
    }, ['blocks'])),
  },
)

export {getBlocks as main}
