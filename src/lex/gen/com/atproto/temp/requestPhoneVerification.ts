// Generated from lexicons/com/atproto/temp/requestPhoneVerification.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  phoneNumber: string
}
export type Output = undefined
export type ErrorName = never
/** Request a verification code to be sent to the supplied phone number */
export const requestPhoneVerification: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.temp.requestPhoneVerification',
  {
    input: lex.body('application/json', lex.object({
      phoneNumber: lex.string(),
    }, ['phoneNumber'])),
  },
)

export {requestPhoneVerification as main}
