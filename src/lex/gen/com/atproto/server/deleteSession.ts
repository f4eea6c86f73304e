// Generated from lexicons/com/atproto/server/deleteSession.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = undefined
export type Output = undefined
export type ErrorName = 'InvalidToken' | 'ExpiredToken'
/** Delete the current session. Requires auth using the 'refreshJwt' (not the 'accessJwt'). */
export const deleteSession: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.deleteSession',
  {errors: ['InvalidToken', 'ExpiredToken']},
)

export {deleteSession as main}
