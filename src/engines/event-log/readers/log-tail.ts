/**
 * Follows the files of a log that another thread of this program writes, without keeping its own thread alive. What is
 * durable is told by memory that both share (`shared-bounds.ts`); of the files only that much is read, so a record that
 * is being written is never met.
 */
import type {Disk} from '#std/disk.ts'
import {join} from 'node:path'
import {nodeDisk} from '../../node-disk.ts'
import {DamagedLog} from '../damaged-log.ts'
import type {Batch, EventLog, Seq} from '../event-log.ts'
import {Overrun, slicedBatch} from '../event-log.ts'
import {rereadMax, Segment, segmentHead, SegmentReader} from '../segment.ts'
import {BoundsWatch, type SharedBounds} from './shared-bounds.ts'

export class LogTail implements Pick<EventLog, 'bounds' | 'tail'>, Disposable {
  readonly #folder: string
  readonly #disk: Disk
  readonly #watch: BoundsWatch

  /** `folder` is that of the log whose writer keeps `bounds` (`shareBounds`). */
  constructor(folder: string, bounds: SharedBounds, disk = nodeDisk) {
    this.#folder = folder
    this.#disk = disk
    this.#watch = new BoundsWatch(bounds)
  }

  bounds(): {first: Seq; last: Seq} {
    return {first: this.#watch.first, last: this.#watch.next - 1}
  }

  /** As `EventLog.tail`; ends too when the writer closes. Each reader reads for itself. */
  async *tail(after: Seq, signal: AbortSignal): AsyncGenerator<Batch, void> {
    const watch = this.#watch
    let next = Math.max(after + 1, watch.first)
    await using files = new Files(this.#folder, this.#disk)
    while (!signal.aborted && !watch.hasEnded) {
      if (next >= watch.next) {
        await watch.changed(signal).catch(() => {})
        continue
      }
      const batch = await files.read(next, watch.next - next)
      next += batch.events.length
      yield batch
    }
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]()
  }
}

const startOf = ({first}: Segment): {seq: Seq; offset: number} => ({seq: first, offset: segmentHead.length})

/** The segments of the folder, one of them open at the place after what was read last. */
class Files implements AsyncDisposable {
  readonly #folder: string
  readonly #disk: Disk
  #reader: SegmentReader | undefined
  #place = {seq: 0, offset: 0}

  constructor(folder: string, disk: Disk) {
    this.#folder = folder
    this.#disk = disk
  }

  /** Up to `countMax` events from `from` on, which is durable. Throws `Overrun` when it is no longer kept. */
  async read(from: Seq, countMax: number): Promise<Batch> {
    if (this.#reader && this.#place.seq === from) {
      const batch = await this.#page(countMax)
      if (batch.events.length > 0) return batch
    }
    await this.#open(from)
    for (let rereads = 0; ;) {
      // From a mark of the index on, which may be some way before it.
      const batch = await this.#page(from - this.#place.seq + countMax)
      if (batch.events.length === 0) {
        // What is just being erased may have been read half.
        if (rereads++ < rereadMax) continue
        throw DamagedLog.older(this.#reader?.segment.path ?? '', `it does not hold the event ${from}`)
      }
      if (batch.first + batch.events.length > from) return slicedBatch(batch, from)
    }
  }

  async #open(from: Seq): Promise<void> {
    await this[Symbol.asyncDispose]()
    const segments = this.#segments()
    const segment = segments.findLast(({first}) => first <= from)
    if (!segment) throw new Overrun(`The event ${from} is no longer kept.`)
    try {
      // The newest has no index yet, and ends in what is being written: it is gone through, once.
      const isNewest = segment === segments.at(-1) && segment.packedSize === undefined
      const {seq, offset} = isNewest ? startOf(segment) : await segment.markWhere(mark => mark.seq <= from)
      this.#reader = await SegmentReader.open(segment, false)
      this.#place = {seq, offset}
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      throw new Overrun(`The event ${from} is no longer kept.`)
    }
  }

  /** In order; of a segment that is just packed, the packed one. */
  #segments(): Segment[] {
    const found = new Map<Seq, Segment>()
    for (const name of this.#disk.namesIn(this.#folder).toSorted()) {
      const size = this.#disk.sizeOf(join(this.#folder, name))
      const segment = size === undefined ? undefined : Segment.named(this.#folder, name, size, this.#disk)
      if (segment) found.set(segment.first, segment)
    }
    return [...found.values()]
  }

  async #page(countMax: number): Promise<Batch> {
    const reader = this.#reader as SegmentReader
    const {segment} = reader
    if (segment.packedSize === undefined) segment.size = this.#disk.sizeOf(segment.path) ?? segment.size
    const {batch, end} = await reader.soundPage(this.#place, countMax)
    this.#place = {seq: batch.first + batch.events.length, offset: end}
    return batch
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const reader = this.#reader
    this.#reader = undefined
    await reader?.[Symbol.asyncDispose]()
  }
}
