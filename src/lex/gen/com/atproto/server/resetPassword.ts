// Generated from lexicons/com/atproto/server/resetPassword.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  token: string
  password: string
}
export type Output = undefined
export type ErrorName = 'ExpiredToken' | 'InvalidToken'
/** Reset a user account password using a token. */
export const resetPassword: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.resetPassword',
  {
    input: lex.body('application/json', lex.object({
      token: lex.string(),
      password: lex.string(),
    }, ['token', 'password'])),
    errors: ['ExpiredToken', 'InvalidToken'],
  },
)

export {resetPassword as main}
