/**
 * Unpredictable bytes, fit for keys. The system takes some four microseconds for sixteen of them and no more for four
 * thousand, so those that are asked for by the handful come from a store of some thousand: each is given out once, and
 * wiped where it lay.
 */

const storeSize = 4_096
/** Whoever wants more asks the system. */
const handfulMax = 64

export class RandomBytes {
  readonly #fill: (bytes: Uint8Array<ArrayBuffer>) => unknown
  readonly #store = new Uint8Array(storeSize)
  #left = 0

  /** `fill` writes over bytes with unpredictable ones. */
  constructor(fill: (bytes: Uint8Array<ArrayBuffer>) => unknown) {
    this.#fill = fill
  }

  take(size: number): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(size)
    if (size > handfulMax) {
      this.#fill(taken)
      return taken
    }
    if (this.#left < size) {
      this.#fill(this.#store)
      this.#left = storeSize
    }
    this.#left -= size
    for (let i = 0; i < size; i++) {
      taken[i] = this.#store[this.#left + i]
      this.#store[this.#left + i] = 0
    }
    return taken
  }
}
