// Generated from lexicons/app/bsky/unspecced/getSuggestedFeeds.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from '../feed/defs.ts'

export type Params = {
  limit?: number
}
export type Output = {
  feeds: feedDefs.GeneratorView[]
}
export type ErrorName = never
/** Get a list of suggested feeds */
export const getSuggestedFeeds: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getSuggestedFeeds',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 25, default: 10}),
    }),
    output: lex.body('application/json', lex.object({
      feeds: lex.array(lex.ref(() => feedDefs.generatorView)),
    }, ['feeds'])),
  },
)

export {getSuggestedFeeds as main}
