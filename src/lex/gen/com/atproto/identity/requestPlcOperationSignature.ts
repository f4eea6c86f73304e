// Generated from lexicons/com/atproto/identity/requestPlcOperationSignature.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = undefined
export type Output = undefined
export type ErrorName = never
/** Request an email with a code to in order to request a signed PLC operation. Requires Auth. */
export const requestPlcOperationSignature: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.identity.requestPlcOperationSignature',
  {},
)

export {requestPlcOperationSignature as main}
