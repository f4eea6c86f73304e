// Generated from lexicons/com/atproto/server/requestEmailUpdate.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = undefined
export type Output = {
  tokenRequired: boolean
}
export type ErrorName = never
/** Request a token in order to update email. */
export const requestEmailUpdate: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.requestEmailUpdate',
  {
    output: lex.body('application/json', lex.object({
      tokenRequired: lex.boolean(),
    }, ['tokenRequired'])),
  },
)

export {requestEmailUpdate as main}
