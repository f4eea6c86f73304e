// Generated from lexicons/tools/ozone/communication/updateTemplate.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Language} from '#atp/syntax/language.ts'
import * as lex from '#lex/schema/define.ts'
import * as communicationDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** ID of the template to be updated. */
  id: string
  /** Name of the template. */
  name?: string
  /** Message language. */
  lang?: Language
  /** Content of the template, markdown supported, can contain variable placeholders. */
  contentMarkdown?: string
  /** Subject of the message, used in emails. */
  subject?: string
  /** DID of the user who is updating the template. */
  updatedBy?: Did
  disabled?: boolean
}
export type Output = communicationDefs.TemplateView
export type ErrorName = 'DuplicateTemplateName'
/**
 * Administrative action to update an existing communication template. Allows passing partial fields to patch specific
 * fields only.
 */
export const updateTemplate: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.communication.updateTemplate',
  {
    input: lex.body('application/json', lex.object({
      id: lex.string(),
      name: lex.string(),
      lang: lex.string({format: 'language'}),
      contentMarkdown: lex.string(),
      subject: lex.string(),
      updatedBy: lex.string({format: 'did'}),
      disabled: lex.boolean(),
    }, ['id'])),
    output: lex.body('application/json', lex.ref(() => communicationDefs.templateView)),
    errors: ['DuplicateTemplateName'],
  },
)

export {updateTemplate as main}
