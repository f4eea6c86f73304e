/**
 * The steps in which points are multiplied and added up: for every bit, from the highest, one doubling, and then what
 * has a digit there. Who has the multiples of 2^64 times a point too takes a multiplier of 128 bits as two of 64, which
 * share the doublings.
 */

/**
 * What one bit has, in i32: how many points are added, and the address of each. Written here, and carried out by `run`
 * of the module.
 */
export const pointsPerBitMax = 8
export const levelSize = 4 * (1 + pointsPerBitMax)
/** Added to the address of a point that is subtracted. */
export const subtracted = 1

/** Of two words one after the other; a digit may stand one above the highest bit. */
const bitsMax = 129
export const levelsSize = bitsMax * levelSize

/** Levels in `memory` at the address `start`, the lowest bit first, of tables with `entrySize` bytes an entry. */
export class Steps {
  readonly #memory: Int32Array
  readonly #start: number
  readonly #entrySize: number
  #top = 0

  constructor(memory: Int32Array, start: number, entrySize: number) {
    this.#memory = memory
    this.#start = start
    this.#entrySize = entrySize
  }

  /** The address of the highest level that has a point. */
  get top(): number {
    return this.level(this.#top)
  }

  level(bit: number): number {
    return this.#start + bit * levelSize
  }

  clear(): void {
    for (let bit = 0; bit < bitsMax; bit++) this.#memory[this.level(bit) / 4] = 0
    this.#top = 0
  }

  /**
   * Takes `table` times 2^start (0 or 64) times the number whose lower and upper 32 bits are given, by digits that are
   * odd, below 2^(width - 1) to either side, and at least `width` bits apart: the table has the odd multiples of a point,
   * 2^(width - 2) of them. At most `pointsPerBitMax` numbers, of which two may differ in nothing but the start.
   */
  add(lower: number, upper: number, start: number, negative: boolean, width: number, table: number): void {
    const memory = this.#memory
    const entrySize = this.#entrySize
    const span = 1 << width
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
      if (bit > top) top = bit
      const level = this.level(bit) / 4
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
      const count = ++memory[level]
      memory[level + count] = digit < 0 === negative ? address : address + subtracted
    }
    this.#top = top
  }

  /** Takes the last point of the highest level away: the one that all begins with. */
  takeFirst(): number {
    const level = this.top / 4
    return this.#memory[level + this.#memory[level]--]
  }
}
