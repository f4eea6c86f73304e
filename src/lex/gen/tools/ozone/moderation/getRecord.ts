// Generated from lexicons/tools/ozone/moderation/getRecord.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  uri: AtUri
  cid?: CidString
}
export type Output = moderationDefs.RecordViewDetail
export type ErrorName = 'RecordNotFound'
/** Get details about a record. */
export const getRecord: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.moderation.getRecord',
  {
    params: lex.params({
      uri: lex.string({format: 'at-uri'}),
      cid: lex.string({format: 'cid'}),
    }, ['uri']),
    output: lex.body('application/json', lex.ref(() => moderationDefs.recordViewDetail)),
    errors: ['RecordNotFound'],
  },
)

export {getRecord as main}
