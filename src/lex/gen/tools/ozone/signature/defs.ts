// Generated from lexicons/tools/ozone/signature/defs.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type SigDetail = {
  $type?: 'tools.ozone.signature.defs#sigDetail'
  property: string
  value: string
}
export const sigDetail: lex.ObjectSchema<SigDetail> = lex.typed('tools.ozone.signature.defs#sigDetail', {
  property: lex.string(),
  value: lex.string(),
}, ['property', 'value'])
