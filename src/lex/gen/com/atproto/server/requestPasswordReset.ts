// Generated from lexicons/com/atproto/server/requestPasswordReset.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  email: string
}
export type Output = undefined
export type ErrorName = never
/** Initiate a user account password reset via email. */
export const requestPasswordReset: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.requestPasswordReset',
  {
    input: lex.body('application/json', lex.object({
      email: lex.string(),
    }, ['email'])),
  },
)

export {requestPasswordReset as main}
