// Generated from lexicons/tools/ozone/moderation/getReporterStats.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  dids: Did[]
}
export type Output = {
  stats: moderationDefs.ReporterStats[]
}
export type ErrorName = never
/** Get reporter stats for a list of users. */
export const getReporterStats: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.moderation.getReporterStats',
  {
    params: lex.params({
      dids: lex.array(lex.string({format: 'did'}), {maxLength: 100}),
    }, ['dids']),
    output: lex.body('application/json', lex.object({
      stats: lex.array(lex.ref(() => moderationDefs.reporterStats)),
    }, ['stats'])),
  },
)

export {getReporterStats as main}
