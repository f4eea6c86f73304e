// Generated from lexicons/app/bsky/unspecced/getAgeAssuranceState.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {}
export type Output = unspeccedDefs.AgeAssuranceState
export type ErrorName = never
/**
 * Returns the current state of the age assurance process for an account. This is used to check if the user has
 * completed age assurance or if further action is required.
 */
export const getAgeAssuranceState: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.unspecced.getAgeAssuranceState',
  {
    output: lex.body('application/json', lex.ref(() => unspeccedDefs.ageAssuranceState)),
  },
)

export {getAgeAssuranceState as main}
