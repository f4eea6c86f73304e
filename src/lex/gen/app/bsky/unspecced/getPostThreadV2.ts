// Generated from lexicons/app/bsky/unspecced/getPostThreadV2.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as feedDefs from '../feed/defs.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {
  /**
   * Reference (AT-URI) to post record. This is the anchor post, and the thread will be built around it. It can be any
   * post in the tree, not necessarily a root post.
   */
  anchor: AtUri
  /** Whether to include parents above the anchor. */
  above?: boolean
  /** How many levels of replies to include below the anchor. */
  below?: number
  /**
   * Maximum of replies to include at each level of the thread, except for the direct replies to the anchor, which are
   * (NOTE: currently, during unspecced phase) all returned (NOTE: later they might be paginated).
   */
  branchingFactor?: number
  /** Sorting for the thread replies. */
  sort?: 'newest' | 'oldest' | 'top' | (string & {})
}
export type Output = {
  /** A flat list of thread items. The depth of each item is indicated by the depth property inside the item. */
  thread: ThreadItem[]
  threadgate?: feedDefs.ThreadgateView
  /**
   * Whether this thread has additional replies. If true, a call can be made to the `getPostThreadOtherV2` endpoint to
   * retrieve them.
   */
  hasOtherReplies: boolean
}
export type ErrorName = never
/**
 * (NOTE: this endpoint is under development and WILL change without notice. Don't use it until it is moved out of
 * `unspecced` or your application WILL break) Get posts in a thread. It is based in an anchor post at any depth of the
 * tree, and returns posts above it (recursively resolving the parent, without further branching to their replies) and
 * below it (recursive replies, with branching to their replies). Does not require auth, but additional metadata and
 * filtering will be applied for authed requests.
 */
export const getPostThreadV2: lex.Query<Params, Output, ErrorName, 'above' | 'below' | 'branchingFactor' | 'sort'> = lex.query(
  'app.bsky.unspecced.getPostThreadV2',
  {
    params: lex.params({
      anchor: lex.string({format: 'at-uri'}),
      above: lex.boolean({default: true}),
      below: lex.integer({default: 6, minimum: 0, maximum: 20}),
      branchingFactor: lex.integer({default: 10, minimum: 0, maximum: 100}),
      sort: lex.string({knownValues: ['newest', 'oldest', 'top'], default: 'oldest'}),
    }, ['anchor']),
    output: lex.body('application/json', lex.object({
      thread: lex.array(lex.ref(() => threadItem)),
      threadgate: lex.ref(() => feedDefs.threadgateView),
      hasOtherReplies: lex.boolean(),
    }, ['thread', 'hasOtherReplies'])),
  },
)

export type ThreadItem = {
  $type?: 'app.bsky.unspecced.getPostThreadV2#threadItem'
  uri: AtUri
  /**
   * The nesting level of this item in the thread. Depth 0 means the anchor item. Items above have negative depths,
   * items below have positive depths.
   */
  depth: number
  value:
    | lex.Typed<unspeccedDefs.ThreadItemPost>
    | lex.Typed<unspeccedDefs.ThreadItemNoUnauthenticated>
    | lex.Typed<unspeccedDefs.ThreadItemNotFound>
    | lex.Typed<unspeccedDefs.ThreadItemBlocked>
    | lex.Other
}
export const threadItem: lex.ObjectSchema<ThreadItem> = lex.typed('app.bsky.unspecced.getPostThreadV2#threadItem', {
  uri: lex.string({format: 'at-uri'}),
  depth: lex.integer(),
  value: lex.union(() => [
    unspeccedDefs.threadItemPost,
    unspeccedDefs.threadItemNoUnauthenticated,
    unspeccedDefs.threadItemNotFound,
    unspeccedDefs.threadItemBlocked,
  ]),
}, ['uri', 'depth', 'value'])

export {getPostThreadV2 as main}
