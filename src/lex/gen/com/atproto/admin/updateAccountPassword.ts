// Generated from lexicons/com/atproto/admin/updateAccountPassword.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  did: Did
  password: string
}
export type Output = undefined
export type ErrorName = never
/** Update the password for a user account as an administrator. */
export const updateAccountPassword: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.admin.updateAccountPassword',
  {
    input: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
      password: lex.string(),
    }, ['did', 'password'])),
  },
)

export {updateAccountPassword as main}
