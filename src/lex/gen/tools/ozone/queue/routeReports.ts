// Generated from lexicons/tools/ozone/queue/routeReports.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Start of report ID range (inclusive). */
  startReportId: number
  /** End of report ID range (inclusive). Difference between start and end must be less than 5,000. */
  endReportId: number
}
export type Output = {
  /** The number of reports assigned to a queue. */
  assigned: number
  /** The number of reports with no matching queue. */
  unmatched: number
}
export type ErrorName = 'OutOfRange'
/** Route reports within an ID range to matching queues based. */
export const routeReports: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.queue.routeReports',
  {
    input: lex.body('application/json', lex.object({
      startReportId: lex.integer(),
      endReportId: lex.integer(),
    }, ['startReportId', 'endReportId'])),
    output: lex.body('application/json', lex.object({
      assigned: lex.integer(),
      unmatched: lex.integer(),
    }, ['assigned', 'unmatched'])),
    errors: ['OutOfRange'],
  },
)

export {routeReports as main}
