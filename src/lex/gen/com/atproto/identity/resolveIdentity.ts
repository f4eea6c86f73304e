// Generated from lexicons/com/atproto/identity/resolveIdentity.json by the lexicon generator. Do not edit.
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import * as lex from '#lex/schema/define.ts'
import * as identityDefs from './defs.ts'

export type Params = {
  /** Handle or DID to resolve. */
  identifier: AtIdentifier
}
export type Output = identityDefs.IdentityInfo
export type ErrorName = 'HandleNotFound' | 'DidNotFound' | 'DidDeactivated'
/** Resolves an identity (DID or Handle) to a full identity (DID document and verified handle). */
export const resolveIdentity: lex.Query<Params, Output, ErrorName, never> = lex.query(
  'com.atproto.identity.resolveIdentity',
  {
    params: lex.params({
      identifier: lex.string({format: 'at-identifier'}),
    }, ['identifier']),
    output: lex.body('application/json', lex.ref(() => identityDefs.identityInfo)),
    errors: ['HandleNotFound', 'DidNotFound', 'DidDeactivated'],
  },
)

export {resolveIdentity as main}
