// Generated from lexicons/app/bsky/contact/sendNotification.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** The DID of who this notification comes from. */
  from: Did
  /** The DID of who this notification should go to. */
  to: Did
}
export type Output = lex.Unknown
export type ErrorName = never
/** System endpoint to send notifications related to contact imports. Requires role authentication. */
export const sendNotification: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.contact.sendNotification',
  {
    input: lex.body('application/json', lex.object({
      from: lex.string({format: 'did'}),
      to: lex.string({format: 'did'}),
    }, ['from', 'to'])),
    output: lex.body('application/json', lex.object({})),
  },
)

export {sendNotification as main}
