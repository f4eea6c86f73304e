// Generated from lexicons/app/bsky/feed/getSuggestedFeeds.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  feeds: feedDefs.GeneratorView[]
}
export type ErrorName = never
/** Get a list of suggested feeds (feed generators) for the requesting account. */
export const getSuggestedFeeds: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.getSuggestedFeeds',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      feeds: lex.array(lex.ref(() => feedDefs.generatorView)),
    }, ['feeds'])),
  },
)

export {getSuggestedFeeds as main}
