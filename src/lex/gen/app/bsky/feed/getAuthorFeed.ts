// Generated from lexicons/app/bsky/feed/getAuthorFeed.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  actor: AtIdentifier
  limit?: number
  cursor?: string
  /** Combinations of post/repost types to include in response. */
  filter?:
    | 'posts_with_replies'
    | 'posts_no_replies'
    | 'posts_with_media'
    | 'posts_and_author_threads'
    | 'posts_with_video'
    | (string & {})
  includePins?: boolean
}
export type Output = {
  cursor?: string
  feed: feedDefs.FeedViewPost[]
}
export type ErrorName = 'BlockedActor' | 'BlockedByActor'
/** Get a view of an actor's 'author feed' (post and reposts by the author). Does not require auth. */
export const getAuthorFeed: lex.Query<Params, Output, ErrorName, 'limit' | 'filter' | 'includePins'> = lex.query(
  'app.bsky.feed.getAuthorFeed',
  {
    params: lex.params({
      actor: lex.string({format: 'at-identifier'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
      filter: lex.string({
        knownValues: [
          'posts_with_replies',
          'posts_no_replies',
          'posts_with_media',
          'posts_and_author_threads',
          'posts_with_video',
        ],
        default: 'posts_with_replies',
      }),
      includePins: lex.boolean({default: false}),
    }, ['actor']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      feed: lex.array(lex.ref(() => feedDefs.feedViewPost)),
    }, ['feed'])),
    errors: ['BlockedActor', 'BlockedByActor'],
  },
)

export {getAuthorFeed as main}
