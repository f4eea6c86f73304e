// Generated from lexicons/com/atproto/server/confirmEmail.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  email: string
  token: string
}
export type Output = undefined
export type ErrorName = 'AccountNotFound' | 'ExpiredToken' | 'InvalidToken' | 'InvalidEmail'
/** Confirm an email using a token from com.atproto.server.requestEmailConfirmation. */
export const confirmEmail: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.confirmEmail',
  {
    input: lex.body('application/json', lex.object({
      email: lex.string(),
      token: lex.string(),
    }, ['email', 'token'])),
    errors: ['AccountNotFound', 'ExpiredToken', 'InvalidToken', 'InvalidEmail'],
  },
)

export {confirmEmail as main}
