// Generated from lexicons/com/atproto/identity/refreshIdentity.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as identityDefs from './defs.ts'

export type Params = {}
export type Input = {
  identifier: AtIdentifier
}
export type Output = identityDefs.IdentityInfo
export type ErrorName = 'HandleNotFound' | 'DidNotFound' | 'DidDeactivated'
/**
 * Request that the server re-resolve an identity (DID and handle). The server may ignore this request, or require
 * authentication, depending on the role, implementation, and policy of the server.
 */
export const refreshIdentity: lex.Procedure<Params, Input, Output, ErrorName, never, never> = lex.procedure(
  'com.atproto.identity.refreshIdentity',
  {
    input: lex.body('application/json', lex.object({
      identifier: lex.string({format: 'at-identifier'}),
    }, ['identifier'])),
    output: lex.body('application/json', lex.ref(() => identityDefs.identityInfo)),
    errors: ['HandleNotFound', 'DidNotFound', 'DidDeactivated'],
  },
)

export {refreshIdentity as main}
