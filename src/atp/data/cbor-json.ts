/**
 * DAG-CBOR straight to JSON text, bytes to bytes, without building the values in between. This is what streams are made
 * of: a record goes from the firehose to thousands of JSON clients and no one here looks at it.
 *
 * Same rules and same answers as `JSON.stringify(valueToJson(decodeCbor(bytes)))`, but for the order of members whose
 * names are numbers, which JavaScript moves to the front and this leaves where they stand.
 */
import {base32Size, writeBase32} from '#std/encoding/base32.ts'
import {base64Size, writeBase64} from '#std/encoding/base64.ts'
import {copyBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {Slab} from '#std/slab.ts'
import {toUtf8, utf8Length, writeLatin1} from '#std/text.ts'
import {decodeCborLenient} from './cbor-decode.ts'
import {
  cborArgument,
  cborAt,
  cborInput,
  cborLimits,
  closeCbor,
  firstKey,
  itemCount,
  major,
  negativeInteger,
  openCbor,
  passBytes,
  passKey,
  passLink,
  readHead,
  refuse,
  takeSimple,
} from './cbor-reader.ts'
import {strictLimits} from './cbor-limits.ts'
import {cidSize} from './cid.ts'
import {valueToJson} from './json.ts'

const slab = new Slab()
let out = slab.bytes
/** Where the next byte goes. */
let at = 0

/**
 * The UTF-8 of the JSON form of the one value in `bytes`. Throws `Malformed('cbor', …)` just as `decodeCbor` does. Short
 * results share a buffer: copy one before its buffer is transferred.
 */
export function cborToJson(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  begin()
  writeCbor(bytes, 0, bytes.length)
  return slab.take(at)
}

/** As `cborToJson`, for all that `decodeCborLenient` reads. What is in order, as almost all is, costs no more. */
export function cborToJsonLenient(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  try {
    return cborToJson(bytes)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return toUtf8(JSON.stringify(valueToJson(decodeCborLenient(bytes))))
  }
}

/** What one JSON text is put together from. Each writes at its end. */
export interface JsonPieces {
  /** Must be ASCII. */
  ascii(text: string): void
  /** The bytes from `start` to `end` as they are: JSON, or a part of it. */
  raw(bytes: Uint8Array, start: number, end: number): void
  /** The text of the CID at `start`, without quotes. */
  cid(bytes: Uint8Array, start: number): void
  /** The one value from `start` to `end`, as `cborToJsonLenient` has it, and throws what it throws. */
  cborLenient(bytes: Uint8Array, start: number, end: number): void
  /** Bytes written so far. */
  size(): number
  /** Takes back all that was written after the first `size` bytes. */
  cutTo(size: number): void
}

/**
 * One JSON text of many pieces, written once into one buffer: for pages, where an array and a string for each CID, path
 * and record cost more than what is in them. `put` is called at once, and calls nothing of this file but its pieces.
 * With `sizeLikely`, about what comes of it, a long text is not copied again and again as it grows.
 */
export function joinJson(put: (pieces: JsonPieces) => void, sizeLikely: number): Uint8Array<ArrayBuffer> {
  begin()
  reserve(sizeLikely)
  put(pieces)
  return slab.take(at)
}

const pieces: JsonPieces = {
  ascii: write,
  raw(bytes, start, end) {
    const size = end - start
    reserve(size)
    if (size >= blockSizeMin) copyBytes(bytes, start, end, out, at)
    else for (let i = 0; i < size; i++) out[at + i] = bytes[start + i]
    at += size
  },
  cid(bytes, start) {
    reserve(1 + base32Size(cidSize))
    out[at++] = 0x62
    at = writeBase32(bytes, start, start + cidSize, out, at)
  },
  cborLenient(bytes, start, end) {
    const size = at - slab.start
    try {
      writeCbor(bytes, start, end)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      // What was written of it is taken back. The buffer may be another one by now.
      at = slab.start + size
      const json = toUtf8(JSON.stringify(valueToJson(decodeCborLenient(bytes.subarray(start, end)))))
      pieces.raw(json, 0, json.length)
    }
  },
  size: () => at - slab.start,
  cutTo(size) {
    at = slab.start + size
  },
}

function begin(): void {
  out = slab.bytes
  at = slab.start
}

/** Writes the one value that is all from `start` to `end`. */
function writeCbor(bytes: Uint8Array, start: number, end: number): void {
  openCbor(bytes, start, strictLimits, end)
  writeValue(1)
  closeCbor()
}

/** Makes room for `size` bytes. */
function reserve(size: number): void {
  if (at + size <= out.length) return
  at = slab.grow(at, size)
  out = slab.bytes
}

/** Writes ASCII. */
function write(text: string): void {
  reserve(text.length)
  at += writeLatin1(text, out, at)
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c

function writeByte(byte: number): void {
  reserve(1)
  out[at++] = byte
}

function writeValue(depth: number): void {
  switch (readHead()) {
    case major.text:
      return writeText(passBytes())
    case major.map:
      return writeMap(depth)
    case major.unsigned:
      return writeInteger(cborArgument)
    case major.array:
      return writeArray(depth)
    case major.tag:
      return writeLink(passLink())
    case major.bytes:
      return writeBytes(passBytes())
    case major.negative:
      return writeInteger(negativeInteger())
    default:
      return write(String(takeSimple()))
  }
}

function writeInteger(value: number): void {
  if (value >= 0 && value < 10) writeByte(0x30 + value)
  else write(String(value))
}

function writeArray(depth: number): void {
  if (depth > cborLimits.depthMax) refuse('too-deep', `more than ${cborLimits.depthMax} levels`)
  writeByte(0x5b)
  for (let left = itemCount(1); left > 0; left--) {
    writeValue(depth + 1)
    if (left > 1) writeByte(comma)
  }
  writeByte(0x5d)
}

function writeMap(depth: number): void {
  if (depth > cborLimits.depthMax) refuse('too-deep', `more than ${cborLimits.depthMax} levels`)
  writeByte(0x7b)
  let before = firstKey
  for (let left = itemCount(2); left > 0; left--) {
    const here = cborAt
    writeText(passKey(before))
    before = here
    writeByte(0x3a)
    writeValue(depth + 1)
    if (left > 1) writeByte(comma)
  }
  writeByte(0x7d)
}

const linkStart = '{"$link":"b'
const bytesStart = '{"$bytes":"'

function writeLink(start: number): void {
  write(linkStart)
  reserve(base32Size(cidSize) + 2)
  at = writeBase32(cborInput, start, start + cidSize, out, at)
  out[at++] = quote
  out[at++] = 0x7d
}

function writeBytes(start: number): void {
  write(bytesStart)
  reserve(base64Size(cborAt - start) + 2)
  at = writeBase64(cborInput, start, cborAt, out, at)
  out[at++] = quote
  out[at++] = 0x7d
}

/** 0 for the bytes that stand for themselves in a JSON string: all of ASCII but controls, quote and backslash. */
const special = Uint8Array.from({length: 256}, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== quote && byte !== backslash ? 0 : 1,
)
/** From this size on, looking first and copying as a block is faster than copying byte by byte. */
const blockSizeMin = 40

/** Writes the text from `start` up to the cursor as a JSON string, and refuses what is not UTF-8. */
function writeText(start: number): void {
  const size = cborAt - start
  reserve(size + 2)
  out[at++] = quote
  if (size >= blockSizeMin && isPlain(start)) {
    copyBytes(cborInput, start, cborAt, out, at)
    at += size
  } else writeCharacters(start)
  out[at++] = quote
}

function isPlain(start: number): boolean {
  let found = 0
  for (let i = start; i < cborAt; i++) found |= special[cborInput[i]]
  return found === 0
}

/** Leaves room for the closing quote. */
function writeCharacters(start: number): void {
  const end = cborAt
  const input = cborInput
  let target = out
  let to = at
  for (let i = start; i < end;) {
    const byte = input[i]
    if (special[byte] === 0) {
      target[to++] = byte
      i++
    } else if (byte >= 0x80) {
      const size = utf8Length(input, i, end)
      if (size === 0) refuse('bad-utf8', 'a text that is not UTF-8', i)
      for (const stop = i + size; i < stop; i++) target[to++] = input[i]
    } else {
      at = to
      writeEscape(byte)
      i++
      reserve(end - i + 1)
      target = out
      to = at
    }
  }
  at = to
}

/** The letter after the backslash, for the characters that have a short escape. */
const shortEscapes = new Map([...'\b\f\n\r\t"\\'].map((from, i) => [from.charCodeAt(0), 'bfnrt"\\'[i]]))

function writeEscape(byte: number): void {
  const letter = shortEscapes.get(byte)
  write(letter ? `\\${letter}` : `\\u00${byte < 16 ? '0' : ''}${byte.toString(16)}`)
}
