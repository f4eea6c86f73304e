/**
 * A segment of Jetstream's archive: a head of 256 bytes, then blocks (`block.ts`), each a zstd frame after its size (u64
 * LE), then what says where each block is and what may be in it. While a segment grows its head is zero and nothing
 * stands behind its blocks; it is sealed by what is made here, and then only ever replaced as a whole.
 *
 * Source: docs/README.md, section 3.1, of bluesky-social/jetstream. Of the head it says the order; the sizes are those
 * there, with nothing between them.
 */
import {assert} from '#std/assert.ts'
import {concatBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {fromLatin1, writeLatin1} from '#std/text.ts'
import {bloomSize, didHash, encodeBloom, linesFor, type DidHash} from './bloom.ts'
import {rowKind, setWord, wordAt, type ArchiveRow, type RowKind} from './block.ts'
import {xxh3Of64} from './xxh3.ts'

export const headSize = 256
const magic = 'jss0'
const version = 1
/** What the head's sum is of, and where. */
const sumAt = 4
const summedAt = 12
const entrySize = 52
/** Blocks and collections in a segment, whatever it claims. */
const countMax = 2 ** 20
/** Before the packed collections. */
const collectionsHeadSize = 16

/** What stands where a collection would in the index, for kinds that have none. No NSID begins so. */
const markerCollections: Readonly<Partial<Record<RowKind, string>>> = {
  [rowKind.identity]: '$identity',
  [rowKind.account]: '$account',
  [rowKind.sync]: '$sync',
}

/** Where a block is, and its bounds, which stay when events are taken out of it. */
export interface BlockPlace {
  /** Of its size, in the file; the frame begins eight bytes later. */
  readonly offset: number
  /** Bytes of the frame, and of what is in it. */
  readonly size: number
  readonly unpackedSize: number
  readonly count: number
  readonly minSeq: number
  readonly maxSeq: number
  readonly minMicros: number
  readonly maxMicros: number
}

/** A block, and what is in it. */
export interface BlockFacts {
  readonly place: BlockPlace
  /** Each DID once, as numbers in threes: `high`, `low`, `within`. */
  readonly dids: Uint32Array
  /** How many events each collection has, markers' among them. */
  readonly collections: ReadonlyMap<string, number>
}

/** What is where the collection of an event would be looked for. */
const indexedCollection = ({kind, collection}: Pick<ArchiveRow, 'kind' | 'collection'>): string =>
  markerCollections[kind] ?? collection

/** Of a block that holds `rows`, with the bounds of these unless others are given. `offset` and sizes as in its place. */
export function blockFacts(
  rows: readonly ArchiveRow[],
  where: Pick<BlockPlace, 'offset' | 'size' | 'unpackedSize'>,
  bounds?: Pick<BlockPlace, 'minSeq' | 'maxSeq' | 'minMicros' | 'maxMicros'>,
): BlockFacts {
  const collections = new Map<string, number>()
  const dids = new Set<string>()
  for (const row of rows) {
    const name = indexedCollection(row)
    if (name !== '') collections.set(name, (collections.get(name) ?? 0) + 1)
    dids.add(row.did)
  }
  const hashes = new Uint32Array(dids.size * 3)
  let at = 0
  for (const did of dids) {
    const {high, low, within} = didHash(did)
    hashes[at++] = high
    hashes[at++] = low
    hashes[at++] = within
  }
  const first = rows[0]
  const last = rows[rows.length - 1]
  const {minSeq, maxSeq, minMicros, maxMicros} = bounds ?? {
    minSeq: first.seq,
    maxSeq: last.seq,
    minMicros: first.witnessedMicros,
    maxMicros: last.witnessedMicros,
  }
  return {place: {...where, count: rows.length, minSeq, maxSeq, minMicros, maxMicros}, dids: hashes, collections}
}

export interface SegmentHead {
  /** 16 hexadecimal digits, over all but the blocks: as the blocks' places and sizes stand there, a changed segment has another. */
  readonly checksum: string
  readonly blockCount: number
  readonly eventCount: number
  readonly didCount: number
  readonly minSeq: number
  readonly maxSeq: number
  readonly minMicros: number
  readonly maxMicros: number
  /** Where the parts of the index begin in the file: blocks, the segment's DIDs, each block's, collections. */
  readonly footAt: number
  readonly didsAt: number
  readonly blockDidsAt: number
  readonly collectionsAt: number
}

type Codec = (bytes: Uint8Array) => Uint8Array

const hashesOf = function* (dids: Uint32Array): Generator<DidHash> {
  for (let i = 0; i < dids.length; i += 3) yield {high: dids[i], low: dids[i + 1], within: dids[i + 2]}
}

/** The DIDs of all blocks, each once. Two are the same when 53 bits of their hashes are. */
function didsOf(blocks: readonly BlockFacts[]): DidHash[] {
  const found = new Map<number, DidHash>()
  for (const {dids} of blocks) {
    for (const hash of hashesOf(dids)) found.set((hash.high & 0x1fffff) * 2 ** 32 + hash.low, hash)
  }
  return [...found.values()]
}

/** What seals a segment: what goes behind its blocks, at `footAt`, and then its head. `compress` makes a zstd frame. */
export function sealOf(
  blocks: readonly BlockFacts[],
  footAt: number,
  compress: Codec,
): {head: Uint8Array; foot: Uint8Array} {
  assert(blocks.length > 0 && blocks.length <= countMax, 'a segment has blocks')
  const places = blocks.map(({place}) => place)
  const dids = didsOf(blocks)
  const parts = [
    placesOf(places),
    encodeBloom(dids, linesFor(dids.length)),
    blockBlooms(blocks),
    collectionsOf(blocks, compress),
  ]
  const foot = concatBytes(parts)
  const head = new Uint8Array(headSize)
  const view = new DataView(head.buffer)
  writeLatin1(magic, head, 0)
  view.setUint16(12, version, true)
  view.setUint32(14, blocks.length, true)
  view.setUint32(
    18,
    places.reduce((sum, {count}) => sum + count, 0),
    true,
  )
  view.setUint32(22, dids.length, true)
  const starts = parts.map((_, i) => parts.slice(0, i).reduce((sum, {length}) => sum + length, footAt))
  const words = [
    Math.min(...places.map(({minSeq}) => minSeq)),
    Math.max(...places.map(({maxSeq}) => maxSeq)),
    Math.min(...places.map(({minMicros}) => minMicros)),
    Math.max(...places.map(({maxMicros}) => maxMicros)),
    footAt,
    starts[1],
    starts[2],
    starts[3],
    footAt,
  ]
  for (const [i, word] of words.entries()) setWord(view, 26 + 8 * i, word)
  view.setBigUint64(sumAt, xxh3Of64(head.subarray(summedAt), foot), true)
  return {head, foot}
}

function placesOf(places: readonly BlockPlace[]): Uint8Array {
  const bytes = new Uint8Array(places.length * entrySize)
  const view = new DataView(bytes.buffer)
  for (const [i, {offset, size, unpackedSize, count, minSeq, maxSeq, minMicros, maxMicros}] of places.entries()) {
    const at = i * entrySize
    setWord(view, at, offset)
    view.setUint32(at + 8, size, true)
    view.setUint32(at + 12, unpackedSize, true)
    view.setUint32(at + 16, count, true)
    for (const [n, word] of [minSeq, maxSeq, minMicros, maxMicros].entries()) setWord(view, at + 20 + 8 * n, word)
  }
  return bytes
}

/** All of one size, so that where each begins need not be said. */
function blockBlooms(blocks: readonly BlockFacts[]): Uint8Array {
  const lines = linesFor(Math.max(...blocks.map(({dids}) => dids.length / 3)))
  const head = new Uint8Array(8)
  const view = new DataView(head.buffer)
  view.setUint32(0, blocks.length, true)
  view.setUint32(4, bloomSize(lines), true)
  return concatBytes([head, ...blocks.map(({dids}) => encodeBloom(hashesOf(dids), lines))])
}

function collectionsOf(blocks: readonly BlockFacts[], compress: Codec): Uint8Array {
  const ids = new Map<string, number>()
  const counts: number[] = []
  for (const {collections} of blocks) {
    for (const [name, count] of collections) {
      const id = ids.get(name) ?? ids.size
      ids.set(name, id)
      // A marker's is no traffic of a collection.
      counts[id] = (counts[id] ?? 0) + (name.startsWith('$') ? 0 : count)
    }
  }
  const names = [...ids.keys()]
  const maskSize = Math.ceil(names.length / 8)
  const tableSize = names.reduce((sum, {length}) => sum + 5 + length, 0)
  const body = new Uint8Array(tableSize + blocks.length * maskSize)
  const view = new DataView(body.buffer)
  let at = 0
  for (const [id, name] of names.entries()) {
    body[at] = name.length
    view.setUint32(at + 1, counts[id], true)
    at += 5 + writeLatin1(name, body, at + 5)
  }
  for (const {collections} of blocks) {
    for (const name of collections.keys()) {
      const id = ids.get(name) ?? 0
      body[at + (id >> 3)] |= 1 << (id & 7)
    }
    at += maskSize
  }
  const head = new Uint8Array(collectionsHeadSize)
  const headView = new DataView(head.buffer)
  for (const [i, value] of [names.length, blocks.length, maskSize, body.length].entries()) {
    headView.setUint32(4 * i, value, true)
  }
  return concatBytes([head, compress(body)])
}

/** A block as it stands in a segment: the size of its frame, and that. */
export function storedBlock(frame: Uint8Array): Uint8Array {
  const block = new Uint8Array(8 + frame.length)
  setWord(new DataView(block.buffer), 0, frame.length)
  block.set(frame, 8)
  return block
}

const malformed = (reason: string, detail: string): Malformed => new Malformed('archive', reason, detail)

/** `undefined` for a segment that is yet to be sealed. Throws `Malformed` for what is no segment of this version. */
export function readHead(bytes: Uint8Array): SegmentHead | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < headSize) throw malformed('not-a-segment', 'it ends within its head')
  const checksum = view.getBigUint64(sumAt, true)
  if (checksum === 0n) return undefined
  if (fromLatin1(bytes, 0, 4) !== magic) throw malformed('not-a-segment', 'it does not begin with jss0')
  if (view.getUint16(12, true) !== version)
    throw malformed('other-version', `it is of version ${view.getUint16(12, true)}`)
  const word = (i: number): number => wordAt(view, 26 + 8 * i)
  const head = {
    checksum: checksum.toString(16).padStart(16, '0'),
    blockCount: view.getUint32(14, true),
    eventCount: view.getUint32(18, true),
    didCount: view.getUint32(22, true),
    minSeq: word(0),
    maxSeq: word(1),
    minMicros: word(2),
    maxMicros: word(3),
    footAt: word(4),
    didsAt: word(5),
    blockDidsAt: word(6),
    collectionsAt: word(7),
  }
  const {footAt, didsAt, blockDidsAt, collectionsAt, blockCount} = head
  const isInOrder = headSize <= footAt && footAt <= didsAt && didsAt < blockDidsAt && blockDidsAt < collectionsAt
  if (!isInOrder || blockCount > countMax || didsAt - footAt !== blockCount * entrySize) {
    throw malformed('not-a-segment', 'its head does not say where its index is')
  }
  return head
}

/** What a segment says of its blocks, but for their DIDs, which are looked at in the file. */
export interface SegmentIndex {
  readonly head: SegmentHead
  readonly places: readonly BlockPlace[]
  /** Its DIDs, as `bloomHas` takes them. */
  readonly dids: Uint8Array
  /** Where each block's filter begins in the file, and the bytes of one. */
  readonly blockDids: {readonly at: number; readonly size: number}
  /** By collection, whether each block has some of it. */
  readonly collections: ReadonlyMap<string, {readonly count: number; readonly blocks: ReadonlySet<number>}>
}

/** `foot` is all from `footAt` on. Throws `Malformed` when it is not what was sealed. */
export function readIndex(headBytes: Uint8Array, foot: Uint8Array, decompress: Codec): SegmentIndex {
  const head = readHead(headBytes)
  if (!head) throw malformed('not-sealed', 'it is yet to be sealed')
  const sum = xxh3Of64(headBytes.subarray(summedAt, headSize), foot).toString(16).padStart(16, '0')
  if (sum !== head.checksum) throw malformed('other-sum', 'it is not what was sealed')
  const {footAt, didsAt, blockDidsAt, collectionsAt, blockCount} = head
  const view = new DataView(foot.buffer, foot.byteOffset, foot.byteLength)
  const places = Array.from({length: blockCount}, (_, i): BlockPlace => {
    const at = i * entrySize
    return {
      offset: wordAt(view, at),
      size: view.getUint32(at + 8, true),
      unpackedSize: view.getUint32(at + 12, true),
      count: view.getUint32(at + 16, true),
      minSeq: wordAt(view, at + 20),
      maxSeq: wordAt(view, at + 28),
      minMicros: wordAt(view, at + 36),
      maxMicros: wordAt(view, at + 44),
    }
  })
  return {
    head,
    places,
    dids: foot.subarray(didsAt - footAt, blockDidsAt - footAt).slice(0),
    blockDids: {at: blockDidsAt + 8, size: view.getUint32(blockDidsAt - footAt + 4, true)},
    collections: readCollections(foot.subarray(collectionsAt - footAt), decompress),
  }
}

function readCollections(bytes: Uint8Array, decompress: Codec): SegmentIndex['collections'] {
  const headView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [nameCount, blockCount, maskSize, size] = [0, 4, 8, 12].map(at => headView.getUint32(at, true))
  const body = decompress(bytes.subarray(collectionsHeadSize))
  if (body.length !== size || nameCount > countMax || maskSize !== Math.ceil(nameCount / 8)) {
    throw malformed('not-a-segment', 'its collections are not in order')
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const names: {name: string; count: number; blocks: Set<number>}[] = []
  let at = 0
  for (let id = 0; id < nameCount; id++) {
    const end = at + 5 + body[at]
    names.push({name: fromLatin1(body, at + 5, end), count: view.getUint32(at + 1, true), blocks: new Set()})
    at = end
  }
  for (let block = 0; block < blockCount; block++, at += maskSize) {
    for (const [id, {blocks}] of names.entries()) if (body[at + (id >> 3)] & (1 << (id & 7))) blocks.add(block)
  }
  return new Map(names.map(({name, count, blocks}) => [name, {count, blocks}]))
}
