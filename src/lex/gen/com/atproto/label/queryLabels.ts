// Generated from lexicons/com/atproto/label/queryLabels.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as labelDefs from './defs.ts'

export type Params = {
  /**
   * List of AT URI patterns to match (boolean 'OR'). Each may be a prefix (ending with '*'; will match inclusive of the
   * string leading to '*'), or a full URI.
   */
  uriPatterns: string[]
  /** Optional list of label sources (DIDs) to filter on. */
  sources?: Did[]
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  labels: labelDefs.Label[]
}
export type ErrorName = never
/**
 * Find labels relevant to the provided AT-URI patterns. Public endpoint for moderation services, though may return
 * different or additional results with auth.
 */
export const queryLabels: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'com.atproto.label.queryLabels',
  {
    params: lex.params({
      uriPatterns: lex.array(lex.string()),
      sources: lex.array(lex.string({format: 'did'})),
      limit: lex.integer({minimum: 1, maximum: 250, default: 50}),
      cursor: lex.string(),
    }, ['uriPatterns']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      labels: lex.array(lex.ref(() => labelDefs.label)),
    }, ['labels'])),
  },
)

export {queryLabels as main}
