// Generated from lexicons/tools/ozone/set/deleteSet.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Name of the set to delete */
  name: string
}
export type Output = lex.Unknown
export type ErrorName = 'SetNotFound'
/** Delete an entire set. Attempting to delete a set that does not exist will result in an error. */
export const deleteSet: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.set.deleteSet',
  {
    input: lex.body('application/json', lex.object({
      name: lex.string(),
    }, ['name'])),
    output: lex.body('application/json', lex.object({})),
    errors: ['SetNotFound'],
  },
)

export {deleteSet as main}
