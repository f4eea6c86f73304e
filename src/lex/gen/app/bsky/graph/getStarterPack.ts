// Generated from lexicons/app/bsky/graph/getStarterPack.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'

export type Params = {
  /** Reference (AT-URI) of the starter pack record. */
  starterPack: AtUri
}
export type Output = {
  starterPack: graphDefs.StarterPackView
}
export type ErrorName = never
/** Gets a view of a starter pack. */
export const getStarterPack: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.graph.getStarterPack',
  {
    params: lex.params({
      starterPack: lex.string({format: 'at-uri'}),
    }, ['starterPack']),
    output: lex.body('application/json', lex.object({
      starterPack: lex.ref(() => graphDefs.starterPackView),
    }, ['starterPack'])),
  },
)

export {getStarterPack as main}
