// Generated from lexicons/app/bsky/graph/getListBlocks.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  lists: graphDefs.ListView[]
}
export type ErrorName = never
/** Get mod lists that the requesting account (actor) is blocking. Requires auth. */
export const getListBlocks: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.getListBlocks',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      lists: lex.array(lex.ref(() => graphDefs.listView)),
    }, ['lists'])),
  },
)

export {getListBlocks as main}
