/**
 * URIs of any scheme (spec: lexicon, "uri"): the generic shape of RFC 3986, a scheme and something after it. Letters
 * beyond ASCII are let through, as the network's records hold them; spaces and control characters are not.
 */
import type {Branded} from './brand.ts'
import {syntaxFault} from './syntax-fault.ts'

export type Uri = Branded<'uri'>

/** 8 KB by the spec; counted in UTF-16 units. */
const lengthMax = 8192
const pattern = /^[a-zA-Z][a-zA-Z0-9+.-]*:(?:\/\/)?(?!\/\/$)[^\s\p{Cc}]+$/u

export const isUri = (text: string): text is Uri => text.length <= lengthMax && pattern.test(text)

/** Throws `Malformed('uri', 'too-long' | 'bad-syntax')`. */
export function parseUri(text: string): Uri {
  if (!isUri(text)) throw syntaxFault('uri', text, lengthMax, 'a scheme, a colon and an address without spaces')
  return text
}
