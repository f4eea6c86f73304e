// Generated from lexicons/app/bsky/feed/getFeedSkeleton.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  /** Reference to feed generator record describing the specific feed being requested. */
  feed: AtUri
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  feed: feedDefs.SkeletonFeedPost[]
  /** Unique identifier per request that may be passed back alongside interactions. */
  reqId?: string
}
export type ErrorName = 'UnknownFeed'
/**
 * Get a skeleton of a feed provided by a feed generator. Auth is optional, depending on provider requirements, and
 * provides the DID of the requester. Implemented by Feed Generator Service.
 */
export const getFeedSkeleton: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.getFeedSkeleton',
  {
    params: lex.params({
      feed: lex.string({format: 'at-uri'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['feed']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      feed: lex.array(lex.ref(() => feedDefs.skeletonFeedPost)),
      reqId: lex.string({maxLength: 100}),
    }, ['feed'])),
    errors: ['UnknownFeed'],
  },
)

export {getFeedSkeleton as main}
