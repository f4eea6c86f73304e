/**
 * The lexicon format `cid`: a CID as text, of any codec and hash, since a record may name content outside the network
 * (spec: lexicon, "cid-link" is the narrow one). A shape check only; what names a block goes through `parseCid`.
 */
import type {Branded} from './brand.ts'
import {syntaxFault} from './syntax-fault.ts'

export type CidString = Branded<'cid'>

const lengthMin = 8
const lengthMax = 256
/** A multibase prefix, then letters of any of its alphabets. CID v0 (`Qm…`) has no prefix and is not allowed. */
const pattern = /^[079bBcCfFhkKmMtTuUvVzZ][a-zA-Z0-9+=]+$/

// The lengths stand beside the pattern: counted in it, they would make it several times slower.
export const isCidString = (text: string): text is CidString =>
  text.length >= lengthMin && text.length <= lengthMax && pattern.test(text)

/** Throws `Malformed('cid-string', 'too-long' | 'bad-syntax')`. */
export function parseCidString(text: string): CidString {
  if (!isCidString(text)) throw syntaxFault('cid-string', text, lengthMax, 'a CID v1 in multibase')
  return text
}
