// Generated from lexicons/chat/bsky/group/withdrawJoinRequest.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  convoId: string
}
export type Output = lex.Unknown
export type ErrorName = 'InvalidJoinRequest'
/**
 * Withdraws a pending request to join a group. Action taken by the prospective member who originally requested to join.
 */
export const withdrawJoinRequest: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.group.withdrawJoinRequest',
  {
    input: lex.body('application/json', lex.object({
      convoId: lex.string(),
    }, ['convoId'])),
    output: lex.body('application/json', lex.object({})),
    errors: ['InvalidJoinRequest'],
  },
)

export {withdrawJoinRequest as main}
