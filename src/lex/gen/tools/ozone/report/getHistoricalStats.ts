// Generated from lexicons/tools/ozone/report/getHistoricalStats.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as reportDefs from './defs.ts'

export type Params = {
  /** Filter stats by queue. Use -1 for unqueued reports. */
  queueId?: number
  /** Filter stats by moderator DID. */
  moderatorDid?: Did
  /** Filter stats by report types. */
  reportTypes?: string[]
  /** Earliest date to include (inclusive). */
  startDate?: Datetime
  /** Latest date to include (inclusive). */
  endDate?: Datetime
  /** Maximum number of entries to return. */
  limit?: number
  /** Pagination cursor. */
  cursor?: string
}
export type Output = {
  stats: reportDefs.HistoricalStats[]
  cursor?: string
}
export type ErrorName = never
/**
 * Get historical daily report statistics. Returns a paginated list of daily stat snapshots, newest first. Filter by
 * queue, moderator, or report type.
 */
export const getHistoricalStats: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'tools.ozone.report.getHistoricalStats',
  {
    params: lex.params({
      queueId: lex.integer(),
      moderatorDid: lex.string({format: 'did'}),
      reportTypes: lex.array(lex.string()),
      startDate: lex.string({format: 'datetime'}),
      endDate: lex.string({format: 'datetime'}),
      limit: lex.integer({minimum: 1, maximum: 100, default: 30}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      stats: lex.array(lex.ref(() => reportDefs.historicalStats)),
      cursor: lex.string(),
    }, ['stats'])),
  },
)

export {getHistoricalStats as main}
