/**
 * One file of a log: 16 bytes that say what it is, then records. Its name holds its first seq and the time of that
 * event, so a listing of the folder is the log's table of contents; where in the file an event stands, a sparse index
 * knows to within a megabyte. The index of a full segment is kept beside it, and made anew if it is lost.
 */
import {rename, unlink} from 'node:fs/promises'
import {join} from 'node:path'
import type {Disk, DiskFile} from '#std/disk.ts'
import {DamagedLog} from './damaged-log.ts'
import type {Seq} from './event-log.ts'
import {nodeDisk} from '../node-disk.ts'
import {PassingBuffers} from '../young-heap.ts'
import {pageSizeMax} from './event-log.ts'
import type {Mark} from './mark.ts'
import {PackedSegment, packSegment} from './packed-segment.ts'
import {heldPage, type SegmentPage} from './readers/held-pages.ts'
import {decodeRecords, recordSize} from './record.ts'

export const segmentHead = Buffer.from('wholesky log 1\n\0', 'latin1')
const indexStep = 2 ** 20
/** Of all readers: a page is garbage as soon as its events have gone out. */
const pagesRead = new PassingBuffers(4 * 2 ** 20, 8)

/** So often a record that is not sound is read again before it counts as damaged. */
export const rereadMax = 2

let segmentCount = 0

export class Segment {
  /** No other has it, nor has one that is opened at the same path later: for what is held of several logs. */
  readonly number = segmentCount++
  readonly first: Seq
  readonly firstTime: number
  /** Bytes that are durable; of a full segment, all, as they were before it was packed. Set by whoever opens it. */
  size = segmentHead.length
  /** Bytes of its file, once it is packed. */
  packedSize: number | undefined
  readonly disk: Disk
  readonly #stem: string
  #marks: readonly Mark[] | undefined
  #isRemoved = false
  #erasedCount = 0

  /** `marks` may be left out for a full segment. */
  constructor(folder: string, first: Seq, firstTime: number, marks?: Mark[], disk = nodeDisk) {
    this.disk = disk
    this.#stem = join(folder, `${pad(first)}-${pad(firstTime)}`)
    this.first = first
    this.firstTime = firstTime
    this.#marks = marks
  }

  /** From the name and size of a file; `undefined` for any other file. */
  static named(folder: string, name: string, size: number, disk = nodeDisk): Segment | undefined {
    const [, first, time, kind] = /^(\d{16})-(\d{16})\.(log|logz)$/.exec(name) ?? []
    if (first === undefined) return undefined
    const segment = new Segment(folder, Number(first), Number(time), undefined, disk)
    if (kind === 'logz') segment.packedSize = size
    else segment.size = size
    return segment
  }

  get path(): string {
    return `${this.#stem}.${this.packedSize === undefined ? 'log' : 'logz'}`
  }

  get diskSize(): number {
    return this.packedSize ?? this.size
  }

  /** Notes that the record of `seq` begins at `offset`, when the last mark is far enough behind. */
  mark(seq: Seq, time: number, offset: number): void {
    const last = this.#marks?.at(-1)
    if (!last || offset - last.offset >= indexStep) this.#marks = [...(this.#marks ?? []), {seq, time, offset}]
  }

  /** The last mark that `isBefore` holds for: there a search begins. */
  async markWhere(isBefore: (mark: Mark) => boolean): Promise<Mark> {
    const marks = (this.#marks ??= await this.#marksOnDisk())
    return marks.findLast(isBefore) ?? {seq: this.first, time: this.firstTime, offset: segmentHead.length}
  }

  /** Writes the index of a segment that is full. */
  async seal(): Promise<void> {
    await this.disk.replace(this.#indexPath, JSON.stringify(this.#marks ?? []))
  }

  /**
   * Packs a full segment, which stays readable all along. `next` is the seq after its last event, and `time` that of
   * the segment after it.
   */
  async pack(next: Seq, time: number, signal: AbortSignal): Promise<void> {
    const {path, size} = this
    const packed = `${this.#stem}.logz`
    const marks = (this.#marks ??= await this.#marksOnDisk())
    let packedSize: number
    try {
      packedSize = await packSegment(path, `${packed}.new`, {size, next, time, marks}, signal)
      await rename(`${packed}.new`, packed)
    } catch (error) {
      await unlink(`${packed}.new`).catch(() => {})
      throw error
    }
    if (this.#isRemoved) return await unlink(packed)
    this.packedSize = packedSize
    await unlink(path)
    await unlink(this.#indexPath).catch(() => {})
  }

  async remove(): Promise<void> {
    this.#isRemoved = true
    await this.disk.remove(this.path)
    await this.disk.remove(this.#indexPath).catch(() => {})
  }

  /** Events of it have been erased: what was read before is not to be given to anybody else. */
  wasErased(): void {
    this.#erasedCount++
  }

  /** How often events of it were erased. */
  get erasedCount(): number {
    return this.#erasedCount
  }

  get #indexPath(): string {
    return `${this.#stem}.index`
  }

  async #marksOnDisk(): Promise<readonly Mark[]> {
    if (this.packedSize === undefined) return (await this.#readIndex()) ?? (await this.#makeIndex())
    const packed = await PackedSegment.open(this.path)
    await packed.close()
    return packed.table.marks
  }

  async #readIndex(): Promise<Mark[] | undefined> {
    try {
      const marks = JSON.parse(await this.disk.text(this.#indexPath)) as Mark[]
      return Array.isArray(marks) && marks.every(mark => Number.isSafeInteger(mark.offset + mark.seq + mark.time))
        ? marks
        : undefined
    } catch {
      return undefined
    }
  }

  async #makeIndex(): Promise<Mark[]> {
    const marks: Mark[] = []
    await using reader = await SegmentReader.open(this, true)
    for (let mark: Mark = {seq: this.first, time: this.firstTime, offset: segmentHead.length}; ;) {
      const {batch, end} = await reader.page(mark, Infinity)
      if (batch.events.length === 0) return marks
      if (mark.offset - (marks.at(-1)?.offset ?? -indexStep) >= indexStep)
        marks.push({seq: batch.first, time: batch.times[0], offset: mark.offset})
      mark = {seq: batch.first + batch.events.length, time: batch.times.at(-1) ?? 0, offset: end}
    }
  }
}

const isMissing = ({batch}: SegmentPage, {size}: Segment, from: {offset: number}): boolean =>
  batch.events.length === 0 && from.offset < size

const pad = (value: number): string => String(value).padStart(16, '0')

/** An open segment, read page by page. */
export class SegmentReader implements AsyncDisposable {
  readonly segment: Segment
  readonly #file: DiskFile | PackedSegment
  readonly #readsAhead: boolean
  #ahead: {readonly key: string; readonly page: Promise<SegmentPage> | SegmentPage} | undefined
  /** Pages under way that are read by way of this reader's file, whoever waits for them. */
  readonly #loads = new Set<Promise<SegmentPage>>()

  private constructor(segment: Segment, file: DiskFile | PackedSegment, readsAhead: boolean) {
    this.segment = segment
    this.#file = file
    this.#readsAhead = readsAhead
  }

  /** `readsAhead`: while one page is used, the next is read. Rejects with `ENOENT` when the segment was removed. */
  static async open(segment: Segment, readsAhead: boolean): Promise<SegmentReader> {
    if (segment.packedSize === undefined) {
      return new SegmentReader(segment, segment.disk.open(segment.path, 'read'), readsAhead)
    }
    const packed = await PackedSegment.open(segment.path)
    segment.size = packed.table.size
    return new SegmentReader(segment, packed, readsAhead)
  }

  /**
   * The records from `from` on, a page of them and at most `countMax`; `end` is the offset after the last.
   * None at the end of what is durable. Throws `DamagedLog` for bytes that were durable and are no sound record.
   */
  async page(from: {seq: Seq; offset: number}, countMax: number): Promise<SegmentPage> {
    let page = await this.soundPage(from, countMax)
    // What is just being erased may have been read half.
    for (let i = 0; i < rereadMax && isMissing(page, this.segment, from); i++)
      page = await this.soundPage(from, countMax)
    if (isMissing(page, this.segment, from)) {
      throw DamagedLog.older(this.segment.path, `it does not hold the event ${from.seq} at ${from.offset}`)
    }
    return page
  }

  /** As `page`, but ends where the bytes are no sound record. */
  async soundPage({seq, offset}: {seq: Seq; offset: number}, countMax: number): Promise<SegmentPage> {
    if (countMax !== Infinity) return this.#read(seq, offset, countMax)
    const key = this.#keyOf(offset)
    const ahead = this.#ahead?.key === key ? this.#ahead.page : undefined
    const {batch, end} = await (ahead ?? this.#shared(key, seq, offset))
    this.#ahead = undefined
    if (this.#readsAhead && batch.events.length > 0 && end < this.segment.size) {
      const next = this.#keyOf(end)
      this.#ahead = {key: next, page: this.#shared(next, seq + batch.events.length, end)}
    }
    return {batch, end}
  }

  /** By what a page of this segment is known to all readers. Of the end of the newest there may be more in a moment. */
  #keyOf(offset: number): string {
    const {number, erasedCount, size} = this.segment
    return `${number}#${erasedCount}@${offset}:${offset + pageSizeMax > size ? size : 'all'}`
  }

  /** The page that others have, or one that they may have. */
  #shared(key: string, seq: Seq, offset: number): Promise<SegmentPage> | SegmentPage {
    return heldPage(key, seq, () => {
      const load = this.#read(seq, offset, Infinity)
      this.#loads.add(load)
      const done = (): void => void this.#loads.delete(load)
      load.then(done, done) // that it failed is told to whoever waits for it
      return load
    })
  }

  async #read(seq: Seq, offset: number, countMax: number): Promise<SegmentPage> {
    const {size} = this.segment
    let bytes = await this.bytes(offset, Math.min(offset + pageSizeMax, size))
    const need = recordSize(bytes, 0)
    if (need !== undefined && need > bytes.length && offset + need <= size)
      bytes = await this.bytes(offset, offset + need)
    const {batch, end} = decodeRecords(bytes, 0, seq, countMax)
    return {batch, end: offset + end}
  }

  async bytes(start: number, end: number): Promise<Buffer> {
    if (this.#file instanceof PackedSegment) return this.#file.bytes(start, end)
    pagesRead.passed(end - start)
    const bytes = Buffer.allocUnsafeSlow(end - start)
    return bytes.subarray(0, await this.#file.read(bytes, start))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#loads)
    await this.#file.close()
  }
}
