// Generated from lexicons/tools/ozone/safelink/addRule.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as safelinkDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** The URL or domain to apply the rule to */
  url: string
  pattern: safelinkDefs.PatternType
  action: safelinkDefs.ActionType
  reason: safelinkDefs.ReasonType
  /** Optional comment about the decision */
  comment?: string
  /** Author DID. Only respected when using admin auth */
  createdBy?: Did
}
export type Output = safelinkDefs.Event
export type ErrorName = 'InvalidUrl' | 'RuleAlreadyExists'
/** Add a new URL safety rule */
export const addRule: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.safelink.addRule',
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
    errors: ['InvalidUrl', 'RuleAlreadyExists'],
  },
)

export {addRule as main}
