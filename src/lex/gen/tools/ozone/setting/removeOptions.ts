// Generated from lexicons/tools/ozone/setting/removeOptions.json by the lexicon generator. Do not edit.
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  keys: Nsid[]
  scope: 'instance' | 'personal' | (string & {})
}
export type Output = lex.Unknown
export type ErrorName = never
/** Delete settings by key */
export const removeOptions: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'tools.ozone.setting.removeOptions',
  {
    input: lex.body('application/json', lex.object({
      keys: lex.array(lex.string({format: 'nsid'}), {minLength: 1, maxLength: 200}),
      scope: lex.string({knownValues: ['instance', 'personal']}),
    }, ['keys', 'scope'])),
    output: lex.body('application/json', lex.object({})),
  },
)

export {removeOptions as main}
