/**
 * The steps in which points are multiplied and added up: for every bit, from the highest, one doubling, and then what
 * has a digit there. Who has the multiples of 2^64 times a point too takes a multiplier of 128 bits as two of 64, which
 * share the doublings.
 */

/** A step of `run` in the module: 0 doubles, any other is the address of what is added, with these added to it. */
export const doubling = 0
export const subtracted = 1
/** The next step is no doubling, so that the Z² of this one's result is needed. */
export const withSquare = 2

/** Of two words one after the other; a digit may stand one above the highest bit. */
const bitsMax = 129

/** Of tables of odd multiples with `entrySize` bytes each, the first being the point itself. */
export class Steps {
  readonly #perBitMax: number
  readonly #entrySize: number
  /** For each bit, from the lowest, what is added there, and how many these are. */
  readonly #added: Int32Array
  readonly #counts = new Uint8Array(bitsMax)
  #top = 0

  /** `perBitMax`: how many numbers there may be. */
  constructor(perBitMax: number, entrySize: number) {
    this.#perBitMax = perBitMax
    this.#entrySize = entrySize
    this.#added = new Int32Array(bitsMax * perBitMax)
  }

  clear(): void {
    this.#counts.fill(0)
    this.#top = 0
  }

  /**
   * Takes `table` times 2^start (0 or 64) times the number whose lower and upper 32 bits are given, by digits that are
   * odd, below 2^(width - 1) to either side, and at least `width` bits apart: the table has 2^(width - 2) entries.
   */
  add(lower: number, upper: number, start: number, negative: boolean, width: number, table: number): void {
    const span = 1 << width
    const perBitMax = this.#perBitMax
    const entrySize = this.#entrySize
    const added = this.#added
    const counts = this.#counts
    let low = lower
    let high = upper
    let bit = start
    let top = this.#top
    while ((low | high) !== 0) {
      if (low === 0) {
        low = high
        high = 0
        bit += 32
      }
      const zeros = 31 - Math.clz32(low & -low)
      if (zeros > 0) {
        low = (low >>> zeros) | (high << (32 - zeros))
        high >>>= zeros
        bit += zeros
      }
      let digit = low & (span - 1)
      const at = bit
      low = (low >>> width) | (high << (32 - width))
      high >>>= width
      bit += width
      if (digit > span / 2) {
        digit -= span
        low = (low + 1) | 0
        if (low === 0) high++
      }
      const size = digit < 0 ? -digit : digit
      const address = table + (size >> 1) * entrySize
      added[at * perBitMax + counts[at]++] = digit < 0 === negative ? address : address + subtracted
      if (at > top) top = at
    }
    this.#top = top
  }

  /** Writes the steps and returns how many they are. The first is the point that all begins with. */
  write(to: Int32Array): number {
    const perBitMax = this.#perBitMax
    const added = this.#added
    const counts = this.#counts
    let count = 0
    for (let bit = this.#top; bit >= 0; bit--) {
      if (count > 0) to[count++] = doubling
      const first = bit * perBitMax
      const last = first + counts[bit] - 1
      for (let i = first; i <= last; i++) to[count++] = i === last && bit > 0 ? added[i] : added[i] + withSquare
    }
    return count
  }
}
