/**
 * Reads DAG-CBOR one item at a time: the rules of the encoding and nothing of what the items mean (spec: data model,
 * "DRISL"). Decoding to values and transcoding to JSON both stand on it, so that each rule is written once.
 *
 * A reader calls `readHead`, and by the major type it returns one of the functions below: `take…` makes a value of the
 * item, `pass…` moves past it and tells where it lies. The cursor belongs to the module and not to an object, because
 * a field of an object would cost a load and a store for each byte; so one input is read to its end before the next.
 * Every function throws `Malformed('cbor', …)` and nothing else.
 */
import {emptyBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8, fromUtf8Lossy} from '#std/text.ts'
import {strictLimits, type CborLimits} from './cbor-limits.ts'
import {nameAt, nameSizeMax} from './cbor-names.ts'
import {Cid, cidSize, foreignCidText, isCidBytes} from './cid.ts'

/** Major types, the top three bits of an item's first byte. `simple` holds false, true, null and the floats. */
export const major = {unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7} as const
const simpleValue = {false: 20, true: 21, null: 22, float64: 27} as const

/** What is being read. */
export let cborInput: Uint8Array = emptyBytes
/** Offset of the next byte to read. */
export let cborAt = 0
/** What `readHead` found beside the major type: a number, a length, a count, a tag, or which simple value. */
export let cborArgument = 0
/** The limits in force for the input that is open. */
export let cborLimits: CborLimits = strictLimits

let end = 0
/** Items announced since the input was opened. */
let itemsInAll = 0

/** Starts on `bytes` at `offset`; `stop` is where they end. Refuses more than `limits.sizeMax` bytes between the two. */
export function openCbor(
  bytes: Uint8Array,
  offset = 0,
  limits: CborLimits = strictLimits,
  stop: number = bytes.length,
): void {
  cborInput = bytes
  end = stop
  cborAt = offset
  cborLimits = limits
  itemsInAll = 0
  if (end - offset > limits.sizeMax) refuse('too-big', `${end - offset} bytes where ${limits.sizeMax} are allowed`)
}

/** Refuses bytes left over after the value. */
export function closeCbor(): void {
  if (cborAt !== end) refuse('trailing-bytes', `${end - cborAt} bytes after the value`)
}

export function refuse(reason: string, detail: string, offset = cborAt): never {
  throw new Malformed('cbor', reason, detail, offset)
}

/** Reads an item's head: returns its major type and leaves the rest in `cborArgument`. */
export function readHead(): number {
  if (cborAt >= end) refuse('truncated', 'the bytes end where a value should start')
  const first = cborInput[cborAt++]
  const low = first & 31
  if (low < 24 || first >= 0xe0) cborArgument = low
  else readLongArgument(low)
  return first >> 5
}

function readLongArgument(low: number): void {
  const head = cborAt - 1
  if (low > 27) refuse('indefinite', 'a length that is not given, or a reserved head', head)
  const size = 1 << (low - 24)
  if (size > end - cborAt) refuse('truncated', 'the bytes end within a head', head)
  let value = 0
  for (let i = 0; i < size; i++) value = value * 256 + cborInput[cborAt++]
  if (value < shortestFrom[low - 24]) refuse('not-shortest', 'a number written longer than it need be', head)
  if (value > Number.MAX_SAFE_INTEGER && !cborLimits.lenient) refuse('unsafe-integer', 'a number above 2^53 - 1', head)
  cborArgument = value
}
/** The least number that deserves 1, 2, 4 or 8 bytes of its own. */
const shortestFrom = [24, 0x100, 0x1_0000, 0x1_0000_0000]

function expect(type: number, what: string): void {
  const head = cborAt
  if (readHead() !== type) refuse('unexpected-type', `expected ${what}`, head)
}

/** The number whose head, of type `negative`, was just read. */
export function negativeInteger(): number {
  if (cborArgument >= Number.MAX_SAFE_INTEGER && !cborLimits.lenient) {
    refuse('unsafe-integer', 'a number below -(2^53 - 1)')
  }
  return -1 - cborArgument
}

/** The count in the head just read, of items that take `sizeMin` bytes at least. */
export function itemCount(sizeMin: 1 | 2): number {
  if (cborArgument > cborLimits.itemsMax) {
    refuse('too-many-items', `${cborArgument} items where ${cborLimits.itemsMax} are allowed`)
  }
  if (cborArgument * sizeMin > end - cborAt) refuse('truncated', 'more items than bytes')
  itemsInAll += cborArgument
  if (itemsInAll > cborLimits.itemsInAllMax) {
    refuse('too-many-items', `more than the ${cborLimits.itemsInAllMax} items that are allowed in all`)
  }
  return cborArgument
}

/** The text whose head was just read. */
export function takeText(): string {
  const size = cborArgument
  const start = passBytes()
  // What begins with a digit is a time or a record key, and hardly ever comes again.
  return size <= nameSizeMax && size > 0 && cborInput[start] > 0x39 ? nameFrom(start) : textFrom(start)
}

/** The bytes whose head was just read, as a view of the input. */
export function takeBytes(): Uint8Array {
  const start = passBytes()
  return view(start, cborAt)
}

/**
 * The link whose tag was just read, a view of the input: see `Cid.detached`. Under lenient limits a CID of a shape that
 * atproto has no use for is given as its text.
 */
export function takeLink(): Cid | string {
  const start = passLink()
  if (cborAt - start === cidSize && isCidBytes(cborInput, start)) return new Cid(view(start, cborAt))
  const text = foreignCidText(view(start, cborAt))
  return text ?? refuse('bad-link', 'bytes that are no CID', start)
}

/** Moves past the link whose tag was just read and returns the offset of its CID, which is of our shape if strict. */
export function passLink(): number {
  const tag = cborAt
  if (cborArgument !== 42) refuse('unknown-tag', `tag ${cborArgument}, where only 42 is allowed`, tag)
  expect(major.bytes, 'the bytes of a link')
  // A zero goes before the CID, for historical reasons.
  const start = passBytes() + 1
  const ours = cborAt - start === cidSize && isCidBytes(cborInput, start)
  if (cborInput[start - 1] !== 0 || cborAt < start || (!ours && !cborLimits.lenient)) {
    refuse('bad-link', 'not the CID v1 of dag-cbor or raw with SHA-256 that a link must hold', tag)
  }
  return start
}

/** The simple value whose head was just read: false, true, null; under lenient limits also a float of 64 bits. */
export function takeSimple(): boolean | null | number {
  if (cborArgument === simpleValue.true) return true
  if (cborArgument === simpleValue.false) return false
  if (cborArgument === simpleValue.null) return null
  if (cborArgument !== simpleValue.float64 || !cborLimits.lenient) {
    refuse('not-data', 'a float, undefined or another simple value, which the data model does not have', cborAt - 1)
  }
  const start = cborAt
  cborArgument = 8
  passBytes()
  const value = new DataView(cborInput.buffer, cborInput.byteOffset + start, 8).getFloat64(0)
  if (!Number.isFinite(value)) refuse('not-data', 'a float that is no number')
  return value
}

/** Moves past the bytes or text whose head was just read, unread as they are, and returns the offset they start at. */
export function passBytes(): number {
  const start = cborAt
  if (cborArgument > end - start) refuse('truncated', `${cborArgument} bytes announced, ${end - start} left`)
  cborAt += cborArgument
  return start
}

// Not `subarray`: on Node's Buffer that would answer with a Buffer.
const view = (start: number, stop: number): Uint8Array =>
  new Uint8Array(cborInput.buffer, cborInput.byteOffset + start, stop - start)

/** The text from `start` up to the cursor. */
function textFrom(start: number): string {
  const text = fromUtf8(cborInput, start, cborAt)
  if (text !== undefined) return text
  if (!cborLimits.lenient) refuse('bad-utf8', 'a text that is not UTF-8', start)
  return fromUtf8Lossy(cborInput, start, cborAt)
}

/** As `textFrom`, for a short text that may well have been read before. */
const nameFrom = (start: number): string => nameAt(cborInput, start, cborAt - start) ?? textFrom(start)

/** `after` for the first key of a map. */
export const firstKey = -1

/**
 * Reads a map's next key. `after` is the offset at which the key before it began, or `firstKey`; the order of keys is
 * that of their encoded bytes, which puts shorter ones first, and admits none twice (RFC 8949 §4.2.1).
 */
export function readKey(after: number): string {
  const start = passKey(after)
  const size = cborAt - start
  return size <= nameSizeMax && size > 0 ? nameFrom(start) : textFrom(start)
}

/** As `readKey`, for a key that no one needs as a string: returns the offset its text starts at. */
export function passKey(after: number): number {
  const head = cborAt
  expect(major.text, 'a map key, which is a text,')
  if (cborArgument > cborLimits.keySizeMax) refuse('key-too-long', `a key of ${cborArgument} bytes`, head)
  const start = passBytes()
  // The head holds the size, so a greater first byte settles it for almost every key.
  if (after !== firstKey && cborInput[head] <= cborInput[after] && !inOrder(after, head) && !cborLimits.anyKeyOrder) {
    refuse('unsorted-keys', 'map keys out of order, or one of them twice', head)
  }
  return start
}

/** Whether the key at `former` sorts before the one at `latter`, whose last byte was just read. */
function inOrder(former: number, latter: number): boolean {
  for (let i = former, j = latter; j < cborAt; i++, j++) {
    if (cborInput[i] !== cborInput[j]) return cborInput[i] < cborInput[j]
  }
  return false
}
