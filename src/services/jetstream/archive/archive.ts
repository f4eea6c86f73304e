/**
 * The archive: every event, in segments that can be downloaded. It is made of the log, whose numbers it has, and the log
 * lets go of nothing that is not in a sealed segment yet: so whoever reads the sealed segments and then the log from
 * there misses nothing, and a crash or a full disk in the middle costs no event.
 */
import {join} from 'node:path'
import type {ArchiveRow} from '#atp/archive/block.ts'
import {nodeDisk} from '#engines/node-disk.ts'
import {assert} from '#std/assert.ts'
import type {Disk} from '#std/disk.ts'
import type {World} from '#std/world.ts'
import {GrowingSegment} from './growing-segment.ts'
import {SealedSegment, segmentIndexOf, segmentName} from './sealed-segment.ts'

/** What is being written in the place of a segment. */
export const unfinished = '.new'

export interface ArchiveOptions {
  readonly world: Pick<World, 'now' | 'disk'>
  /** Bytes of blocks with which a segment is sealed. */
  readonly segmentSizeMax: number
  /** Milliseconds after which it is sealed, however small it is. */
  readonly segmentAgeMax: number
  /** Segments whose events are all older than this, in milliseconds, go. */
  readonly ageMax: number
  /** While all segments together have more bytes than this, the oldest goes. */
  readonly sizeMax: number
}

/** Events of a block. */
export const blockRows = 4_096
/** Bytes of records with which a block is full before: whoever reads one has all of it in memory. */
export const blockSizeMax = 8 * 2 ** 20
/**
 * Collections, as strangers name them, with which a segment is sealed before it is large: what is known of each is in memory,
 * and looked at for each reader. Its last block may bring some more.
 */
export const collectionsMax = 2 ** 13

export class Archive implements Disposable {
  readonly folder: string
  readonly disk: Disk
  readonly #options: ArchiveOptions
  readonly #lock: Disposable
  readonly #sealed: SealedSegment[]
  #growing: GrowingSegment | undefined
  #nextIndex: number

  private constructor(
    folder: string,
    options: ArchiveOptions,
    lock: Disposable,
    found: {sealed: SealedSegment[]; growing: GrowingSegment | undefined},
  ) {
    this.folder = folder
    this.disk = options.world.disk ?? nodeDisk
    this.#options = options
    this.#lock = lock
    this.#sealed = found.sealed
    this.#growing = found.growing
    this.#nextIndex = (found.growing?.index ?? found.sealed.at(-1)?.index ?? -1) + 1
  }

  /** Opens or makes the archive in `folder`. Throws `InUse`, and `Malformed` for a segment that is not what was sealed. */
  static async open(folder: string, options: ArchiveOptions): Promise<Archive> {
    const disk = options.world.disk ?? nodeDisk
    disk.makeFolder(folder)
    const lock = disk.hold(folder)
    try {
      const sealed: SealedSegment[] = []
      let growing: GrowingSegment | undefined
      for (const name of disk.namesIn(folder).toSorted()) {
        if (name.endsWith(unfinished)) await disk.remove(join(folder, name))
        const index = segmentIndexOf(name)
        if (index === undefined) continue
        assert(!growing, `only the newest segment of ${folder} is yet to be sealed`)
        const segment = await SealedSegment.open(folder, index, disk)
        if (segment) sealed.push(segment)
        else growing = await GrowingSegment.open(folder, index, disk)
      }
      return new Archive(folder, options, lock, {sealed, growing})
    } catch (error) {
      lock[Symbol.dispose]()
      throw error
    }
  }

  /** In order. */
  get sealed(): readonly SealedSegment[] {
    return this.#sealed
  }

  get growing(): GrowingSegment | undefined {
    return this.#growing
  }

  /** The last event in a sealed segment; 0 for none. */
  get sealedTip(): number {
    return this.#sealed.at(-1)?.head.maxSeq ?? 0
  }

  /** The last event in it; 0 for none. */
  get last(): number {
    return Math.max(this.sealedTip, this.#growing?.lastSeq ?? 0)
  }

  /** The first event that it still holds; 0 for none. */
  get first(): number {
    return this.#sealed[0]?.head.minSeq ?? 0
  }

  /** Bytes on disk. */
  get size(): number {
    return this.#sealed.reduce((sum, {size}) => sum + size, this.#growing?.size ?? 0)
  }

  segment(name: string): SealedSegment | undefined {
    const index = segmentIndexOf(name)
    return this.#sealed.find(segment => segment.index === index)
  }

  /** Writes a block of rows that follow the last one. */
  async append(rows: readonly ArchiveRow[]): Promise<void> {
    if (!this.#growing) {
      this.#growing = await GrowingSegment.open(this.folder, this.#nextIndex, this.disk)
      this.disk.syncFolder(this.folder)
      this.#nextIndex = this.#growing.index + 1
    }
    await this.#growing.append(rows)
  }

  /** Whether the segment that grows is as large, manifold or old as it is to be. `firstMicros`: when its first event came. */
  isDue(firstMicros: number): boolean {
    const {segmentSizeMax, segmentAgeMax, world} = this.#options
    const {size = 0, collectionCount = 0} = this.#growing ?? {}
    if (size >= segmentSizeMax || collectionCount >= collectionsMax) return true
    return world.now() - firstMicros / 1_000 >= segmentAgeMax
  }

  /** Seals the segment that grows, if there is something in it, and lets go of the oldest. */
  async seal(): Promise<void> {
    const growing = this.#growing
    if (!growing || growing.blockCount === 0) return
    await growing.seal()
    const sealed = await SealedSegment.open(this.folder, growing.index, this.disk)
    assert(sealed !== undefined, 'what was sealed is sealed')
    this.#growing = undefined
    this.#sealed.push(sealed)
    await this.#retain()
  }

  /** Puts what was written beside a segment (`<name>.new`, durable) in its place. */
  async replace(segment: SealedSegment): Promise<void> {
    const at = this.#sealed.indexOf(segment)
    const beside = `${segment.path}${unfinished}`
    // Before it is in place: readers of a segment that is another than the one known here look for it again and again.
    const replaced = await SealedSegment.open(this.folder, segment.index, this.disk, beside)
    assert(replaced !== undefined, 'what replaces a segment is sealed')
    await this.disk.rename(beside, segment.path)
    this.disk.syncFolder(this.folder)
    // Meanwhile it may have gone.
    if (at >= 0) this.#sealed[at] = replaced
  }

  async #retain(): Promise<void> {
    const {ageMax, sizeMax, world} = this.#options
    const sealed = this.#sealed
    const isOld = ({head}: SealedSegment): boolean => world.now() - head.maxMicros / 1_000 > ageMax
    while (sealed.length > 1 && (this.size > sizeMax || isOld(sealed[0]))) {
      const oldest = sealed.shift() as SealedSegment
      await this.disk.remove(join(this.folder, segmentName(oldest.index)))
    }
  }

  [Symbol.dispose](): void {
    this.#growing?.close()
    this.#growing = undefined
    this.#lock[Symbol.dispose]()
  }
}
