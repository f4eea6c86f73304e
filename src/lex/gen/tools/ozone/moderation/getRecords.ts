// Generated from lexicons/tools/ozone/moderation/getRecords.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import * as lex from '#lex/schema/define.ts'
import * as moderationDefs from './defs.ts'

export type Params = {
  uris: AtUri[]
}
export type Output = {
  records: (
    | lex.Typed<moderationDefs.RecordViewDetail>
    | lex.Typed<moderationDefs.RecordViewNotFound>
    | lex.Other)[]
}
export type ErrorName = never
/** Get details about some records. */
export const getRecords: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.moderation.getRecords',
  {
    params: lex.params({
      uris: lex.array(lex.string({format: 'at-uri'}), {maxLength: 100}),
    }, ['uris']),
    output: lex.body('application/json', lex.object({
      records: lex.array(lex.union(() => [moderationDefs.recordViewDetail, moderationDefs.recordViewNotFound])),
    }, ['records'])),
  },
)

export {getRecords as main}
