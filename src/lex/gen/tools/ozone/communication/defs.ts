// Generated from lexicons/tools/ozone/communication/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Language} from '#atp/syntax/language.ts'
import * as lex from '#lex/schema/define.ts'

export type TemplateView = {
  $type?: 'tools.ozone.communication.defs#templateView'
  id: string
  /** Name of the template. */
  name: string
  /** Content of the template, can contain markdown and variable placeholders. */
  subject?: string
  /** Subject of the message, used in emails. */
  contentMarkdown: string
  disabled: boolean
  /** Message language. */
  lang?: Language
  /** DID of the user who last updated the template. */
  lastUpdatedBy: Did
  createdAt: Datetime
  updatedAt: Datetime
}
export const templateView: lex.ObjectSchema<TemplateView> = lex.typed('tools.ozone.communication.defs#templateView', {
  id: lex.string(),
  name: lex.string(),
  subject: lex.string(),
  contentMarkdown: lex.string(),
  disabled: lex.boolean(),
  lang: lex.string({format: 'language'}),
  lastUpdatedBy: lex.string({format: 'did'}),
  createdAt: lex.string({format: 'datetime'}),
  updatedAt: lex.string({format: 'datetime'}),
}, [
  'id',
  'name',
  'contentMarkdown',
  'disabled',
  'lastUpdatedBy',
  'createdAt',
  'updatedAt',
])
