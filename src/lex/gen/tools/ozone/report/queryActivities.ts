// Generated from lexicons/tools/ozone/report/queryActivities.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {
  /** Filter to specific activity types (e.g. closeActivity, escalationActivity). If omitted, all types are returned. */
  activityTypes?: string[]
  /** Retrieve activities created at or after a given timestamp */
  createdAfter?: Datetime
  /** Retrieve activities created at or before a given timestamp */
  createdBefore?: Datetime
  sortDirection?: 'asc' | 'desc'
  limit?: number
  /** Cursor of the form `<createdAtMs>::<activityId>`. */
  cursor?: string
}
export type Output = {
  activities: reportDefs.ReportActivityView[]
  cursor?: string
}
export type ErrorName = never
/**
 * Query report activities across all reports, ordered by createdAt. Used by downstream pollers; for per-report activity
 * history use listActivities.
 */
export const queryActivities: lex.Query<Params, Output, ErrorName, 'sortDirection' | 'limit'> = lex.query(
  'tools.ozone.report.queryActivities',
  {
    params: lex.params({
      activityTypes: lex.array(lex.string()),
      createdAfter: lex.string({format: 'datetime'}),
      createdBefore: lex.string({format: 'datetime'}),
      sortDirection: lex.string({default: 'desc', enum: ['asc', 'desc']}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      activities: lex.array(lex.ref(() => reportDefs.reportActivityView)),
      cursor: lex.string(),
    }, ['activities'])),
  },
)

export {queryActivities as main}
