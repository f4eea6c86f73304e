/**
 * One node of the tree, as bytes (spec: repository, "MST structure"). Nodes are most of what a repository's reader
 * meets, and their DAG-CBOR has one fixed shape, so it is read and written here directly, with no objects between.
 *
 * Whatever is not the one canonical form is refused: the wrong prefix lengths, keys out of order, and all that the
 * data model forbids. What a single block cannot show (heights, order between nodes) is checked by its readers.
 */
import {emptyBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {fromLatin1, writeLatin1} from '#std/text.ts'
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

/**
 * A node as it lies in its block: counts and offsets. One view is filled again and again, so reading a node allocates
 * nothing. Offsets of links are of their 36 bytes, and 0 where there is none.
 */
export class NodeView {
  block: Uint8Array = emptyBytes
  count = 0
  left = 0
  /** For each entry: bytes shared with the key before, where the rest begins, and its size. */
  readonly prefix: number[] = []
  readonly suffix: number[] = []
  readonly suffixSize: number[] = []
  readonly value: number[] = []
  readonly right: number[] = []

  /** Fills the view. Throws `Malformed('mst', …)`, after which the view must be filled again before use. */
  read(block: Uint8Array): void {
    this.block = block
    if (!isNodeLike(block)) throw notANode(block, 0)
    const count = readHead(block, 3, 4)
    if (count > entryCountMax) throw new Malformed('mst', 'too-many-entries', `${count} entries in one node`, 3)
    this.count = count
    let keySize = 0
    let slashAt = -1
    for (let i = 0; i < count; i++) {
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
      this.value[i] = readLink(block, at + 2)
      this.right[i] = right
      this.prefix[i] = prefix
      this.suffix[i] = suffix
      this.suffixSize[i] = suffixSize
    }
    if (block[end] !== 0x61 || block[end + 1] !== 0x6c) throw notANode(block, end)
    this.left = readNullableLink(block, end + 2)
    if (end !== block.length) throw new Malformed('mst', 'trailing-bytes', 'bytes after the node', end)
  }

  /** The CID at an offset of the view, as a view of the block. */
  cid(offset: number): Cid {
    return new Cid(this.block.subarray(offset, offset + cidSize))
  }

  /** The part of an entry's key that its block spells out: of the first entry, all of it. */
  suffixBytes(entry: number): Uint8Array {
    return this.block.subarray(this.suffix[entry], this.suffix[entry] + this.suffixSize[entry])
  }

  /** Makes the key of the entry before, which `out` holds, into that of `entry`. Returns its size. */
  copyKey(entry: number, out: Uint8Array): number {
    const size = this.prefix[entry] + this.suffixSize[entry]
    copy(this.block, this.suffix[entry], out, this.prefix[entry], size)
    return size
  }

  /** All keys, in order. */
  keys(): string[] {
    const keys: string[] = []
    for (let i = 0; i < this.count; i++) keys.push(fromLatin1(key, 0, this.copyKey(i, key)))
    return keys
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
  let slashAt = slashBefore
  for (let i = prefix, j = suffix; i < size; i++, j++) {
    const byte = block[j]
    key[i] = byte
    if (isKeyByte[byte] === 0) {
      if (byte !== slash || slashAt >= 0) throw badKey(suffix)
      slashAt = i
    }
  }
  if (slashAt <= 0 || slashAt === size - 1) throw badKey(suffix)
  if (isDots(0, slashAt) || isDots(slashAt + 1, size)) throw badKey(suffix)
  return slashAt
}

const badKey = (at: number): Malformed => new Malformed('mst', 'key-syntax', 'a key that is no repository path', at)

const isDots = (start: number, stop: number): boolean =>
  stop - start <= 2 && key[start] === dot && (stop - start === 1 || key[start + 1] === dot)

/** Bytes that two keys share at their start. */
export function sharedPrefix(a: string, b: string): number {
  const size = Math.min(a.length, b.length)
  let i = 0
  while (i < size && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return i
}

/** Room for what comes before the entries: the map, `e`, and the count in up to three bytes. */
const headSize = 6
/** Room that an entry can need beside its key: its heads and two links. */
const entrySize = 100
const linkSize = 7 + cidSize

/** Writes one node, entry by entry; then the next, in the same buffer. */
export class NodeWriter {
  #out = new Uint8Array(4096)
  #at = headSize
  #count = 0
  #before = ''

  /** Keys must come in ascending order. `right` is the link between this key and the next. */
  entry(key: string, value: Cid, right: Cid | null): void {
    this.#reserve(key.length + entrySize)
    const out = this.#out
    const prefix = sharedPrefix(this.#before, key)
    let at = this.#at
    out[at] = 0xa4
    out[at + 1] = 0x61
    out[at + 2] = 0x6b
    at = writeHead(out, 2, key.length - prefix, at + 3)
    if (prefix === 0) at += writeLatin1(key, out, at)
    else for (let i = prefix; i < key.length; i++) out[at++] = key.charCodeAt(i)
    out[at] = 0x61
    out[at + 1] = 0x70
    at = writeHead(out, 0, prefix, at + 2)
    at = writeLink(out, 0x74, right, at)
    this.#at = writeLink(out, 0x76, value, at)
    this.#before = key
    this.#count++
  }

  /** The block of the node, in a view that the next one overwrites: `slice` what is to be kept. */
  finish(left: Cid | null): Uint8Array {
    this.#reserve(linkSize)
    const out = this.#out
    const end = writeLink(out, 0x6c, left, this.#at)
    const count = this.#count
    const start = count < 24 ? 2 : count < 256 ? 1 : 0
    out[start] = 0xa2
    out[start + 1] = 0x61
    out[start + 2] = 0x65
    writeHead(out, 4, count, start + 3)
    this.#at = headSize
    this.#count = 0
    this.#before = ''
    return out.subarray(start, end)
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#out.length) return
    const larger = new Uint8Array(this.#out.length * 2 + size)
    larger.set(this.#out)
    this.#out = larger
  }
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

function writeLink(out: Uint8Array, name: number, cid: Cid | null, at: number): number {
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
  out.set(cid.bytes, at + 7)
  return at + linkSize
}
