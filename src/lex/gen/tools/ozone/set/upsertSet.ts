// Generated from lexicons/tools/ozone/set/upsertSet.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as setDefs from './defs.ts'

export type Params = {}
export type Input = setDefs.Set
export type Output = setDefs.SetView
export type ErrorName = never
/** Create or update set metadata */
export const upsertSet: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.set.upsertSet',
  {
    input: lex.body('application/json', lex.ref(() => setDefs.set)),
    output: lex.body('application/json', lex.ref(() => setDefs.setView)),
  },
)

export {upsertSet as main}
