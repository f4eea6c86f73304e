// Generated from lexicons/app/bsky/feed/getFeedGenerator.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from './defs.ts'

export type Params = {
  /** AT-URI of the feed generator record. */
  feed: AtUri
}
export type Output = {
  view: feedDefs.GeneratorView
  /** Indicates whether the feed generator service has been online recently, or else seems to be inactive. */
  isOnline: boolean
  /** Indicates whether the feed generator service is compatible with the record declaration. */
  isValid: boolean
}
export type ErrorName = never
/** Get information about a feed generator. Implemented by AppView. */
export const getFeedGenerator: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.feed.getFeedGenerator',
  {
    params: lex.params({
      feed: lex.string({format: 'at-uri'}),
    }, ['feed']),
    output: lex.body('application/json', lex.object({
      view: lex.ref(() => feedDefs.generatorView),
      isOnline: lex.boolean(),
      isValid: lex.boolean(),
    }, ['view', 'isOnline', 'isValid'])),
  },
)

export {getFeedGenerator as main}
