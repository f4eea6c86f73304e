// Generated from lexicons/app/bsky/feed/getFeed.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  feed: AtUri
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  feed: feedDefs.FeedViewPost[]
}
export type ErrorName = 'UnknownFeed'
/** Get a hydrated feed from an actor's selected feed generator. Implemented by App View. */
export const getFeed: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.getFeed',
  {
    params: lex.params({
      feed: lex.string({format: 'at-uri'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['feed']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      feed: lex.array(lex.ref(() => feedDefs.feedViewPost)),
    }, ['feed'])),
    errors: ['UnknownFeed'],
  },
)

export {getFeed as main}
