// Generated from lexicons/com/atproto/admin/enableAccountInvites.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  account: Did
  /** Optional reason for enabled invites. */
  note?: string
}
export type Output = undefined
export type ErrorName = never
/** Re-enable an account's ability to receive invite codes. */
export const enableAccountInvites: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.admin.enableAccountInvites',
  {
    input: lex.body('application/json', lex.object({
      account: lex.string({format: 'did'}),
      note: lex.string(),
    }, ['account'])),
  },
)

export {enableAccountInvites as main}
