// Generated from lexicons/app/bsky/graph/getStarterPacksWithMembership.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'

export type Params = {
  /** The account (actor) to check for membership. */
  actor: AtIdentifier
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  starterPacksWithMembership: StarterPackWithMembership[]
}
export type ErrorName = never
/**
 * Enumerates the starter packs created by the session user, and includes membership information about `actor` in those
 * starter packs. Requires auth.
 */
export const getStarterPacksWithMembership: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.getStarterPacksWithMembership',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      starterPacksWithMembership: lex.array(lex.ref(() => starterPackWithMembership)),
    }, ['starterPacksWithMembership'])),
  },
)

/** A starter pack and an optional list item indicating membership of a target user to that starter pack. */
export type StarterPackWithMembership = {
  $type?: 'app.bsky.graph.getStarterPacksWithMembership#starterPackWithMembership'
  starterPack: graphDefs.StarterPackView
  listItem?: graphDefs.ListItemView
}
export const starterPackWithMembership: lex.ObjectSchema<StarterPackWithMembership> = lex.typed('app.bsky.graph.getStarterPacksWithMembership#starterPackWithMembership', {
  starterPack: lex.ref(() => graphDefs.starterPackView),
  listItem: lex.ref(() => graphDefs.listItemView),
}, ['starterPack'])

export {getStarterPacksWithMembership as main}
