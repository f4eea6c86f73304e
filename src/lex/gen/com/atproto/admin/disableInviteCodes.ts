// Generated from lexicons/com/atproto/admin/disableInviteCodes.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  codes?: string[]
  accounts?: string[]
}
export type Output = undefined
export type ErrorName = never
/** Disable some set of codes and/or all codes associated with a set of users. */
export const disableInviteCodes: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.admin.disableInviteCodes',
  {
    input: lex.body('application/json', lex.object({
      codes: lex.array(lex.string()),
      accounts: lex.array(lex.string()),
    })),
  },
)

export {disableInviteCodes as main}
