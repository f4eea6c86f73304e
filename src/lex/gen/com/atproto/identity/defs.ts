// Generated from lexicons/com/atproto/identity/defs.json by the lexicon generator. Do not edit.
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'

export type IdentityInfo = {
  $type?: 'com.atproto.identity.defs#identityInfo'
  did: Did
  /**
   * The validated handle of the account; or 'handle.invalid' if the handle did not bi-directionally match the DID
   * document.
   */
  handle: Handle
  /** The complete DID document for the identity. */
  didDoc: lex.Unknown
}
export const identityInfo: lex.ObjectSchema<IdentityInfo> = lex.typed('com.atproto.identity.defs#identityInfo', {
  did: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  didDoc: lex.unknown(),
}, ['did', 'handle', 'didDoc'])
