// Generated from lexicons/tools/ozone/safelink/queryRules.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
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
  /** Filter by action types */
  actions?: string[]
  /** Filter by reason type */
  reason?: string
  /** Filter by rule creator */
  createdBy?: Did
  /** Sort direction */
  sortDirection?: 'asc' | 'desc' | (string & {})
}
export type Output = {
  /** Next cursor for pagination. Only present if there are more results. */
  cursor?: string
  rules: safelinkDefs.UrlRule[]
}
export type ErrorName = never
/** Query URL safety rules */
export const queryRules: lex.Procedure<Params, Input, Output, ErrorName, never, 'limit' | 'sortDirection'> = lex.procedure(
  'tools.ozone.safelink.queryRules',
  {
    input: lex.body('application/json', lex.object({
      cursor: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      urls: lex.array(lex.string()),
      patternType: lex.string(),
      actions: lex.array(lex.string()),
      reason: lex.string(),
      createdBy: lex.string({format: 'did'}),
      sortDirection: lex.string({knownValues: ['asc', 'desc'], default: 'desc'}),
    })),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      rules: lex.array(lex.ref(() => safelinkDefs.urlRule)),
    }, ['rules'])),
  },
)

export {queryRules as main}
