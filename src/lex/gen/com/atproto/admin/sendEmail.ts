// Generated from lexicons/com/atproto/admin/sendEmail.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  recipientDid: Did
  content: string
  subject?: string
  senderDid: Did
  /**
   * Additional comment by the sender that won't be used in the email itself but helpful to provide more context for
   * moderators/reviewers
   */
  comment?: string
}
export type Output = {
  sent: boolean
}
export type ErrorName = never
/** Send email to a user's account email address. */
export const sendEmail: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.admin.sendEmail',
  {
    input: lex.body('application/json', lex.object({
      recipientDid: lex.string({format: 'did'}),
      content: lex.string(),
      subject: lex.string(),
      senderDid: lex.string({format: 'did'}),
      comment: lex.string(),
    }, ['recipientDid', 'content', 'senderDid'])),
    output: lex.body('application/json', lex.object({
      sent: lex.boolean(),
    }, ['sent'])),
  },
)

export {sendEmail as main}
