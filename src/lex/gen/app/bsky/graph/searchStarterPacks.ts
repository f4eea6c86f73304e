// Generated from lexicons/app/bsky/graph/searchStarterPacks.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as graphDefs from './defs.ts'

export type Params = {
  /**
   * Search query string. Syntax, phrase, boolean, and faceting is unspecified, but Lucene query syntax is recommended.
   */
  q: string
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  starterPacks: graphDefs.StarterPackViewBasic[]
}
export type ErrorName = never
/** Find starter packs matching search criteria. Does not require auth. */
export const searchStarterPacks: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.searchStarterPacks',
  {
    params: lex.params({
      q: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 25}),
      cursor: lex.string(),
    }, ['q']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      starterPacks: lex.array(lex.ref(() => graphDefs.starterPackViewBasic)),
    }, ['starterPacks'])),
  },
)

export {searchStarterPacks as main}
