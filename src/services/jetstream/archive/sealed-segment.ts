/**
 * A sealed segment on disk. Of its index everything but the filters of each block's DIDs is held in memory; those, which
 * are most of it, are read from the file when a DID is looked for that the segment may hold.
 */
import {join} from 'node:path'
import {ArchiveBlock} from '#atp/archive/block.ts'
import {bloomHas, checkBloom, type DidHash} from '#atp/archive/bloom.ts'
import {
  headSize,
  readHead,
  readIndex,
  type BlockPlace,
  type SegmentHead,
  type SegmentIndex,
} from '#atp/archive/segment.ts'
import type {Disk, DiskFile} from '#std/disk.ts'
import {Malformed} from '#std/malformed.ts'
import {unpack, unpackNow} from './packing.ts'
import type {Sought} from './sought.ts'

/** A segment was written anew since it was looked at: look again. */
export class Replaced extends Error {
  override readonly name = 'Replaced'
}

const namePattern = /^seg_([0-9a-z]{10})\.jss$/

/** `seg_000000002a.jss`: the number in base 36. */
export const segmentName = (index: number): string => `seg_${index.toString(36).padStart(10, '0')}.jss`

/** `undefined` for what is no name of a segment. */
export function segmentIndexOf(name: string): number | undefined {
  const [, digits] = namePattern.exec(name) ?? []
  const index = digits === undefined ? NaN : Number.parseInt(digits, 36)
  return Number.isSafeInteger(index) ? index : undefined
}

export async function bytesAt(file: DiskFile, start: number, end: number): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.allocUnsafeSlow(end - start)
  const size = await file.read(bytes, start)
  if (size < bytes.length) throw new Malformed('archive', 'cut-off', `it ends at ${start + size}, before ${end}`)
  return bytes
}

/** The head of what is open; `undefined` for a segment that is not sealed. Throws `Malformed`. */
export const headOf = async (file: DiskFile): Promise<SegmentHead | undefined> =>
  file.size() < headSize ? undefined : readHead(await bytesAt(file, 0, headSize))

export class SealedSegment {
  readonly index: number
  readonly name: string
  readonly path: string
  /** Bytes of the file. */
  readonly size: number
  readonly disk: Disk
  readonly #index: SegmentIndex

  private constructor(folder: string, index: number, size: number, disk: Disk, about: SegmentIndex) {
    this.index = index
    this.name = segmentName(index)
    this.path = join(folder, this.name)
    this.size = size
    this.disk = disk
    this.#index = about
  }

  /**
   * As it is at `path`, which is its own unless it is yet to be put there. Throws `Malformed` when it is not what was
   * sealed; `undefined` when it is not sealed.
   */
  static async open(
    folder: string,
    index: number,
    disk: Disk,
    path = join(folder, segmentName(index)),
  ): Promise<SealedSegment | undefined> {
    const file = disk.open(path, 'read')
    try {
      const head = await headOf(file)
      if (!head) return undefined
      const size = file.size()
      const about = readIndex(await bytesAt(file, 0, headSize), await bytesAt(file, head.footAt, size), unpackNow)
      checkBloom(about.dids)
      return new SealedSegment(folder, index, size, disk, about)
    } finally {
      file.close()
    }
  }

  get head(): SegmentHead {
    return this.#index.head
  }

  get places(): readonly BlockPlace[] {
    return this.#index.places
  }

  get collections(): SegmentIndex['collections'] {
    return this.#index.collections
  }

  /** The blocks that may hold what is looked for, and whose events lie after `after` and not after `through`. */
  async blocksFor({dids, takes}: Sought, after: number, through: number): Promise<number[]> {
    const {places, collections, head} = this
    if (head.maxSeq <= after || head.minSeq > through) return []
    const near = dids?.filter(did => bloomHas(this.#index.dids, did))
    if (near?.length === 0) return []
    const byCollection =
      takes && new Set([...collections].flatMap(([name, {blocks}]) => (takes(name) ? [...blocks] : [])))
    const found: number[] = []
    for (const [i, {count, minSeq, maxSeq}] of places.entries()) {
      if (count > 0 && maxSeq > after && minSeq <= through && (byCollection?.has(i) ?? true)) found.push(i)
    }
    return near && found.length > 0 ? await this.#withDids(found, near) : found
  }

  /** A block, unpacked. Throws `Malformed`, or as zstd does, when it is damaged. */
  async block(i: number): Promise<ArchiveBlock> {
    return new ArchiveBlock(await unpack(this.disk, await this.frame(i), this.places[i].unpackedSize))
  }

  async #withDids(blocks: readonly number[], dids: readonly DidHash[]): Promise<number[]> {
    const {at, size} = this.#index.blockDids
    const first = blocks[0]
    const filters = await this.#read(at + first * size, at + (blocks[blocks.length - 1] + 1) * size)
    return blocks.filter(i => {
      const filter = filters.subarray((i - first) * size, (i - first + 1) * size)
      return dids.some(did => bloomHas(filter, did))
    })
  }

  /** The frame of a block, as it is stored. */
  frame(i: number): Promise<Buffer<ArrayBuffer>> {
    const {offset, size} = this.places[i]
    return this.#read(offset + 8, offset + 8 + size)
  }

  /** Throws `Replaced` when another stands in its place by now. */
  async #read(start: number, end: number): Promise<Buffer<ArrayBuffer>> {
    const file = this.disk.open(this.path, 'read')
    try {
      if ((await headOf(file))?.checksum !== this.head.checksum) throw new Replaced(this.name)
      return await bytesAt(file, start, end)
    } finally {
      file.close()
    }
  }
}
