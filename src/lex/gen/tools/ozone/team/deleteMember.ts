// Generated from lexicons/tools/ozone/team/deleteMember.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  did: Did
}
export type Output = undefined
export type ErrorName = 'MemberNotFound' | 'CannotDeleteSelf'
/** Delete a member from ozone team. Requires admin role. */
export const deleteMember: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.team.deleteMember',
  {
    input: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
    }, ['did'])),
    errors: ['MemberNotFound', 'CannotDeleteSelf'],
  },
)

export {deleteMember as main}
