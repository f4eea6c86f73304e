// Generated from lexicons/app/bsky/feed/getActorLikes.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  actor: AtIdentifier
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  feed: feedDefs.FeedViewPost[]
}
export type ErrorName = 'BlockedActor' | 'BlockedByActor'
/** Get a list of posts liked by an actor. Requires auth, actor must be the requesting account. */
export const getActorLikes: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.feed.getActorLikes',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      feed: lex.array(lex.ref(() => feedDefs.feedViewPost)),
    }, ['feed'])),
    errors: ['BlockedActor', 'BlockedByActor'],
  },
)

export {getActorLikes as main}
