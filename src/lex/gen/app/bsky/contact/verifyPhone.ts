// Generated from lexicons/app/bsky/contact/verifyPhone.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** The phone number to verify. Should be the same as the one passed to `app.bsky.contact.startPhoneVerification`. */
  phone: string
  /** The code received via SMS as a result of the call to `app.bsky.contact.startPhoneVerification`. */
  code: string
}
export type Output = {
  /** JWT to be used in a call to `app.bsky.contact.importContacts`. It is only valid for a single call. */
  token: string
}
export type ErrorName =
  | 'RateLimitExceeded'
  | 'InvalidDid'
  | 'InvalidPhone'
  | 'InvalidCode'
  | 'InternalError'
/**
 * Verifies control over a phone number with a code received via SMS and starts a contact import session. Requires
 * authentication.
 */
export const verifyPhone: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.contact.verifyPhone',
  {
    input: lex.body('application/json', lex.object({
      phone: lex.string(),
      code: lex.string(),
    }, ['phone', 'code'])),
    output: lex.body('application/json', lex.object({
      token: lex.string(),
    }, ['token'])),
    errors: [
      'RateLimitExceeded',
      'InvalidDid',
      'InvalidPhone',
      'InvalidCode',
      'InternalError',
    ],
  },
)

export {verifyPhone as main}
