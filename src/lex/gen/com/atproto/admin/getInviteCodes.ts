// Generated from lexicons/com/atproto/admin/getInviteCodes.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as serverDefs from '../server/defs.ts'

export type Params = {
  sort?: 'recent' | 'usage' | (string & {})
  limit?: number
  cursor?: string
}
export type Output = {
  cursor?: string
  codes: serverDefs.InviteCode[]
}
export type ErrorName = never
/** Get an admin view of invite codes. */
export const getInviteCodes: lex.Query<Params, Output, ErrorName, 'sort' | 'limit'> = lex.query(
  'com.atproto.admin.getInviteCodes',
  {
    params: lex.params({
      sort: lex.string({knownValues: ['recent', 'usage'], default: 'recent'}),
      limit: lex.integer({minimum: 1, maximum: 500, default: 100}),
      cursor: lex.string(),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      codes: lex.array(lex.ref(() => serverDefs.inviteCode)),
    }, ['codes'])),
  },
)

export {getInviteCodes as main}
