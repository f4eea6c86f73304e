// Generated from lexicons/app/bsky/unspecced/getTrends.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {
  limit?: number
}
export type Output = {
  trends: unspeccedDefs.TrendView[]
  /** Snowflake for this recommendation, use when submitting recommendation events. */
  recIdStr?: string
}
export type ErrorName = never
/** Get the current trends on the network */
export const getTrends: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'app.bsky.unspecced.getTrends',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 25, default: 10}),
    }),
    output: lex.body('application/json', lex.object({
      trends: lex.array(lex.ref(() => unspeccedDefs.trendView)),
      recIdStr: lex.string(),
    }, ['trends'])),
  },
)

export {getTrends as main}
