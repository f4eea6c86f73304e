// Generated from lexicons/com/atproto/server/createInviteCodes.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  codeCount: number
  useCount: number
  forAccounts?: Did[]
}
export type Output = {
  codes: AccountCodes[]
}
export type ErrorName = never
/** Create invite codes. */
export const createInviteCodes: lex.Procedure<Params, Input, Output, ErrorName, never, 'codeCount'> = lex.procedure(
  'com.atproto.server.createInviteCodes',
  {
    input: lex.body('application/json', lex.object({
      codeCount: lex.integer({default: 1}),
      useCount: lex.integer(),
      forAccounts: lex.array(lex.string({format: 'did'})),
    }, ['codeCount', 'useCount'])),
    output: lex.body('application/json', lex.object({
      codes: lex.array(lex.ref(() => accountCodes)),
    }, ['codes'])),
  },
)

export type AccountCodes = {
  $type?: 'com.atproto.server.createInviteCodes#accountCodes'
  account: string
  codes: string[]
}
export const accountCodes: lex.ObjectSchema<AccountCodes> = lex.typed('com.atproto.server.createInviteCodes#accountCodes', {
  account: lex.string(),
  codes: lex.array(lex.string()),
}, ['account', 'codes'])

export {createInviteCodes as main}
