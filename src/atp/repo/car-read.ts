/**
 * CAR v1, the container of repository exports and of commits on the firehose (spec: repository, "CAR File
 * Serialization"): a header naming the roots, then blocks, each behind its length and CID. One parser reads both a
 * whole buffer and a stream; blocks are views of what it was given, so nothing is copied but where chunks part a block.
 */
import {assert} from '#std/assert.ts'
import {copyOf, emptyBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {readVarint, varintEnd} from '#std/encoding/varint.ts'
import {cryptoEngine} from '../crypto/engine.ts'
import {decodeCbor} from '../data/cbor-decode.ts'
import {Cid, cidSize, isCidBytes} from '../data/cid.ts'
import {isMap} from '../data/value.ts'
import {BlockMap} from '../mst/blocks.ts'
import type {Block, BlockSource} from '../mst/blocks.ts'

export interface CarLimits {
  /** Bytes. Default 64 KiB: some 1,500 roots. */
  headerSizeMax?: number
  /** Bytes of one block. Default 2 MiB, above what any record or node may take. */
  blockSizeMax?: number
  /** Default: no limit but the size of the input. */
  blockCountMax?: number
}

const digest = new Uint8Array(32)

const fault = (reason: string, detail: string, offset?: number): Malformed =>
  new Malformed('car', reason, detail, offset)

/**
 * Takes chunks of any size and gives blocks: `while (parser.next())` after each `push`, and `finish` at the end. All
 * methods throw `Malformed('car', …)`. A block's views are of the chunk pushed last, or of a copy when it began in an
 * earlier one.
 */
export class CarParser {
  /** The header's roots, from the first `next` that returned true, or else from `finish`. */
  roots: readonly Cid[] | undefined
  /** Bytes of the input parsed so far: where the next block begins. */
  offset = 0
  blockCount = 0
  /** The bytes that the current block is in. */
  window: Uint8Array = emptyBytes
  /** Where in the window the current block's CID is; its content follows. */
  cidStart = 0
  /** The end of the current block in the window. */
  end = 0

  readonly #headerSizeMax: number
  readonly #blockSizeMax: number
  readonly #blockCountMax: number
  /** Chunks that are not enough to go on with, and what that takes. */
  #waiting: Uint8Array[] = []
  #waitingSize = 0
  #need = 0

  constructor(limits: CarLimits = {}) {
    this.#headerSizeMax = limits.headerSizeMax ?? 64 * 1024
    this.#blockSizeMax = limits.blockSizeMax ?? 2 * 1024 * 1024
    this.#blockCountMax = limits.blockCountMax ?? Infinity
  }

  push(chunk: Uint8Array): void {
    this.#waiting.push(chunk)
    this.#waitingSize += chunk.length
    const rest = this.window.length - this.end
    // Joining at each small chunk would copy a large block over and over.
    if (rest + this.#waitingSize < this.#need) return
    if (rest === 0 && this.#waiting.length === 1) this.window = chunk
    else {
      const joined = new Uint8Array(rest + this.#waitingSize)
      joined.set(this.window.subarray(this.end), 0)
      let at = rest
      for (const part of this.#waiting) {
        joined.set(part, at)
        at += part.length
      }
      this.window = joined
    }
    this.end = 0
    this.#waiting = []
    this.#waitingSize = 0
  }

  /** Moves to the next block; false when it takes more chunks. */
  next(): boolean {
    if (!this.roots && !this.#readHeader()) return false
    const size = this.#readSize()
    if (size < 0) return false
    const at = varintEnd
    if (size < cidSize) throw fault('bad-block', `a block of ${size} bytes, too short for its CID`, this.offset)
    if (size - cidSize > this.#blockSizeMax) {
      throw fault('block-too-big', `a block of ${size - cidSize} bytes; at most ${this.#blockSizeMax}`, this.offset)
    }
    if (!this.#has(at - this.end + size)) return false
    if (!isCidBytes(this.window, at)) {
      throw fault('bad-cid', 'a block whose CID is not v1 of dag-cbor or raw with SHA-256', this.offset)
    }
    if (this.blockCount === this.#blockCountMax) {
      throw fault('too-many-blocks', `more than ${this.#blockCountMax} blocks`, this.offset)
    }
    this.blockCount++
    this.cidStart = at
    this.offset += at + size - this.end
    this.end = at + size
    return true
  }

  /** Says that no more chunks will come. */
  finish(): void {
    if (!this.roots) throw fault('truncated', 'the input ends inside the header', this.offset)
    if (this.end < this.window.length || this.#waitingSize > 0) {
      throw fault('truncated', 'the input ends inside a block', this.offset)
    }
  }

  get cid(): Cid {
    return new Cid(this.window.subarray(this.cidStart, this.cidStart + cidSize))
  }

  /** The content of the current block. Throws `Malformed('car', 'wrong-hash')` unless the CID names it. */
  checkedBlock(): Uint8Array {
    const {window, cidStart} = this
    const block = window.subarray(cidStart + cidSize, this.end)
    cryptoEngine.sha256Into(block, digest, 0)
    for (let i = 0; i < 32; i++) {
      if (window[cidStart + 4 + i] !== digest[i]) {
        throw fault('wrong-hash', `the bytes given for ${this.cid} are others`, this.offset - block.length)
      }
    }
    return block
  }

  /** Whether this many bytes from the current end are there; if not, `push` waits for them. */
  #has(size: number): boolean {
    if (this.window.length - this.end >= size) return true
    this.#need = size
    return false
  }

  /** The length at the current end, −1 when not all of it is there. Leaves the offset after it in `varintEnd`. */
  #readSize(): number {
    const size = readVarint(this.window, this.end)
    if (size < 0) this.#need = this.window.length - this.end + 1
    return size
  }

  #readHeader(): boolean {
    const size = this.#readSize()
    if (size < 0) return false
    const at = varintEnd
    if (size > this.#headerSizeMax) throw fault('header-too-big', `a header of ${size} bytes`, this.offset)
    if (!this.#has(at - this.end + size)) return false
    // A copy: roots outlive the chunk, and a view would keep all of it in memory.
    this.roots = readRoots(copyOf(this.window, at, at + size))
    this.offset += at + size - this.end
    this.end = at + size
    return true
  }
}

function readRoots(header: Uint8Array): Cid[] {
  const value = decodeCbor(header)
  if (!isMap(value) || value.version !== 1 || !Array.isArray(value.roots)) {
    throw fault('bad-header', 'the header is not {roots: […], version: 1}', 0)
  }
  return value.roots.map(root => {
    if (!(root instanceof Cid)) throw fault('bad-header', 'a root that is no link', 0)
    return root
  })
}

/** A CAR in memory, every block checked against its CID. The blocks are views of `bytes`. */
export function readCar(bytes: Uint8Array, limits?: CarLimits): {roots: readonly Cid[]; blocks: BlockMap} {
  const parser = new CarParser(limits)
  parser.push(bytes)
  const blocks = new BlockMap()
  while (parser.next()) blocks.add(parser.window, parser.cidStart, parser.checkedBlock())
  parser.finish()
  return {roots: parser.roots ?? [], blocks}
}

/** Of a larger CAR a table is made of all blocks: to go through it for each would be slow. */
const scannedSizeMax = 16 * 1024

/**
 * The blocks of a CAR in memory whose hashes were checked before; they are views of `bytes`. Of one that is small, as
 * that of most commits is, whoever wants a block or two has it gone through for each, which costs less than a table.
 */
export function carBlocks(bytes: Uint8Array): BlockSource {
  if (bytes.length <= scannedSizeMax) return {get: cid => scanned(bytes, cid.bytes)}
  const blocks = new BlockMap()
  eachBlock(bytes, (at, end) => {
    blocks.add(bytes, at, bytes.subarray(at + cidSize, end))
    return false
  })
  return blocks
}

function scanned(bytes: Uint8Array, cid: Uint8Array): Uint8Array | undefined {
  let found: Uint8Array | undefined
  eachBlock(bytes, (at, end) => {
    for (let i = cidSize - 1; i >= 0; i--) if (bytes[at + i] !== cid[i]) return false
    found = bytes.subarray(at + cidSize, end)
    return true
  })
  return found
}

/** Where the CID of each block is, and the block's end, until `isLast` says so. The form was checked before. */
function eachBlock(bytes: Uint8Array, isLast: (at: number, end: number) => boolean): void {
  const headerSize = readVarint(bytes, 0)
  for (let next = varintEnd + headerSize; next < bytes.length;) {
    const size = readVarint(bytes, next)
    assert(size >= cidSize, 'blocks that were checked are whole')
    const at = varintEnd
    next = at + size
    if (isLast(at, next)) return
  }
}

/**
 * A CAR from a stream, every block checked against its CID: resolves when the header is there. Blocks come in the order
 * of the stream, in memory of one chunk and one block; they are views that stay good as long as their chunk does.
 * Rejects, as does the iteration, with `Malformed('car', …)`, or with the stream's own error.
 */
export async function openCar(
  chunks: AsyncIterable<Uint8Array>,
  limits?: CarLimits,
): Promise<{roots: readonly Cid[]; blocks: AsyncGenerator<Block>}> {
  const parser = new CarParser(limits)
  const blocks = readBlocks(parser, chunks)
  const first = await blocks.next()
  return {roots: parser.roots ?? [], blocks: prepend(first, blocks)}
}

async function* readBlocks(parser: CarParser, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Block> {
  for await (const chunk of chunks) {
    parser.push(chunk)
    while (parser.next()) yield {cid: parser.cid, bytes: parser.checkedBlock()}
  }
  parser.finish()
}

async function* prepend<T>(first: IteratorResult<T, void>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    if (!first.done) yield first.value
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}
