// Generated from lexicons/app/bsky/unspecced/getConfig.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Output = {
  checkEmailConfirmed?: boolean
  liveNow?: LiveNowConfig[]
}
export type ErrorName = never
/** Get miscellaneous runtime configuration. */
export const getConfig: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'app.bsky.unspecced.getConfig',
  {
    output: lex.body('application/json', lex.object({
      checkEmailConfirmed: lex.boolean(),
      liveNow: lex.array(lex.ref(() => liveNowConfig)),
    })),
  },
)

export type LiveNowConfig = {
  $type?: 'app.bsky.unspecced.getConfig#liveNowConfig'
  did: Did
  domains: string[]
}
export const liveNowConfig: lex.ObjectSchema<LiveNowConfig> = lex.typed('app.bsky.unspecced.getConfig#liveNowConfig', {
  did: lex.string({format: 'did'}),
  domains: lex.array(lex.string()),
}, ['did', 'domains'])

export {getConfig as main}
