/** RFC 4648 base64: standard alphabet for `$bytes`, URL-safe alphabet for JWTs and PLC signatures. */
import {fromLatin1, toUtf8} from '../text.ts'

type Alphabet = 'base64' | 'base64url'

const characters = {
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  base64url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
}

function table(alphabet: Alphabet): Int8Array {
  const values = new Int8Array(128).fill(-1)
  for (let i = 0; i < 64; i++) values[characters[alphabet].charCodeAt(i)] = i
  return values
}
const letters = {base64: toUtf8(characters.base64), base64url: toUtf8(characters.base64url)}
const values = {base64: table('base64'), base64url: table('base64url')}

function encode(bytes: Uint8Array, letters: Uint8Array): string {
  const text = new Uint8Array(base64Size(bytes.length))
  write(bytes, 0, bytes.length, letters, text, 0)
  return fromLatin1(text, 0, text.length)
}

function write(
  bytes: Uint8Array,
  start: number,
  end: number,
  letters: Uint8Array,
  out: Uint8Array,
  offset: number,
): number {
  let at = offset
  let i = start
  for (; i + 2 < end; i += 3) {
    const group = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2]
    out[at++] = letters[group >> 18]
    out[at++] = letters[(group >> 12) & 63]
    out[at++] = letters[(group >> 6) & 63]
    out[at++] = letters[group & 63]
  }
  const left = end - i
  if (left === 0) return at
  const group = (bytes[i] << 16) | (left === 2 ? bytes[i + 1] << 8 : 0)
  out[at++] = letters[group >> 18]
  out[at++] = letters[(group >> 12) & 63]
  if (left === 2) out[at++] = letters[(group >> 6) & 63]
  return at
}

function decode(text: string, end: number, from: Int8Array): Uint8Array<ArrayBuffer> | undefined {
  if (end % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((end * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i)
    const value = code < 128 ? from[code] : -1
    if (value < 0) return undefined
    held = ((held << 6) | value) & 0x3fff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >>> bits) & 0xff
    }
  }
  return (held & ((1 << bits) - 1)) === 0 || from === values.base64 ? bytes : undefined
}

/** Standard alphabet, without padding, as atproto's `$bytes` writes it. */
export const toBase64 = (bytes: Uint8Array): string => encode(bytes, letters.base64)

/** Characters that `size` bytes take, without padding. */
export const base64Size = (size: number): number => Math.ceil((size * 4) / 3)

/** Writes `toBase64` of `bytes` from `start` to `end` as ASCII into `out` at `offset`; returns the offset after it. */
export const writeBase64 = (bytes: Uint8Array, start: number, end: number, out: Uint8Array, offset: number): number =>
  write(bytes, start, end, letters.base64, out, offset)

/**
 * Standard alphabet; padding may be there or not, and the spare bits past the last byte are ignored: the published
 * vectors hold a `$bytes` with some set. `undefined` when the text is anything else.
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let end = text.length
  if (end % 4 === 0) for (let pads = 0; pads < 2 && end > 0 && text[end - 1] === '='; pads++) end--
  return decode(text, end, values.base64)
}

/** URL-safe alphabet, without padding. */
export const toBase64Url = (bytes: Uint8Array): string => encode(bytes, letters.base64url)

/**
 * URL-safe alphabet, unpadded only (RFC 7515 §2), spare bits zero: a signature must not be spelt in several ways.
 * `undefined` when the text is anything else.
 */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> | undefined =>
  decode(text, text.length, values.base64url)
