// Generated from lexicons/tools/ozone/report/refreshStats.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** Start date for recomputation, inclusive (YYYY-MM-DD). */
  startDate: string
  /** End date for recomputation, inclusive (YYYY-MM-DD). */
  endDate: string
  /** Optional list of queue IDs to recompute. Omit to recompute all groups. */
  queueIds?: number[]
}
export type Output = lex.Unknown
export type ErrorName = never
/** Recompute report statistics for a date range. Useful for backfilling after failures or data corrections. */
export const refreshStats: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.report.refreshStats',
  {
    input: lex.body('application/json', lex.object({
      startDate: lex.string(),
      endDate: lex.string(),
      queueIds: lex.array(lex.integer()),
    }, ['startDate', 'endDate'])),
    output: lex.body('application/json', lex.object({})),
  },
)

export {refreshStats as main}
