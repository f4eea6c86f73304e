// Generated from lexicons/app/bsky/feed/getPosts.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  /** List of post AT-URIs to return hydrated views for. */
  uris: AtUri[]
}
export type Output = {
  posts: feedDefs.PostView[]
}
export type ErrorName = never
/**
 * Gets post views for a specified list of posts (by AT-URI). This is sometimes referred to as 'hydrating' a 'feed
 * skeleton'.
 */
export const getPosts: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.feed.getPosts',
  {
    params: lex.params({
      uris: lex.array(lex.string({format: 'at-uri'}), {maxLength: 25}),
    }, ['uris']),
    output: lex.body('application/json', lex.object({
      posts: lex.array(lex.ref(() => feedDefs.postView)),
    }, ['posts'])),
  },
)

export {getPosts as main}
