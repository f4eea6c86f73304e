/**
 * Where in a file each block is: about 35 bytes for each of millions of CIDs, in typed arrays that the garbage
 * collector never looks into. CIDs are told apart by their codec and 16 bytes of their hash, which nobody can make two
 * blocks share; a reader that fetches a block checks its whole hash again.
 */
import {assert} from '#std/assert.ts'
import {Malformed} from '#std/malformed.ts'

/** Entries of one slab: 2^14 × 25 bytes. */
const slabBits = 14
const slabSize = 1 << slabBits
const words = 6
/** Bytes: 22 bits. The 10 bits above them are the top of the offset, which thus has 42. */
export const indexedSizeMax = 2 ** 22 - 1
export const offsetMax = 2 ** 42 - 1
/** Hashes spread evenly, so a longer search means that someone has mined blocks to slow this table down. */
const probesMax = 4096

export class CidIndex {
  size = 0
  /** Entry number + 1 at a slot that the hash begins; open addressing. */
  #table: Uint32Array
  readonly #slabs: Uint32Array[] = []
  readonly #flags: Uint8Array[] = []

  /** `expected` entries fit before the table must grow. */
  constructor(expected = 1024) {
    this.#table = new Uint32Array(2 ** Math.ceil(Math.log2(Math.min(Math.max(expected, 64), 2 ** 24) * 1.5)))
  }

  /**
   * Notes the CID at `at` of `bytes`, whose block has `size` bytes at `offset`; false when it was there already.
   * Throws `Malformed('car', 'mined-hashes')`.
   */
  add(bytes: Uint8Array, at: number, offset: number, size: number): boolean {
    assert(size <= indexedSizeMax && offset <= offsetMax, 'the block is within what the index can note')
    const slot = this.#slotOf(bytes, at)
    if (this.#table[slot] !== 0) return false
    const entry = this.size++
    if (entry >> slabBits === this.#slabs.length) {
      this.#slabs.push(new Uint32Array(slabSize * words))
      this.#flags.push(new Uint8Array(slabSize))
    }
    const slab = this.#slabs[entry >> slabBits]
    const start = (entry & (slabSize - 1)) * words
    for (let i = 0; i < 4; i++) slab[start + i] = wordOf(bytes, at, i)
    slab[start + 4] = offset % 2 ** 32
    slab[start + 5] = Math.floor(offset / 2 ** 32) * 2 ** 22 + size
    this.#table[slot] = entry + 1
    if (this.size * 4 > this.#table.length * 3) this.#grow()
    return true
  }

  /** The entry of the CID at `at` of `bytes`, or −1. Throws `Malformed('car', 'mined-hashes')`. */
  find(bytes: Uint8Array, at: number): number {
    return this.#table[this.#slotOf(bytes, at)] - 1
  }

  offset(entry: number): number {
    const slab = this.#slabs[entry >> slabBits]
    const start = (entry & (slabSize - 1)) * words
    return slab[start + 4] + (slab[start + 5] >>> 22) * 2 ** 32
  }

  blockSize(entry: number): number {
    return this.#slabs[entry >> slabBits][(entry & (slabSize - 1)) * words + 5] & indexedSizeMax
  }

  /** Marks an entry with a bit; returns whether it had that mark before. */
  mark(entry: number, bit: number): boolean {
    const flags = this.#flags[entry >> slabBits]
    const before = flags[entry & (slabSize - 1)]
    flags[entry & (slabSize - 1)] = before | bit
    return (before & bit) !== 0
  }

  has(entry: number, bit: number): boolean {
    return (this.#flags[entry >> slabBits][entry & (slabSize - 1)] & bit) !== 0
  }

  /** The slot that has the CID, or the free one where it would go. */
  #slotOf(bytes: Uint8Array, at: number): number {
    const mask = this.#table.length - 1
    let slot = wordOf(bytes, at, 0) & mask
    for (let probes = 0; probes < probesMax; probes++) {
      const entry = this.#table[slot] - 1
      if (entry < 0 || this.#isAt(entry, bytes, at)) return slot
      slot = (slot + 1) & mask
    }
    throw new Malformed('car', 'mined-hashes', 'blocks made so that their hashes collide')
  }

  #isAt(entry: number, bytes: Uint8Array, at: number): boolean {
    const slab = this.#slabs[entry >> slabBits]
    const start = (entry & (slabSize - 1)) * words
    for (let i = 0; i < 4; i++) if (slab[start + i] !== wordOf(bytes, at, i)) return false
    return true
  }

  #grow(): void {
    const table = new Uint32Array(this.#table.length * 2)
    const mask = table.length - 1
    for (let entry = 0; entry < this.size; entry++) {
      let slot = this.#slabs[entry >> slabBits][(entry & (slabSize - 1)) * words] & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = entry + 1
    }
    this.#table = table
  }
}

/** A word of the hash, unsigned; the codec is mixed into the last of the four. */
export function wordOf(bytes: Uint8Array, at: number, index: number): number {
  const i = at + 4 + index * 4
  const word = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3]
  return (index === 3 ? word ^ bytes[at + 1] : word) >>> 0
}
