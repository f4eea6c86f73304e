/** An account named either way: by DID or by handle. */
import {didLengthMax, isDid} from './did.ts'
import type {Did} from './did.ts'
import {isHandle} from './handle.ts'
import type {Handle} from './handle.ts'
import {syntaxFault} from './syntax-fault.ts'

export type AtIdentifier = Did | Handle

/** No handle holds a colon, so the two never overlap: `isDid` tells them apart. */
export const isAtIdentifier = (text: string): text is AtIdentifier =>
  text.startsWith('did:') ? isDid(text) : isHandle(text)

/** Throws `Malformed('at-identifier', 'too-long' | 'bad-syntax')`. */
export function parseAtIdentifier(text: string): AtIdentifier {
  if (!isAtIdentifier(text)) throw syntaxFault('at-identifier', text, didLengthMax, 'a DID or a handle')
  return text
}
