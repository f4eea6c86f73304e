// Generated from lexicons/tools/ozone/set/addValues.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Name of the set to add values to */
  name: string
  /** Array of string values to add to the set */
  values: string[]
}
export type Output = undefined
export type ErrorName = never
/** Add values to a specific set. Attempting to add values to a set that does not exist will result in an error. */
export const addValues: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.set.addValues',
  {
    input: lex.body('application/json', lex.object({
      name: lex.string(),
      values: lex.array(lex.string(), {minLength: 1, maxLength: 1000}),
    }, ['name', 'values'])),
  },
)

export {addValues as main}
