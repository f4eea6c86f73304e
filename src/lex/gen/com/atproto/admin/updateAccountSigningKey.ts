// Generated from lexicons/com/atproto/admin/updateAccountSigningKey.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  did: Did
  /** Did-key formatted public key */
  signingKey: Did
}
export type Output = undefined
export type ErrorName = never
/** Administrative action to update an account's signing key in their Did document. */
export const updateAccountSigningKey: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.admin.updateAccountSigningKey',
  {
    input: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
      signingKey: lex.string({format: 'did'}),
    }, ['did', 'signingKey'])),
  },
)

export {updateAccountSigningKey as main}
