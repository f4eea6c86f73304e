/**
 * One node of the tree, as bytes (spec: repository, "MST structure"). Nodes are most of what a repository's reader
 * meets, and their DAG-CBOR has one fixed shape, so it is read here directly (and written in `node-writer.ts`).
 *
 * Whatever is not the one canonical form is refused: the wrong prefix lengths, keys out of order, and all that the
 * data model forbids. What a single block cannot show (heights, order between nodes) is checked by its readers.
 */
import {emptyBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {fromLatin1} from '#std/text.ts'
import {Cid, cidSize, codecs, isCidBytes} from '../data/cid.ts'
import {isKeyByte, keySizeMax} from './height.ts'

/**
 * A node of more entries than this cannot come about by chance (odds below 10^-125): its keys were mined, to make
 * every change to the repository expensive for its followers (spec: repository, "Security considerations").
 */
export const entryCountMax = 1024

const slash = 0x2f
const dot = 0x2e
/** The key being rebuilt from its prefix and suffix. Between calls it holds nothing. */
const key = new Uint8Array(keySizeMax)

let end = 0

/** Reads a CBOR head of `major` type at `at`; leaves the offset after it in `end`. At most 16 bits are ever needed. */
function readHead(bytes: Uint8Array, at: number, major: number): number {
  const first = bytes[at]
  if (first >> 5 !== major) throw notANode(bytes, at)
  const low = first & 31
  end = at + 1
  if (low < 24) return low
  if (low === 24 && bytes[at + 1] >= 24) {
    end = at + 2
    return bytes[at + 1]
  }
  const wide = (bytes[at + 1] << 8) | bytes[at + 2]
  if (low !== 25 || at + 2 >= bytes.length || wide < 256) throw notANode(bytes, at)
  end = at + 3
  return wide
}

/** Reads `tag 42, 37 bytes, 0x00, CID` at `at`: the offset of the CID's 36 bytes. */
function readLink(bytes: Uint8Array, at: number): number {
  if (
    bytes[at] !== 0xd8 ||
    bytes[at + 1] !== 42 ||
    bytes[at + 2] !== 0x58 ||
    bytes[at + 3] !== 37 ||
    bytes[at + 4] !== 0 ||
    !isCidBytes(bytes, at + 5)
  ) {
    throw notANode(bytes, at)
  }
  end = at + 5 + cidSize
  return at + 5
}

/** As `readLink`, or null, for which it returns 0. Links between nodes may name dag-cbor only. */
function readNullableLink(bytes: Uint8Array, at: number): number {
  if (bytes[at] === 0xf6) {
    end = at + 1
    return 0
  }
  const link = readLink(bytes, at)
  if (bytes[link + 1] !== codecs.cbor) throw new Malformed('mst', 'bad-link', 'a link to a node of another codec', link)
  return link
}

function notANode(bytes: Uint8Array, at: number): Malformed {
  return at + 2 >= bytes.length
    ? new Malformed('mst', 'truncated', 'the block ends inside the node', at)
    : new Malformed('mst', 'not-a-node', 'not the canonical DAG-CBOR of a tree node', at)
}

/** Numbers that the layout has for each entry. */
const stride = 5

/**
 * A node as it lies in its block: offsets only, no keys and no CIDs. Filling a view again allocates nothing. Offsets of
 * links are of their 36 bytes, and 0 where there is none.
 */
export class NodeView {
  block: Uint8Array = emptyBytes
  count = 0
  #left = 0
  /** Of each entry: bytes shared with the key before, where the rest begins, its size, and the two links. */
  #layout: number[] = []

  /** Throws `Malformed('mst', …)`, after which the view must be filled again before use. */
  read(block: Uint8Array): void {
    this.block = block
    if (!isNodeLike(block)) throw notANode(block, 0)
    const count = readHead(block, 3, 4)
    if (count > entryCountMax) throw new Malformed('mst', 'too-many-entries', `${count} entries in one node`, 3)
    this.count = count
    const layout = this.#layout
    let keySize = 0
    let slashAt = -1
    for (let i = 0, slot = 0; i < count; i++, slot += stride) {
      let at = end
      if (block[at] !== 0xa4 || block[at + 1] !== 0x61 || block[at + 2] !== 0x6b) throw notANode(block, at)
      const suffixSize = readHead(block, at + 3, 2)
      const suffix = end
      at = suffix + suffixSize
      if (block[at] !== 0x61 || block[at + 1] !== 0x70) throw notANode(block, at)
      const prefix = readHead(block, at + 2, 0)
      checkPrefix(prefix, keySize, block, suffix, suffixSize)
      if (slashAt >= prefix) slashAt = -1
      keySize = prefix + suffixSize
      slashAt = readKey(block, suffix, prefix, keySize, slashAt)
      at = end
      if (block[at] !== 0x61 || block[at + 1] !== 0x74) throw notANode(block, at)
      const right = readNullableLink(block, at + 2)
      at = end
      if (block[at] !== 0x61 || block[at + 1] !== 0x76) throw notANode(block, at)
      layout[slot] = prefix
      layout[slot + 1] = suffix
      layout[slot + 2] = suffixSize
      layout[slot + 3] = right
      layout[slot + 4] = readLink(block, at + 2)
    }
    if (block[end] !== 0x61 || block[end + 1] !== 0x6c) throw notANode(block, end)
    this.#left = readNullableLink(block, end + 2)
    if (end !== block.length) throw new Malformed('mst', 'trailing-bytes', 'bytes after the node', end)
  }

  /** A view of another block that differs from this one in the CIDs of values and links only. */
  of(block: Uint8Array): NodeView {
    const view = new NodeView()
    view.block = block
    view.count = this.count
    view.#left = this.#left
    view.#layout = this.#layout
    return view
  }

  /** The link before entry `index`, or after the last one. */
  link(index: number): number {
    return index === 0 ? this.#left : this.#layout[(index - 1) * stride + 3]
  }

  value(entry: number): number {
    return this.#layout[entry * stride + 4]
  }

  /** How many bytes an entry's key shares with that of the entry before. */
  shared(entry: number): number {
    return this.#layout[entry * stride]
  }

  /** The bytes of the first key, which is never compressed; there must be one. */
  get firstKey(): Uint8Array {
    const start = this.#layout[1]
    return this.block.subarray(start, start + this.#layout[2])
  }

  /** The CID at an offset of the view, as a view of the block. */
  cid(offset: number): Cid {
    return new Cid(this.block.subarray(offset, offset + cidSize))
  }

  /** Makes the key of the entry before, which `out` holds, into that of `entry`. Returns its size. */
  copyKey(entry: number, out: Uint8Array): number {
    const slot = entry * stride
    const prefix = this.#layout[slot]
    const size = prefix + this.#layout[slot + 2]
    copy(this.block, this.#layout[slot + 1], out, prefix, size)
    return size
  }

  /** The key of an entry. */
  key(entry: number): string {
    let size = 0
    for (let i = 0; i <= entry; i++) size = this.copyKey(i, key)
    return fromLatin1(key, 0, size)
  }

  /**
   * The entry of a key, or, when it is not there, −1 less the entry that it would be. Only what the compressed keys
   * spell out is compared: `shared` counts the bytes that the wanted key shares with the one before, which is below it.
   */
  find(wanted: Uint8Array): number {
    const {block, count} = this
    const layout = this.#layout
    let shared = 0
    for (let i = 0, slot = 0; i < count; i++, slot += stride) {
      const prefix = layout[slot]
      // It differs from the one before only after the wanted key has gone its own way, upwards.
      if (prefix > shared) continue
      // It has gone up at a place where the wanted key has not.
      if (prefix < shared) return -1 - i
      let at = layout[slot + 1]
      const stop = at + layout[slot + 2]
      while (at < stop && shared < wanted.length && block[at] === wanted[shared]) {
        at++
        shared++
      }
      if (at === stop) {
        if (shared === wanted.length) return i
      } else if (shared === wanted.length || block[at] > wanted[shared]) return -1 - i
    }
    return -1 - count
  }
}

/** Whether a block begins as every node does. No record that tells its `$type` does. */
export const isNodeLike = (block: Uint8Array): boolean => block[0] === 0xa2 && block[1] === 0x61 && block[2] === 0x65

/** Copies into `to` from `start` up to `stop`. Suffixes are some ten bytes: a loop beats `set`, which needs a view. */
export function copy(from: Uint8Array, at: number, to: Uint8Array, start: number, stop: number): void {
  for (let i = start, j = at; i < stop; i++, j++) to[i] = from[j]
}

/** The compression of keys is exact, and each key is above the one before, which `key` still holds. */
function checkPrefix(prefix: number, before: number, block: Uint8Array, suffix: number, suffixSize: number): void {
  if (suffix + suffixSize > block.length) throw notANode(block, block.length)
  if (prefix > before) throw new Malformed('mst', 'bad-prefix', 'a prefix longer than the key before', suffix)
  if (prefix + suffixSize > keySizeMax) throw new Malformed('mst', 'key-too-long', `over ${keySizeMax} bytes`, suffix)
  if (prefix === before) {
    if (suffixSize === 0) throw new Malformed('mst', 'key-order', 'a key given twice, or empty', suffix)
  } else if (suffixSize === 0 || block[suffix] < key[prefix]) {
    throw new Malformed('mst', 'key-order', 'a key that is not above the one before', suffix)
  } else if (block[suffix] === key[prefix]) {
    throw new Malformed('mst', 'bad-prefix', 'a prefix shorter than what the two keys share', suffix)
  }
}

/** Puts the suffix into `key` and checks the whole key's syntax (see `isKey`). Returns where its slash is. */
function readKey(block: Uint8Array, suffix: number, prefix: number, size: number, slashBefore: number): number {
  // No branch for each byte: a key's one slash is mostly in the prefix, and only where others are is it looked for.
  let others = 0
  for (let i = prefix, j = suffix; i < size; i++, j++) {
    const byte = block[j]
    key[i] = byte
    others += 1 - isKeyByte[byte]
  }
  let slashAt = slashBefore
  if (others > 0) {
    slashAt = slashAt >= 0 || others > 1 ? -1 : key.indexOf(slash, prefix)
    if (slashAt < 0) throw badKey(suffix)
  }
  if (slashAt <= 0 || slashAt >= size - 1) throw badKey(suffix)
  // What comes before the slash was checked with the key that it is shared with.
  if (prefix <= slashAt && isDots(0, slashAt)) throw badKey(suffix)
  if (isDots(slashAt + 1, size)) throw badKey(suffix)
  return slashAt
}

const badKey = (at: number): Malformed => new Malformed('mst', 'key-syntax', 'a key that is no repository path', at)

const isDots = (start: number, stop: number): boolean =>
  stop - start <= 2 && key[start] === dot && (stop - start === 1 || key[start + 1] === dot)
