// Generated from lexicons/com/atproto/identity/resolveDid.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'

export type Params = {
  /** DID to resolve. */
  did: Did
}
export type Output = {
  /** The complete DID document for the identity. */
  didDoc: lex.Unknown
}
export type ErrorName = 'DidNotFound' | 'DidDeactivated'
/** Resolves DID to DID document. Does not bi-directionally verify handle. */
export const resolveDid: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.identity.resolveDid',
  {
    params: lex.params({
      did: lex.string({format: 'did'}),
    }, ['did']),
    output: lex.body('application/json', lex.object({
      didDoc: lex.unknown(),
    }, ['didDoc'])),
    errors: ['DidNotFound', 'DidDeactivated'],
  },
)

export {resolveDid as main}
