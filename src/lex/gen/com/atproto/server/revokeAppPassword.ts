// Generated from lexicons/com/atproto/server/revokeAppPassword.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  name: string
}
export type Output = undefined
export type ErrorName = never
/** Revoke an App Password by name. */
export const revokeAppPassword: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.revokeAppPassword',
  {
    input: lex.body('application/json', lex.object({
      name: lex.string(),
    }, ['name'])),
  },
)

export {revokeAppPassword as main}
