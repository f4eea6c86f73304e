/** Nodes of the tree to bytes: the inverse of `node.ts`. */
import {Malformed} from '#std/malformed.ts'
import {cidSize} from '../data/cid.ts'
import {keySizeMax} from './height.ts'
import {copy, entryCountMax} from './node.ts'

/** Room for what comes before the entries: the map, `e`, and the count in up to three bytes. */
const headSize = 6
/** Room that an entry can need beside its key: its heads and two links. */
const entrySize = 100
const linkSize = 7 + cidSize

/** Bytes. Nodes are some 460 of them, and to have a buffer made for each costs more than to write it. */
const slabSize = 16 * 1024

/** Writes one node after the other, entry by entry, into slabs that several nodes share. */
export class NodeWriter {
  #out = new Uint8Array(slabSize)
  /** Where the node under way begins in the slab, and where it ends so far. */
  #start = 0
  #at = headSize
  #count = 0
  readonly #before = new Uint8Array(keySizeMax)
  #beforeSize = 0

  /**
   * Keys come in ascending order, as the first `keySize` bytes of `key`. The value is the CID at `valueAt` of `value`;
   * the link that follows, that at `rightAt` of `right`, or none.
   */
  entry(
    key: Uint8Array,
    keySize: number,
    value: Uint8Array,
    valueAt: number,
    right: Uint8Array | null,
    rightAt: number,
  ): void {
    this.#reserve(keySize + entrySize)
    const out = this.#out
    const before = this.#before
    const prefix = sharedPrefix(before, this.#beforeSize, key, keySize)
    let at = this.#at
    out[at] = 0xa4
    out[at + 1] = 0x61
    out[at + 2] = 0x6b
    at = writeHead(out, 2, keySize - prefix, at + 3)
    copy(key, prefix, before, prefix, keySize)
    copy(key, prefix, out, at, at + keySize - prefix)
    at += keySize - prefix
    out[at] = 0x61
    out[at + 1] = 0x70
    at = writeHead(out, 0, prefix, at + 2)
    at = writeLink(out, 0x74, right, rightAt, at)
    this.#at = writeLink(out, 0x76, value, valueAt, at)
    this.#beforeSize = keySize
    this.#count++
  }

  /**
   * The block of the node, a view of its slab. Throws `Malformed('mst', 'too-many-entries')`: see `entryCountMax`.
   */
  finish(left: Uint8Array | null, leftAt: number): Uint8Array {
    const count = this.#count
    this.#count = 0
    this.#beforeSize = 0
    if (count > entryCountMax) {
      this.#at = this.#start + headSize
      throw new Malformed('mst', 'too-many-entries', `${count} entries in one node`)
    }
    this.#reserve(linkSize + headSize)
    const out = this.#out
    const end = writeLink(out, 0x6c, left, leftAt, this.#at)
    const start = this.#start + (count < 24 ? 2 : count < 256 ? 1 : 0)
    out[start] = 0xa2
    out[start + 1] = 0x61
    out[start + 2] = 0x65
    writeHead(out, 4, count, start + 3)
    this.#start = end
    this.#at = end + headSize
    return out.subarray(start, end)
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#out.length) return
    const written = this.#at - this.#start
    const slab = new Uint8Array(Math.max(slabSize, (written + size) * 2))
    slab.set(this.#out.subarray(this.#start, this.#at))
    this.#out = slab
    this.#start = 0
    this.#at = written
  }
}

/** How many bytes two keys share at their start. */
export function sharedPrefix(a: Uint8Array, aSize: number, b: Uint8Array, bSize: number): number {
  const size = Math.min(aSize, bSize)
  let i = 0
  while (i < size && a[i] === b[i]) i++
  return i
}

function writeHead(out: Uint8Array, major: number, value: number, at: number): number {
  const type = major << 5
  if (value < 24) {
    out[at] = type | value
    return at + 1
  }
  if (value < 256) {
    out[at] = type | 24
    out[at + 1] = value
    return at + 2
  }
  out[at] = type | 25
  out[at + 1] = value >> 8
  out[at + 2] = value
  return at + 3
}

function writeLink(out: Uint8Array, name: number, cid: Uint8Array | null, cidAt: number, at: number): number {
  out[at] = 0x61
  out[at + 1] = name
  if (!cid) {
    out[at + 2] = 0xf6
    return at + 3
  }
  out[at + 2] = 0xd8
  out[at + 3] = 42
  out[at + 4] = 0x58
  out[at + 5] = 37
  out[at + 6] = 0
  copy(cid, cidAt, out, at + 7, at + linkSize)
  return at + linkSize
}
