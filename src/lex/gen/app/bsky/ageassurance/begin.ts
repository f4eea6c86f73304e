// Generated from lexicons/app/bsky/ageassurance/begin.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as ageassuranceDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** The user's email address to receive Age Assurance instructions. */
  email: string
  /** The user's preferred language for communication during the Age Assurance process. */
  language: string
  /** An ISO 3166-1 alpha-2 code of the user's location. */
  countryCode: string
  /** An optional ISO 3166-2 code of the user's region or state within the country. */
  regionCode?: string
}
export type Output = ageassuranceDefs.State
export type ErrorName = 'InvalidEmail' | 'DidTooLong' | 'InvalidInitiation' | 'RegionNotSupported'
/** Initiate Age Assurance for an account. */
export const begin: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.ageassurance.begin',
  {
    input: lex.body('application/json', lex.object({
      email: lex.string(),
      language: lex.string(),
      countryCode: lex.string(),
      regionCode: lex.string(),
    }, ['email', 'language', 'countryCode'])),
    output: lex.body('application/json', lex.ref(() => ageassuranceDefs.state)),
    errors: ['InvalidEmail', 'DidTooLong', 'InvalidInitiation', 'RegionNotSupported'],
  },
)

export {begin as main}
