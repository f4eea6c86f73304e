// Generated from lexicons/com/atproto/admin/getAccountInfos.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as adminDefs from './defs.ts'

export type Params = {
  dids: Did[]
}
export type Output = {
  infos: adminDefs.AccountView[]
}
export type ErrorName = never
/** Get details about some accounts. */
export const getAccountInfos: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.admin.getAccountInfos',
  {
    params: lex.params({
      dids: lex.array(lex.string({format: 'did'})),
    }, ['dids']),
    output: lex.body('application/json', lex.object({
      infos: lex.array(lex.ref(() => adminDefs.accountView)),
    }, ['infos'])),
  },
)

export {getAccountInfos as main}
