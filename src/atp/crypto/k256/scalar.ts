/**
 * Multipliers of points on secp256k1, cut into short pieces with few digits, so that a check of a signature takes 64
 * doublings: a multiplier k of any point is k₁ + k₂λ with halves of 128 bits, where λ times a point is another x and
 * the same y (R. Gallant, R. Lambert, S. Vanstone, 2001), and each half has two pieces of 64 bits.
 */
import {groupOrder} from './inverse.ts'

/** λ times (x, y) is (βx, y). */
export const beta = 0x7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501een

/** Two short vectors (a, b) with a + bλ = 0 mod n; b of the second is a of the first. */
const a1 = 0x3086d221a7d46bcde86c90e49284eb15n
const b1 = -0xe4437ed6010e88286f547fa90abfe4c3n
const a2 = 0x114ca50f7a8e2f3f657c1108d9d44cfd8n
/** A quotient by n as a product and a shift. */
const shift = 384n
const roundedUp = 1n << (shift - 1n)
const reciprocal = (numerator: bigint): bigint => ((numerator << shift) + groupOrder / 2n) / groupOrder
const times1 = reciprocal(a1)
const times2 = reciprocal(-b1)

/** `[k₁, k₂]`, each within ±2^128, with k₁ + k₂λ = k mod n. */
export function splitScalar(k: bigint): [bigint, bigint] {
  const c1 = (k * times1 + roundedUp) >> shift
  const c2 = (k * times2 + roundedUp) >> shift
  return [k - c1 * a1 - c2 * a2, -c1 * b1 - c2 * a1]
}

export const pieceBits = 64
/** A digit may stand one above the highest bit. */
const digitCount = pieceBits + 1

/** A step of `run` in the module: 0 doubles, any other is the address of what is added, with these added to it. */
export const doubling = 0
export const subtracted = 1
/** The next step is no doubling, so that the Z² of this one's result is needed. */
export const withSquare = 2

/**
 * The steps that multiply points and add them up. Each piece has the table of odd multiples of its point, of
 * `entrySize` bytes each, the first being the point itself.
 */
export class Steps {
  readonly #pieceCount: number
  readonly #entrySize: number
  /** For each bit, from the lowest, what is added there, and how many these are. */
  readonly #added: Int32Array
  readonly #counts = new Uint8Array(digitCount)

  constructor(pieceCount: number, entrySize: number) {
    this.#pieceCount = pieceCount
    this.#entrySize = entrySize
    this.#added = new Int32Array(digitCount * pieceCount)
  }

  clear(): void {
    this.#counts.fill(0)
  }

  /**
   * Takes `table` times the number whose lower and upper 32 bits are given, by digits that are odd, below
   * 2^(width - 1) to either side, and at least `width` bits apart: the table has 2^(width - 2) entries. At most one
   * call for each piece.
   */
  add(lower: number, upper: number, negative: boolean, width: number, table: number): void {
    const span = 1 << width
    let [low, high, beyond, bit] = [lower, upper, 0, 0]
    while ((low | high | beyond) !== 0) {
      if (low === 0) {
        ;[low, high, beyond] = [high, beyond, 0]
        bit += 32
        continue
      }
      const zeros = 31 - Math.clz32(low & -low)
      if (zeros > 0) {
        low = (low >>> zeros) | (high << (32 - zeros))
        high = (high >>> zeros) | (beyond << (32 - zeros))
        beyond = 0
        bit += zeros
      }
      let digit = low & (span - 1)
      low -= digit
      if (digit > span / 2) {
        digit -= span
        low = (low + span) | 0
        if (low === 0) {
          high = (high + 1) | 0
          if (high === 0) beyond = 1
        }
      }
      const size = digit < 0 ? -digit : digit
      const address = table + (size >> 1) * this.#entrySize
      this.#added[bit * this.#pieceCount + this.#counts[bit]++] =
        digit < 0 === negative ? address : address + subtracted
    }
  }

  /** Writes the steps and returns how many they are. The first is the point that all begins with. */
  write(to: Int32Array): number {
    let count = 0
    for (let bit = digitCount - 1; bit >= 0; bit--) {
      if (count > 0) to[count++] = doubling
      const first = bit * this.#pieceCount
      const end = first + this.#counts[bit]
      for (let i = first; i < end; i++) {
        to[count++] = i === end - 1 && bit > 0 ? this.#added[i] : this.#added[i] + withSquare
      }
    }
    return count
  }
}
