// Generated from lexicons/app/bsky/feed/getListFeed.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  /** Reference (AT-URI) to the list record. */
  list: AtUri
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  feed: feedDefs.FeedViewPost[]
}
export type ErrorName = 'UnknownList'
/** Get a feed of recent posts from a list (posts and reposts from any actors on the list). Does not require auth. */
export const getListFeed: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.getListFeed',
  {
    params: lex.params({
      list: lex.string({format: 'at-uri'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['list']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      feed: lex.array(lex.ref(() => feedDefs.feedViewPost)),
    }, ['feed'])),
    errors: ['UnknownList'],
  },
)

export {getListFeed as main}
