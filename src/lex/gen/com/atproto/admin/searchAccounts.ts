// Generated from lexicons/com/atproto/admin/searchAccounts.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as adminDefs from './defs.ts'

export type Params = {
  email?: string
  cursor?: string
  limit?: number
}
export type Output = {
  cursor?: string
  accounts: adminDefs.AccountView[]
}
export type ErrorName = never
/** Get list of accounts that matches your search query. */
export const searchAccounts: lex.Query<Params, Output, ErrorName, 'limit'> = lex.query(
  'com.atproto.admin.searchAccounts',
  {
    params: lex.params({
      email: lex.string(),
      cursor: lex.string(),
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      accounts: lex.array(lex.ref(() => adminDefs.accountView)),
    }, ['accounts'])),
  },
)

export {searchAccounts as main}
