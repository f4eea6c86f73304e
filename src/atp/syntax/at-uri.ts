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

/** Whether a text of the right shape has no part that is too long. Looks closer only where one might be. */
function partsFit(text: string): boolean {
  const slash = text.indexOf('/', scheme.length)
  const end = slash < 0 ? text.length : slash
  const authoritySize = end - scheme.length
  const pathSize = text.length - end
  return (
    (authoritySize <= 63 || authorityFits(text.slice(scheme.length, end))) && (pathSize <= 64 || pathFits(text, end))
  )
}

const authorityFits = (authority: string): boolean =>
  authority.startsWith('did:')
    ? authority.length <= didLengthMax
    : authority.length <= handleLengthMax && labelsFit(authority)

function pathFits(text: string, slash: number): boolean {
  const nextSlash = text.indexOf('/', slash + 1)
  const collection = text.slice(slash + 1, nextSlash < 0 ? text.length : nextSlash)
  const rkeySize = nextSlash < 0 ? 0 : text.length - nextSlash - 1
  return collection.length <= nsidLengthMax && labelsFit(collection) && rkeySize <= recordKeyLengthMax
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
