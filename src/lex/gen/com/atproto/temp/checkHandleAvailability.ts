// Generated from lexicons/com/atproto/temp/checkHandleAvailability.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** Tentative handle. Will be checked for availability or used to build handle suggestions. */
  handle: Handle
  /** User-provided email. Might be used to build handle suggestions. */
  email?: string
  /** User-provided birth date. Might be used to build handle suggestions. */
  birthDate?: Datetime
}
export type Output = {
  /** Echo of the input handle. */
  handle: Handle
  result: lex.Typed<ResultAvailable> | lex.Typed<ResultUnavailable> | lex.Other
}
export type ErrorName = 'InvalidEmail'
/**
 * Checks whether the provided handle is available. If the handle is not available, available suggestions will be
 * returned. Optional inputs will be used to generate suggestions.
 */
export const checkHandleAvailability: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.temp.checkHandleAvailability',
  {
    params: lex.params({
      handle: lex.string({format: 'handle'}),
      email: lex.string(),
      birthDate: lex.string({format: 'datetime'}),
    }, ['handle']),
    output: lex.body('application/json', lex.object({
      handle: lex.string({format: 'handle'}),
      result: lex.union(() => [resultAvailable, resultUnavailable]),
    }, ['handle', 'result'])),
    errors: ['InvalidEmail'],
  },
)

/** Indicates the provided handle is available. */
export type ResultAvailable = {
  $type?: 'com.atproto.temp.checkHandleAvailability#resultAvailable'
}
export const resultAvailable: lex.ObjectSchema<ResultAvailable> = lex.typed('com.atproto.temp.checkHandleAvailability#resultAvailable', {})

/** Indicates the provided handle is unavailable and gives suggestions of available handles. */
export type ResultUnavailable = {
  $type?: 'com.atproto.temp.checkHandleAvailability#resultUnavailable'
  /** List of suggested handles based on the provided inputs. */
  suggestions: Suggestion[]
}
export const resultUnavailable: lex.ObjectSchema<ResultUnavailable> = lex.typed('com.atproto.temp.checkHandleAvailability#resultUnavailable', {
  suggestions: lex.array(lex.ref(() => suggestion)),
}, ['suggestions'])

export type Suggestion = {
  $type?: 'com.atproto.temp.checkHandleAvailability#suggestion'
  handle: Handle
  /** Method used to build this suggestion. Should be considered opaque to clients. Can be used for metrics. */
  method: string
}
export const suggestion: lex.ObjectSchema<Suggestion> = lex.typed('com.atproto.temp.checkHandleAvailability#suggestion', {
  handle: lex.string({format: 'handle'}),
  method: lex.string(),
}, ['handle', 'method'])

export {checkHandleAvailability as main}
