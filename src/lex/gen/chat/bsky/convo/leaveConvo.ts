// Generated from lexicons/chat/bsky/convo/leaveConvo.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  convoId: string
}
export type Output = {
  convoId: string
  rev: string
}
export type ErrorName = 'InvalidConvo' | 'OwnerCannotLeave'
/**
 * Leaves a conversation (direct or group). For group, this effectively removes membership. For direct, membership is
 * never removed, only changed to remove from enumerations by the user who left.
 */
export const leaveConvo: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.convo.leaveConvo',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({
      convoId: lex.string(),
      rev: lex.string(),
    }, ['convoId', 'rev'])),
    errors: ['InvalidConvo', 'OwnerCannotLeave'],
  },
)

export {leaveConvo as main}
