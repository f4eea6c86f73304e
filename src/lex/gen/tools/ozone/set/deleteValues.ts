// Generated from lexicons/tools/ozone/set/deleteValues.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Name of the set to delete values from */
  name: string
  /** Array of string values to delete from the set */
  values: string[]
}
export type Output = undefined
export type ErrorName = 'SetNotFound'
/**
 * Delete values from a specific set. Attempting to delete values that are not in the set will not result in an error
 */
export const deleteValues: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.set.deleteValues',
  {
    input: lex.body('application/json', lex.object({
      name: lex.string(),
      values: lex.array(lex.string(), {minLength: 1}),
    }, ['name', 'values'])),
    errors: ['SetNotFound'],
  },
)

export {deleteValues as main}
