// Generated from lexicons/app/bsky/unspecced/getPopularFeedGenerators.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from '../feed/defs.ts'

export type Params = {
  limit?: number
  cursor?: string
  query?: string
}
export type Output = {
  cursor?: string
  feeds: feedDefs.GeneratorView[]
}
export type ErrorName = never
/** An unspecced view of globally popular feed generators. */
export const getPopularFeedGenerators: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getPopularFeedGenerators',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
      query: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      feeds: lex.array(lex.ref(() => feedDefs.generatorView)),
    }, ['feeds'])),
  },
)

export {getPopularFeedGenerators as main}
