// Generated from lexicons/com/atproto/admin/getAccountInfo.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as adminDefs from './defs.ts'

export type Params = {
  did: Did
}
export type Output = adminDefs.AccountView
export type ErrorName = never
/** Get details about an account. */
export const getAccountInfo: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.admin.getAccountInfo',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
    }, ['did']),
    output: lex.body('application/json', lex.ref(() => adminDefs.accountView)),
  },
)

export {getAccountInfo as main}
