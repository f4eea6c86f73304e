// Generated from lexicons/app/bsky/graph/getList.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'

export type Params = {
  /** Reference (AT-URI) of the list record to hydrate. */
  list: AtUri
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  list: graphDefs.ListView
  items: graphDefs.ListItemView[]
}
export type ErrorName = never
/** Gets a 'view' (with additional context) of a specified list. */
export const getList: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.getList',
  {
    params: lex.params({
      list: lex.string({format: 'at-uri'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['list']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      list: lex.ref(() => graphDefs.listView),
      items: lex.array(lex.ref(() => graphDefs.listItemView)),
    }, ['list', 'items'])),
  },
)

export {getList as main}
