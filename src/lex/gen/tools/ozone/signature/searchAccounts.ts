// Generated from lexicons/tools/ozone/signature/searchAccounts.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as adminDefs from '../../../com/atproto/admin/defs.ts'

export type Params = {
  values: string[]
  cursor?: string
  limit?: number
}
export type Output = {
  cursor?: string
  accounts: adminDefs.AccountView[]
}
export type ErrorName = never
/** Search for accounts that match one or more threat signature values. */
export const searchAccounts: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'tools.ozone.signature.searchAccounts',
  {
    params: lex.params({
      values: lex.array(lex.string()),
      cursor: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
    }, ['values']),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      accounts: lex.array(lex.ref(() => adminDefs.accountView)),
    }, ['accounts'])),
  },
)

export {searchAccounts as main}
