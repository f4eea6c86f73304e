// Generated from lexicons/app/bsky/unspecced/getPostThreadOtherV2.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {
  /** Reference (AT-URI) to post record. This is the anchor post. */
  anchor: AtUri
}
export type Output = {
  /** A flat list of other thread items. The depth of each item is indicated by the depth property inside the item. */
  thread: ThreadItem[]
}
export type ErrorName = never
/**
 * (NOTE: this endpoint is under development and WILL change without notice. Don't use it until it is moved out of
 * `unspecced` or your application WILL break) Get additional posts under a thread e.g. replies hidden by threadgate.
 * Based on an anchor post at any depth of the tree, returns top-level replies below that anchor. It does not include
 * ancestors nor the anchor itself. This should be called after exhausting `app.bsky.unspecced.getPostThreadV2`. Does
 * not require auth, but additional metadata and filtering will be applied for authed requests.
 */
export const getPostThreadOtherV2: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.unspecced.getPostThreadOtherV2',
  {
    params: lex.params({
      anchor: lex.string({format: 'at-uri'}),
    }, ['anchor']),
    output: lex.body('application/json', lex.object({
      thread: lex.array(lex.ref(() => threadItem)),
    }, ['thread'])),
  },
)

export type ThreadItem = {
  $type?: 'app.bsky.unspecced.getPostThreadOtherV2#threadItem'
  uri: AtUri
  /**
   * The nesting level of this item in the thread. Depth 0 means the anchor item. Items above have negative depths,
   * items below have positive depths.
   */
  depth: number
  value: lex.Typed<unspeccedDefs.ThreadItemPost> | lex.Other
}
export const threadItem: lex.ObjectSchema<ThreadItem> = lex.typed('app.bsky.unspecced.getPostThreadOtherV2#threadItem', {
  uri: lex.string({format: 'at-uri'}),
  depth: lex.integer(),
  value: lex.union(() => [unspeccedDefs.threadItemPost]),
}, ['uri', 'depth', 'value'])

export {getPostThreadOtherV2 as main}
