/** Decentralized identifiers: the permanent name of an account (spec: DID). Case-sensitive; never normalised. */
import type {Branded} from './brand.ts'
import {isDisallowedTld, isHandle} from './handle.ts'
import {syntaxFault} from './syntax-fault.ts'

export type Did = Branded<'did'>

/** The generic syntax of any method. Percent-encoding is not looked into, as the spec allows. */
export const didShape = 'did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]'
export const didLengthMax = 2048
const pattern = new RegExp(`^${didShape}$`)

export const isDid = (text: string): text is Did => text.length <= didLengthMax && pattern.test(text)

/** Throws `Malformed('did', 'too-long' | 'bad-syntax')`. */
export function parseDid(text: string): Did {
  if (!isDid(text)) throw syntaxFault('did', text, didLengthMax, '"did:", a method and an identifier')
  return text
}

/** `plc`, `web`, or any other: see `isBlessedDid`. */
export const didMethod = (did: Did): string => did.slice(4, did.indexOf(':', 4))

const plc = /^did:plc:[a-z2-7]{24}$/
/** Whether a text is a did:plc, of which the directory keeps the document. */
export const isPlcDid = (text: string): text is Did => plc.test(text)
const localWeb = /^did:web:localhost(?:%3A[0-9]{1,5})?$/

/**
 * Whether an account of the network may have this DID (spec: DID, "blessed DID methods"): did:plc, or did:web of a
 * bare hostname whose top-level domain a handle could have. `localhost`, also with a port, is for development.
 */
export function isBlessedDid(text: string): text is Did {
  if (isPlcDid(text) || localWeb.test(text)) return true
  if (!text.startsWith('did:web:')) return false
  const host = text.slice(8)
  return isHandle(host) && !isDisallowedTld(host)
}
