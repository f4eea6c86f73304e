/**
 * AT-URIs, in the restricted form that records and lexicons use (spec: AT URI, "restricted AT URI syntax"): a repo, a
 * collection in it, or a record; no query, no fragment, no trailing slash.
 */
import type {AtIdentifier} from './at-identifier.ts'
import type {Branded} from './brand.ts'
import {didLengthMax, didShape} from './did.ts'
import {labelsFit} from './domain-label.ts'
import {handleLengthMax, handleShape} from './handle.ts'
import {nsidLengthMax, nsidShape} from './nsid.ts'
import type {Nsid} from './nsid.ts'
import {recordKeyLengthMax, recordKeyShape} from './record-key.ts'
import type {RecordKey} from './record-key.ts'
import {syntaxFault} from './syntax-fault.ts'

export type AtUri = Branded<'at-uri'>

export interface AtUriParts {
  authority: AtIdentifier
  collection?: Nsid
  rkey?: RecordKey
}

/** 8 KB by the spec. The parts add up to much less, but the cap comes before any other look. */
const lengthMax = 8192
const scheme = 'at://'
const pattern = new RegExp(`^${scheme}(?:${didShape}|${handleShape})(?:/${nsidShape}(?:/${recordKeyShape})?)?$`)

export const isAtUri = (text: string): text is AtUri => text.length <= lengthMax && pattern.test(text) && partsFit(text)

/** Whether a text of the right shape has no part that is too long. Slices only parts that might be. */
function partsFit(text: string): boolean {
  // Below this length no domain label can have 64 characters.
  if (text.length < scheme.length + 64) return true
  const slash = text.indexOf('/', scheme.length)
  const authorityEnd = slash < 0 ? text.length : slash
  const authoritySize = authorityEnd - scheme.length
  if (text.startsWith('did:', scheme.length)) {
    if (authoritySize > didLengthMax) return false
  } else {
    if (authoritySize > handleLengthMax) return false
    if (authoritySize > 63 && !labelsFit(text.slice(scheme.length, authorityEnd))) return false
  }
  if (slash < 0) return true
  const nextSlash = text.indexOf('/', slash + 1)
  const collectionEnd = nextSlash < 0 ? text.length : nextSlash
  const collectionSize = collectionEnd - slash - 1
  if (collectionSize > nsidLengthMax) return false
  if (collectionSize > 63 && !labelsFit(text.slice(slash + 1, collectionEnd))) return false
  return text.length - collectionEnd - 1 <= recordKeyLengthMax
}

/** The parts as they stand; a handle keeps its case. Throws `Malformed('at-uri', 'too-long' | 'bad-syntax')`. */
export function parseAtUri(text: string): AtUriParts {
  if (!isAtUri(text))
    throw syntaxFault('at-uri', text, lengthMax, '"at://", a DID or handle, a collection, a record key')
  const slash = text.indexOf('/', scheme.length)
  if (slash < 0) return {authority: text.slice(scheme.length) as AtIdentifier}
  const authority = text.slice(scheme.length, slash) as AtIdentifier
  const nextSlash = text.indexOf('/', slash + 1)
  if (nextSlash < 0) return {authority, collection: text.slice(slash + 1) as Nsid}
  return {authority, collection: text.slice(slash + 1, nextSlash) as Nsid, rkey: text.slice(nextSlash + 1) as RecordKey}
}

export function formatAtUri(authority: AtIdentifier, collection?: Nsid, rkey?: RecordKey): AtUri {
  if (collection === undefined) return `${scheme}${authority}` as AtUri
  if (rkey === undefined) return `${scheme}${authority}/${collection}` as AtUri
  return `${scheme}${authority}/${collection}/${rkey}` as AtUri
}
