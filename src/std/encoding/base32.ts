/** RFC 4648 base32 in lower case without padding: the body of CIDs (`b…`) and of did:plc identifiers. */
import {fromLatin1, toUtf8} from '../text.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const letters = toUtf8(alphabet)
/** Two characters for each ten bits: the first in the low byte, the second above it. */
const pairs = Uint16Array.from({length: 1024}, (_, bits) => letters[bits >> 5] | (letters[bits & 31] << 8))
const valueOf = new Int8Array(128).fill(-1)
for (let i = 0; i < alphabet.length; i++) valueOf[alphabet.charCodeAt(i)] = i

export function toBase32(bytes: Uint8Array): string {
  const text = new Uint8Array(base32Size(bytes.length))
  writeBase32(bytes, 0, bytes.length, text, 0)
  return fromLatin1(text, 0, text.length)
}

/** Characters that `size` bytes take. */
export const base32Size = (size: number): number => Math.ceil((size * 8) / 5)

/** Writes the text of `bytes` from `start` to `end` as ASCII into `out` at `offset`, and returns the offset after it. */
export function writeBase32(bytes: Uint8Array, start: number, end: number, out: Uint8Array, offset: number): number {
  let at = offset
  let i = start
  // Five bytes are eight characters; a CID is nearly nothing else.
  for (; i + 5 <= end; i += 5) {
    const second = bytes[i + 1]
    const third = bytes[i + 2]
    const fourth = bytes[i + 3]
    const ab = pairs[(bytes[i] << 2) | (second >> 6)]
    const cd = pairs[((second & 63) << 4) | (third >> 4)]
    const ef = pairs[((third & 15) << 6) | (fourth >> 2)]
    const gh = pairs[((fourth & 3) << 8) | bytes[i + 4]]
    out[at] = ab
    out[at + 1] = ab >> 8
    out[at + 2] = cd
    out[at + 3] = cd >> 8
    out[at + 4] = ef
    out[at + 5] = ef >> 8
    out[at + 6] = gh
    out[at + 7] = gh >> 8
    at += 8
  }
  let bits = 0
  let held = 0
  for (; i < end; i++) {
    held = (held << 8) | bytes[i]
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out[at++] = letters[(held >>> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) out[at++] = letters[(held << (5 - bits)) & 31]
  return at
}

/** `undefined` for a foreign character, an impossible length, or non-zero bits past the last whole byte. */
export function fromBase32(text: string, start = 0): Uint8Array<ArrayBuffer> | undefined {
  const length = text.length - start
  const bytes = new Uint8Array(Math.floor((length * 5) / 8))
  let bits = 0
  let held = 0
  let at = 0
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const value = code < 128 ? valueOf[code] : -1
    if (value < 0) return undefined
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >>> bits) & 0xff
    }
  }
  if (bits >= 5 || (held & ((1 << bits) - 1)) !== 0) return undefined
  return bytes
}
