// Generated from lexicons/tools/ozone/report/reassignQueue.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** ID of the report to reassign */
  reportId: number
  /** Target queue ID. Use -1 to unassign from any queue. */
  queueId: number
  /** Optional moderator-only note recorded on the resulting queueActivity as internalNote. */
  comment?: string
}
export type Output = {
  report: reportDefs.ReportView
}
export type ErrorName =
  | 'ReportNotFound'
  | 'ReportClosed'
  | 'AlreadyInTargetQueue'
  | 'QueueNotFound'
  | 'QueueDisabled'
/** Manually reassign a report to a different queue (or unassign it). Records a queueActivity entry on the report. */
export const reassignQueue: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.report.reassignQueue',
  {
    input: lex.body('application/json', lex.object({
      reportId: lex.integer(),
      queueId: lex.integer(),
      comment: lex.string(),
    }, ['reportId', 'queueId'])),
    output: lex.body('application/json', lex.object({
      report: lex.ref(() => reportDefs.reportView),
    }, ['report'])),
    errors: [
      'ReportNotFound',
      'ReportClosed',
      'AlreadyInTargetQueue',
      'QueueNotFound',
      'QueueDisabled',
    ],
  },
)

export {reassignQueue as main}
