/** Namespaced identifiers: the names of record types and methods, a domain reversed and a name (spec: NSID). */
import type {Branded} from './brand.ts'
import {labelShape, labelsFit, topLabelShape} from './domain-label.ts'
import {syntaxFault} from './syntax-fault.ts'

export type Nsid = Branded<'nsid'>

export const nsidShape = `${topLabelShape}(?:\\.${labelShape})+\\.[a-zA-Z][a-zA-Z0-9]*`
/** A domain of 253, a dot, and a name of 63; but the test vectors let the domain alone be longer than 253. */
export const nsidLengthMax = 317
const pattern = new RegExp(`^${nsidShape}$`)

export const isNsid = (text: string): text is Nsid =>
  text.length <= nsidLengthMax && pattern.test(text) && labelsFit(text)

/** Throws `Malformed('nsid', 'too-long' | 'bad-syntax')`. */
export function parseNsid(text: string): Nsid {
  if (!isNsid(text)) throw syntaxFault('nsid', text, nsidLengthMax, 'a reversed domain name and a name')
  return text
}

/** The domain that governs the name, in lower case: `feed.bsky.app` for `app.bsky.feed.post`. */
export const nsidAuthority = (nsid: Nsid): string => nsid.split('.').slice(0, -1).toReversed().join('.').toLowerCase()

/** The last segment: `post` for `app.bsky.feed.post`. Its case counts. */
export const nsidName = (nsid: Nsid): string => nsid.slice(nsid.lastIndexOf('.') + 1)
