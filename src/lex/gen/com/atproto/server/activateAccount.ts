// Generated from lexicons/com/atproto/server/activateAccount.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = undefined
export type Output = undefined
export type ErrorName = never
/**
 * Activates a currently deactivated account. Used to finalize account migration after the account's repo is imported
 * and identity is setup.
 */
export const activateAccount: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.activateAccount',
  {},
)

export {activateAccount as main}
