/**
 * Labels: short signed statements by a labeler about an account or a record (spec: label). A label is signed over the
 * DAG-CBOR of its own members only, so that what a server adds around it (`$type`, unknown members) can neither break
 * the signature nor ride along under it.
 */
import {Malformed} from '#std/malformed.ts'
import {toUtf8} from '#std/text.ts'
import {verifySignature, type Keypair, type PublicKey} from '../crypto/key.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {isCid} from '../data/cid.ts'
import {isMap, type Value, type ValueMap} from '../data/value.ts'
import {datetimeMs, isDatetime, type Datetime} from '../syntax/datetime.ts'
import {isDid, type Did} from '../syntax/did.ts'
import {isUri} from '../syntax/uri.ts'

export interface Label {
  /** Version of the format; 1. Labels from before it was required lack it, and are signed without it. */
  ver?: number
  /** The labeler. */
  src: Did
  /** The subject: an `at://` URI for a record, a DID for an account. */
  uri: string
  /** CID text: the label is about this version of the record only. */
  cid?: string
  /** At most 128 bytes. */
  val: string
  /** Takes back an earlier label of the same `src`, `uri` and `val`. */
  neg?: boolean
  /** When it was made, as the labeler says. */
  cts: Datetime
  /** When it ceases to hold. */
  exp?: Datetime
  sig?: Uint8Array
}

/** The fragment that names a labeler's key in its DID document, and its server's. */
export const labelKeyName = 'atproto_label'
export const labelerService = {id: 'atproto_labeler', type: 'AtprotoLabeler'} as const

const valueSizeMax = 128

const refuse = (reason: string, detail: string): never => {
  throw new Malformed('label', reason, detail)
}

const fits = (val: string): boolean =>
  val.length <= valueSizeMax && val.isWellFormed() && toUtf8(val).length <= valueSizeMax

/** Reads a label from decoded JSON or CBOR, and leaves unknown members out. Throws `Malformed('label', …)`. */
export function parseLabel(value: Value): Label {
  if (!isMap(value)) return refuse('not-an-object', 'a label is an object')
  const {ver, src, uri, cid, val, neg, cts, exp, sig} = value
  if (ver !== undefined && ver !== 1) return refuse('unknown-version', 'only version 1 of labels is known')
  if (typeof src !== 'string' || !isDid(src)) return refuse('bad-src', '"src" is not a DID')
  if (typeof uri !== 'string' || !isUri(uri) || !uri.isWellFormed()) return refuse('bad-uri', '"uri" is not a URI')
  if (cid !== undefined && (typeof cid !== 'string' || !isCid(cid))) return refuse('bad-cid', '"cid" is not a CID')
  if (typeof val !== 'string' || !fits(val))
    return refuse('bad-val', `"val" is no text of at most ${valueSizeMax} bytes`)
  if (neg !== undefined && typeof neg !== 'boolean') return refuse('bad-neg', '"neg" is not a boolean')
  if (typeof cts !== 'string' || !isDatetime(cts)) return refuse('bad-cts', '"cts" is not a datetime')
  if (exp !== undefined && (typeof exp !== 'string' || !isDatetime(exp)))
    return refuse('bad-exp', '"exp" is no datetime')
  if (sig !== undefined && !(sig instanceof Uint8Array)) return refuse('bad-sig', '"sig" is not bytes')
  const label: Label = {src, uri, val, cts}
  // Set only when given: an absent member and one with a default are signed differently.
  if (ver !== undefined) label.ver = ver
  if (cid !== undefined) label.cid = cid
  if (neg !== undefined) label.neg = neg
  if (exp !== undefined) label.exp = exp
  if (sig !== undefined) label.sig = sig
  return label
}

/** The bytes that are signed: the label's own members but `sig`. */
export function encodeUnsignedLabel({ver, src, uri, cid, val, neg, cts, exp}: Label): Uint8Array<ArrayBuffer> {
  return encodeCbor({ver, src, uri, cid, val, neg, cts, exp} as ValueMap)
}

/** The label as it goes over the wire, `sig` with it. */
export const encodeLabel = (label: Label): Uint8Array<ArrayBuffer> => encodeCbor({...label} as unknown as ValueMap)

/** Signs with the labeler's `#atproto_label` key; an earlier signature is replaced. */
export function signLabel(label: Label, signer: Keypair): Label & {ver: 1; sig: Uint8Array} {
  const versioned = {...label, ver: 1 as const}
  return {...versioned, sig: signer.sign(encodeUnsignedLabel(versioned))}
}

/** Whether `key`, the labeler's `#atproto_label` key, signed the label. An unsigned label is signed by no one. */
export const verifyLabel = (label: Label, key: PublicKey): boolean =>
  label.sig !== undefined && verifySignature(key, encodeUnsignedLabel(label), label.sig)

/** Whether the label is to be shown at `nowMs`: a negation and an expired label are kept and passed on, not shown. */
export const isActiveLabel = ({neg, exp}: Label, nowMs: number): boolean =>
  neg !== true && (exp === undefined || datetimeMs(exp) > nowMs)
