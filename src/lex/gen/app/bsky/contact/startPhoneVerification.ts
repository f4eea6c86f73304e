// Generated from lexicons/app/bsky/contact/startPhoneVerification.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** The phone number to receive the code via SMS. */
  phone: string
}
export type Output = lex.Unknown
export type ErrorName = 'RateLimitExceeded' | 'InvalidDid' | 'InvalidPhone' | 'InternalError'
/**
 * Starts a phone verification flow. The phone passed will receive a code via SMS that should be passed to
 * `app.bsky.contact.verifyPhone`. Requires authentication.
 */
export const startPhoneVerification: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.contact.startPhoneVerification',
  {
    input: lex.body('application/json', lex.object({
      phone: lex.string(),
    }, ['phone'])),
    output: lex.body('application/json', lex.object({})),
    errors: ['RateLimitExceeded', 'InvalidDid', 'InvalidPhone', 'InternalError'],
  },
)

export {startPhoneVerification as main}
