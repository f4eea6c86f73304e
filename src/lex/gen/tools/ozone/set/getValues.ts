// Generated from lexicons/tools/ozone/set/getValues.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as setDefs from './defs.ts'

export type Params = {
  name: string
  limit?: number
  cursor?: string
}
export type Output = {
  set: setDefs.SetView
  values: string[]
  cursor?: string
}
export type ErrorName = 'SetNotFound'
/** Get a specific set and its values */
export const getValues: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'tools.ozone.set.getValues',
  {
    params: lex.params({
      name: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 1000, default: 100}),
      cursor: lex.string(),
    }, ['name']),
    output: lex.body('application/json', lex.object({
      set: lex.ref(() => setDefs.setView),
      values: lex.array(lex.string()),
      cursor: lex.string(),
    }, ['set', 'values'])),
    errors: ['SetNotFound'],
  },
)

export {getValues as main}
