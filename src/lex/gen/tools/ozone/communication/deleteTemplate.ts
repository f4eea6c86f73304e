// Generated from lexicons/tools/ozone/communication/deleteTemplate.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  id: string
}
export type Output = undefined
export type ErrorName = never
/** Delete a communication template. */
export const deleteTemplate: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.communication.deleteTemplate',
  {
    input: lex.body('application/json', lex.object({
      id: lex.string(),
    }, ['id'])),
  },
)

export {deleteTemplate as main}
