// Generated from lexicons/tools/ozone/communication/createTemplate.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Language} from '#atp/syntax/language.ts'
import * as lex from '#lex/schema/define.ts'
import * as communicationDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** Name of the template. */
  name: string
  /** Content of the template, markdown supported, can contain variable placeholders. */
  contentMarkdown: string
  /** Subject of the message, used in emails. */
  subject: string
  /** Message language. */
  lang?: Language
  /** DID of the user who is creating the template. */
  createdBy?: Did
}
export type Output = communicationDefs.TemplateView
export type ErrorName = 'DuplicateTemplateName'
/** Administrative action to create a new, re-usable communication (email for now) template. */
export const createTemplate: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.communication.createTemplate',
  {
    input: lex.body('application/json', lex.object({
      name: lex.string(),
      contentMarkdown: lex.string(),
      subject: lex.string(),
      lang: lex.string({format: 'language'}),
      createdBy: lex.string({format: 'did'}),
    }, ['subject', 'contentMarkdown', 'name'])),
    output: lex.body('application/json', lex.ref(() => communicationDefs.templateView)),
    errors: ['DuplicateTemplateName'],
  },
)

export {createTemplate as main}
