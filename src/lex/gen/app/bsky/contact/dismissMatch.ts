// Generated from lexicons/app/bsky/contact/dismissMatch.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** The subject's DID to dismiss the match with. */
  subject: Did
}
export type Output = lex.Unknown
export type ErrorName = 'InvalidDid' | 'InternalError'
/**
 * Removes a match that was found via contact import. It shouldn't appear again if the same contact is re-imported.
 * Requires authentication.
 */
export const dismissMatch: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.contact.dismissMatch',
  {
    input: lex.body('application/json', lex.object({
      subject: lex.string({format: 'did'}),
    }, ['subject'])),
    output: lex.body('application/json', lex.object({})),
    errors: ['InvalidDid', 'InternalError'],
  },
)

export {dismissMatch as main}
