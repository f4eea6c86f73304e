// Generated from lexicons/com/atproto/identity/submitPlcOperation.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  operation: lex.Unknown
}
export type Output = undefined
export type ErrorName = never
/**
 * Validates a PLC operation to ensure that it doesn't violate a service's constraints or get the identity into a bad
 * state, then submits it to the PLC registry
 */
export const submitPlcOperation: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.identity.submitPlcOperation',
  {
    input: lex.body('application/json', lex.object({
      operation: lex.unknown(),
    }, ['operation'])),
  },
)

export {submitPlcOperation as main}
