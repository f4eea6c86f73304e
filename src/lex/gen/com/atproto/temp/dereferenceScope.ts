// Generated from lexicons/com/atproto/temp/dereferenceScope.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The scope reference (starts with 'ref:') */
  scope: string
}
export type Output = {
  /** The full oauth permission scope */
  scope: string
}
export type ErrorName = 'InvalidScopeReference'
/** Allows finding the oauth permission scope from a reference */
export const dereferenceScope: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.temp.dereferenceScope',
  {
    params: lex.params({
      scope: lex.string(),
    }, ['scope']),
    output: lex.body('application/json', lex.object({
      scope: lex.string(),
    }, ['scope'])),
    errors: ['InvalidScopeReference'],
  },
)

export {dereferenceScope as main}
