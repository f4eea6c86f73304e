// Generated from lexicons/app/bsky/unspecced/getTrendingTopics.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {
  /**
   * DID of the account making the request (not included for public/unauthenticated queries). Used to boost followed
   * accounts in ranking.
   */
  viewer?: Did
  limit?: number
}
export type Output = {
  topics: unspeccedDefs.TrendingTopic[]
  suggested: unspeccedDefs.TrendingTopic[]
}
export type ErrorName = never
/** Get a list of trending topics */
export const getTrendingTopics: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getTrendingTopics',
  {
    params: lex.params({
      viewer: lex.string({format: 'did'}),
      limit: lex.integer({minimum: 1, maximum: 25, default: 10}),
    }),
    output: lex.body('application/json', lex.object({
      topics: lex.array(lex.ref(() => unspeccedDefs.trendingTopic)),
      suggested: lex.array(lex.ref(() => unspeccedDefs.trendingTopic)),
    }, ['topics', 'suggested'])),
  },
)

export {getTrendingTopics as main}
