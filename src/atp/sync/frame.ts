/**
 * Frames of an event stream (spec: event stream, "Framing"): each WebSocket message is two CBOR objects one after the
 * other, a header that says what follows and the body. A frame that is not that is a hard error, after which a client
 * drops the connection; a frame of a kind unknown here is to be passed over.
 *
 * Nothing signs a frame or names it by its hash, and the official decoders (Go and TypeScript) do not look at the order
 * of keys, nor at what they do not know of a header. So both are read in any order here, and told apart (`isOdd`) for
 * whoever passes frames on. Numbers that are not shortest, lengths that are not given and keys that come twice are
 * refused, as they are there.
 */
import {concatBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {cborEnd, decodeCborAt} from '../data/cbor-decode.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {frameLimits, lenientLimits, type CborLimits} from '../data/cbor-limits.ts'
import {isMap, type ValueMap} from '../data/value.ts'

/** Bytes of one frame (spec: sync, "hard maximum size limit"). */
export const frameSizeMax = 5_000_000

/** `t` names the message type in short form: `#commit`. It may be one that is not known here. */
export interface MessageFrame {
  op: 1
  t: string
  body: ValueMap
  /** Present when the bytes are not the canonical encoding of header and body. */
  isOdd?: true
}

/** The last frame of a stream that ends by a fault. */
export interface ErrorFrame {
  op: -1
  error: string
  message?: string
}

/** An operation that is not known here: to be passed over. Its body has not been looked at. */
export interface UnknownFrame {
  op: 0
}

export type Frame = MessageFrame | ErrorFrame | UnknownFrame

/** Faults of a frame, as `Malformed('frame', …)` names them. */
export const frameFaults = {
  'frame-too-big': `The frame is larger than ${frameSizeMax} bytes.`,
  'bad-header': 'The frame does not begin with a header in CBOR, or its op or t is missing.',
  'bad-body': 'The body is not one object in CBOR that ends with the frame.',
} as const
export type FrameFault = keyof typeof frameFaults

const frameFault = (reason: FrameFault, detail: string): Malformed => new Malformed('frame', reason, detail)

function refuseFrame(reason: FrameFault, detail: string): never {
  throw frameFault(reason, detail)
}

/** Of a header, only what is known is looked at. */
const oddHeaderLimits: CborLimits = {...lenientLimits, itemsInAllMax: frameLimits.itemsInAllMax}
const oddBodyLimits: CborLimits = {...frameLimits, anyKeyOrder: true}

/** Set by `decodeObject`: whether the object was not canonical. */
let wasOdd = false

/** Reads a canonical object, else one within `limits`. */
function decodeObject(bytes: Uint8Array, offset: number, reason: FrameFault, limits: CborLimits): ValueMap {
  try {
    wasOdd = false
    return objectAt(bytes, offset, reason, frameLimits)
  } catch (error) {
    if (!(error instanceof Malformed && error.format === 'cbor')) throw error
  }
  try {
    wasOdd = true
    return objectAt(bytes, offset, reason, limits)
  } catch (error) {
    if (error instanceof Malformed && error.format === 'cbor') throw frameFault(reason, error.message)
    throw error
  }
}

function objectAt(bytes: Uint8Array, offset: number, reason: FrameFault, limits: CborLimits): ValueMap {
  const value = decodeCborAt(bytes, offset, limits)
  return isMap(value) ? value : refuseFrame(reason, 'not an object')
}

/** Frames that were decoded in this thread, by type: decoding is dear, and one event is to cost it once. */
const decoded = {'#commit': 0, '#sync': 0, '#identity': 0, '#account': 0, other: 0}
export const framesDecoded: Readonly<Record<keyof typeof decoded, number>> = decoded

const isCounted = (t: string): t is keyof typeof decoded => Object.hasOwn(decoded, t)

/** Reads one frame. Byte strings and CIDs in the body are views of `bytes`. Throws `Malformed('frame', …)`. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > frameSizeMax) refuseFrame('frame-too-big', `${bytes.length} bytes`)
  const {op, t} = decodeObject(bytes, 0, 'bad-header', oddHeaderLimits)
  const oddHeader = wasOdd
  if (typeof op !== 'number') return refuseFrame('bad-header', 'no "op"')
  if (op !== 1 && op !== -1) return {op: 0}
  if (op === 1 && typeof t !== 'string') refuseFrame('bad-header', 'a message without "t"')
  const body = decodeObject(bytes, cborEnd, 'bad-body', oddBodyLimits)
  if (cborEnd !== bytes.length) refuseFrame('bad-body', `${bytes.length - cborEnd} bytes after the body`)
  decoded[typeof t === 'string' && isCounted(t) ? t : 'other']++
  if (op === 1) return oddHeader || wasOdd ? {op, t: t as string, body, isOdd: true} : {op, t: t as string, body}
  const {error, message} = body
  if (typeof error !== 'string') return refuseFrame('bad-body', 'an error without its name')
  return typeof message === 'string' ? {op, error, message} : {op, error}
}

export const encodeMessageFrame = (t: string, body: ValueMap): Uint8Array<ArrayBuffer> =>
  concatBytes([encodeCbor({op: 1, t}), encodeCbor(body)])

export const encodeErrorFrame = (error: string, message?: string): Uint8Array<ArrayBuffer> =>
  concatBytes([encodeCbor({op: -1}), encodeCbor(message === undefined ? {error} : {error, message})])
