// Generated from lexicons/app/bsky/unspecced/getSuggestedStarterPacks.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from '../graph/defs.ts'

export type Params = {
  limit?: number
}
export type Output = {
  starterPacks: graphDefs.StarterPackView[]
}
export type ErrorName = never
/** Get a list of suggested starterpacks */
export const getSuggestedStarterPacks: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getSuggestedStarterPacks',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 25, default: 10}),
    }),
    output: lex.body('application/json', lex.object({
      starterPacks: lex.array(lex.ref(() => graphDefs.starterPackView)),
    }, ['starterPacks'])),
  },
)

export {getSuggestedStarterPacks as main}
