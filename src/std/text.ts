/**
 * Text and bytes. Node's `Buffer` reads and writes short strings several times faster than `TextDecoder`, so its
 * methods are borrowed when the global is there; a browser takes the standard classes. Both refuse bad UTF-8.
 */

type Slice = (this: Uint8Array, start: number, end: number) => string
type Write = (this: Uint8Array, text: string, offset: number, length?: number) => number
const native = (globalThis as {Buffer?: {prototype: Record<string, unknown>}}).Buffer?.prototype

const latin1Slice = native?.latin1Slice as Slice | undefined
const utf8Slice = native?.utf8Slice as Slice | undefined
const latin1Write = native?.latin1Write as Write | undefined

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
  if (latin1Write) return latin1Write.call(bytes, text, offset)
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i)
  return text.length
}

/** Writes UTF-8 at `offset`, which must have room (3 bytes a UTF-16 unit suffice). Returns the bytes written. */
export const writeUtf8 = (text: string, bytes: Uint8Array, offset: number): number =>
  encoder.encodeInto(text, bytes.subarray(offset)).written
