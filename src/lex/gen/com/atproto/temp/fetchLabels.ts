// Generated from lexicons/com/atproto/temp/fetchLabels.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as labelDefs from '../label/defs.ts'

export type Params = {
  since?: number
  limit?: number
}
export type Output = {
  labels: labelDefs.Label[]
}
export type ErrorName = never
/**
 * DEPRECATED: use queryLabels or subscribeLabels instead -- Fetch all labels from a labeler created after a certain
 * date.
 */
export const fetchLabels: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'com.atproto.temp.fetchLabels',
  {
    params: lex.params({
      since: lex.integer(),
      limit: lex.integer({minimum: 1, maximum: 250, default: 50}),
    }),
    output: lex.body('application/json', lex.object({
      labels: lex.array(lex.ref(() => labelDefs.label)),
    }, ['labels'])),
  },
)

export {fetchLabels as main}
