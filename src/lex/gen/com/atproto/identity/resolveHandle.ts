// Generated from lexicons/com/atproto/identity/resolveHandle.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** The handle to resolve. */
  handle: Handle
}
export type Output = {
  did: Did
}
export type ErrorName = 'HandleNotFound'
/**
 * Resolves an atproto handle (hostname) to a DID. Does not necessarily bi-directionally verify against the the DID
 * document.
 */
export const resolveHandle: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.identity.resolveHandle',
  {
    params: lex.params({
      handle: lex.string({format: 'handle'}),
    }, ['handle']),
    output: lex.body('application/json', lex.object({
      did: lex.string({format: 'did'}),
    }, ['did'])),
    errors: ['HandleNotFound'],
  },
)

export {resolveHandle as main}
