// Generated from lexicons/com/atproto/server/getAccountInviteCodes.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as serverDefs from './defs.ts'

export type Params = {
  includeUsed?: boolean
  /** Controls whether any new 'earned' but not 'created' invites should be created. */
  createAvailable?: boolean
}
export type Output = {
  codes: serverDefs.InviteCode[]
}
export type ErrorName = 'DuplicateCreate'
/** Get all invite codes for the current account. Requires auth. */
export const getAccountInviteCodes: lex.Query<Params, Output, ErrorName, 'includeUsed' | 'createAvailable'> = lex.query(
  'com.atproto.server.getAccountInviteCodes',
  {
    params: lex.params({
      includeUsed: lex.boolean({default: true}),
      createAvailable: lex.boolean({default: true}),
    }),
    output: lex.body('application/json', lex.object({
      codes: lex.array(lex.ref(() => serverDefs.inviteCode)),
    }, ['codes'])),
    errors: ['DuplicateCreate'],
  },
)

export {getAccountInviteCodes as main}
