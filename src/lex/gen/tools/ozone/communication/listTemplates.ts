// Generated from lexicons/tools/ozone/communication/listTemplates.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as communicationDefs from './defs.ts'

export type Params = {}
export type Output = {
  communicationTemplates: communicationDefs.TemplateView[]
}
export type ErrorName = never
/** Get list of all communication templates. */
export const listTemplates: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'tools.ozone.communication.listTemplates',
  {
    output: lex.body('application/json', lex.object({
      communicationTemplates: lex.array(lex.ref(() => communicationDefs.templateView)),
    }, ['communicationTemplates'])),
  },
)

export {listTemplates as main}
