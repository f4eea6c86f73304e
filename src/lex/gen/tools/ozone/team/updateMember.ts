// Generated from lexicons/tools/ozone/team/updateMember.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as teamDefs from './defs.ts'

export type Params = {}
export type Input = {
  did: Did
  disabled?: boolean
  role?:
    | 'tools.ozone.team.defs#roleAdmin'
    | 'tools.ozone.team.defs#roleModerator'
    | 'tools.ozone.team.defs#roleVerifier'
    | 'tools.ozone.team.defs#roleTriage'
    | (string & {})
}
export type Output = teamDefs.Member
export type ErrorName = 'MemberNotFound'
/** Update a member in the ozone service. Requires admin role. */
export const updateMember: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.team.updateMember',
  {
    input: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
      disabled: lex.boolean(),
      role: lex.string({
        knownValues: [
          'tools.ozone.team.defs#roleAdmin',
          'tools.ozone.team.defs#roleModerator',
          'tools.ozone.team.defs#roleVerifier',
          'tools.ozone.team.defs#roleTriage',
        ],
      }),
    }, ['did'])),
    output: lex.body('application/json', lex.ref(() => teamDefs.member)),
    errors: ['MemberNotFound'],
  },
)

export {updateMember as main}
