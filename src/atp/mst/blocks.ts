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

/** A source in memory. */
export class BlockMap implements BlockSource {
  readonly #blocks = new Map<string, Block>()

  get size(): number {
    return this.#blocks.size
  }

  get(cid: Cid): Uint8Array | undefined {
    return this.#blocks.get(cid.key)?.bytes
  }

  has(cid: Cid): boolean {
    return this.#blocks.has(cid.key)
  }

  set(cid: Cid, bytes: Uint8Array): void {
    this.#blocks.set(cid.key, {cid, bytes})
  }

  delete(cid: Cid): boolean {
    return this.#blocks.delete(cid.key)
  }

  /** In the order they were first set. */
  [Symbol.iterator](): Iterator<Block> {
    return this.#blocks.values()
  }
}
