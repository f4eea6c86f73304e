// Generated from lexicons/app/bsky/contact/importContacts.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as contactDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** JWT to authenticate the call. Use the JWT received as a response to the call to `app.bsky.contact.verifyPhone`. */
  token: string
  /**
   * List of phone numbers in global E.164 format (e.g., '+12125550123'). Phone numbers that cannot be normalized into a
   * valid phone number will be discarded. Should not repeat the 'phone' input used in `app.bsky.contact.verifyPhone`.
   */
  contacts: string[]
}
export type Output = {
  /**
   * The users that matched during import and their indexes on the input contacts, so the client can correlate with its
   * local list.
   */
  matchesAndContactIndexes: contactDefs.MatchAndContactIndex[]
}
export type ErrorName =
  | 'InvalidDid'
  | 'InvalidContacts'
  | 'TooManyContacts'
  | 'InvalidToken'
  | 'InternalError'
/**
 * Import contacts for securely matching with other users. This follows the protocol explained in
 * https://docs.bsky.app/blog/contact-import-rfc. Requires authentication.
 */
export const importContacts: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.contact.importContacts',
  {
    input: lex.body('application/json', lex.object({
      token: lex.string(),
      contacts: lex.array(lex.string(), {minLength: 1, maxLength: 1000}),
    }, ['token', 'contacts'])),
    output: lex.body('application/json', lex.object({
      matchesAndContactIndexes: lex.array(lex.ref(() => contactDefs.matchAndContactIndex)),
    }, ['matchesAndContactIndexes'])),
    errors: [
      'InvalidDid',
      'InvalidContacts',
      'TooManyContacts',
      'InvalidToken',
      'InternalError',
    ],
  },
)

export {importContacts as main}
