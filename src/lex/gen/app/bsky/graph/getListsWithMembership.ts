// Generated from lexicons/app/bsky/graph/getListsWithMembership.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'

export type Params = {
  /** The account (actor) to check for membership. */
  actor: AtIdentifier
  limit?: number
  cursor?: string
  /** Optional filter by list purpose. If not specified, all supported types are returned. */
  purposes?: ('modlist' | 'curatelist' | (string & {}))[]
}
export type Output = {
  cursor?: string
  listsWithMembership: ListWithMembership[]
}
export type ErrorName = never
/**
 * Enumerates the lists created by the session user, and includes membership information about `actor` in those lists.
 * Only supports curation and moderation lists (no reference lists, used in starter packs). Requires auth.
 */
export const getListsWithMembership: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.getListsWithMembership',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
      purposes: lex.array(lex.string({knownValues: ['modlist', 'curatelist']})),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      listsWithMembership: lex.array(lex.ref(() => listWithMembership)),
    }, ['listsWithMembership'])),
  },
)

/** A list and an optional list item indicating membership of a target user to that list. */
export type ListWithMembership = {
  $type?: 'app.bsky.graph.getListsWithMembership#listWithMembership'
  list: graphDefs.ListView
  listItem?: graphDefs.ListItemView
}
export const listWithMembership: lex.ObjectSchema<ListWithMembership> = lex.typed('app.bsky.graph.getListsWithMembership#listWithMembership', {
  list: lex.ref(() => graphDefs.listView),
  listItem: lex.ref(() => graphDefs.listItemView),
}, ['list'])

export {getListsWithMembership as main}
