// Generated from lexicons/com/atproto/temp/revokeAccountCredentials.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  account: AtIdentifier
}
export type Output = undefined
export type ErrorName = never
/** Revoke sessions, password, and app passwords associated with account. May be resolved by a password reset. */
export const revokeAccountCredentials: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.temp.revokeAccountCredentials',
  {
    input: lex.body('application/json', lex.object({
      account: lex.string({format: 'at-identifier'}),
    }, ['account'])),
  },
)

export {revokeAccountCredentials as main}
