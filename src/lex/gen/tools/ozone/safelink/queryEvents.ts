// Generated from lexicons/tools/ozone/safelink/queryEvents.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as safelinkDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** Cursor for pagination */
  cursor?: string
  /** Maximum number of results to return */
  limit?: number
  /** Filter by specific URLs or domains */
  urls?: string[]
  /** Filter by pattern type */
  patternType?: string
  /** Sort direction */
  sortDirection?: 'asc' | 'desc' | (string & {})
}
export type Output = {
  /** Next cursor for pagination. Only present if there are more results. */
  cursor?: string
  events: safelinkDefs.Event[]
}
export type ErrorName = never
/** Query URL safety audit events */
export const queryEvents: lex.Procedure<Params, Input, Output, ErrorName, never, 'limit' | 'sortDirection'> = lex.procedure(
  'tools.ozone.safelink.queryEvents',
  {
    input: lex.body('application/json', lex.object({
      cursor: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      urls: lex.array(lex.string()),
      patternType: lex.string(),
      sortDirection: lex.string({knownValues: ['asc', 'desc'], default: 'desc'}),
    })),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      events: lex.array(lex.ref(() => safelinkDefs.event)),
    }, ['events'])),
  },
)

export {queryEvents as main}
