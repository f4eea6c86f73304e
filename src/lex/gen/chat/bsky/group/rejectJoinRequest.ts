// Generated from lexicons/chat/bsky/group/rejectJoinRequest.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  convoId: string
  member: Did
}
export type Output = lex.Unknown
export type ErrorName = 'InvalidConvo' | 'InsufficientRole'
/** Rejects a request to join a group (via join link) the user owns. Action taken by the group owner. */
export const rejectJoinRequest: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.rejectJoinRequest',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
      member: lex.string({format: 'did'}),
    }, ['convoId', 'member'])),
    output: lex.body('application/json', lex.object({})),
    errors: ['InvalidConvo', 'InsufficientRole'],
  },
)

export {rejectJoinRequest as main}
