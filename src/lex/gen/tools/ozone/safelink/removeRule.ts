// Generated from lexicons/tools/ozone/safelink/removeRule.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as safelinkDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** The URL or domain to remove the rule for */
  url: string
  pattern: safelinkDefs.PatternType
  /** Optional comment about why the rule is being removed */
  comment?: string
  /** Optional DID of the user. Only respected when using admin auth. */
  createdBy?: Did
}
export type Output = safelinkDefs.Event
export type ErrorName = 'RuleNotFound'
/** Remove an existing URL safety rule */
export const removeRule: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.safelink.removeRule',
  {
    input: lex.body('application/json', lex.object({
      url: lex.string(),
      pattern: lex.ref(() => safelinkDefs.patternType),
      comment: lex.string(),
      createdBy: lex.string({format: 'did'}),
    }, ['url', 'pattern'])),
    output: lex.body('application/json', lex.ref(() => safelinkDefs.event)),
    errors: ['RuleNotFound'],
  },
)

export {removeRule as main}
