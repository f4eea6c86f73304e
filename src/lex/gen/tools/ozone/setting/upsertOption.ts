// Generated from lexicons/tools/ozone/setting/upsertOption.json by the lexicon generator. Do not edit.
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'
import * as settingDefs from './defs.ts'

export type Params = {}
export type Input = {
  key: Nsid
  scope: 'instance' | 'personal' | (string & {})
  value: lex.Unknown
  description?: string
  managerRole?:
    | 'tools.ozone.team.defs#roleModerator'
    | 'tools.ozone.team.defs#roleTriage'
    | 'tools.ozone.team.defs#roleVerifier'
    | 'tools.ozone.team.defs#roleAdmin'
    | (string & {})
}
export type Output = {
  option: settingDefs.Option
}
export type ErrorName = never
/** Create or update setting option */
export const upsertOption: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.setting.upsertOption',
  {
    input: lex.body('application/json', lex.object({
      key: lex.string({format: 'nsid'}),
      scope: lex.string({knownValues: ['instance', 'personal']}),
      value: lex.unknown(),
      description: lex.string({maxLength: 2000}),
      managerRole: lex.string({
        knownValues: [
          'tools.ozone.team.defs#roleModerator',
          'tools.ozone.team.defs#roleTriage',
          'tools.ozone.team.defs#roleVerifier',
          'tools.ozone.team.defs#roleAdmin',
        ],
      }),
    }, ['key', 'scope', 'value'])),
    output: lex.body('application/json', lex.object({
      option: lex.ref(() => settingDefs.option),
    }, ['option'])),
  },
)

export {upsertOption as main}
