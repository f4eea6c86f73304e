/** Unsigned LEB128 as multiformats restricts it: shortest form, at most 2^53 − 1. Used by CAR and multicodec. */
import {Malformed} from '../malformed.ts'

/** Bytes that 53 bits take. */
const sizeMax = 8

/** Set by `readVarint` to the offset just past the number it returned. */
export let varintEnd = 0

/**
 * Reads one number at `offset` and leaves the offset after it in `varintEnd`, so that a hot loop allocates nothing.
 * Returns −1, and throws nothing, when the bytes end inside the number.
 */
export function readVarint(bytes: Uint8Array, offset: number): number {
  let value = 0
  let scale = 1
  for (let at = offset; ; at++) {
    if (at >= bytes.length) return -1
    const byte = bytes[at]
    value += (byte & 0x7f) * scale
    // Without the bound on bytes, endless padding would be waited for, and end in NaN.
    if (value > Number.MAX_SAFE_INTEGER || at - offset === sizeMax) {
      throw new Malformed('varint', 'too-big', 'a number above 2^53 - 1', offset)
    }
    if (byte < 0x80) {
      if (byte === 0 && at > offset) throw new Malformed('varint', 'not-shortest', 'a padded number', offset)
      varintEnd = at + 1
      return value
    }
    scale *= 128
  }
}

/** Bytes that `value` takes. */
export function varintSize(value: number): number {
  let size = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++
  return size
}

/** Writes `value` at `offset` and returns the offset after it. */
export function writeVarint(value: number, bytes: Uint8Array, offset: number): number {
  let rest = value
  let at = offset
  while (rest >= 128) {
    bytes[at++] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
  }
  bytes[at++] = rest
  return at
}
