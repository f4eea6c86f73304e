/**
 * Text and bytes. Node's `Buffer` reads and writes short strings several times faster than `TextDecoder`, so its
 * methods are borrowed when the global is there; a browser takes the standard classes. Both refuse bad UTF-8.
 *
 * Never to write into a short array, though: V8 keeps the bytes of one in its own heap, and Node has it move them out
 * first, which costs 700 ns and may collect garbage in the middle of a write whose text then lies elsewhere.
 */

type Slice = (this: Uint8Array, start: number, end: number) => string
type Write = (this: Uint8Array, text: string, offset: number, length?: number) => number
const Native = (globalThis as {Buffer?: {prototype: Record<string, unknown>; byteLength: (text: string) => number}})
  .Buffer
const native = Native?.prototype

const latin1Slice = native?.latin1Slice as Slice | undefined
const utf8Slice = native?.utf8Slice as Slice | undefined
const latin1Write = native?.latin1Write as Write | undefined
const utf8Write = native?.utf8Write as Write | undefined
const byteLength = Native?.byteLength

/** Up to this size V8 holds the bytes of an array itself. */
const heldMax = 64

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})
const lossyDecoder = new TextDecoder('utf-8', {ignoreBOM: true})

/** Well-formed UTF-8; a lone surrogate is written as U+FFFD, so callers that must refuse it check `isWellFormed`. */
export const toUtf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)

/** Up to this size looking at each byte costs less than letting V8 decode UTF-8. */
const asciiMax = 40

/** `undefined` when the bytes are not UTF-8. A byte-order mark is kept: it is part of the text. */
export function fromUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string | undefined {
  if (utf8Slice && latin1Slice) {
    if (end - start <= asciiMax) {
      let bits = 0
      for (let i = start; i < end; i++) bits |= bytes[i]
      if (bits < 0x80) return latin1Slice.call(bytes, start, end)
    }
    const text = utf8Slice.call(bytes, start, end)
    // Node replaces what it cannot read, so only a text that holds U+FFFD needs the slow, strict look.
    if (!text.includes('\ufffd')) return text
  }
  try {
    return decoder.decode(bytes.subarray(start, end))
  } catch {
    return undefined
  }
}

/** As `fromUtf8`, with U+FFFD in the place of what cannot be read. */
export const fromUtf8Lossy = (bytes: Uint8Array, start = 0, end = bytes.length): string =>
  lossyDecoder.decode(bytes.subarray(start, end))

/** One character for each byte. For ASCII this is the text; for anything else an opaque map key. */
export function fromLatin1(bytes: Uint8Array, start: number, end: number): string {
  if (latin1Slice) return latin1Slice.call(bytes, start, end)
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i])
  return text
}

/** The inverse of `fromLatin1`: one byte for each character (its low 8 bits). Returns the bytes written. */
export function writeLatin1(text: string, bytes: Uint8Array, offset: number): number {
  if (latin1Write && bytes.length > heldMax) return latin1Write.call(bytes, text, offset)
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i)
  return text.length
}

/** Bytes that the text takes in UTF-8. Equal to `text.length` for ASCII, and for nothing else. */
export function utf8Size(text: string): number {
  if (byteLength) return byteLength(text)
  let size = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    size += unit < 0x800 ? 1 : 2
    // The two units of a surrogate pair take four bytes together, not six.
    if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++
  }
  return size
}

/** Writes UTF-8 at `offset`, which must have room (see `utf8Size`). Returns the bytes written. */
export function writeUtf8(text: string, bytes: Uint8Array, offset: number): number {
  if (utf8Write && bytes.length > heldMax) return utf8Write.call(bytes, text, offset)
  if (bytes.length <= heldMax) {
    const written = toUtf8(text)
    bytes.set(written, offset)
    return written.length
  }
  return encoder.encodeInto(text, bytes.subarray(offset)).written
}

/**
 * Bytes of the one character that starts at `offset`, whose first byte is 0x80 or more; 0 when they are not UTF-8
 * (RFC 3629 §4) or run past `end`.
 */
export function utf8Length(bytes: Uint8Array, offset: number, end: number): 0 | 2 | 3 | 4 {
  const lead = bytes[offset]
  const size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0
  if (size === 0 || offset + size > end) return 0
  for (let i = offset + 1; i < offset + size; i++) if ((bytes[i] & 0xc0) !== 0x80) return 0
  // Refused by their second byte: longer forms than need be, surrogates, and what lies above U+10FFFF.
  const second = bytes[offset + 1]
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0
  return size
}

/**
 * A stranger's text in one line of ours: nothing in it that cannot be seen, runs on, or turns the text around it; cut after
 * `lengthMax` characters.
 */
export function oneLine(text: string, lengthMax: number): string {
  const plain = text
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  const letters = [...plain]
  return letters.length > lengthMax ? `${letters.slice(0, lengthMax - 1).join('')}…` : plain
}

/** The value of a text in JSON; `undefined` for what is none. What it is, is still to be looked at. */
export function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
