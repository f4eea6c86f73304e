/**
 * CAR v1 on the way out (spec: repository, "CAR File Serialization"). Blocks are some 250 bytes, and a write of each
 * to a socket or file would cost more than the block, so a stream's chunks are filled to about 64 KiB.
 */
import {varintSize, writeVarint} from '#std/varint.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {cidSize} from '../data/cid.ts'
import type {Cid} from '../data/cid.ts'
import type {Block} from '../mst/blocks.ts'

/** Bytes. */
const chunkSize = 64 * 1024

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
export function encodeCar(roots: readonly Cid[], blocks: Iterable<Block>): Uint8Array<ArrayBuffer> {
  const head = header(roots)
  const list = [...blocks]
  const bytes = new Uint8Array(list.reduce((size, block) => size + blockSize(block), head.length))
  bytes.set(head)
  let at = head.length
  for (const block of list) at = writeBlock(block, bytes, at)
  return bytes
}

/**
 * A CAR as a stream. It asks for the next block only when the chunk before has been taken, so a slow reader slows the
 * source. Each chunk is a buffer of its own.
 */
export async function* streamCar(
  roots: readonly Cid[],
  blocks: AsyncIterable<Block> | Iterable<Block>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let chunk = new Uint8Array(chunkSize)
  const head = header(roots)
  let at = head.length
  if (at > chunkSize) chunk = new Uint8Array(at)
  chunk.set(head)
  for await (const block of blocks) {
    const size = blockSize(block)
    if (at + size > chunk.length) {
      if (at > 0) yield chunk.subarray(0, at)
      chunk = new Uint8Array(Math.max(chunkSize, size))
      at = 0
    }
    at = writeBlock(block, chunk, at)
  }
  if (at > 0) yield chunk.subarray(0, at)
}
