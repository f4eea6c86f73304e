// Generated from lexicons/chat/bsky/moderation/subscribeModEvents.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /**
   * The last known event seq number to backfill from. Use '2222222222222' to backfill from the beginning. Don't specify
   * a cursor to listen only for new events.
   */
  cursor?: string
}
export type Message =
  | lex.Typed<EventConvoFirstMessage>
  | lex.Typed<EventGroupChatCreated>
  | lex.Typed<EventGroupChatMemberAdded>
  | lex.Typed<EventGroupChatMemberJoined>
  | lex.Typed<EventGroupChatJoinRequest>
  | lex.Typed<EventGroupChatJoinRequestApproved>
  | lex.Typed<EventGroupChatJoinRequestRejected>
  | lex.Typed<EventChatAccepted>
  | lex.Typed<EventGroupChatMemberLeft>
  | lex.Typed<EventGroupChatUpdated>
  | lex.Typed<EventRateLimitExceeded>
  | lex.Other
export type ErrorName = 'FutureCursor' | 'ConsumerTooSlow'
/** Subscribe to stream of chat events targeted to moderation. Private endpoint. */
export const subscribeModEvents: lex.Subscription<Params, Message, ErrorName, never> = lex.subscription(
  'chat.bsky.moderation.subscribeModEvents',
  {
    params: lex.params({
      cursor: lex.string(),
    }),
    message: lex.union(() => [
      eventConvoFirstMessage,
      eventGroupChatCreated,
      eventGroupChatMemberAdded,
      eventGroupChatMemberJoined,
      eventGroupChatJoinRequest,
      eventGroupChatJoinRequestApproved,
      eventGroupChatJoinRequestRejected,
      eventChatAccepted,
      eventGroupChatMemberLeft,
      eventGroupChatUpdated,
      eventRateLimitExceeded,
    ]),
    errors: ['FutureCursor', 'ConsumerTooSlow'],
  },
)

/** Fired when the first message was sent on a convo. */
export type EventConvoFirstMessage = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventConvoFirstMessage'
  convoId: string
  createdAt: Datetime
  messageId?: string
  /** The list of DIDs message recipients. Does not include the sender, which is in the `user` field */
  recipients: Did[]
  rev: string
  /** The DID of the message author. */
  user: Did
}
export const eventConvoFirstMessage: lex.ObjectSchema<EventConvoFirstMessage> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventConvoFirstMessage', {
  convoId: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  messageId: lex.string(),
  recipients: lex.array(lex.string({format: 'did'})),
  rev: lex.string(),
  user: lex.string({format: 'did'}),
}, ['createdAt', 'rev', 'convoId', 'user', 'recipients'])

/** Fire when a group chat is created. */
export type EventGroupChatCreated = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventGroupChatCreated'
  /** The DID of the actor performing the action. For this event, same as ownerDid. */
  actorDid: Did
  /** When the group was originally created. */
  convoCreatedAt: Datetime
  convoId: string
  createdAt: Datetime
  /** Current member count at the time of the event. */
  groupMemberCount: number
  /** The name set at creation time. */
  groupName: string
  /** DIDs of everyone added at creation time. */
  initialMemberDids: Did[]
  /** The DID of the group chat owner. */
  ownerDid: Did
  rev: string
}
export const eventGroupChatCreated: lex.ObjectSchema<EventGroupChatCreated> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventGroupChatCreated', {
  actorDid: lex.string({format: 'did'}),
  convoCreatedAt: lex.string({format: 'datetime'}),
  convoId: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  groupMemberCount: lex.integer(),
  groupName: lex.string(),
  initialMemberDids: lex.array(lex.string({format: 'did'})),
  ownerDid: lex.string({format: 'did'}),
  rev: lex.string(),
}, [
  'actorDid',
  'convoCreatedAt',
  'convoId',
  'createdAt',
  'groupMemberCount',
  'groupName',
  'initialMemberDids',
  'ownerDid',
  'rev',
])

/** Fired when a member is added to a group chat. Note that members are added in the 'request' state. */
export type EventGroupChatMemberAdded = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventGroupChatMemberAdded'
  /** The DID of the actor performing the action. For this event, same as ownerDid. */
  actorDid: Did
  /** When the group was originally created. */
  convoCreatedAt: Datetime
  convoId: string
  createdAt: Datetime
  /** Current member count at the time of the event. */
  groupMemberCount: number
  groupName: string
  /** The DID of the group chat owner. */
  ownerDid: Did
  /** The number of members who have not yet accepted the convo. */
  requestMembersCount: number
  rev: string
  /** The DID of the member who was added. */
  subjectDid: Did
  /** Whether the added member follows the group owner. */
  subjectFollowsOwner: boolean
}
export const eventGroupChatMemberAdded: lex.ObjectSchema<EventGroupChatMemberAdded> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventGroupChatMemberAdded', {
  actorDid: lex.string({format: 'did'}),
  convoCreatedAt: lex.string({format: 'datetime'}),
  convoId: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  groupMemberCount: lex.integer(),
  groupName: lex.string(),
  ownerDid: lex.string({format: 'did'}),
  requestMembersCount: lex.integer(),
  rev: lex.string(),
  subjectDid: lex.string({format: 'did'}),
  subjectFollowsOwner: lex.boolean(),
}, [
  'actorDid',
  'convoCreatedAt',
  'convoId',
  'createdAt',
  'groupMemberCount',
  'groupName',
  'ownerDid',
  'requestMembersCount',
  'rev',
  'subjectDid',
  'subjectFollowsOwner',
])

/** Fired when a member joins a group chat via an join link that does not require approval. */
export type EventGroupChatMemberJoined = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventGroupChatMemberJoined'
  /** The DID of the person joining. */
  actorDid: Did
  /** When the group was originally created. */
  convoCreatedAt: Datetime
  convoId: string
  createdAt: Datetime
  /** Current member count at the time of the event. */
  groupMemberCount: number
  groupName: string
  /** The code of the join link used to join. */
  joinLinkCode: string
  /** The DID of the group chat owner. */
  ownerDid: Did
  rev: string
  /** Whether the joining member follows the group owner. */
  subjectFollowsOwner: boolean
}
export const eventGroupChatMemberJoined: lex.ObjectSchema<EventGroupChatMemberJoined> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventGroupChatMemberJoined', {
  actorDid: lex.string({format: 'did'}),
  convoCreatedAt: lex.string({format: 'datetime'}),
  convoId: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  groupMemberCount: lex.integer(),
  groupName: lex.string(),
  joinLinkCode: lex.string(),
  ownerDid: lex.string({format: 'did'}),
  rev: lex.string(),
  subjectFollowsOwner: lex.boolean(),
}, [
  'actorDid',
  'convoCreatedAt',
  'convoId',
  'createdAt',
  'groupMemberCount',
  'groupName',
  'joinLinkCode',
  'ownerDid',
  'rev',
  'subjectFollowsOwner',
])

/** Fired when a user requests to join a group chat via an join link that requires approval. */
export type EventGroupChatJoinRequest = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventGroupChatJoinRequest'
  /** The DID of the person requesting to join. */
  actorDid: Did
  /** When the group was originally created. */
  convoCreatedAt: Datetime
  convoId: string
  createdAt: Datetime
  /** Current member count at the time of the event. */
  groupMemberCount: number
  groupName: string
  /** The code of the join link used to request joining. */
  joinLinkCode: string
  /** The DID of the group chat owner. */
  ownerDid: Did
  rev: string
  /** Whether the requesting member follows the group owner. */
  subjectFollowsOwner: boolean
}
export const eventGroupChatJoinRequest: lex.ObjectSchema<EventGroupChatJoinRequest> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventGroupChatJoinRequest', {
  actorDid: lex.string({format: 'did'}),
  convoCreatedAt: lex.string({format: 'datetime'}),
  convoId: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  groupMemberCount: lex.integer(),
  groupName: lex.string(),
  joinLinkCode: lex.string(),
  ownerDid: lex.string({format: 'did'}),
  rev: lex.string(),
  subjectFollowsOwner: lex.boolean(),
}, [
  'actorDid',
  'convoCreatedAt',
  'convoId',
  'createdAt',
  'groupMemberCount',
  'groupName',
  'joinLinkCode',
  'ownerDid',
  'rev',
  'subjectFollowsOwner',
])

/** Fired when a join request is approved by the group owner. */
export type EventGroupChatJoinRequestApproved = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventGroupChatJoinRequestApproved'
  /** The DID of the owner approving the request. */
  actorDid: Did
  /** When the group was originally created. */
  convoCreatedAt: Datetime
  convoId: string
  createdAt: Datetime
  /** Current member count at the time of the event. */
  groupMemberCount: number
  groupName: string
  /** The DID of the group chat owner. */
  ownerDid: Did
  rev: string
  /** The DID of the member whose request was approved. */
  subjectDid: Did
}
export const eventGroupChatJoinRequestApproved: lex.ObjectSchema<EventGroupChatJoinRequestApproved> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventGroupChatJoinRequestApproved', {
  actorDid: lex.string({format: 'did'}),
  convoCreatedAt: lex.string({format: 'datetime'}),
  convoId: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  groupMemberCount: lex.integer(),
  groupName: lex.string(),
  ownerDid: lex.string({format: 'did'}),
  rev: lex.string(),
  subjectDid: lex.string({format: 'did'}),
}, [
  'actorDid',
  'convoCreatedAt',
  'convoId',
  'createdAt',
  'groupMemberCount',
  'groupName',
  'ownerDid',
  'rev',
  'subjectDid',
])

/** Fired when a join request is rejected by the group owner. */
export type EventGroupChatJoinRequestRejected = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventGroupChatJoinRequestRejected'
  /** The DID of the owner rejecting the request. */
  actorDid: Did
  /** When the group was originally created. */
  convoCreatedAt: Datetime
  convoId: string
  createdAt: Datetime
  /** Current member count at the time of the event. */
  groupMemberCount: number
  groupName: string
  /** The DID of the group chat owner. */
  ownerDid: Did
  rev: string
  /** The DID of the member whose request was rejected. */
  subjectDid: Did
}
export const eventGroupChatJoinRequestRejected: lex.ObjectSchema<EventGroupChatJoinRequestRejected> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventGroupChatJoinRequestRejected', {
  actorDid: lex.string({format: 'did'}),
  convoCreatedAt: lex.string({format: 'datetime'}),
  convoId: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  groupMemberCount: lex.integer(),
  groupName: lex.string(),
  ownerDid: lex.string({format: 'did'}),
  rev: lex.string(),
  subjectDid: lex.string({format: 'did'}),
}, [
  'actorDid',
  'convoCreatedAt',
  'convoId',
  'createdAt',
  'groupMemberCount',
  'groupName',
  'ownerDid',
  'rev',
  'subjectDid',
])

/** Fired when a user accepts a chat convo, either explicitly or by sending a message. */
export type EventChatAccepted = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventChatAccepted'
  /** The DID of the person accepting the convo. */
  actorDid: Did
  /** When the convo was originally created. */
  convoCreatedAt: Datetime
  convoId: string
  createdAt: Datetime
  /** Current member count at the time of the event. Only present for group convos. */
  groupMemberCount?: number
  /** The name of the group chat. Only present for group convos. */
  groupName?: string
  /** How the convo was accepted. */
  method: 'explicit' | 'message' | (string & {})
  /** The DID of the group chat owner. Only present for group convos. */
  ownerDid?: Did
  rev: string
}
export const eventChatAccepted: lex.ObjectSchema<EventChatAccepted> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventChatAccepted', {
  actorDid: lex.string({format: 'did'}),
  convoCreatedAt: lex.string({format: 'datetime'}),
  convoId: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  groupMemberCount: lex.integer(),
  groupName: lex.string(),
  method: lex.string({knownValues: ['explicit', 'message']}),
  ownerDid: lex.string({format: 'did'}),
  rev: lex.string(),
}, ['actorDid', 'convoCreatedAt', 'convoId', 'createdAt', 'method', 'rev'])

/** Fired when a member leaves or is removed from a group chat. */
export type EventGroupChatMemberLeft = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventGroupChatMemberLeft'
  /** The DID of the actor. For voluntary: the person leaving. For kicked: the owner. */
  actorDid: Did
  /** When the group was originally created. */
  convoCreatedAt: Datetime
  convoId: string
  createdAt: Datetime
  /** Current member count at the time of the event. */
  groupMemberCount: number
  groupName: string
  /** How the member left. */
  leaveMethod: 'voluntary' | 'kicked' | (string & {})
  /** The DID of the group chat owner. */
  ownerDid: Did
  rev: string
  /** The DID of the member who left or was removed. */
  subjectDid: Did
}
export const eventGroupChatMemberLeft: lex.ObjectSchema<EventGroupChatMemberLeft> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventGroupChatMemberLeft', {
  actorDid: lex.string({format: 'did'}),
  convoCreatedAt: lex.string({format: 'datetime'}),
  convoId: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  groupMemberCount: lex.integer(),
  groupName: lex.string(),
  leaveMethod: lex.string({knownValues: ['voluntary', 'kicked']}),
  ownerDid: lex.string({format: 'did'}),
  rev: lex.string(),
  subjectDid: lex.string({format: 'did'}),
}, [
  'actorDid',
  'convoCreatedAt',
  'convoId',
  'createdAt',
  'groupMemberCount',
  'groupName',
  'leaveMethod',
  'ownerDid',
  'rev',
  'subjectDid',
])

/** Fired when a group chat's metadata or status changes. */
export type EventGroupChatUpdated = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventGroupChatUpdated'
  /** The DID of the actor performing the action (the owner). */
  actorDid: Did
  /** When the group was originally created. */
  convoCreatedAt: Datetime
  convoId: string
  createdAt: Datetime
  /** Current member count at the time of the event. */
  groupMemberCount: number
  /** Current group name. */
  groupName: string
  /** The code of the join link. Only present when updateType is join-link-related. */
  joinLinkCode?: string
  /**
   * Whether the join link is restricted to followers of the owner. Only present when updateType is join-link-related.
   */
  joinLinkFollowersOnly?: boolean
  /** Whether the join link requires owner approval to join. Only present when updateType is join-link-related. */
  joinLinkRequiresApproval?: boolean
  /** Why the group was locked. Only present when updateType is 'locked'. */
  lockReason?:
    | 'owner_action'
    | 'owner_left'
    | 'owner_deactivated'
    | 'owner_deleted'
    | 'owner_suspended'
    | 'owner_taken_down'
    | 'label_applied'
    | 'convo_taken_down'
    | (string & {})
  /** The new group name. Only present when updateType is 'name_changed'. */
  newName?: string
  /** The previous group name. Only present when updateType is 'name_changed'. */
  oldName?: string
  /** The DID of the group chat owner. */
  ownerDid: Did
  rev: string
  /** What changed. */
  updateType:
    | 'name_changed'
    | 'locked'
    | 'locked_permanently'
    | 'unlocked'
    | 'join_link_created'
    | 'join_link_disabled'
    | 'join_link_settings_changed'
    | (string & {})
}
export const eventGroupChatUpdated: lex.ObjectSchema<EventGroupChatUpdated> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventGroupChatUpdated', {
  actorDid: lex.string({format: 'did'}),
  convoCreatedAt: lex.string({format: 'datetime'}),
  convoId: lex.string(),
  createdAt: lex.string({format: 'datetime'}),
  groupMemberCount: lex.integer(),
  groupName: lex.string(),
  joinLinkCode: lex.string(),
  joinLinkFollowersOnly: lex.boolean(),
  joinLinkRequiresApproval: lex.boolean(),
  lockReason: lex.string({
    knownValues: [
      'owner_action',
      'owner_left',
      'owner_deactivated',
      'owner_deleted',
      'owner_suspended',
      'owner_taken_down',
      'label_applied',
      'convo_taken_down',
    ],
  }),
  newName: lex.string(),
  oldName: lex.string(),
  ownerDid: lex.string({format: 'did'}),
  rev: lex.string(),
  updateType: lex.string({
    knownValues: [
      'name_changed',
      'locked',
      'locked_permanently',
      'unlocked',
      'join_link_created',
      'join_link_disabled',
      'join_link_settings_changed',
    ],
  }),
}, [
  'actorDid',
  'convoCreatedAt',
  'convoId',
  'createdAt',
  'groupMemberCount',
  'groupName',
  'ownerDid',
  'rev',
  'updateType',
])

/** Fired when a user exceeds a rate limit. */
export type EventRateLimitExceeded = {
  $type?: 'chat.bsky.moderation.subscribeModEvents#eventRateLimitExceeded'
  /** The DID of the user who hit the rate limit. */
  actorDid: Did
  createdAt: Datetime
  /** The NSID of the endpoint that was rate limited. */
  endpoint: string
  rev: string
}
export const eventRateLimitExceeded: lex.ObjectSchema<EventRateLimitExceeded> = lex.typed('chat.bsky.moderation.subscribeModEvents#eventRateLimitExceeded', {
  actorDid: lex.string({format: 'did'}),
  createdAt: lex.string({format: 'datetime'}),
  endpoint: lex.string(),
  rev: lex.string(),
}, ['actorDid', 'createdAt', 'endpoint', 'rev'])

export {subscribeModEvents as main}
