// Generated from lexicons/com/atproto/admin/deleteAccount.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  did: Did
}
export type Output = undefined
export type ErrorName = never
/** Delete a user account as an administrator. */
export const deleteAccount: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.admin.deleteAccount',
  {
    input: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
    }, ['did'])),
  },
)

export {deleteAccount as main}
