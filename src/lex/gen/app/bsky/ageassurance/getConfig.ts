// Generated from lexicons/app/bsky/ageassurance/getConfig.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as ageassuranceDefs from './defs.ts'

export type Params = {}
export type Output = ageassuranceDefs.Config
export type ErrorName = never
/** Returns Age Assurance configuration for use on the client. */
export const getConfig: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.ageassurance.getConfig',
  {output: lex.body('application/json', lex.ref(() => ageassuranceDefs.config))},
)

export {getConfig as main}
