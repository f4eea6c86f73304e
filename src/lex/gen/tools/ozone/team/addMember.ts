// Generated from lexicons/tools/ozone/team/addMember.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as teamDefs from './defs.ts'

export type Params = {}
export type Input = {
  did: Did
  role:
    | 'tools.ozone.team.defs#roleAdmin'
    | 'tools.ozone.team.defs#roleModerator'
    | 'tools.ozone.team.defs#roleVerifier'
    | 'tools.ozone.team.defs#roleTriage'
    | (string & {})
}
export type Output = teamDefs.Member
export type ErrorName = 'MemberAlreadyExists'
/** Add a member to the ozone team. Requires admin role. */
export const addMember: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.team.addMember',
  {
    input: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
      role: lex.string({
        knownValues: [
          'tools.ozone.team.defs#roleAdmin',
          'tools.ozone.team.defs#roleModerator',
          'tools.ozone.team.defs#roleVerifier',
          'tools.ozone.team.defs#roleTriage',
        ],
      }),
    }, ['did', 'role'])),
    output: lex.body('application/json', lex.ref(() => teamDefs.member)),
    errors: ['MemberAlreadyExists'],
  },
)

export {addMember as main}
