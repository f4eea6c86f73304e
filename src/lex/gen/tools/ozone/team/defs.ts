// Generated from lexicons/tools/ozone/team/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../../../app/bsky/actor/defs.ts'

export type Member = {
  $type?: 'tools.ozone.team.defs#member'
  did: Did
  disabled?: boolean
  profile?: actorDefs.ProfileViewDetailed
  createdAt?: Datetime
  updatedAt?: Datetime
  lastUpdatedBy?: string
  role:
    | 'tools.ozone.team.defs#roleAdmin'
    | 'tools.ozone.team.defs#roleModerator'
    | 'tools.ozone.team.defs#roleTriage'
    | 'tools.ozone.team.defs#roleVerifier'
    | (string & {})
}
export const member: lex.ObjectSchema<Member> = lex.typed('tools.ozone.team.defs#member', {
  did: lex.string({format: 'did'}),
  disabled: lex.boolean(),
  profile: lex.ref(() => actorDefs.profileViewDetailed),
  createdAt: lex.string({format: 'datetime'}),
  updatedAt: lex.string({format: 'datetime'}),
  lastUpdatedBy: lex.string(),
  role: lex.string({
    knownValues: [
      'tools.ozone.team.defs#roleAdmin',
      'tools.ozone.team.defs#roleModerator',
      'tools.ozone.team.defs#roleTriage',
      'tools.ozone.team.defs#roleVerifier',
    ],
  }),
}, ['did', 'role'])

/** Admin role. Highest level of access, can perform all actions. */
export type RoleAdmin = 'tools.ozone.team.defs#roleAdmin'
export const roleAdmin: lex.TokenSchema<RoleAdmin> = lex.token('tools.ozone.team.defs#roleAdmin')

/** Moderator role. Can perform most actions. */
export type RoleModerator = 'tools.ozone.team.defs#roleModerator'
export const roleModerator: lex.TokenSchema<RoleModerator> = lex.token('tools.ozone.team.defs#roleModerator')

/** Triage role. Mostly intended for monitoring and escalating issues. */
export type RoleTriage = 'tools.ozone.team.defs#roleTriage'
export const roleTriage: lex.TokenSchema<RoleTriage> = lex.token('tools.ozone.team.defs#roleTriage')

/** Verifier role. Only allowed to issue verifications. */
export type RoleVerifier = 'tools.ozone.team.defs#roleVerifier'
export const roleVerifier: lex.TokenSchema<RoleVerifier> = lex.token('tools.ozone.team.defs#roleVerifier')
