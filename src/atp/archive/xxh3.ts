/**
 * XXH3, the hash of Jetstream's archive: 64 bits of it over what a segment says of itself, and 128 over each DID in the
 * segment's filters. Without a seed; of short inputs only what DIDs need. Words of 64 bits are pairs of 32 in the loop
 * over long inputs, and `bigint` elsewhere.
 *
 * Source: the xxHash specification (doc/xxhash_spec.md of Cyan4973/xxHash).
 */
import {fromHex} from '#std/bytes.ts'
import {assert} from '#std/assert.ts'

const secret = fromHex(
  'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c' +
    '3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364ea' +
    'c5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e',
) as Uint8Array<ArrayBuffer>

const p32 = [0x9e3779b1n, 0x85ebca77n, 0xc2b2ae3dn] as const
const p64 = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const
const mix1 = 0x165667919e3779f9n
const mix2 = 0x9fb21c651e98df25n
const mask = 0xffffffffffffffffn

/** A hash of 128 bits. */
export interface Hash128 {
  readonly low: bigint
  readonly high: bigint
}

const word = (value: bigint): bigint => value & mask
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const secretView = viewOf(secret)
const secretAt = (at: number): bigint => secretView.getBigUint64(at, true)
const at64 = (view: DataView, at: number): bigint => view.getBigUint64(at, true)

function avalanche(value: bigint): bigint {
  const h = word((value ^ (value >> 37n)) * mix1)
  return h ^ (h >> 32n)
}

/** Both halves of the product, one over the other. */
function folded(a: bigint, b: bigint): bigint {
  const product = a * b
  return word(product) ^ (product >> 64n)
}

const swapped = (value: bigint): bigint => {
  let rest = value
  let turned = 0n
  for (let i = 0; i < 8; i++, rest >>= 8n) turned = (turned << 8n) | (rest & 0xffn)
  return turned
}

/** Of at least 4 bytes. */
export function xxh3Of128(bytes: Uint8Array): Hash128 {
  const {length} = bytes
  const view = viewOf(bytes)
  assert(length >= 4, 'what is hashed has at least 4 bytes')
  if (length <= 8) return of4to8(view)
  if (length <= 16) return of9to16(view)
  if (length <= 128) return of17to128(view)
  if (length <= 240) return of129to240(view)
  const lanes = lanesOf(bytes)
  const size = BigInt(length)
  return {
    low: merged(lanes, 11, word(size * p64[0])),
    high: merged(lanes, secret.length - 64 - 11, word(~(size * p64[1]))),
  }
}

/** Of more than 240 bytes, which are those of `parts` in a row. */
export function xxh3Of64(...parts: readonly Uint8Array[]): bigint {
  const bytes = new Uint8Array(parts.reduce((sum, {length}) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  assert(bytes.length > 240, 'what is hashed is long')
  return merged(lanesOf(bytes), 11, word(BigInt(bytes.length) * p64[0]))
}

function of4to8(view: DataView): Hash128 {
  const size = view.byteLength
  const keyed =
    (BigInt(view.getUint32(0, true)) | (BigInt(view.getUint32(size - 4, true)) << 32n)) ^ secretAt(16) ^ secretAt(24)
  const product = keyed * (p64[0] + BigInt(size << 2))
  let low = word(product)
  const high = word((product >> 64n) + (low << 1n))
  low ^= high >> 3n
  low = word((low ^ (low >> 35n)) * mix2)
  return {low: low ^ (low >> 28n), high: avalanche(high)}
}

function of9to16(view: DataView): Hash128 {
  const size = view.byteLength
  const lowFlip = secretAt(32) ^ secretAt(40)
  const highFlip = secretAt(48) ^ secretAt(56)
  const first = at64(view, 0)
  const second = at64(view, size - 8)
  const product = (first ^ second ^ lowFlip) * p64[0]
  let low = word(word(product) + (BigInt(size - 1) << 54n))
  const flipped = second ^ highFlip
  const high = word((product >> 64n) + flipped + (flipped & 0xffffffffn) * (p32[1] - 1n))
  low ^= swapped(high)
  const last = low * p64[1]
  return {low: avalanche(word(last)), high: avalanche(word((last >> 64n) + high * p64[1]))}
}

const mix16 = (view: DataView, at: number, secretStart: number): bigint =>
  folded(at64(view, at) ^ secretAt(secretStart), at64(view, at + 8) ^ secretAt(secretStart + 8))

/** Two sums that grow by 32 bytes at a time. */
class Sums {
  low: bigint
  high = 0n
  readonly #view: DataView

  constructor(view: DataView) {
    this.#view = view
    this.low = word(BigInt(view.byteLength) * p64[0])
  }

  mix(first: number, second: number, secretStart: number): void {
    const view = this.#view
    this.low = word(this.low + mix16(view, first, secretStart)) ^ word(at64(view, second) + at64(view, second + 8))
    this.high =
      word(this.high + mix16(view, second, secretStart + 16)) ^ word(at64(view, first) + at64(view, first + 8))
  }

  end(): Hash128 {
    const {low, high} = this
    const last = word(low * p64[0] + high * p64[3] + BigInt(this.#view.byteLength) * p64[1])
    return {low: avalanche(word(low + high)), high: word(-avalanche(last))}
  }
}

function of17to128(view: DataView): Hash128 {
  const size = view.byteLength
  const sums = new Sums(view)
  for (let i = Math.floor((size - 1) / 32); i >= 0; i--) sums.mix(16 * i, size - 16 * (i + 1), 32 * i)
  return sums.end()
}

function of129to240(view: DataView): Hash128 {
  const size = view.byteLength
  const sums = new Sums(view)
  for (let i = 32; i < 160; i += 32) sums.mix(i - 32, i - 16, i - 32)
  sums.low = avalanche(sums.low)
  sums.high = avalanche(sums.high)
  for (let i = 160; i <= size; i += 32) sums.mix(i - 32, i - 16, 3 + i - 160)
  sums.mix(size - 16, size - 32, 136 - 17 - 16)
  return sums.end()
}

const stripeSize = 64
const stripesMax = (secret.length - stripeSize) / 8
const lanesStart = [p32[2], p64[0], p64[1], p64[2], p64[3], p32[1], p64[4], p32[0]]

/** The eight sums over a long input, each its low and its high half. */
function lanesOf(bytes: Uint8Array): Uint32Array {
  const lanes = new Uint32Array(new BigUint64Array(lanesStart).buffer)
  const view = viewOf(bytes)
  const blockSize = stripeSize * stripesMax
  const last = Math.floor((bytes.length - 1) / blockSize) * blockSize
  for (let block = 0; block <= last; block += blockSize) {
    const count = block < last ? stripesMax : Math.floor((bytes.length - 1 - last) / stripeSize)
    for (let i = 0; i < count; i++) takeStripe(lanes, view, block + i * stripeSize, i * 8)
    if (block < last) scramble(lanes)
  }
  takeStripe(lanes, view, bytes.length - stripeSize, secret.length - stripeSize - 7)
  return lanes
}

const highOf = (a: number, b: number): number => {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  return aHigh * bHigh + (middle >>> 16) + ((aLow * bHigh + (middle & 0xffff)) >>> 16)
}

function add(lanes: Uint32Array, lane: number, low: number, high: number): void {
  const sum = lanes[2 * lane] + low
  lanes[2 * lane] = sum
  lanes[2 * lane + 1] += high + (sum > 0xffffffff ? 1 : 0)
}

function takeStripe(lanes: Uint32Array, view: DataView, at: number, secretStart: number): void {
  for (let lane = 0; lane < 8; lane++) {
    const low = view.getUint32(at + 8 * lane, true)
    const high = view.getUint32(at + 8 * lane + 4, true)
    const a = (low ^ secretView.getUint32(secretStart + 8 * lane, true)) >>> 0
    const b = (high ^ secretView.getUint32(secretStart + 8 * lane + 4, true)) >>> 0
    add(lanes, lane ^ 1, low, high)
    add(lanes, lane, Math.imul(a, b) >>> 0, highOf(a, b))
  }
}

function scramble(lanes: Uint32Array): void {
  const prime = Number(p32[0])
  for (let lane = 0; lane < 8; lane++) {
    const low = lanes[2 * lane]
    const high = lanes[2 * lane + 1]
    const secretLow = secretView.getUint32(secret.length - stripeSize + 8 * lane, true)
    const secretHigh = secretView.getUint32(secret.length - stripeSize + 8 * lane + 4, true)
    const newLow = (low ^ (high >>> 15) ^ secretLow) >>> 0
    lanes[2 * lane] = Math.imul(newLow, prime)
    lanes[2 * lane + 1] = Math.imul(high ^ secretHigh, prime) + highOf(newLow, prime)
  }
}

function merged(lanes: Uint32Array, secretStart: number, start: bigint): bigint {
  const words = new BigUint64Array(lanes.buffer)
  let sum = start
  for (let i = 0; i < 4; i++) {
    sum += folded(words[2 * i] ^ secretAt(secretStart + 16 * i), words[2 * i + 1] ^ secretAt(secretStart + 16 * i + 8))
  }
  return avalanche(word(sum))
}
