// Generated from lexicons/app/bsky/ageassurance/getState.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as ageassuranceDefs from './defs.ts'

export type Params = {
  countryCode: string
  regionCode?: string
}
export type Output = {
  state: ageassuranceDefs.State
  metadata: ageassuranceDefs.StateMetadata
}
export type ErrorName = never
/**
 * Returns server-computed Age Assurance state, if available, and any additional metadata needed to compute Age
 * Assurance state client-side.
 */
export const getState: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.ageassurance.getState',
  {
    params: lex.params({
      countryCode: lex.string(),
      regionCode: lex.string(),
    }, ['countryCode']),
    output: lex.body('application/json', lex.object({
      state: lex.ref(() => ageassuranceDefs.state),
      metadata: lex.ref(() => ageassuranceDefs.stateMetadata),
    }, ['state', 'metadata'])),
  },
)

export {getState as main}
