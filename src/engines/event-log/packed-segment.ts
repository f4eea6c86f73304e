/**
 * A full segment made small. What a log holds is text and hashes in rows that are much alike, so zstd leaves a fifth
 * of Jetstream's JSON (and two thirds of a relay's frames, which is why a relay does not do it). Only whole segments
 * are packed, beside the writer and after it is done with them: an append never waits for it, and whatever happens on
 * the way, the segment as it was written is still there.
 *
 *     head    16 bytes that say what it is
 *     blocks  each a zstd frame of 1 MiB of the segment, the last of less
 *     table   JSON, see `Table`
 *     foot    u32 LE size of the table, u32 LE CRC-32 of it
 */
import type {FileHandle} from 'node:fs/promises'
import {open} from 'node:fs/promises'
import {promisify} from 'node:util'
import {crc32, constants, zstdCompress, zstdDecompress} from 'node:zlib'
import {DamagedLog} from './damaged-log.ts'
import type {Seq} from './event-log.ts'
import type {Mark} from './mark.ts'

const head = Buffer.from('wholesky logz 1\n', 'latin1')
const footSize = 8
const blockSize = 2 ** 20
const tableSizeMax = 16 * 2 ** 20

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** What there is to know of a packed segment without unpacking it. */
export interface Table {
  /** Bytes of the segment as it was. */
  readonly size: number
  /** The seq after its last event, and the time of that event. */
  readonly next: Seq
  readonly time: number
  readonly marks: readonly Mark[]
  /** Where each block begins in the file, and where the last one ends. */
  readonly blocks: readonly number[]
}

/**
 * Writes `from`, a whole segment, packed into `to`, syncs it, and gives its size in bytes. Rejects when the signal
 * aborts; `to` may then be there.
 */
export async function packSegment(
  from: string,
  to: string,
  known: Omit<Table, 'blocks'>,
  signal: AbortSignal,
): Promise<number> {
  await using source = await open(from)
  await using target = await open(to, 'w', 0o600)
  await target.write(head)
  const blocks = [head.length]
  for (let start = 0; start < known.size; start += blockSize) {
    signal.throwIfAborted()
    const raw = await bytesOf(source, start, Math.min(start + blockSize, known.size))
    const packed = await compress(raw, {params: {[constants.ZSTD_c_compressionLevel]: 3}})
    await target.write(packed)
    blocks.push(blocks[blocks.length - 1] + packed.length)
  }
  const table = Buffer.from(JSON.stringify({...known, blocks} satisfies Table))
  const foot = Buffer.alloc(footSize)
  foot.writeUInt32LE(table.length, 0)
  foot.writeUInt32LE(crc32(table), 4)
  await target.write(Buffer.concat([table, foot]))
  await target.sync()
  return blocks[blocks.length - 1] + table.length + foot.length
}

/** Blocks that some reader holds, for the others near it: unpacking is most of what reading costs. */
const unpacked = new Map<string, WeakRef<Promise<Buffer>>>()
const unpackedMax = 1_024

function forgetUnheld(): void {
  for (const [key, block] of unpacked) if (!block.deref()) unpacked.delete(key)
}

/** An open packed segment, read as if it were not packed. */
export class PackedSegment {
  readonly table: Table
  readonly #path: string
  readonly #file: FileHandle
  /** The newest block read; it is held so that the next page finds it. */
  #block: {index: number; bytes: Promise<Buffer>} | undefined

  private constructor(path: string, file: FileHandle, table: Table) {
    this.#path = path
    this.#file = file
    this.table = table
  }

  /** Rejects with `ENOENT` when the file is gone, and with `DamagedLog` when its table cannot be read. */
  static async open(path: string): Promise<PackedSegment> {
    const file = await open(path)
    try {
      return new PackedSegment(path, file, await readTable(path, file))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** The bytes from `start` to `end` of the segment, fewer at its end. */
  async bytes(start: number, end: number): Promise<Buffer> {
    const last = Math.min(end, this.table.size)
    const parts: Buffer[] = []
    for (let at = start; at < last;) {
      const index = Math.floor(at / blockSize)
      const block = await this.#unpack(index)
      const from = at - index * blockSize
      const part = block.subarray(from, Math.min(block.length, from + last - at))
      if (part.length === 0) break
      parts.push(part)
      at += part.length
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts)
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #unpack(index: number): Promise<Buffer> {
    if (this.#block?.index === index) return this.#block.bytes
    const key = `${this.#path}#${index}`
    let bytes = unpacked.get(key)?.deref()
    if (!bytes) {
      bytes = this.#read(index)
      bytes.catch(() => unpacked.delete(key))
      if (unpacked.size >= unpackedMax) forgetUnheld()
      unpacked.set(key, new WeakRef(bytes))
    }
    this.#block = {index, bytes}
    return bytes
  }

  async #read(index: number): Promise<Buffer> {
    const {blocks, size} = this.table
    const packed = await bytesOf(this.#file, blocks[index], blocks[index + 1])
    try {
      const block = await decompress(packed, {maxOutputLength: blockSize})
      if (block.length === Math.min(blockSize, size - index * blockSize)) return block
    } catch {
      // Told below: whatever zstd says, these are not the bytes that were written.
    }
    throw DamagedLog.older(this.#path, `its block ${index} does not unpack`)
  }
}

async function readTable(path: string, file: FileHandle): Promise<Table> {
  const damaged = (): DamagedLog => DamagedLog.older(path, 'its table of contents cannot be read')
  const {size} = await file.stat()
  if (size < head.length + footSize || !(await bytesOf(file, 0, head.length)).equals(head)) throw damaged()
  const foot = await bytesOf(file, size - footSize, size)
  const tableSize = foot.readUInt32LE(0)
  if (tableSize > Math.min(tableSizeMax, size - footSize - head.length)) throw damaged()
  const text = await bytesOf(file, size - footSize - tableSize, size - footSize)
  // Its sum is right, so it is what `packSegment` wrote.
  if (crc32(text) !== foot.readUInt32LE(4)) throw damaged()
  return JSON.parse(text.toString()) as Table
}

async function bytesOf(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(end - start)
  for (let at = 0; at < bytes.length;) {
    const {bytesRead} = await file.read(bytes, at, bytes.length - at, start + at)
    if (bytesRead === 0) return bytes.subarray(0, at)
    at += bytesRead
  }
  return bytes
}
