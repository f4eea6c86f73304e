// Generated from lexicons/app/bsky/graph/getLists.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'

export type Params = {
  /** The account (actor) to enumerate lists from. */
  actor: AtIdentifier
  limit?: number
  cursor?: string
  /** Optional filter by list purpose. If not specified, all supported types are returned. */
  purposes?: ('modlist' | 'curatelist' | (string & {}))[]
}
export type Output = {
  cursor?: string
  lists: graphDefs.ListView[]
}
export type ErrorName = never
/** Enumerates the lists created by a specified account (actor). */
export const getLists: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.getLists',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
      purposes: lex.array(lex.string({knownValues: ['modlist', 'curatelist']})),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      lists: lex.array(lex.ref(() => graphDefs.listView)),
    }, ['lists'])),
  },
)

export {getLists as main}
