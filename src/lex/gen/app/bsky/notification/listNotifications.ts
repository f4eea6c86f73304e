// Generated from lexicons/app/bsky/notification/listNotifications.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'
import * as graphDefs from '../graph/defs.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'

export type Params = {
  /** Notification reasons to include in response. */
  reasons?: string[]
  limit?: number
  /** Deprecated: this parameter is ignored. */
  priority?: boolean
  cursor?: string
  /** Deprecated: this parameter is unsupported and will cause an error. */
  seenAt?: Datetime
}
export type Output = {
  cursor?: string
  notifications: Notification[]
  /** Deprecated: this field is no longer populated. */
  priority?: boolean
  seenAt?: Datetime
}
export type ErrorName = never
/** Enumerate notifications for the requesting account. Requires auth. */
export const listNotifications: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.notification.listNotifications',
  {
    params: lex.params({
      reasons: lex.array(lex.string()),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      priority: lex.boolean(),
      cursor: lex.string(),
      seenAt: lex.string({format: 'datetime'}),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      notifications: lex.array(lex.ref(() => notification)),
      priority: lex.boolean(),
      seenAt: lex.string({format: 'datetime'}),
    }, ['notifications'])),
  },
)

export type Notification = {
  $type?: 'app.bsky.notification.listNotifications#notification'
  uri: AtUri
  cid: CidString
  author: actorDefs.ProfileView
  /** The reason why this notification was delivered - e.g. your post was liked, or you received a new follower. */
  reason:
    | 'like'
    | 'repost'
    | 'follow'
    | 'mention'
    | 'reply'
    | 'quote'
    | 'starterpack-joined'
    | 'verified'
    | 'unverified'
    | 'like-via-repost'
    | 'repost-via-repost'
    | 'subscribed-post'
    | 'contact-match'
    | (string & {})
  reasonSubject?: AtUri
  record: lex.Unknown
  /**
   * The starter pack associated with this notification. Present when the notification is for a follow originating from
   * a starter pack.
   */
  starterPack?: graphDefs.StarterPackViewBasic
  isRead: boolean
  indexedAt: Datetime
  labels?: labelDefs.Label[]
}
export const notification: lex.ObjectSchema<Notification> = lex.typed('app.bsky.notification.listNotifications#notification', {
  uri: lex.string({format: 'at-uri'}),
  cid: lex.string({format: 'cid'}),
  author: lex.ref(() => actorDefs.profileView),
  reason: lex.string({
    knownValues: [
      'like',
      'repost',
      'follow',
      'mention',
      'reply',
      'quote',
      'starterpack-joined',
      'verified',
      'unverified',
      'like-via-repost',
      'repost-via-repost',
      'subscribed-post',
      'contact-match',
    ],
  }),
  reasonSubject: lex.string({format: 'at-uri'}),
  record: lex.unknown(),
  starterPack: lex.ref(() => graphDefs.starterPackViewBasic),
  isRead: lex.boolean(),
  indexedAt: lex.string({format: 'datetime'}),
  labels: lex.array(lex.ref(() => labelDefs.label)),
}, ['uri', 'cid', 'author', 'reason', 'record', 'isRead', 'indexedAt'])

export {listNotifications as main}
