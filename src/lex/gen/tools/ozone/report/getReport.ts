// Generated from lexicons/tools/ozone/report/getReport.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {
  /** The ID of the report to retrieve. */
  id: number
}
export type Output = reportDefs.ReportView
export type ErrorName = 'NotFound'
/** Get details about a single moderation report by ID. */
export const getReport: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.report.getReport',
  {
    params: lex.params({
      id: lex.integer(),
    }, ['id']),
    output: lex.body('application/json', lex.ref(() => reportDefs.reportView)),
    errors: ['NotFound'],
  },
)

export {getReport as main}
