/** Blocks by their CID: where trees and repositories read from. */
import {Malformed} from '#std/malformed.ts'
import {Cid, cidSize} from '../data/cid.ts'

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

/** Where a CID lies, and its block. Of the blocks of a commit nobody needs the CIDs by themselves, so none are made. */
interface Held {
  from: Uint8Array
  at: number
  bytes: Uint8Array
}

/** A new table is a copy: to make one of a typed array, outside of V8's heap, costs ten times as much. */
const emptyTable: readonly number[] = Array.from({length: 32}, () => 0)

/**
 * A source in memory. Half the time that it takes to check a commit of ten blocks would go into a `Map` of strings, so
 * this is a table of its own: open addressing by one word of the hash, in steps by another, so that nobody can make
 * blocks that crowd it.
 */
export class BlockMap implements BlockSource {
  /** In the order they were first set; holes are deleted blocks. */
  #blocks: (Held | undefined)[] = []
  /** 0 is free; else the index of a block, or of the hole that it left, plus 1. */
  #table: number[] = [...emptyTable]
  #size = 0

  get size(): number {
    return this.#size
  }

  get(cid: Cid): Uint8Array | undefined {
    return this.find(cid.bytes, 0)
  }

  /** As `get`, of the CID that lies at `at` in `from`. */
  find(from: Uint8Array, at: number): Uint8Array | undefined {
    const index = this.#table[this.#slotOf(from, at)]
    return index === 0 ? undefined : this.#blocks[index - 1]?.bytes
  }

  has(cid: Cid): boolean {
    return this.#table[this.#slotOf(cid.bytes, 0)] !== 0
  }

  set(cid: Cid, bytes: Uint8Array): void {
    this.add(cid.bytes, 0, bytes)
  }

  /** As `set`, of the CID that lies at `at` in `from`, where it must stay. */
  add(from: Uint8Array, at: number, bytes: Uint8Array): void {
    const slot = this.#slotOf(from, at)
    const index = this.#table[slot]
    if (index > 0) {
      this.#blocks[index - 1] = {from, at, bytes}
      return
    }
    this.#table[slot] = this.#blocks.push({from, at, bytes})
    this.#size++
    if (this.#blocks.length * 2 > this.#table.length) this.#rebuild()
  }

  delete(cid: Cid): boolean {
    const index = this.#table[this.#slotOf(cid.bytes, 0)] - 1
    if (index < 0) return false
    this.#blocks[index] = undefined
    this.#size--
    return true
  }

  /** In the order they were first set. */
  *[Symbol.iterator](): Generator<Block> {
    for (const held of this.#blocks) {
      if (held) yield {cid: new Cid(held.from.subarray(held.at, held.at + cidSize)), bytes: held.bytes}
    }
  }

  /** The slot that has the CID, or the free one where it would go. */
  #slotOf(from: Uint8Array, at: number): number {
    const mask = this.#table.length - 1
    let slot = word(from, at + 4) & mask
    for (let step = 0; ;) {
      const index = this.#table[slot] - 1
      if (index < 0 || isSame(this.#blocks[index], from, at)) return slot
      // Odd, so that it comes by every slot of a table whose size is a power of two.
      step ||= word(from, at + 8) | 1
      slot = (slot + step) & mask
    }
  }

  #rebuild(): void {
    const blocks = this.#blocks.filter(block => block !== undefined)
    this.#blocks = blocks
    const size = this.#table.length * (blocks.length * 4 > this.#table.length ? 2 : 1)
    const table: number[] = []
    while (table.length < size) table.push(...emptyTable)
    this.#table = table
    for (const [index, {from, at}] of blocks.entries()) this.#table[this.#slotOf(from, at)] = index + 1
  }
}

function isSame(held: Held | undefined, from: Uint8Array, at: number): boolean {
  if (!held) return false
  for (let i = 0; i < cidSize; i++) if (held.from[held.at + i] !== from[at + i]) return false
  return true
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
