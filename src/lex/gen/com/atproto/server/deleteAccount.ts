// Generated from lexicons/com/atproto/server/deleteAccount.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {}
export type Input = {
  did: Did
  password: string
  token: string
}
export type Output = undefined
export type ErrorName = 'ExpiredToken' | 'InvalidToken'
/**
 * Delete an actor's account with a token and password. Can only be called after requesting a deletion token. Requires
 * auth.
 */
export const deleteAccount: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.server.deleteAccount',
  {
    input: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
      password: lex.string(),
      token: lex.string(),
    }, ['did', 'password', 'token'])),
    errors: ['ExpiredToken', 'InvalidToken'],
  },
)

export {deleteAccount as main}
