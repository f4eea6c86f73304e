// Generated from lexicons/app/bsky/feed/getPostThread.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  /** Reference (AT-URI) to post record. */
  uri: AtUri
  /** How many levels of reply depth should be included in response. */
  depth?: number
  /** How many levels of parent (and grandparent, etc) post to include. */
  parentHeight?: number
}
export type Output = {
  thread:
    | lex.Typed<feedDefs.ThreadViewPost>
    | lex.Typed<feedDefs.NotFoundPost>
    | lex.Typed<feedDefs.BlockedPost>
    | lex.Other
  threadgate?: feedDefs.ThreadgateView
}
export type ErrorName = 'NotFound'
/**
 * Get posts in a thread. Does not require auth, but additional metadata and filtering will be applied for authed
 * requests.
 */
export const getPostThread: lex.Query<Params, Output, ErrorName, 'depth' | 'parentHeight'> = lex.query(
  'app.bsky.feed.getPostThread',
  {
    params: lex.params({
      uri: lex.string({format: 'at-uri'}),
      depth: lex.integer({default: 6, minimum: 0, maximum: 1000}),
      parentHeight: lex.integer({default: 80, minimum: 0, maximum: 1000}),
    }, ['uri']),
    output: lex.body('application/json', lex.object({
      thread: lex.union(() => [feedDefs.threadViewPost, feedDefs.notFoundPost, feedDefs.blockedPost]),
      threadgate: lex.ref(() => feedDefs.threadgateView),
    }, ['thread'])),
    errors: ['NotFound'],
  },
)

export {getPostThread as main}
