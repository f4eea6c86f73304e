// Generated from lexicons/com/atproto/admin/updateAccountEmail.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  /** The handle or DID of the repo. */
  account: AtIdentifier
  email: string
}
export type Output = undefined
export type ErrorName = never
/** Administrative action to update an account's email. */
export const updateAccountEmail: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.admin.updateAccountEmail',
  {
    input: lex.body('application/json', lex.object({
      account: lex.string({format: 'at-identifier'}),
      email: lex.string(),
    }, ['account', 'email'])),
  },
)

export {updateAccountEmail as main}
