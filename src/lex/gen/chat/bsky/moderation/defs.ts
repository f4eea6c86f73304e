// Generated from lexicons/chat/bsky/moderation/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from '../convo/defs.ts'
import * as groupDefs from '../group/defs.ts'

/**
 * A view of a conversation for moderation purposes. Unlike chat.bsky.convo.defs#convoView, it does not include
 * viewer-specific data (such as muted, unreadCount, status, lastMessage, lastReaction), since the requester is a
 * moderator and not a member of the conversation. The member list is not included; use
 * chat.bsky.moderation.getConvoMembers to list members.
 */
export type ConvoView = {
  $type?: 'chat.bsky.moderation.defs#convoView'
  id: string
  rev: string
  /** Union field that has data specific to different kinds of convos. */
  kind?: lex.Typed<DirectConvo> | lex.Typed<GroupConvo> | lex.Other
}
export const convoView: lex.ObjectSchema<ConvoView> = lex.typed('chat.bsky.moderation.defs#convoView', {
  id: lex.string(),
  rev: lex.string(),
  kind: lex.union(() => [directConvo, groupConvo]),
}, ['id', 'rev'])

/** Data specific to a direct conversation, for moderation purposes. */
export type DirectConvo = {
  $type?: 'chat.bsky.moderation.defs#directConvo'
}
export const directConvo: lex.ObjectSchema<DirectConvo> = lex.typed('chat.bsky.moderation.defs#directConvo', {})

/**
 * Data specific to a group conversation, for moderation purposes. Unlike chat.bsky.convo.defs#groupConvo, it does not
 * include viewer-specific data (such as unreadJoinRequestCount), since the requester is a moderator and not a member of
 * the conversation.
 */
export type GroupConvo = {
  $type?: 'chat.bsky.moderation.defs#groupConvo'
  createdAt: Datetime
  joinLink?: groupDefs.JoinLinkView
  /**
   * The total number of pending join requests for the group conversation. This information is only visible to the owner
   * and to moderators. Capped at 21.
   */
  joinRequestCount: number
  /** The lock status of the conversation. */
  lockStatus: convoDefs.ConvoLockStatus
  /** The total number of members in the group conversation. */
  memberCount: number
  /** The maximum number of members allowed in the group conversation. */
  memberLimit: number
  /** The display name of the group conversation. */
  name: string
}
export const groupConvo: lex.ObjectSchema<GroupConvo> = lex.typed('chat.bsky.moderation.defs#groupConvo', {
  createdAt: lex.string({format: 'datetime'}),
  joinLink: lex.ref(() => groupDefs.joinLinkView),
  joinRequestCount: lex.integer(),
  lockStatus: lex.ref(() => convoDefs.convoLockStatus),
  memberCount: lex.integer(),
  memberLimit: lex.integer(),
  name: lex.string({maxGraphemes: 50, maxLength: 500}),
}, [
  'createdAt',
  'joinRequestCount',
  'lockStatus',
  'memberCount',
  'memberLimit',
  'name',
])
