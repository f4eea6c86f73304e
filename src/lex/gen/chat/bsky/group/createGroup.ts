// Generated from lexicons/chat/bsky/group/createGroup.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from '../convo/defs.ts'

export type Params = {}
export type Input = {
  /**
   * The members to add to the group. The owner is automatically added. Implementations may enforce a lower maximum than
   * the 10,000-item schema limit; Bluesky currently supports up to 100 total members. If the owner is included in this
   * list, the list may contain up to the implementation's total member limit. Otherwise, it may contain one fewer.
   */
  members: Did[]
  name: string
}
export type Output = {
  convo: convoDefs.ConvoView
}
export type ErrorName =
  | 'AccountSuspended'
  | 'BlockedActor'
  | 'BlockedSubject'
  | 'NewAccountCannotCreateGroup'
  | 'NotFollowedBySender'
  | 'RecipientNotFound'
  | 'UserForbidsGroups'
/**
 * Creates a group convo, specifying the members to be added to it. Unlike getConvoForMembers, this isn't idempotent. It
 * will create new groups even if the membership is identical to pre-existing groups. Will create 'request' membership
 * for all members, except the owner who is 'accepted'.
 */
export const createGroup: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.createGroup',
  {
    input: lex.body('application/json', lex.object({
      members: lex.array(lex.string({format: 'did'}), {maxLength: 10000}),
      name: lex.string({minLength: 1, maxGraphemes: 50, maxLength: 500}),
    }, ['members', 'name'])),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
    }, ['convo'])),
    errors: [
      'AccountSuspended',
      'BlockedActor',
      'BlockedSubject',
      'NewAccountCannotCreateGroup',
      'NotFollowedBySender',
      'RecipientNotFound',
      'UserForbidsGroups',
    ],
  },
)

export {createGroup as main}
