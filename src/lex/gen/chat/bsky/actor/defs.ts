// Generated from lexicons/chat/bsky/actor/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../../../app/bsky/actor/defs.ts'
import * as labelDefs from '../../../com/atproto/label/defs.ts'

export type MemberRole = 'owner' | 'standard' | (string & {})
export const memberRole: lex.StringSchema<MemberRole> = lex.string({knownValues: ['owner', 'standard']})

export type ProfileViewBasic = {
  $type?: 'chat.bsky.actor.defs#profileViewBasic'
  did: Did
  handle: Handle
  displayName?: string
  avatar?: Uri
  associated?: actorDefs.ProfileAssociated
  viewer?: actorDefs.ViewerState
  labels?: labelDefs.Label[]
  createdAt?: Datetime
  /** Set to true when the actor cannot actively participate in conversations */
  chatDisabled?: boolean
  verification?: actorDefs.VerificationState
  /** Union field that has data specific to different kinds of convos. */
  kind?:
    | lex.Typed<DirectConvoMember>
    | lex.Typed<GroupConvoMember>
    | lex.Typed<PastGroupConvoMember>
    | lex.Other
}
export const profileViewBasic: lex.ObjectSchema<ProfileViewBasic> = lex.typed('chat.bsky.actor.defs#profileViewBasic', {
  did: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  displayName: lex.string({maxGraphemes: 64, maxLength: 640}),
  avatar: lex.string({format: 'uri'}),
  associated: lex.ref(() => actorDefs.profileAssociated),
  viewer: lex.ref(() => actorDefs.viewerState),
  labels: lex.array(lex.ref(() => labelDefs.label)),
  createdAt: lex.string({format: 'datetime'}),
  chatDisabled: lex.boolean(),
  verification: lex.ref(() => actorDefs.verificationState),
  kind: lex.union(() => [directConvoMember, groupConvoMember, pastGroupConvoMember]),
}, ['did', 'handle'])

export type DirectConvoMember = {
  $type?: 'chat.bsky.actor.defs#directConvoMember'
}
export const directConvoMember: lex.ObjectSchema<DirectConvoMember> = lex.typed('chat.bsky.actor.defs#directConvoMember', {})

/** A current group convo member. */
export type GroupConvoMember = {
  $type?: 'chat.bsky.actor.defs#groupConvoMember'
  /** Who added this member. Only present if the member was added (instead of joining via link). */
  addedBy?: ProfileViewBasic
  /** The member's role within this conversation. Only present in group conversation member lists. */
  role: MemberRole
}
export const groupConvoMember: lex.ObjectSchema<GroupConvoMember> = lex.typed('chat.bsky.actor.defs#groupConvoMember', {
  addedBy: lex.ref(() => profileViewBasic),
  role: lex.ref(() => memberRole),
}, ['role'])

/** A past group convo member. */
export type PastGroupConvoMember = {
  $type?: 'chat.bsky.actor.defs#pastGroupConvoMember'
}
export const pastGroupConvoMember: lex.ObjectSchema<PastGroupConvoMember> = lex.typed('chat.bsky.actor.defs#pastGroupConvoMember', {})
