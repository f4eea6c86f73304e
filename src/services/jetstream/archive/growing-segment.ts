/**
 * The segment that grows: its blocks, each durable before the next, and nothing else. What stands behind the last whole
 * block when it is opened is what a crash left, and is cut off: the log still has all that a segment holds until it is
 * sealed, so no event is lost with it.
 */
import {join} from 'node:path'
import {ArchiveBlock, encodeBlock, wordAt, type ArchiveRow} from '#atp/archive/block.ts'
import {blockFacts, headSize, sealOf, storedBlock, type BlockFacts} from '#atp/archive/segment.ts'
import type {Disk, DiskFile} from '#std/disk.ts'
import {pack, packNow, unpack} from './packing.ts'
import {bytesAt, segmentName} from './sealed-segment.ts'

/** Where a block is that was read, or written, and what is in it, once that is known. */
interface Grown {
  readonly offset: number
  readonly size: number
  facts: BlockFacts | undefined
}

export class GrowingSegment {
  readonly index: number
  readonly path: string
  readonly #disk: Disk
  readonly #file: DiskFile
  readonly #blocks: Grown[] = []
  readonly #collections = new Set<string>()
  #end = headSize
  /** The last event in it; 0 for none. */
  lastSeq = 0

  private constructor(folder: string, index: number, disk: Disk) {
    this.index = index
    this.path = join(folder, segmentName(index))
    this.#disk = disk
    this.#file = disk.open(this.path, disk.sizeOf(this.path) === undefined ? 'make' : 'change')
  }

  /** Opens or makes it, and cuts off what is no whole block. */
  static async open(folder: string, index: number, disk: Disk): Promise<GrowingSegment> {
    const segment = new GrowingSegment(folder, index, disk)
    try {
      await segment.#recover()
      return segment
    } catch (error) {
      segment.close()
      throw error
    }
  }

  /** Bytes of it. */
  get size(): number {
    return this.#end
  }

  get blockCount(): number {
    return this.#blocks.length
  }

  /** Different collections in the blocks that are known. */
  get collectionCount(): number {
    return this.#collections.size
  }

  /** The first event in it; `undefined` while that is not known. */
  get first(): BlockFacts['place'] | undefined {
    return this.#blocks[0]?.facts?.place
  }

  /** What is in each of its blocks, up to the first of which that is not known. */
  get facts(): readonly BlockFacts[] {
    const known: BlockFacts[] = []
    for (const {facts} of this.#blocks) {
      if (!facts) break
      known.push(facts)
    }
    return known
  }

  /** Writes a block of these rows, in their order, and resolves once it is durable. Rejects as the disk does. */
  async append(rows: readonly ArchiveRow[]): Promise<void> {
    const raw = encodeBlock(rows)
    const frame = await pack(this.#disk, raw)
    const offset = this.#end
    this.#file.write(storedBlock(frame), offset)
    await this.#file.sync(false)
    this.#end = offset + 8 + frame.length
    const facts = blockFacts(rows, {offset, size: frame.length, unpackedSize: raw.length})
    this.#blocks.push({offset, size: frame.length, facts})
    this.#note(facts)
    this.lastSeq = facts.place.maxSeq
  }

  /** Looks into the blocks that were there when it was opened. */
  async learn(signal: AbortSignal): Promise<void> {
    for (const [i, grown] of this.#blocks.entries()) {
      if (grown.facts) continue
      signal.throwIfAborted()
      const {offset, size} = grown
      const raw = await unpack(this.#disk, await bytesAt(this.#file, offset + 8, offset + 8 + size))
      const rows = new ArchiveBlock(raw).rows()
      const facts = blockFacts(rows, {offset, size, unpackedSize: raw.length})
      this.#blocks[i].facts = facts
      this.#note(facts)
    }
  }

  #note({collections}: BlockFacts): void {
    for (const name of collections.keys()) this.#collections.add(name)
  }

  async block(i: number): Promise<ArchiveBlock> {
    const {offset, size, facts} = this.#blocks[i]
    const frame = await bytesAt(this.#file, offset + 8, offset + 8 + size)
    return new ArchiveBlock(await unpack(this.#disk, frame, facts?.place.unpackedSize))
  }

  /** Puts behind the blocks what is in them, and then the head, before which it is not sealed. It is closed then. */
  async seal(): Promise<void> {
    const {head, foot} = sealOf(this.facts, this.#end, packNow)
    this.#file.truncate(this.#end)
    this.#file.write(foot, this.#end)
    await this.#file.sync(false)
    this.#file.write(head, 0)
    await this.#file.sync(false)
    this.close()
  }

  close(): void {
    this.#file.close()
  }

  async #recover(): Promise<void> {
    const size = this.#file.size()
    while (this.#end + 8 <= size) {
      const view = await bytesAt(this.#file, this.#end, this.#end + 8)
      const frameSize = wordAt(new DataView(view.buffer, view.byteOffset), 0)
      if (frameSize === 0 || this.#end + 8 + frameSize > size) break
      this.#blocks.push({offset: this.#end, size: frameSize, facts: undefined})
      this.#end += 8 + frameSize
    }
    // Each was durable before the one after it: only the last can be one that was being written.
    while (this.#blocks.length > 0 && this.lastSeq === 0) {
      this.lastSeq = await this.#lastSeqOf(this.#blocks.length - 1)
      if (this.lastSeq === 0) this.#end = this.#blocks.pop()?.offset ?? headSize
    }
    if (size === this.#end) return
    if (size < headSize) this.#file.write(new Uint8Array(headSize), 0)
    this.#file.truncate(this.#end)
    await this.#file.sync(false)
  }

  /** 0 for what is no block. */
  async #lastSeqOf(i: number): Promise<number> {
    try {
      const block = await this.block(i)
      return block.count > 0 ? block.seqAt(block.count - 1) : 0
    } catch {
      return 0
    }
  }
}
