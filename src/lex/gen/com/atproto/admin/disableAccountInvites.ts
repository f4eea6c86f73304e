// Generated from lexicons/com/atproto/admin/disableAccountInvites.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  account: Did
  /** Optional reason for disabled invites. */
  note?: string
}
export type Output = undefined
export type ErrorName = never
/** Disable an account from receiving new invite codes, but does not invalidate existing codes. */
export const disableAccountInvites: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.admin.disableAccountInvites',
  {
    input: lex.body('application/json', lex.object({
      account: lex.string({format: 'did'}),
      note: lex.string(),
    }, ['account'])),
  },
)

export {disableAccountInvites as main}
