// Generated from lexicons/tools/ozone/setting/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'

export type Option = {
  $type?: 'tools.ozone.setting.defs#option'
  key: Nsid
  did: Did
  value: lex.Unknown
  description?: string
  createdAt?: Datetime
  updatedAt?: Datetime
  managerRole?:
    | 'tools.ozone.team.defs#roleModerator'
    | 'tools.ozone.team.defs#roleTriage'
    | 'tools.ozone.team.defs#roleAdmin'
    | 'tools.ozone.team.defs#roleVerifier'
    | (string & {})
  scope: 'instance' | 'personal' | (string & {})
  createdBy: Did
  lastUpdatedBy: Did
}
export const option: lex.ObjectSchema<Option> = lex.typed('tools.ozone.setting.defs#option', {
  key: lex.string({format: 'nsid'}),
  did: lex.string({format: 'did'}),
  value: lex.unknown(),
  description: lex.string({maxGraphemes: 1024, maxLength: 10240}),
  createdAt: lex.string({format: 'datetime'}),
  updatedAt: lex.string({format: 'datetime'}),
  managerRole: lex.string({
    knownValues: [
      'tools.ozone.team.defs#roleModerator',
      'tools.ozone.team.defs#roleTriage',
      'tools.ozone.team.defs#roleAdmin',
      'tools.ozone.team.defs#roleVerifier',
    ],
  }),
  scope: lex.string({knownValues: ['instance', 'personal']}),
  createdBy: lex.string({format: 'did'}),
  lastUpdatedBy: lex.string({format: 'did'}),
}, ['key', 'value', 'did', 'scope', 'createdBy', 'lastUpdatedBy'])
