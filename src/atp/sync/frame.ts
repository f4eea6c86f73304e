/**
 * Frames of an event stream (spec: event stream, "Framing"): each WebSocket message is two CBOR objects one after the
 * other, a header that says what follows and the body. A frame that is not that is a hard error, after which a client
 * drops the connection; a frame of a kind unknown here is to be passed over.
 */
import {concatBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {cborEnd, decodeCborAt} from '../data/cbor-decode.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {isMap, type ValueMap} from '../data/value.ts'

/** Bytes of one frame (spec: sync, "hard maximum size limit"). */
export const frameSizeMax = 5_000_000

/** `t` names the message type in short form: `#commit`. It may be one that is not known here. */
export interface MessageFrame {
  op: 1
  t: string
  body: ValueMap
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
  'bad-header': 'The frame does not begin with a header in canonical CBOR, or its op or t is missing.',
  'bad-body': 'The body is not one object in canonical CBOR that ends with the frame.',
} as const
export type FrameFault = keyof typeof frameFaults

const frameFault = (reason: FrameFault, detail: string): Malformed => new Malformed('frame', reason, detail)

function decodeObject(bytes: Uint8Array, offset: number, reason: FrameFault): ValueMap {
  try {
    const value = decodeCborAt(bytes, offset)
    if (isMap(value)) return value
  } catch (error) {
    if (error instanceof Malformed) throw frameFault(reason, error.message)
    throw error
  }
  throw frameFault(reason, 'not an object')
}

/** Reads one frame. Byte strings and CIDs in the body are views of `bytes`. Throws `Malformed('frame', …)`. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > frameSizeMax) throw frameFault('frame-too-big', `${bytes.length} bytes`)
  const {op, t} = decodeObject(bytes, 0, 'bad-header')
  if (typeof op !== 'number') throw frameFault('bad-header', 'no "op"')
  if (op !== 1 && op !== -1) return {op: 0}
  if (op === 1 && typeof t !== 'string') throw frameFault('bad-header', 'a message without "t"')
  const body = decodeObject(bytes, cborEnd, 'bad-body')
  if (cborEnd !== bytes.length) throw frameFault('bad-body', `${bytes.length - cborEnd} bytes after the body`)
  if (op === 1) return {op, t: t as string, body}
  const {error, message} = body
  if (typeof error !== 'string') throw frameFault('bad-body', 'an error without its name')
  return typeof message === 'string' ? {op, error, message} : {op, error}
}

export const encodeMessageFrame = (t: string, body: ValueMap): Uint8Array<ArrayBuffer> =>
  concatBytes([encodeCbor({op: 1, t}), encodeCbor(body)])

export const encodeErrorFrame = (error: string, message?: string): Uint8Array<ArrayBuffer> =>
  concatBytes([encodeCbor({op: -1}), encodeCbor(message === undefined ? {error} : {error, message})])
