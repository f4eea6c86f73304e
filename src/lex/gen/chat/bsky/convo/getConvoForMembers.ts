// Generated from lexicons/chat/bsky/convo/getConvoForMembers.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from './defs.ts'

export type Params = {
  members: Did[]
}
export type Output = {
  convo: convoDefs.ConvoView
}
export type ErrorName =
  | 'AccountSuspended'
  | 'BlockedActor'
  | 'BlockedSubject'
  | 'MessagesDisabled'
  | 'NotFollowedBySender'
  | 'RecipientNotFound'
/**
 * Get or create a 1-1 conversation for the given members. Always returns the same direct (non-group) conversation. To
 * create a group conversation, use createGroup.
 */
export const getConvoForMembers: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'chat.bsky.convo.getConvoForMembers',
  {
    params: lex.params({
      members: lex.array(lex.string({format: 'did'}), {minLength: 1, maxLength: 10}),
    }, ['members']),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
    }, ['convo'])),
    errors: [
      'AccountSuspended',
      'BlockedActor',
      'BlockedSubject',
      'MessagesDisabled',
      'NotFollowedBySender',
      'RecipientNotFound',
    ],
  },
)

export {getConvoForMembers as main}
