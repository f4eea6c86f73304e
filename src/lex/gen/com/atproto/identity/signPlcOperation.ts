// Generated from lexicons/com/atproto/identity/signPlcOperation.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** A token received through com.atproto.identity.requestPlcOperationSignature */
  token?: string
  rotationKeys?: string[]
  alsoKnownAs?: string[]
  verificationMethods?: lex.Unknown
  services?: lex.Unknown
}
export type Output = {
  /** A signed DID PLC operation. */
  operation: lex.Unknown
}
export type ErrorName = never
/** Signs a PLC operation to update some value(s) in the requesting DID's document. */
export const signPlcOperation: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.identity.signPlcOperation',
  {
    input: lex.body('application/json', lex.object({
      token: lex.string(),
      rotationKeys: lex.array(lex.string()),
      alsoKnownAs: lex.array(lex.string()),
      verificationMethods: lex.unknown(),
      services: lex.unknown(),
    })),
    output: lex.body('application/json', lex.object({
      operation: lex.unknown(),
    }, ['operation'])),
  },
)

export {signPlcOperation as main}
