/**
 * Which DIDs a part of the archive may hold: a Bloom filter whose bits for one DID stand in one line of 64 bytes. Each of
 * the filter's `k` parts of such a line has a size of its own, no two with a common divisor, so that one number, taken
 * modulo each, gives `k` places that know nothing of each other.
 *
 *     version  u8 1
 *     k        u32 LE
 *     lines    u64 LE
 *     count    u64 LE  of DIDs in it
 *     bits     64 bytes × lines
 *     crc      u32 LE  CRC-32C of all before it
 *
 * Source: `MarshalBinary` of github.com/jcalabro/gloom, which is the form that the segment format names.
 */
import {Malformed} from '#std/malformed.ts'
import {toUtf8} from '#std/text.ts'
import {setWord, wordAt} from './block.ts'
import {xxh3Of128} from './xxh3.ts'

const version = 1
const headSize = 21
const lineSize = 64
const crcSize = 4
/** The sizes of the parts of a line, in bits: of those that the format knows, the ones written here. */
const parts = [31, 37, 41, 43, 47, 53, 59, 61, 67, 73]
/** Bits for each DID: one in a thousand that are not there seems to be. */
const bitsEach = 16

/** What a filter looks at of a DID: the two halves of one number, which chooses the line, and another for within it. */
export interface DidHash {
  readonly high: number
  readonly low: number
  readonly within: number
}

export function didHash(did: string): DidHash {
  const {high, low} = xxh3Of128(toUtf8(did))
  return {
    high: Number(high >> 32n),
    low: Number(high & 0xffffffffn),
    within: (Number(low & 0xffffffffn) ^ Number(low >> 32n)) >>> 0,
  }
}

/** `floor(high:low × lines / 2^64)`. */
const lineOf = ({high, low}: DidHash, lines: number): number =>
  Math.floor((high * lines + Math.floor((low * lines) / 2 ** 32)) / 2 ** 32)

/** Lines for so many DIDs. */
export const linesFor = (count: number): number => Math.max(1, Math.ceil((count * bitsEach) / (8 * lineSize)))

/** Bytes of a filter of so many lines. */
export const bloomSize = (lines: number): number => headSize + lines * lineSize + crcSize

export function encodeBloom(hashes: Iterable<DidHash>, lines: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(bloomSize(lines))
  const view = new DataView(bytes.buffer)
  let count = 0
  for (const hash of hashes) {
    count++
    const lineAt = headSize + lineOf(hash, lines) * lineSize
    let start = 0
    for (const size of parts) {
      const bit = start + (hash.within % size)
      bytes[lineAt + (bit >> 3)] |= 1 << (bit & 7)
      start += size
    }
  }
  bytes[0] = version
  view.setUint32(1, parts.length, true)
  setWord(view, 5, lines)
  setWord(view, 13, count)
  view.setUint32(bytes.length - crcSize, crc32c(bytes, bytes.length - crcSize), true)
  return bytes
}

/** Whether the DID may be among those of the filter in `bytes`. Of a filter of other parts than those here, any may be. */
export function bloomHas(bytes: Uint8Array, hash: DidHash): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes[0] !== version || view.getUint32(1, true) !== parts.length) return true
  const lines = wordAt(view, 5)
  if (bytes.length !== bloomSize(lines)) return true
  const lineAt = headSize + lineOf(hash, lines) * lineSize
  let start = 0
  for (const size of parts) {
    const bit = start + (hash.within % size)
    if ((bytes[lineAt + (bit >> 3)] & (1 << (bit & 7))) === 0) return false
    start += size
  }
  return true
}

/** Throws `Malformed` for a filter that was changed since it was written: it would deny what is there. */
export function checkBloom(bytes: Uint8Array): void {
  const at = bytes.length - crcSize
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (at < headSize || view.getUint32(at, true) !== crc32c(bytes, at)) {
    throw new Malformed('archive', 'not-a-filter', 'its sum is another')
  }
}

const crcTable = Uint32Array.from({length: 256}, (_, i) => {
  let crc = i
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

/** CRC-32C (RFC 3720, appendix B.4) of the first `size` bytes. */
function crc32c(bytes: Uint8Array, size: number): number {
  let crc = ~0
  for (let i = 0; i < size; i++) crc = crcTable[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8)
  return ~crc >>> 0
}
