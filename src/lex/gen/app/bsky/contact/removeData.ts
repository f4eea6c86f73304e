// Generated from lexicons/app/bsky/contact/removeData.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = lex.Unknown
export type Output = lex.Unknown
export type ErrorName = 'InvalidDid' | 'InternalError'
/** Removes all stored hashes used for contact matching, existing matches, and sync status. Requires authentication. */
export const removeData: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.contact.removeData',
  {
    input: lex.body('application/json', lex.object({})),
    output: lex.body('application/json', lex.object({})),
    errors: ['InvalidDid', 'InternalError'],
  },
)

export {removeData as main}
