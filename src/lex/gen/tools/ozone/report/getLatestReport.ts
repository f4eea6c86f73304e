// Generated from lexicons/tools/ozone/report/getLatestReport.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {}
export type Output = {
  report: reportDefs.ReportView
}
export type ErrorName = 'NotFound'
/** Get the most recent report. */
export const getLatestReport: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.report.getLatestReport',
  {
    output: lex.body('application/json', lex.object({
      report: lex.ref(() => reportDefs.reportView),
    }, ['report'])),
    errors: ['NotFound'],
  },
)

export {getLatestReport as main}
