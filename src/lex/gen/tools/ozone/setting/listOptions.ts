// Generated from lexicons/tools/ozone/setting/listOptions.json by the lexicon generator. Do not edit.
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'
import * as settingDefs from './defs.ts'

export type Params = {
  limit?: number
  cursor?: string
  scope?: 'instance' | 'personal' | (string & {})
  /** Filter keys by prefix */
  prefix?: string
  /** Filter for only the specified keys. Ignored if prefix is provided */
  keys?: Nsid[]
}
export type Output = {
  cursor?: string
  options: settingDefs.Option[]
}
export type ErrorName = never
/** List settings with optional filtering */
export const listOptions: lex.Query<Params, Output, ErrorName, 'limit' | 'scope'> = lex.query(
  'tools.ozone.setting.listOptions',
  {
    params: lex.params({
      limit: lex.integer({minimum: 1, maximum: 100, default: 50}),
      cursor: lex.string(),
      scope: lex.string({knownValues: ['instance', 'personal'], default: 'instance'}),
      prefix: lex.string(),
      keys: lex.array(lex.string({format: 'nsid'}), {maxLength: 100}),
    }),
    output: lex.body('application/json', lex.object({
      cursor: lex.string(),
      options: lex.array(lex.ref(() => settingDefs.option)),
    }, ['options'])),
  },
)

export {listOptions as main}
