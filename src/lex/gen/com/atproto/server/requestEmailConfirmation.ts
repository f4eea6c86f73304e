// Generated from lexicons/com/atproto/server/requestEmailConfirmation.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = undefined
export type Output = undefined
export type ErrorName = never
/** Request an email with a code to confirm ownership of email. */
export const requestEmailConfirmation: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.requestEmailConfirmation',
  {},
)

export {requestEmailConfirmation as main}
