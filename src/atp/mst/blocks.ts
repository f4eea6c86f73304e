/** Blocks by their CID: where trees and repositories read from. */
import {Malformed} from '#std/malformed.ts'
import type {Cid} from '../data/cid.ts'

/** Trusted to return only bytes that the CID names: a reader of foreign blocks checks their hashes first. */
export interface BlockSource {
  get(cid: Cid): Uint8Array | undefined
}

export interface Block {
  cid: Cid
  bytes: Uint8Array
}

/**
 * A block that a walk needs and its source lacks. A caller whose store is asynchronous may load `cid` and try again:
 * trees are never left half changed. To any other caller it is one more fault of the input.
 */
export class MissingBlock extends Malformed {
  readonly cid: Cid

  constructor(cid: Cid) {
    super('mst', 'missing-block', `no block for ${cid}`)
    this.cid = cid
  }
}

/**
 * A source in memory. Half the time that it takes to check a commit of ten blocks would go into a `Map` of strings, so
 * this is a table of its own: open addressing by one word of the hash, in steps by another, so that nobody can make
 * blocks that crowd it.
 */
export class BlockMap implements BlockSource {
  /** In the order they were first set; holes are deleted blocks. */
  #blocks: (Block | undefined)[] = []
  /** 0 is free; else the index of a block, or of the hole that it left, plus 1. */
  #table = new Int32Array(32)
  #size = 0

  get size(): number {
    return this.#size
  }

  get(cid: Cid): Uint8Array | undefined {
    return this.#blocks[this.#table[this.#slotOf(cid)] - 1]?.bytes
  }

  has(cid: Cid): boolean {
    return this.#table[this.#slotOf(cid)] !== 0
  }

  set(cid: Cid, bytes: Uint8Array): void {
    const slot = this.#slotOf(cid)
    const index = this.#table[slot] - 1
    if (index >= 0) {
      this.#blocks[index] = {cid, bytes}
      return
    }
    this.#table[slot] = this.#blocks.push({cid, bytes})
    this.#size++
    if (this.#blocks.length * 2 > this.#table.length) this.#rebuild()
  }

  delete(cid: Cid): boolean {
    const index = this.#table[this.#slotOf(cid)] - 1
    if (index < 0) return false
    this.#blocks[index] = undefined
    this.#size--
    return true
  }

  /** In the order they were first set. */
  *[Symbol.iterator](): Generator<Block> {
    for (const block of this.#blocks) if (block) yield block
  }

  /** The slot that has the CID, or the free one where it would go. */
  #slotOf(cid: Cid): number {
    const {bytes} = cid
    const mask = this.#table.length - 1
    let slot = word(bytes, 4) & mask
    for (let step = 0; ;) {
      const index = this.#table[slot] - 1
      if (index < 0 || this.#blocks[index]?.cid.equals(cid)) return slot
      // Odd, so that it comes by every slot of a table whose size is a power of two.
      step ||= word(bytes, 8) | 1
      slot = (slot + step) & mask
    }
  }

  #rebuild(): void {
    const blocks = this.#blocks.filter(block => block !== undefined)
    this.#blocks = blocks
    this.#table = new Int32Array(this.#table.length * (blocks.length * 4 > this.#table.length ? 2 : 1))
    for (const [index, {cid}] of blocks.entries()) this.#table[this.#slotOf(cid)] = index + 1
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
