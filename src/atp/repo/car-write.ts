/**
 * CAR v1 on the way out (spec: repository, "CAR File Serialization"). Blocks are some 250 bytes, and a write of each
 * to a socket or file would cost more than the block, so a stream's chunks are filled to about 64 KiB.
 */
import {copyBytes, emptyBytes} from '#std/bytes.ts'
import {varintSize, writeVarint} from '#std/encoding/varint.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {cidSize} from '../data/cid.ts'
import type {Cid} from '../data/cid.ts'
import type {Block} from '../mst/blocks.ts'

/** Bytes of a chunk, unless the caller says otherwise. */
const chunkSizeUsual = 64 * 1024

function header(roots: readonly Cid[]): Uint8Array {
  const value = encodeCbor({roots, version: 1})
  const bytes = new Uint8Array(varintSize(value.length) + value.length)
  bytes.set(value, writeVarint(value.length, bytes, 0))
  return bytes
}

const blockSize = ({bytes}: Block): number => varintSize(cidSize + bytes.length) + cidSize + bytes.length

function writeBlock({cid, bytes}: Block, out: Uint8Array, offset: number): number {
  const at = writeVarint(cidSize + bytes.length, out, offset)
  out.set(cid.bytes, at)
  out.set(bytes, at + cidSize)
  return at + cidSize + bytes.length
}

/** A CAR in one buffer. */
export const encodeCar = (roots: readonly Cid[], blocks: Iterable<Block>): Uint8Array<ArrayBuffer> =>
  encodeAfter(header(roots), blocks)

/** What may be put behind a CAR, to be more blocks of it. */
export const encodeCarSections = (blocks: Iterable<Block>): Uint8Array<ArrayBuffer> => encodeAfter(emptyBytes, blocks)

function encodeAfter(head: Uint8Array, blocks: Iterable<Block>): Uint8Array<ArrayBuffer> {
  const list = [...blocks]
  const bytes = new Uint8Array(list.reduce((size, block) => size + blockSize(block), head.length))
  bytes.set(head)
  let at = head.length
  for (const block of list) at = writeBlock(block, bytes, at)
  return bytes
}

/** Fills chunks with blocks. Each chunk is a buffer of its own. */
export class CarWriter {
  readonly #chunkSize: number
  #chunk: Uint8Array<ArrayBuffer>
  #at: number
  #full: Uint8Array<ArrayBuffer>[] = []

  /** `chunkSize` is in bytes. */
  constructor(roots: readonly Cid[], chunkSize = chunkSizeUsual) {
    const head = header(roots)
    this.#chunkSize = chunkSize
    this.#chunk = new Uint8Array(Math.max(chunkSize, head.length))
    this.#chunk.set(head)
    this.#at = head.length
  }

  /** Chunks that are ready are then in `take`. */
  add(block: Block): void {
    this.#reserve(blockSize(block))
    this.#at = writeBlock(block, this.#chunk, this.#at)
  }

  /** Adds the block whose CID and content are the bytes of `from` from `start` to `end`. */
  addJoined(from: Uint8Array, start: number, end: number): void {
    const size = end - start
    this.#reserve(varintSize(size) + size)
    const at = writeVarint(size, this.#chunk, this.#at)
    copyBytes(from, start, end, this.#chunk, at)
    this.#at = at + size
  }

  /** The next full chunk, if there is one. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    return this.#full.shift()
  }

  /** What is left when all blocks have been added and all full chunks taken. Never empty. */
  end(): Uint8Array<ArrayBuffer> {
    return this.#chunk.subarray(0, this.#at)
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#chunk.length) return
    if (this.#at > 0) this.#full.push(this.#chunk.subarray(0, this.#at))
    this.#chunk = new Uint8Array(Math.max(this.#chunkSize, size))
    this.#at = 0
  }
}

/**
 * A CAR as a stream. It asks for the next block only when the chunk before has been taken, so a slow reader slows the
 * source.
 */
export async function* streamCar(
  roots: readonly Cid[],
  blocks: AsyncIterable<Block> | Iterable<Block>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const writer = new CarWriter(roots)
  for await (const block of blocks) {
    writer.add(block)
    for (let chunk; (chunk = writer.take());) yield chunk
  }
  yield writer.end()
}
