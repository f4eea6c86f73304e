// Generated from lexicons/chat/bsky/group/addMembers.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'
import * as convoDefs from '../convo/defs.ts'

export type Params = {}
export type Input = {
  convoId: string
  members: Did[]
}
export type Output = {
  convo: convoDefs.ConvoView
  addedMembers?: actorDefs.ProfileViewBasic[]
}
export type ErrorName =
  | 'AccountSuspended'
  | 'BlockedActor'
  | 'BlockedSubject'
  | 'ConvoLocked'
  | 'InsufficientRole'
  | 'InvalidConvo'
  | 'MemberLimitReached'
  | 'NotFollowedBySender'
  | 'RecipientNotFound'
  | 'UserForbidsGroups'
/**
 * Adds members to a group. The members are added in 'request' status, so they have to accept it. This creates convo
 * memberships.
 */
export const addMembers: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.addMembers',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      members: lex.array(lex.string({format: 'did'}), {minLength: 1}),
    }, ['convoId', 'members'])),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
      addedMembers: lex.array(lex.ref(() => actorDefs.profileViewBasic)),
    }, ['convo'])),
    errors: [
      'AccountSuspended',
      'BlockedActor',
      'BlockedSubject',
      'ConvoLocked',
      'InsufficientRole',
      'InvalidConvo',
      'MemberLimitReached',
      'NotFollowedBySender',
      'RecipientNotFound',
      'UserForbidsGroups',
    ],
  },
)

export {addMembers as main}
