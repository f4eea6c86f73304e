// Generated from lexicons/com/atproto/server/requestAccountDelete.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = undefined
export type Output = undefined
export type ErrorName = never
/** Initiate a user account deletion via email. */
export const requestAccountDelete: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.requestAccountDelete',
  {},
)

export {requestAccountDelete as main}
