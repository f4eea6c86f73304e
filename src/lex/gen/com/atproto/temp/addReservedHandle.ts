// Generated from lexicons/com/atproto/temp/addReservedHandle.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  handle: string
}
export type Output = lex.Unknown
export type ErrorName = never
/** Add a handle to the set of reserved handles. */
export const addReservedHandle: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.temp.addReservedHandle',
  {
    input: lex.body('application/json', lex.object({
      handle: lex.string(),
    }, ['handle'])),
    output: lex.body('application/json', lex.object({})),
  },
)

export {addReservedHandle as main}
