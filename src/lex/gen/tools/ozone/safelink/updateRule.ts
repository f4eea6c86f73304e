// Generated from lexicons/tools/ozone/safelink/updateRule.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as safelinkDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** The URL or domain to update the rule for */
  url: string
  pattern: safelinkDefs.PatternType
  action: safelinkDefs.ActionType
  reason: safelinkDefs.ReasonType
  /** Optional comment about the update */
  comment?: string
  /** Optional DID to credit as the creator. Only respected for admin_token authentication. */
  createdBy?: Did
}
export type Output = safelinkDefs.Event
export type ErrorName = 'RuleNotFound'
/** Update an existing URL safety rule */
export const updateRule: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.safelink.updateRule',
  {
    input: lex.body('application/json', lex.object({
      url: lex.string(),
      pattern: lex.ref(() => safelinkDefs.patternType),
      action: lex.ref(() => safelinkDefs.actionType),
      reason: lex.ref(() => safelinkDefs.reasonType),
      comment: lex.string(),
      createdBy: lex.string({format: 'did'}),
    }, ['url', 'pattern', 'action', 'reason'])),
    output: lex.body('application/json', lex.ref(() => safelinkDefs.event)),
    errors: ['RuleNotFound'],
  },
)

export {updateRule as main}
