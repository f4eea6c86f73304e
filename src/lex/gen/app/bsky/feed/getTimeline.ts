// Generated from lexicons/app/bsky/feed/getTimeline.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  /**
   * Variant 'algorithm' for timeline. Implementation-specific. NOTE: most feed flexibility has been moved to feed
   * generator mechanism.
   */
  algorithm?: string
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  feed: feedDefs.FeedViewPost[]
}
export type ErrorName = never
/**
 * Get a view of the requesting account's home timeline. This is expected to be some form of reverse-chronological feed.
 */
export const getTimeline: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.getTimeline',
  {
    params: lex.params({
      algorithm: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      feed: lex.array(lex.ref(() => feedDefs.feedViewPost)),
    }, ['feed'])),
  },
)

export {getTimeline as main}
