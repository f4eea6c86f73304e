// Generated from lexicons/app/bsky/graph/getStarterPacks.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'

export type Params = {
  uris: AtUri[]
}
export type Output = {
  starterPacks: graphDefs.StarterPackViewBasic[]
}
export type ErrorName = never
/** Get views for a list of starter packs. */
export const getStarterPacks: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.graph.getStarterPacks',
  {
    params: lex.params({
      uris: lex.array(lex.string({format: 'at-uri'}), {maxLength: 25}),
    }, ['uris']),
    output: lex.body('application/json', lex.object({
      starterPacks: lex.array(lex.ref(() => graphDefs.starterPackViewBasic)),
    }, ['starterPacks'])),
  },
)

export {getStarterPacks as main}
