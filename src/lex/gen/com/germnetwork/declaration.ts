// Generated from lexicons/com/germnetwork/declaration.json by the lexicon generator. Do not edit.
import type {Uri} from '#atp/syntax/uri.ts'
import * as lex from '#lex/schema/define.ts'

/** A declaration of a Germ Network account */
export type Declaration = {
  $type: 'com.germnetwork.declaration'
  /** Semver version number, without pre-release or build information, for the format of opaque content */
  version: string
  /** Opaque value, an ed25519 public key prefixed with a byte enum */
  currentKey: Uint8Array
  /** Controls who can message this account */
  messageMe?: MessageMe
  /** Opaque value, contains MLS KeyPackage(s), and other signature data, and is signed by the currentKey */
  keyPackage?: Uint8Array
  /** Array of opaque values to allow for key rolling */
  continuityProofs?: Uint8Array[]
}
export const declaration: lex.RecordSchema<Declaration, 'self'> = lex.record('com.germnetwork.declaration', 'literal:self', lex.object({
  version: lex.string({minLength: 5, maxLength: 14}),
  currentKey: lex.bytes(),
  messageMe: lex.ref(() => messageMe),
  keyPackage: lex.bytes(),
  continuityProofs: lex.array(lex.bytes(), {maxLength: 1000}),
}, ['version', 'currentKey']))

export type MessageMe = {
  $type?: 'com.germnetwork.declaration#messageMe'
  /**
   * A URL to present to an account that does not have its own com.germnetwork.declaration record, must have an empty
   * fragment component, where the app should fill in the fragment component with the DIDs of the two accounts who wish
   * to message each other
   */
  messageMeUrl: Uri
  /**
   * The policy of who can message the account, this value is included in the keyPackage, but is duplicated here to
   * allow applications to decide if they should show a 'Message on Germ' button to the viewer.
   */
  showButtonTo: 'none' | 'usersIFollow' | 'everyone' | (string & {})
}
export const messageMe: lex.ObjectSchema<MessageMe> = lex.typed('com.germnetwork.declaration#messageMe', {
  messageMeUrl: lex.string({format: 'uri', minLength: 1, maxLength: 2047}),
  showButtonTo: lex.string({
    knownValues: ['none', 'usersIFollow', 'everyone'],
    minLength: 1,
    maxLength: 100,
  }),
}, ['showButtonTo', 'messageMeUrl'])

export {declaration as main}
