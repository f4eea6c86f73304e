// Generated from lexicons/tools/ozone/signature/findRelatedAccounts.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as adminDefs from '../../../com/atproto/admin/defs.ts'
import * as signatureDefs from './defs.ts'

export type Params = {
  did: Did
  cursor?: string
  limit?: number
}
export type Output = {
  cursor?: string
  accounts: RelatedAccount[]
}
export type ErrorName = never
/** Get accounts that share some matching threat signatures with the root account. */
export const findRelatedAccounts: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'tools.ozone.signature.findRelatedAccounts',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
      cursor: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
    }, ['did']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      accounts: lex.array(lex.ref(() => relatedAccount)),
    }, ['accounts'])),
  },
)

export type RelatedAccount = {
  $type?: 'tools.ozone.signature.findRelatedAccounts#relatedAccount'
  account: adminDefs.AccountView
  similarities?: signatureDefs.SigDetail[]
}
export const relatedAccount: lex.ObjectSchema<RelatedAccount> = lex.typed('tools.ozone.signature.findRelatedAccounts#relatedAccount', {
  account: lex.ref(() => adminDefs.accountView),
  similarities: lex.array(lex.ref(() => signatureDefs.sigDetail)),
}, ['account'])

export {findRelatedAccounts as main}
