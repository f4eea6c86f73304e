// Generated from lexicons/app/bsky/graph/searchStarterPacksV2.json by the lexicon generator. Do not edit.
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
  /** Estimated total number of matching hits. May be rounded or truncated. */
  hitsTotal?: number
  starterPacks: graphDefs.StarterPackView[]
}
export type ErrorName = never
/** Find starter packs matching search criteria. Does not require auth. */
export const searchStarterPacksV2: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.graph.searchStarterPacksV2',
  {
    params: lex.params({
      q: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 25}),
      cursor: lex.string(),
    }, ['q']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      hitsTotal: lex.integer(),
      starterPacks: lex.array(lex.ref(() => graphDefs.starterPackView)),
    }, ['starterPacks'])),
  },
)

export {searchStarterPacksV2 as main}
