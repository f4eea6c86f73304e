// Generated from lexicons/tools/ozone/report/unassignModerator.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** The ID of the report to unassign. */
  reportId: number
}
export type Output = reportDefs.AssignmentView
export type ErrorName = 'InvalidAssignment'
/** Remove report assignment. */
export const unassignModerator: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.report.unassignModerator',
  {
    input: lex.body('application/json', lex.object({
      reportId: lex.integer(),
    }, ['reportId'])),
    output: lex.body('application/json', lex.ref(() => reportDefs.assignmentView)),
    errors: ['InvalidAssignment'],
  },
)

export {unassignModerator as main}
