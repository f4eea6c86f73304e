// Generated from lexicons/chat/bsky/actor/deleteAccount.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = undefined
export type Output = lex.Unknown
export type ErrorName = never
export const deleteAccount: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'chat.bsky.actor.deleteAccount',
  {output: lex.body('application/json', lex.object({}))},
)

export {deleteAccount as main}
