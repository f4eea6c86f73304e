// Generated from lexicons/tools/ozone/report/listActivities.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {
  /** ID of the report whose activities to list */
  reportId: number
  limit?: number
  cursor?: string
}
export type Output = {
  activities: reportDefs.ReportActivityView[]
  cursor?: string
}
export type ErrorName = never
/** List all activities for a report, sorted most-recent-first. */
export const listActivities: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'tools.ozone.report.listActivities',
  {
    params: lex.params({
      reportId: lex.integer(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }, ['reportId']),
    output: lex.body('application/json', lex.object({
      activities: lex.array(lex.ref(() => reportDefs.reportActivityView)),
      cursor: lex.string(),
    }, ['activities'])),
  },
)

export {listActivities as main}
