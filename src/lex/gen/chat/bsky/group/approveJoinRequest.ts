// Generated from lexicons/chat/bsky/group/approveJoinRequest.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as convoDefs from '../convo/defs.ts'

export type Params = {}
export type Input = {
  convoId: string
  member: Did
}
export type Output = {
  convo: convoDefs.ConvoView
}
export type ErrorName = 'InvalidConvo' | 'InsufficientRole' | 'MemberLimitReached'
/** Approves a request to join a group (via join link) the user owns. Action taken by the group owner. */
export const approveJoinRequest: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.approveJoinRequest',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      member: lex.string({format: 'did'}),
    }, ['convoId', 'member'])),
    output: lex.body('application/json', lex.object({
      convo: lex.ref(() => convoDefs.convoView),
    }, ['convo'])),
    errors: ['InvalidConvo', 'InsufficientRole', 'MemberLimitReached'],
  },
)

export {approveJoinRequest as main}
