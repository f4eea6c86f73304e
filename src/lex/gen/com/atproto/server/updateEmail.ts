// Generated from lexicons/com/atproto/server/updateEmail.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  email: string
  emailAuthFactor?: boolean
  /** Requires a token from com.atproto.sever.requestEmailUpdate if the account's email has been confirmed. */
  token?: string
}
export type Output = undefined
export type ErrorName = 'ExpiredToken' | 'InvalidToken' | 'TokenRequired'
/** Update an account's email. */
export const updateEmail: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.updateEmail',
  {
    input: lex.body('application/json', lex.object({
      email: lex.string(),
      emailAuthFactor: lex.boolean(),
      token: lex.string(),
    }, ['email'])),
    errors: ['ExpiredToken', 'InvalidToken', 'TokenRequired'],
  },
)

export {updateEmail as main}
