// Generated from lexicons/chat/bsky/group/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'
import * as convoDefs from '../convo/defs.ts'

export type LinkEnabledStatus = 'enabled' | 'disabled' | (string & {})
export const linkEnabledStatus: lex.StringSchema<LinkEnabledStatus> = lex.string({knownValues: ['enabled', 'disabled']})

export type JoinRule = 'anyone' | 'followedByOwner' | (string & {})
export const joinRule: lex.StringSchema<JoinRule> = lex.string({knownValues: ['anyone', 'followedByOwner']})

/** Join link view to be used within a group view, so the convo is surrounding, not specified inside this view. */
export type JoinLinkView = {
  $type?: 'chat.bsky.group.defs#joinLinkView'
  code: string
  enabledStatus: LinkEnabledStatus
  requireApproval: boolean
  joinRule: JoinRule
  createdAt: Datetime
}
export const joinLinkView: lex.ObjectSchema<JoinLinkView> = lex.typed('chat.bsky.group.defs#joinLinkView', {
  code: lex.string(),
  enabledStatus: lex.ref(() => linkEnabledStatus),
  requireApproval: lex.boolean(),
  joinRule: lex.ref(() => joinRule),
  createdAt: lex.string({format: 'datetime'}),
}, ['code', 'enabledStatus', 'requireApproval', 'joinRule', 'createdAt'])

/** Preview that can be shown in feeds, including to unauthenticated viewers. */
export type JoinLinkPreviewView = {
  $type?: 'chat.bsky.group.defs#joinLinkPreviewView'
  convoId: string
  code: string
  name: string
  owner: actorDefs.ProfileViewBasic
  memberCount: number
  memberLimit: number
  requireApproval: boolean
  joinRule: JoinRule
  /** Present only if the request is authenticated and the user is a member of the group. */
  convo?: convoDefs.ConvoView
  viewer?: JoinLinkViewerState
}
export const joinLinkPreviewView: lex.ObjectSchema<JoinLinkPreviewView> = lex.typed('chat.bsky.group.defs#joinLinkPreviewView', {
  convoId: lex.string(),
  code: lex.string(),
  name: lex.string(),
  owner: lex.ref(() => actorDefs.profileViewBasic),
  memberCount: lex.integer(),
  memberLimit: lex.integer(),
  requireApproval: lex.boolean(),
  joinRule: lex.ref(() => joinRule),
  convo: lex.ref(() => convoDefs.convoView),
  viewer: lex.ref(() => joinLinkViewerState),
}, [
  'convoId',
  'code',
  'name',
  'owner',
  'memberCount',
  'memberLimit',
  'requireApproval',
  'joinRule',
])

/**
 * Preview for a disabled join link. Carries only the code so clients can correlate with the input and render a disabled
 * state.
 */
export type DisabledJoinLinkPreviewView = {
  $type?: 'chat.bsky.group.defs#disabledJoinLinkPreviewView'
  code: string
}
export const disabledJoinLinkPreviewView: lex.ObjectSchema<DisabledJoinLinkPreviewView> = lex.typed('chat.bsky.group.defs#disabledJoinLinkPreviewView', {
  code: lex.string(),
}, ['code'])

/**
 * Preview for a join link code that does not map to an existing link. Carries only the code so clients can correlate
 * with the input and render an invalid state.
 */
export type InvalidJoinLinkPreviewView = {
  $type?: 'chat.bsky.group.defs#invalidJoinLinkPreviewView'
  code: string
}
export const invalidJoinLinkPreviewView: lex.ObjectSchema<InvalidJoinLinkPreviewView> = lex.typed('chat.bsky.group.defs#invalidJoinLinkPreviewView', {
  code: lex.string(),
}, ['code'])

export type JoinLinkViewerState = {
  $type?: 'chat.bsky.group.defs#joinLinkViewerState'
  requestedAt?: Datetime
}
export const joinLinkViewerState: lex.ObjectSchema<JoinLinkViewerState> = lex.typed('chat.bsky.group.defs#joinLinkViewerState', {
  requestedAt: lex.string({format: 'datetime'}),
})

/** A join request from the perspective of the group owner. */
export type JoinRequestView = {
  $type?: 'chat.bsky.group.defs#joinRequestView'
  convoId: string
  requestedBy: actorDefs.ProfileViewBasic
  requestedAt: Datetime
}
export const joinRequestView: lex.ObjectSchema<JoinRequestView> = lex.typed('chat.bsky.group.defs#joinRequestView', {
  convoId: lex.string(),
  requestedBy: lex.ref(() => actorDefs.profileViewBasic),
  requestedAt: lex.string({format: 'datetime'}),
}, ['convoId', 'requestedBy', 'requestedAt'])

/**
 * A join request from the perspective of the requester, including enough group context to render the request in a list
 * (e.g. group name, owner, member count).
 */
export type JoinRequestConvoView = {
  $type?: 'chat.bsky.group.defs#joinRequestConvoView'
  convoId: string
  name: string
  owner: actorDefs.ProfileViewBasic
  memberCount: number
  memberLimit: number
  viewer: JoinLinkViewerState
}
export const joinRequestConvoView: lex.ObjectSchema<JoinRequestConvoView> = lex.typed('chat.bsky.group.defs#joinRequestConvoView', {
  convoId: lex.string(),
  name: lex.string(),
  owner: lex.ref(() => actorDefs.profileViewBasic),
  memberCount: lex.integer(),
  memberLimit: lex.integer(),
  viewer: lex.ref(() => joinLinkViewerState),
}, ['convoId', 'name', 'owner', 'memberCount', 'memberLimit', 'viewer'])
