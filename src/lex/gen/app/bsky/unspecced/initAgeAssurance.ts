// Generated from lexicons/app/bsky/unspecced/initAgeAssurance.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'
import * as unspeccedDefs from './defs.ts'

export type Params = {}
export type Input = {
  /** The user's email address to receive assurance instructions. */
  email: string
  /** The user's preferred language for communication during the assurance process. */
  language: string
  /** An ISO 3166-1 alpha-2 code of the user's location. */
  countryCode: string
}
export type Output = unspeccedDefs.AgeAssuranceState
export type ErrorName = 'InvalidEmail' | 'DidTooLong' | 'InvalidInitiation'
/**
 * Initiate age assurance for an account. This is a one-time action that will start the process of verifying the user's
 * age.
 */
export const initAgeAssurance: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'app.bsky.unspecced.initAgeAssurance',
  {
    input: lex.body('application/json', lex.object({
      email: lex.string(),
      language: lex.string(),
      countryCode: lex.string(),
    }, ['email', 'language', 'countryCode'])),
    output: lex.body('application/json', lex.ref(() => unspeccedDefs.ageAssuranceState)),
    errors: ['InvalidEmail', 'DidTooLong', 'InvalidInitiation'],
  },
)

export {initAgeAssurance as main}
