// Generated from lexicons/tools/ozone/report/getLiveStats.json by the lexicon generator. Do not edit.
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
}
export type Output = {
  /** Statistics for the requested filter. */
  stats: reportDefs.LiveStats
}
export type ErrorName = never
/**
 * Get live report statistics from the past 24 hours. Filter by queue, moderator, or report type. Omit all parameters
 * for aggregate stats.
 */
export const getLiveStats: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.report.getLiveStats',
  {
    params: lex.params({
      queueId: lex.integer(),
      moderatorDid: lex.string({format: 'did'}),
      reportTypes: lex.array(lex.string()),
    }),
    output: lex.body('application/json', lex.object({
      stats: lex.ref(() => reportDefs.liveStats),
    }, ['stats'])),
  },
)

export {getLiveStats as main}
