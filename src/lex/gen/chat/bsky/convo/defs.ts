// Generated from lexicons/chat/bsky/convo/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as embedRecord from '../../../app/bsky/embed/record.ts'
import * as richtextFacet from '../../../app/bsky/richtext/facet.ts'
import * as actorDefs from '../actor/defs.ts'
import * as embedJoinLink from '../embed/joinLink.ts'
import * as groupDefs from '../group/defs.ts'

export type ConvoKind = 'direct' | 'group' | (string & {})
export const convoKind: lex.StringSchema<ConvoKind> = lex.string({knownValues: ['direct', 'group']})

export type ConvoLockStatus = 'unlocked' | 'locked' | 'locked-permanently' | (string & {})
export const convoLockStatus: lex.StringSchema<ConvoLockStatus> = lex.string({knownValues: ['unlocked', 'locked', 'locked-permanently']})

export type ConvoStatus = 'request' | 'accepted' | (string & {})
export const convoStatus: lex.StringSchema<ConvoStatus> = lex.string({knownValues: ['request', 'accepted']})

export type ConvoRef = {
  $type?: 'chat.bsky.convo.defs#convoRef'
  did: Did
  convoId: string
}
export const convoRef: lex.ObjectSchema<ConvoRef> = lex.typed('chat.bsky.convo.defs#convoRef', {
  did: lex.string({format: 'did'}),
  convoId: lex.string(),
}, ['did', 'convoId'])

export type MessageRef = {
  $type?: 'chat.bsky.convo.defs#messageRef'
  did: Did
  convoId: string
  messageId: string
}
export const messageRef: lex.ObjectSchema<MessageRef> = lex.typed('chat.bsky.convo.defs#messageRef', {
  did: lex.string({format: 'did'}),
  convoId: lex.string(),
  messageId: lex.string(),
}, ['did', 'messageId', 'convoId'])

export type MessageInput = {
  $type?: 'chat.bsky.convo.defs#messageInput'
  text: string
  /** Annotations of text (mentions, URLs, hashtags, etc) */
  facets?: richtextFacet.Facet[]
  embed?: lex.Typed<embedRecord.Record> | lex.Typed<embedJoinLink.JoinLink> | lex.Other
  /** If set, the message this message is replying to. The referenced message must be in the same convo. */
  replyTo?: ReplyRef
}
export const messageInput: lex.ObjectSchema<MessageInput> = lex.typed('chat.bsky.convo.defs#messageInput', {
  text: lex.string({maxLength: 10000, maxGraphemes: 1000}),
  facets: lex.array(lex.ref(() => richtextFacet.main)),
  embed: lex.union(() => [embedRecord.main, embedJoinLink.main]),
  replyTo: lex.ref(() => replyRef),
}, ['text'])

/** A reference to another message within the same convo, used to indicate that a message is a reply to it. */
export type ReplyRef = {
  $type?: 'chat.bsky.convo.defs#replyRef'
  messageId: string
}
export const replyRef: lex.ObjectSchema<ReplyRef> = lex.typed('chat.bsky.convo.defs#replyRef', {
  messageId: lex.string(),
}, ['messageId'])

export type MessageView = {
  $type?: 'chat.bsky.convo.defs#messageView'
  id: string
  rev: string
  text: string
  /** Annotations of text (mentions, URLs, hashtags, etc) */
  facets?: richtextFacet.Facet[]
  embed?: lex.Typed<embedRecord.View> | lex.Typed<embedJoinLink.View> | lex.Other
  /** Reactions to this message, in ascending order of creation time. */
  reactions?: ReactionView[]
  /**
   * If set, the message this message is replying to. The full view of the referenced message is embedded so the client
   * can render it inline. Only a single level is embedded: the embedded message will not itself have a populated
   * 'replyTo' field even if it was also a reply.
   */
  replyTo?:
    | lex.Typed<MessageView>
    | lex.Typed<DeletedMessageView>
    | lex.Typed<MessageBeforeUserJoinedGroupView>
    | lex.Other
  sender: MessageViewSender
  sentAt: Datetime
}
export const messageView: lex.ObjectSchema<MessageView> = lex.typed('chat.bsky.convo.defs#messageView', {
  id: lex.string(),
  rev: lex.string(),
  text: lex.string({maxLength: 10000, maxGraphemes: 1000}),
  facets: lex.array(lex.ref(() => richtextFacet.main)),
  embed: lex.union(() => [embedRecord.view, embedJoinLink.view]),
  reactions: lex.array(lex.ref(() => reactionView)),
  replyTo: lex.union(() => [messageView, deletedMessageView, messageBeforeUserJoinedGroupView]),
  sender: lex.ref(() => messageViewSender),
  sentAt: lex.string({format: 'datetime'}),
}, ['id', 'rev', 'text', 'sender', 'sentAt'])

export type SystemMessageReferredUser = {
  $type?: 'chat.bsky.convo.defs#systemMessageReferredUser'
  did: Did
}
export const systemMessageReferredUser: lex.ObjectSchema<SystemMessageReferredUser> = lex.typed('chat.bsky.convo.defs#systemMessageReferredUser', {
  did: lex.string({format: 'did'}),
}, ['did'])

export type SystemMessageView = {
  $type?: 'chat.bsky.convo.defs#systemMessageView'
  id: string
  rev: string
  sentAt: Datetime
  data:
    | lex.Typed<SystemMessageDataAddMember>
    | lex.Typed<SystemMessageDataRemoveMember>
    | lex.Typed<SystemMessageDataMemberJoin>
    | lex.Typed<SystemMessageDataMemberLeave>
    | lex.Typed<SystemMessageDataLockConvo>
    | lex.Typed<SystemMessageDataUnlockConvo>
    | lex.Typed<SystemMessageDataLockConvoPermanently>
    | lex.Typed<SystemMessageDataEditGroup>
    | lex.Typed<SystemMessageDataCreateJoinLink>
    | lex.Typed<SystemMessageDataEditJoinLink>
    | lex.Typed<SystemMessageDataEnableJoinLink>
    | lex.Typed<SystemMessageDataDisableJoinLink>
    | lex.Other
}
export const systemMessageView: lex.ObjectSchema<SystemMessageView> = lex.typed('chat.bsky.convo.defs#systemMessageView', {
  id: lex.string(),
  rev: lex.string(),
  sentAt: lex.string({format: 'datetime'}),
  data: lex.union(() => [
    systemMessageDataAddMember,
    systemMessageDataRemoveMember,
    systemMessageDataMemberJoin,
    systemMessageDataMemberLeave,
    systemMessageDataLockConvo,
    systemMessageDataUnlockConvo,
    systemMessageDataLockConvoPermanently,
    systemMessageDataEditGroup,
    systemMessageDataCreateJoinLink,
    systemMessageDataEditJoinLink,
    systemMessageDataEnableJoinLink,
    systemMessageDataDisableJoinLink,
  ]),
}, ['id', 'rev', 'sentAt', 'data'])

/** System message indicating a user was added to the group convo. */
export type SystemMessageDataAddMember = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataAddMember'
  /** Current view of the member who was added. */
  member: SystemMessageReferredUser
  /**
   * Role the user was added to the group with. The role from 'member' will reflect the current data, not historical.
   */
  role: actorDefs.MemberRole
  addedBy: SystemMessageReferredUser
}
export const systemMessageDataAddMember: lex.ObjectSchema<SystemMessageDataAddMember> = lex.typed('chat.bsky.convo.defs#systemMessageDataAddMember', {
  member: lex.ref(() => systemMessageReferredUser),
  role: lex.ref(() => actorDefs.memberRole),
  addedBy: lex.ref(() => systemMessageReferredUser),
}, ['member', 'role', 'addedBy'])

/** System message indicating a user was removed from the group convo. */
export type SystemMessageDataRemoveMember = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataRemoveMember'
  /** Current view of the member who was removed. */
  member: SystemMessageReferredUser
  removedBy: SystemMessageReferredUser
}
export const systemMessageDataRemoveMember: lex.ObjectSchema<SystemMessageDataRemoveMember> = lex.typed('chat.bsky.convo.defs#systemMessageDataRemoveMember', {
  member: lex.ref(() => systemMessageReferredUser),
  removedBy: lex.ref(() => systemMessageReferredUser),
}, ['member', 'removedBy'])

/** System message indicating a user joined the group convo via join link. */
export type SystemMessageDataMemberJoin = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataMemberJoin'
  /** Current view of the member who joined. */
  member: SystemMessageReferredUser
  /**
   * Role the user was added to the group with. The role from 'member' will reflect the current data, not historical.
   */
  role: actorDefs.MemberRole
  /**
   * If join link was configured to require approval, this will be set to who approved the request. Undefined if
   * approval was not required.
   */
  approvedBy?: SystemMessageReferredUser
}
export const systemMessageDataMemberJoin: lex.ObjectSchema<SystemMessageDataMemberJoin> = lex.typed('chat.bsky.convo.defs#systemMessageDataMemberJoin', {
  member: lex.ref(() => systemMessageReferredUser),
  role: lex.ref(() => actorDefs.memberRole),
  approvedBy: lex.ref(() => systemMessageReferredUser),
}, ['member', 'role'])

/** System message indicating a user voluntarily left the group convo. */
export type SystemMessageDataMemberLeave = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataMemberLeave'
  /** Current view of the member who left the group. */
  member: SystemMessageReferredUser
}
export const systemMessageDataMemberLeave: lex.ObjectSchema<SystemMessageDataMemberLeave> = lex.typed('chat.bsky.convo.defs#systemMessageDataMemberLeave', {
  member: lex.ref(() => systemMessageReferredUser),
}, ['member'])

/** System message indicating the group convo was locked. */
export type SystemMessageDataLockConvo = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataLockConvo'
  /** Current view of the member who locked the group. */
  lockedBy: SystemMessageReferredUser
}
export const systemMessageDataLockConvo: lex.ObjectSchema<SystemMessageDataLockConvo> = lex.typed('chat.bsky.convo.defs#systemMessageDataLockConvo', {
  lockedBy: lex.ref(() => systemMessageReferredUser),
}, ['lockedBy'])

/** System message indicating the group convo was unlocked. */
export type SystemMessageDataUnlockConvo = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataUnlockConvo'
  /** Current view of the member who unlocked the group. */
  unlockedBy: SystemMessageReferredUser
}
export const systemMessageDataUnlockConvo: lex.ObjectSchema<SystemMessageDataUnlockConvo> = lex.typed('chat.bsky.convo.defs#systemMessageDataUnlockConvo', {
  unlockedBy: lex.ref(() => systemMessageReferredUser),
}, ['unlockedBy'])

/** System message indicating the group convo was locked permanently. */
export type SystemMessageDataLockConvoPermanently = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataLockConvoPermanently'
  /** Current view of the member who locked the group. */
  lockedBy: SystemMessageReferredUser
}
export const systemMessageDataLockConvoPermanently: lex.ObjectSchema<SystemMessageDataLockConvoPermanently> = lex.typed('chat.bsky.convo.defs#systemMessageDataLockConvoPermanently', {
  lockedBy: lex.ref(() => systemMessageReferredUser),
}, ['lockedBy'])

/** System message indicating the group info was edited. */
export type SystemMessageDataEditGroup = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataEditGroup'
  /** Group name that was replaced. */
  oldName?: string
  /** Group name that replaced the old. */
  newName?: string
}
export const systemMessageDataEditGroup: lex.ObjectSchema<SystemMessageDataEditGroup> = lex.typed('chat.bsky.convo.defs#systemMessageDataEditGroup', {
  oldName: lex.string(),
  newName: lex.string(),
})

/** System message indicating the group join link was created. */
export type SystemMessageDataCreateJoinLink = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataCreateJoinLink'
}
export const systemMessageDataCreateJoinLink: lex.ObjectSchema<SystemMessageDataCreateJoinLink> = lex.typed('chat.bsky.convo.defs#systemMessageDataCreateJoinLink', {})

/** System message indicating the group join link was edited. */
export type SystemMessageDataEditJoinLink = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataEditJoinLink'
}
export const systemMessageDataEditJoinLink: lex.ObjectSchema<SystemMessageDataEditJoinLink> = lex.typed('chat.bsky.convo.defs#systemMessageDataEditJoinLink', {})

/** System message indicating the group join link was enabled. */
export type SystemMessageDataEnableJoinLink = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataEnableJoinLink'
}
export const systemMessageDataEnableJoinLink: lex.ObjectSchema<SystemMessageDataEnableJoinLink> = lex.typed('chat.bsky.convo.defs#systemMessageDataEnableJoinLink', {})

/** System message indicating the group join link was disabled. */
export type SystemMessageDataDisableJoinLink = {
  $type?: 'chat.bsky.convo.defs#systemMessageDataDisableJoinLink'
}
export const systemMessageDataDisableJoinLink: lex.ObjectSchema<SystemMessageDataDisableJoinLink> = lex.typed('chat.bsky.convo.defs#systemMessageDataDisableJoinLink', {})

export type DeletedMessageView = {
  $type?: 'chat.bsky.convo.defs#deletedMessageView'
  id: string
  rev: string
  sender: MessageViewSender
  sentAt: Datetime
}
export const deletedMessageView: lex.ObjectSchema<DeletedMessageView> = lex.typed('chat.bsky.convo.defs#deletedMessageView', {
  id: lex.string(),
  rev: lex.string(),
  sender: lex.ref(() => messageViewSender),
  sentAt: lex.string({format: 'datetime'}),
}, ['id', 'rev', 'sender', 'sentAt'])

/**
 * Placeholder embedded in place of a reply's parent message when that parent was sent before the viewer joined the
 * group convo. The viewer has no access to that history, so no message data is carried.
 */
export type MessageBeforeUserJoinedGroupView = {
  $type?: 'chat.bsky.convo.defs#messageBeforeUserJoinedGroupView'
}
export const messageBeforeUserJoinedGroupView: lex.ObjectSchema<MessageBeforeUserJoinedGroupView> = lex.typed('chat.bsky.convo.defs#messageBeforeUserJoinedGroupView', {})

export type MessageViewSender = {
  $type?: 'chat.bsky.convo.defs#messageViewSender'
  did: Did
}
export const messageViewSender: lex.ObjectSchema<MessageViewSender> = lex.typed('chat.bsky.convo.defs#messageViewSender', {
  did: lex.string({format: 'did'}),
}, ['did'])

export type ReactionView = {
  $type?: 'chat.bsky.convo.defs#reactionView'
  value: string
  sender: ReactionViewSender
  createdAt: Datetime
}
export const reactionView: lex.ObjectSchema<ReactionView> = lex.typed('chat.bsky.convo.defs#reactionView', {
  value: lex.string(),
  sender: lex.ref(() => reactionViewSender),
  createdAt: lex.string({format: 'datetime'}),
}, ['value', 'sender', 'createdAt'])

export type ReactionViewSender = {
  $type?: 'chat.bsky.convo.defs#reactionViewSender'
  did: Did
}
export const reactionViewSender: lex.ObjectSchema<ReactionViewSender> = lex.typed('chat.bsky.convo.defs#reactionViewSender', {
  did: lex.string({format: 'did'}),
}, ['did'])

export type MessageAndReactionView = {
  $type?: 'chat.bsky.convo.defs#messageAndReactionView'
  message: MessageView
  reaction: ReactionView
}
export const messageAndReactionView: lex.ObjectSchema<MessageAndReactionView> = lex.typed('chat.bsky.convo.defs#messageAndReactionView', {
  message: lex.ref(() => messageView),
  reaction: lex.ref(() => reactionView),
}, ['message', 'reaction'])

export type ConvoView = {
  $type?: 'chat.bsky.convo.defs#convoView'
  id: string
  rev: string
  /**
   * Members of this conversation. For direct convos, it will be an immutable list of the 2 members. For group convos,
   * it will a list of important members (the first few members, the viewer, the member who added the viewer, the member
   * who sent the last message, the member who sent the last reaction), but will not contain the full list of members.
   * Use chat.bsky.convo.getConvoMembers to list all members.
   */
  members: actorDefs.ProfileViewBasic[]
  lastMessage?:
    | lex.Typed<MessageView>
    | lex.Typed<DeletedMessageView>
    | lex.Typed<SystemMessageView>
    | lex.Other
  lastReaction?: lex.Typed<MessageAndReactionView> | lex.Other
  muted: boolean
  /** Convo status for the viewer member (not the convo itself). */
  status?: ConvoStatus
  unreadCount: number
  /** Union field that has data specific to different kinds of convos. */
  kind?: lex.Typed<DirectConvo> | lex.Typed<GroupConvo> | lex.Other
}
export const convoView: lex.ObjectSchema<ConvoView> = lex.typed('chat.bsky.convo.defs#convoView', {
  id: lex.string(),
  rev: lex.string(),
  members: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
  lastMessage: lex.union(() => [messageView, deletedMessageView, systemMessageView]),
  lastReaction: lex.union(() => [messageAndReactionView]),
  muted: lex.boolean(),
  status: lex.ref(() => convoStatus),
  unreadCount: lex.integer(),
  kind: lex.union(() => [directConvo, groupConvo]),
}, ['id', 'rev', 'members', 'muted', 'unreadCount'])

export type DirectConvo = {
  $type?: 'chat.bsky.convo.defs#directConvo'
}
export const directConvo: lex.ObjectSchema<DirectConvo> = lex.typed('chat.bsky.convo.defs#directConvo', {})

export type GroupConvo = {
  $type?: 'chat.bsky.convo.defs#groupConvo'
  createdAt: Datetime
  joinLink?: groupDefs.JoinLinkView
  /** The total number of pending join requests for the group conversation. Only present for the owner. Capped at 21. */
  joinRequestCount?: number
  /** The lock status of the conversation. */
  lockStatus: ConvoLockStatus
  /**
   * Whether the lock status is being forced by a moderation override (account inactivation or convo takedown) rather
   * than the owner's own setting.
   */
  lockStatusModerationOverride: boolean
  /** The total number of members in the group conversation. */
  memberCount: number
  /** The maximum number of members allowed in the group conversation. */
  memberLimit: number
  /** The display name of the group conversation. */
  name: string
  /** The number of unread join requests for the group conversation. Only present for the owner. */
  unreadJoinRequestCount?: number
}
export const groupConvo: lex.ObjectSchema<GroupConvo> = lex.typed('chat.bsky.convo.defs#groupConvo', {
  createdAt: lex.string({format: 'datetime'}),
  joinLink: lex.ref(() => groupDefs.joinLinkView),
  joinRequestCount: lex.integer(),
  lockStatus: lex.ref(() => convoLockStatus),
  lockStatusModerationOverride: lex.boolean(),
  memberCount: lex.integer(),
  memberLimit: lex.integer(),
  name: lex.string({maxGraphemes: 50, maxLength: 500}),
  unreadJoinRequestCount: lex.integer(),
}, [
  'createdAt',
  'lockStatus',
  'lockStatusModerationOverride',
  'memberCount',
  'memberLimit',
  'name',
])

/**
 * Event indicating a convo containing the viewer was started. Can be direct or group. When a member is added to a group
 * convo, they also get this event.
 */
export type LogBeginConvo = {
  $type?: 'chat.bsky.convo.defs#logBeginConvo'
  rev: string
  convoId: string
}
export const logBeginConvo: lex.ObjectSchema<LogBeginConvo> = lex.typed('chat.bsky.convo.defs#logBeginConvo', {
  rev: lex.string(),
  convoId: lex.string(),
}, ['rev', 'convoId'])

/**
 * Event indicating the viewer accepted a convo, and it can be moved out of the request inbox. Can be direct or group.
 */
export type LogAcceptConvo = {
  $type?: 'chat.bsky.convo.defs#logAcceptConvo'
  rev: string
  convoId: string
}
export const logAcceptConvo: lex.ObjectSchema<LogAcceptConvo> = lex.typed('chat.bsky.convo.defs#logAcceptConvo', {
  rev: lex.string(),
  convoId: lex.string(),
}, ['rev', 'convoId'])

/** Event indicating the viewer left a convo. Can be direct or group. */
export type LogLeaveConvo = {
  $type?: 'chat.bsky.convo.defs#logLeaveConvo'
  rev: string
  convoId: string
}
export const logLeaveConvo: lex.ObjectSchema<LogLeaveConvo> = lex.typed('chat.bsky.convo.defs#logLeaveConvo', {
  rev: lex.string(),
  convoId: lex.string(),
}, ['rev', 'convoId'])

/** Event indicating the viewer muted a convo. Can be direct or group. */
export type LogMuteConvo = {
  $type?: 'chat.bsky.convo.defs#logMuteConvo'
  rev: string
  convoId: string
}
export const logMuteConvo: lex.ObjectSchema<LogMuteConvo> = lex.typed('chat.bsky.convo.defs#logMuteConvo', {
  rev: lex.string(),
  convoId: lex.string(),
}, ['rev', 'convoId'])

/** Event indicating the viewer unmuted a convo. Can be direct or group. */
export type LogUnmuteConvo = {
  $type?: 'chat.bsky.convo.defs#logUnmuteConvo'
  rev: string
  convoId: string
}
export const logUnmuteConvo: lex.ObjectSchema<LogUnmuteConvo> = lex.typed('chat.bsky.convo.defs#logUnmuteConvo', {
  rev: lex.string(),
  convoId: lex.string(),
}, ['rev', 'convoId'])

/** Event indicating a user-originated message was created. Is not emitted for system messages. */
export type LogCreateMessage = {
  $type?: 'chat.bsky.convo.defs#logCreateMessage'
  rev: string
  convoId: string
  message: lex.Typed<MessageView> | lex.Typed<DeletedMessageView> | lex.Other
  /**
   * Profiles referred to in the message view. This isn't required for compatibility, because it was added later, but
   * should generally be present.
   */
  relatedProfiles?: actorDefs.ProfileViewBasic[]
}
export const logCreateMessage: lex.ObjectSchema<LogCreateMessage> = lex.typed('chat.bsky.convo.defs#logCreateMessage', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.union(() => [messageView, deletedMessageView]),
  relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['rev', 'convoId', 'message'])

/** Event indicating a user-originated message was deleted. Is not emitted for system messages. */
export type LogDeleteMessage = {
  $type?: 'chat.bsky.convo.defs#logDeleteMessage'
  rev: string
  convoId: string
  message: lex.Typed<MessageView> | lex.Typed<DeletedMessageView> | lex.Other
}
export const logDeleteMessage: lex.ObjectSchema<LogDeleteMessage> = lex.typed('chat.bsky.convo.defs#logDeleteMessage', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.union(() => [messageView, deletedMessageView]),
}, ['rev', 'convoId', 'message'])

/** DEPRECATED: use logReadConvo instead. Event indicating a convo was read up to a certain message. */
export type LogReadMessage = {
  $type?: 'chat.bsky.convo.defs#logReadMessage'
  rev: string
  convoId: string
  message:
    | lex.Typed<MessageView>
    | lex.Typed<DeletedMessageView>
    | lex.Typed<SystemMessageView>
    | lex.Other
}
export const logReadMessage: lex.ObjectSchema<LogReadMessage> = lex.typed('chat.bsky.convo.defs#logReadMessage', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.union(() => [messageView, deletedMessageView, systemMessageView]),
}, ['rev', 'convoId', 'message'])

/** Event indicating a reaction was added to a message. */
export type LogAddReaction = {
  $type?: 'chat.bsky.convo.defs#logAddReaction'
  rev: string
  convoId: string
  message: lex.Typed<MessageView> | lex.Typed<DeletedMessageView> | lex.Other
  reaction: ReactionView
  /**
   * Profiles referred in the message and reaction views. This isn't required for compatibility, because it was added
   * later, but should generally be present.
   */
  relatedProfiles?: actorDefs.ProfileViewBasic[]
}
export const logAddReaction: lex.ObjectSchema<LogAddReaction> = lex.typed('chat.bsky.convo.defs#logAddReaction', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.union(() => [messageView, deletedMessageView]),
  reaction: lex.ref(() => reactionView),
  relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['rev', 'convoId', 'message', 'reaction'])

/** Event indicating a reaction was removed from a message. */
export type LogRemoveReaction = {
  $type?: 'chat.bsky.convo.defs#logRemoveReaction'
  rev: string
  convoId: string
  message: lex.Typed<MessageView> | lex.Typed<DeletedMessageView> | lex.Other
  reaction: ReactionView
  /**
   * Profiles referred in the message and reaction views. This isn't required for compatibility, because it was added
   * later, but should generally be present.
   */
  relatedProfiles?: actorDefs.ProfileViewBasic[]
}
export const logRemoveReaction: lex.ObjectSchema<LogRemoveReaction> = lex.typed('chat.bsky.convo.defs#logRemoveReaction', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.union(() => [messageView, deletedMessageView]),
  reaction: lex.ref(() => reactionView),
  relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['rev', 'convoId', 'message', 'reaction'])

/** Event indicating a convo was read up to a certain message. */
export type LogReadConvo = {
  $type?: 'chat.bsky.convo.defs#logReadConvo'
  rev: string
  convoId: string
  message:
    | lex.Typed<MessageView>
    | lex.Typed<DeletedMessageView>
    | lex.Typed<SystemMessageView>
    | lex.Other
}
export const logReadConvo: lex.ObjectSchema<LogReadConvo> = lex.typed('chat.bsky.convo.defs#logReadConvo', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.union(() => [messageView, deletedMessageView, systemMessageView]),
}, ['rev', 'convoId', 'message'])

/**
 * Event indicating a member was added to a group convo. The member who was added gets a logBeginConvo (to create the
 * convo) but also a logAddMember (to show the system message as the first message the user sees).
 */
export type LogAddMember = {
  $type?: 'chat.bsky.convo.defs#logAddMember'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataAddMember */
  message: SystemMessageView
  /** Profiles referred in the system message. */
  relatedProfiles: actorDefs.ProfileViewBasic[]
}
export const logAddMember: lex.ObjectSchema<LogAddMember> = lex.typed('chat.bsky.convo.defs#logAddMember', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
  relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['rev', 'convoId', 'message', 'relatedProfiles'])

/**
 * Event indicating a member was removed from a group convo. The member who was removed gets a logLeaveConvo (to leave
 * the convo) but not a logRemoveMember (because they already left, so can't see the system message).
 */
export type LogRemoveMember = {
  $type?: 'chat.bsky.convo.defs#logRemoveMember'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataRemoveMember */
  message: SystemMessageView
  /** Profiles referred in the system message. */
  relatedProfiles: actorDefs.ProfileViewBasic[]
}
export const logRemoveMember: lex.ObjectSchema<LogRemoveMember> = lex.typed('chat.bsky.convo.defs#logRemoveMember', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
  relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['rev', 'convoId', 'message', 'relatedProfiles'])

/**
 * Event indicating a member joined a group convo via join link. The member who was added gets a logBeginConvo (to
 * create the convo) but also a logMemberJoin (to show the system message as the first message the user sees).
 */
export type LogMemberJoin = {
  $type?: 'chat.bsky.convo.defs#logMemberJoin'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataMemberJoin */
  message: SystemMessageView
  /** Profiles referred in the system message. */
  relatedProfiles: actorDefs.ProfileViewBasic[]
}
export const logMemberJoin: lex.ObjectSchema<LogMemberJoin> = lex.typed('chat.bsky.convo.defs#logMemberJoin', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
  relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['rev', 'convoId', 'message', 'relatedProfiles'])

/**
 * Event indicating a member voluntarily left a group convo. The member who was removed gets a logLeaveConvo (to leave
 * the convo) but not a logMemberLeave (because they already left, so can't see the system message).
 */
export type LogMemberLeave = {
  $type?: 'chat.bsky.convo.defs#logMemberLeave'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataMemberLeave */
  message: SystemMessageView
  /** Profiles referred in the system message. */
  relatedProfiles: actorDefs.ProfileViewBasic[]
}
export const logMemberLeave: lex.ObjectSchema<LogMemberLeave> = lex.typed('chat.bsky.convo.defs#logMemberLeave', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
  relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['rev', 'convoId', 'message', 'relatedProfiles'])

/** Event indicating a group convo was locked. */
export type LogLockConvo = {
  $type?: 'chat.bsky.convo.defs#logLockConvo'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataLockConvo */
  message: SystemMessageView
  /** Profiles referred in the system message. */
  relatedProfiles: actorDefs.ProfileViewBasic[]
}
export const logLockConvo: lex.ObjectSchema<LogLockConvo> = lex.typed('chat.bsky.convo.defs#logLockConvo', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
  relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['rev', 'convoId', 'message', 'relatedProfiles'])

/** Event indicating a group convo was unlocked. */
export type LogUnlockConvo = {
  $type?: 'chat.bsky.convo.defs#logUnlockConvo'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataUnlockConvo */
  message: SystemMessageView
  /** Profiles referred in the system message. */
  relatedProfiles: actorDefs.ProfileViewBasic[]
}
export const logUnlockConvo: lex.ObjectSchema<LogUnlockConvo> = lex.typed('chat.bsky.convo.defs#logUnlockConvo', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
  relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['rev', 'convoId', 'message', 'relatedProfiles'])

/** Event indicating a group convo was locked permanently. */
export type LogLockConvoPermanently = {
  $type?: 'chat.bsky.convo.defs#logLockConvoPermanently'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataLockConvoPermanently */
  message: SystemMessageView
  /** Profiles referred in the system message. */
  relatedProfiles: actorDefs.ProfileViewBasic[]
}
export const logLockConvoPermanently: lex.ObjectSchema<LogLockConvoPermanently> = lex.typed('chat.bsky.convo.defs#logLockConvoPermanently', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
  relatedProfiles: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
}, ['rev', 'convoId', 'message', 'relatedProfiles'])

/** Event indicating info about group convo was edited. */
export type LogEditGroup = {
  $type?: 'chat.bsky.convo.defs#logEditGroup'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataEditGroup */
  message: SystemMessageView
}
export const logEditGroup: lex.ObjectSchema<LogEditGroup> = lex.typed('chat.bsky.convo.defs#logEditGroup', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
}, ['rev', 'convoId', 'message'])

/** Event indicating a join link was created for a group convo. */
export type LogCreateJoinLink = {
  $type?: 'chat.bsky.convo.defs#logCreateJoinLink'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataCreateJoinLink */
  message: SystemMessageView
}
export const logCreateJoinLink: lex.ObjectSchema<LogCreateJoinLink> = lex.typed('chat.bsky.convo.defs#logCreateJoinLink', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
}, ['rev', 'convoId', 'message'])

/** Event indicating a settings about a join link for a group convo were edited. */
export type LogEditJoinLink = {
  $type?: 'chat.bsky.convo.defs#logEditJoinLink'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataEditJoinLink */
  message: SystemMessageView
}
export const logEditJoinLink: lex.ObjectSchema<LogEditJoinLink> = lex.typed('chat.bsky.convo.defs#logEditJoinLink', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
}, ['rev', 'convoId', 'message'])

/** Event indicating a join link was enabled for a group convo. */
export type LogEnableJoinLink = {
  $type?: 'chat.bsky.convo.defs#logEnableJoinLink'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataEnableJoinLink */
  message: SystemMessageView
}
export const logEnableJoinLink: lex.ObjectSchema<LogEnableJoinLink> = lex.typed('chat.bsky.convo.defs#logEnableJoinLink', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
}, ['rev', 'convoId', 'message'])

/** Event indicating a join link was disabled for a group convo. */
export type LogDisableJoinLink = {
  $type?: 'chat.bsky.convo.defs#logDisableJoinLink'
  rev: string
  convoId: string
  /** A system message with data of type #systemMessageDataDisableJoinLink */
  message: SystemMessageView
}
export const logDisableJoinLink: lex.ObjectSchema<LogDisableJoinLink> = lex.typed('chat.bsky.convo.defs#logDisableJoinLink', {
  rev: lex.string(),
  convoId: lex.string(),
  message: lex.ref(() => systemMessageView),
}, ['rev', 'convoId', 'message'])

/** Event indicating a join request was made to a group the viewer owns. Only the owner gets this. */
export type LogIncomingJoinRequest = {
  $type?: 'chat.bsky.convo.defs#logIncomingJoinRequest'
  rev: string
  convoId: string
  /** Prospective member who requested to join. */
  member: actorDefs.ProfileViewBasic
}
export const logIncomingJoinRequest: lex.ObjectSchema<LogIncomingJoinRequest> = lex.typed('chat.bsky.convo.defs#logIncomingJoinRequest', {
  rev: lex.string(),
  convoId: lex.string(),
  member: lex.ref(() => actorDefs.profileViewBasic),
}, ['rev', 'convoId', 'member'])

/**
 * Event indicating a join request was approved by the viewer. Only the owner gets this. The approved member gets a
 * logBeginConvo.
 */
export type LogApproveJoinRequest = {
  $type?: 'chat.bsky.convo.defs#logApproveJoinRequest'
  rev: string
  convoId: string
  /** Prospective member who requested to join. */
  member: actorDefs.ProfileViewBasic
}
export const logApproveJoinRequest: lex.ObjectSchema<LogApproveJoinRequest> = lex.typed('chat.bsky.convo.defs#logApproveJoinRequest', {
  rev: lex.string(),
  convoId: lex.string(),
  member: lex.ref(() => actorDefs.profileViewBasic),
}, ['rev', 'convoId', 'member'])

/** Event indicating a join request was rejected by the viewer. Only the owner gets this. */
export type LogRejectJoinRequest = {
  $type?: 'chat.bsky.convo.defs#logRejectJoinRequest'
  rev: string
  convoId: string
  /** Prospective member who requested to join. */
  member: actorDefs.ProfileViewBasic
}
export const logRejectJoinRequest: lex.ObjectSchema<LogRejectJoinRequest> = lex.typed('chat.bsky.convo.defs#logRejectJoinRequest', {
  rev: lex.string(),
  convoId: lex.string(),
  member: lex.ref(() => actorDefs.profileViewBasic),
}, ['rev', 'convoId', 'member'])

/** Event indicating a join request was made by the requester. Only requester actor gets this. */
export type LogOutgoingJoinRequest = {
  $type?: 'chat.bsky.convo.defs#logOutgoingJoinRequest'
  rev: string
  convoId: string
}
export const logOutgoingJoinRequest: lex.ObjectSchema<LogOutgoingJoinRequest> = lex.typed('chat.bsky.convo.defs#logOutgoingJoinRequest', {
  rev: lex.string(),
  convoId: lex.string(),
}, ['rev', 'convoId'])

/** Event indicating a prospective member withdrew their join request. Only the owner gets this. */
export type LogWithdrawIncomingJoinRequest = {
  $type?: 'chat.bsky.convo.defs#logWithdrawIncomingJoinRequest'
  rev: string
  convoId: string
  /** Prospective member who withdrew their join request. */
  member: actorDefs.ProfileViewBasic
}
export const logWithdrawIncomingJoinRequest: lex.ObjectSchema<LogWithdrawIncomingJoinRequest> = lex.typed('chat.bsky.convo.defs#logWithdrawIncomingJoinRequest', {
  rev: lex.string(),
  convoId: lex.string(),
  member: lex.ref(() => actorDefs.profileViewBasic),
}, ['rev', 'convoId', 'member'])

/** Event indicating the viewer withdrew their own join request. Only requester actor gets this. */
export type LogWithdrawOutgoingJoinRequest = {
  $type?: 'chat.bsky.convo.defs#logWithdrawOutgoingJoinRequest'
  rev: string
  convoId: string
}
export const logWithdrawOutgoingJoinRequest: lex.ObjectSchema<LogWithdrawOutgoingJoinRequest> = lex.typed('chat.bsky.convo.defs#logWithdrawOutgoingJoinRequest', {
  rev: lex.string(),
  convoId: lex.string(),
}, ['rev', 'convoId'])

/** Event indicating the group owner marked join requests as read. Only the owner gets this. */
export type LogReadJoinRequests = {
  $type?: 'chat.bsky.convo.defs#logReadJoinRequests'
  rev: string
  convoId: string
}
export const logReadJoinRequests: lex.ObjectSchema<LogReadJoinRequests> = lex.typed('chat.bsky.convo.defs#logReadJoinRequests', {
  rev: lex.string(),
  convoId: lex.string(),
}, ['rev', 'convoId'])
