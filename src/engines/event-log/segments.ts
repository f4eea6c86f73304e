/**
 * The event log on disk: a folder of segment files. Appends are gathered as acts on SQLite are (`group-commit.ts`):
 * what waits is written at once and synced once, off the event loop, and readers see it after that, so that no reader
 * ever saw an event that the log then lost. On a full disk what waits to be written waits on, and when enough waits
 * those who append do; any other failed write, or a failed sync, ends the log. The next start cuts off what was left
 * half-written (`recover.ts`).
 *
 * Segments that are full may be packed (`packed-segment.ts`). A relay's are not: zstd would save a third of the disk
 * (the bulk of frames is hashes and signatures), and cost half the rate of replay.
 */
import {join} from 'node:path'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {assert, AssertionError} from '#std/assert.ts'
import {Bell, Overloaded} from '#std/waiting/async.ts'
import type {Disk, DiskFile} from '#std/disk.ts'
import {OutOfSpace, spaceFault} from '#std/out-of-space.ts'
import {realWorld, type World} from '#std/world.ts'
import {nodeDisk} from '../node-disk.ts'
import {eraseIn, finishErasing} from './erase.ts'
import type {Batch, Erasure, EventLog, LentPage, Seq} from './event-log.ts'
import {emptyBatch, Overrun, slicedBatch} from './event-log.ts'
import {LentReader} from './readers/lent-reader.ts'
import {RecentBatches} from './readers/recent-batches.ts'
import {encodePages, eventSizeMax, headerSize, type RecordPage} from './record.ts'
import {recover} from './recover.ts'
import {Segment, segmentHead} from './segment.ts'
import {SegmentCursor} from './readers/segment-cursor.ts'

/** Bytes that may wait to be written: a second's worth for a slow disk. */
const waitingSizeMax = 64 * 2 ** 20
/** A group is about as large as this, so that writing it does not hold up the event loop. */
const groupSizeMax = 2 * 2 ** 20
/** So many bytes take a quick disk about as long as one event does. */
const smallSizeMax = 64 * 2 ** 10
/** The newest segment is closed, however small, when it is as old as this part of the age kept. */
const ageParts = 16
/** Looks so often whether a full disk has room again. */
const fullDiskMs = 1_000

export interface SegmentsOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** The seq of the first event of a new log. */
  readonly first?: Seq
  /** Events of this age go, a segment at a time. */
  readonly ageMax?: number
  /** While all events together take more bytes than this, the oldest segment goes. */
  readonly sizeMax?: number
  readonly segmentSizeMax?: number
  /** From this event on all are kept, whatever their age and size. */
  readonly heldFrom?: () => Seq
  /** Whether full segments are packed, a while after they are full. */
  readonly packs?: boolean
  /** Bytes of the newest events that are held in memory for the readers near the end. */
  readonly recentSizeMax?: number
  /** Told each time that the disk was found to be full. */
  readonly onFull?: () => void
  readonly fullDiskMs?: number
  /** The machine's own clock and disk, unless given. Only on the latter are segments packed. */
  readonly sleep?: World['sleep']
  readonly disk?: Disk
}

interface Append {
  readonly batch: Batch
  readonly size: number
  readonly resolve: (last: Seq) => void
  readonly reject: (error: unknown) => void
}

/** Opens or creates the log in `folder`. Throws `InUse`, or `DamagedLog` when what was durable cannot be read. */
export async function openSegments(folder: string, options: SegmentsOptions): Promise<EventLog> {
  const {disk = nodeDisk} = options
  disk.makeFolder(folder)
  const lock = disk.hold(folder)
  try {
    await finishErasing(folder, disk)
    const segments = await segmentsIn(folder, disk)
    const newest = segments.at(-1)
    const {next, time} = newest ? await recover(newest) : {next: options.first ?? 1, time: 0}
    return new Segments(folder, options, {segments, next, time}, lock)
  } catch (error) {
    lock[Symbol.dispose]()
    throw spaceFault(error)
  }
}

/** In order. What a crash left half-packed is removed, and so is a segment of which the packed form is complete. */
async function segmentsIn(folder: string, disk: Disk): Promise<Segment[]> {
  const found = new Map<Seq, Segment>()
  for (const name of disk.namesIn(folder).toSorted()) {
    const path = join(folder, name)
    if (name.endsWith('.logz.new')) await disk.remove(path)
    const segment = Segment.named(folder, name, disk.sizeOf(path) ?? 0, disk)
    if (!segment) continue
    const raw = found.get(segment.first)
    if (raw && segment.packedSize !== undefined) await disk.remove(raw.path)
    found.set(segment.first, segment)
  }
  return [...found.values()].toSorted((a, b) => a.first - b.first)
}

class Segments implements EventLog {
  readonly #folder: string
  readonly #options: SegmentsOptions
  readonly #lock: Disposable
  readonly #segments: Segment[]
  readonly #recent: RecentBatches
  readonly #grown = new Bell()
  readonly #ended = Promise.withResolvers<void>()
  /** The newest segment, open for writing; `undefined` until something is appended. */
  #file: DiskFile | undefined
  readonly #disk: Disk
  #next: Seq
  #durableNext: Seq
  #time: number
  #waiting: Append[] = []
  #waitingSize = 0
  #busy: Promise<void> | undefined
  #fault: Error | undefined
  #closed = false
  readonly #closing = new AbortController()
  #packing: Promise<void> | undefined
  #erasing: Promise<number> | undefined

  constructor(
    folder: string,
    options: SegmentsOptions,
    found: {segments: Segment[]; next: Seq; time: number},
    lock: Disposable,
  ) {
    this.#folder = folder
    this.#options = options
    this.#disk = options.disk ?? nodeDisk
    this.#lock = lock
    this.#segments = found.segments
    this.#next = this.#durableNext = found.next
    this.#time = found.time
    this.#recent = new RecentBatches(options.recentSizeMax ?? 32 * 2 ** 20)
    this.#ended.promise.catch(() => {})
    this.#pack()
  }

  get next(): Seq {
    return this.#next
  }

  get size(): number {
    return this.#segments.reduce((sum, {diskSize}) => sum + diskSize, 0)
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  append(events: readonly Uint8Array[]): Promise<Seq> {
    assert(!this.#closed, 'a log is appended to only while it is open')
    if (this.#fault) return Promise.reject(this.#fault)
    let size = 0
    for (const event of events) {
      assert(event.length <= eventSizeMax, `an event has at most ${eventSizeMax} bytes`)
      size += event.length + headerSize
    }
    if (this.#waitingSize > 0 && this.#waitingSize + size > waitingSizeMax) {
      return Promise.reject(new Overloaded('Too many events wait to be written to the log.'))
    }
    this.#time = Math.max(this.#time, this.#options.now())
    const batch = {first: this.#next, times: Array.from(events, () => this.#time), events}
    this.#next += events.length
    this.#waitingSize += size
    return new Promise((resolve, reject) => {
      this.#waiting.push({batch, size, resolve, reject})
      this.#busy ??= this.#work()
    })
  }

  async read(after: Seq, limit: number): Promise<Batch> {
    for (;;) {
      const {first, last} = this.bounds()
      const from = Math.max(after + 1, first)
      if (from > last) return emptyBatch(from)
      const recent = this.#recent.from(from)
      if (recent) return slicedBatch(recent, from, limit)
      await using cursor = new SegmentCursor(this.#segments)
      try {
        return await cursor.next(from, limit)
      } catch (error) {
        if (!(error instanceof Overrun)) throw error
      }
    }
  }

  async *tail(after: Seq, signal: AbortSignal): AsyncGenerator<Batch, void> {
    let next = Math.max(after + 1, this.bounds().first)
    await using cursor = new SegmentCursor(this.#segments, true)
    using growth = this.#grown.waiter(signal)
    while (!signal.aborted && !this.#closed) {
      if (this.#fault) throw this.#fault
      let batch = this.#recent.from(next)
      if (batch) await cursor.rest()
      else if (next < this.#durableNext) batch = await cursor.next(next, Infinity)
      else {
        await growth.wait().catch(() => {})
        continue
      }
      next += batch.events.length
      yield batch
    }
  }

  async *lentTail(after: Seq, signal: AbortSignal): AsyncGenerator<Batch | LentPage, void> {
    let next = Math.max(after + 1, this.bounds().first)
    await using lent = new LentReader(this.#segments)
    while (!signal.aborted && !this.#closed) {
      if (this.#fault) throw this.#fault
      const isInMemory = this.#recent.from(next) !== undefined
      const page = isInMemory || next >= this.#durableNext ? undefined : await lent.next(next)
      if (page) {
        next = page.last + 1
        yield page
        continue
      }
      await lent.rest()
      // A tail would begin with the oldest, and nobody know of what is missing.
      if (next < this.bounds().first) throw new Overrun(`The event ${next} is no longer kept.`)
      // Until it is far behind again, so that it reads the disk.
      for await (const batch of this.tail(next - 1, signal)) {
        next = batch.first + batch.events.length
        yield batch
        if (next < this.#durableNext && !this.#recent.from(next)) break
      }
    }
  }

  bounds(): {first: Seq; last: Seq} {
    return {first: this.#segments[0]?.first ?? this.#durableNext, last: this.#durableNext - 1}
  }

  async seqAtTime(ms: number): Promise<Seq> {
    await using cursor = new SegmentCursor(this.#segments)
    return (await cursor.seqAtTime(ms)) ?? this.#durableNext
  }

  async trim(through: Seq): Promise<void> {
    const segments = this.#segments
    while (segments.length > 1 && segments[1].first <= through + 1) await segments.shift()?.remove()
  }

  async erase(erasure: Erasure): Promise<number> {
    assert(!this.#options.packs, 'nothing is erased in a log that packs its segments')
    const {after} = erasure
    const through = Math.min(erasure.through, this.#durableNext - 1)
    let count = 0
    const segments = [...this.#segments]
    for (const [i, segment] of segments.entries()) {
      const next = segments[i + 1]?.first ?? Infinity
      if (this.#closed || segment.first > through || next <= after + 1) continue
      const found = await this.#eraseIn(segment, {...erasure, through})
      // Only now, since those who read meanwhile may have taken it from the disk.
      if (found > 0) this.#recent.letGo(through)
      count += found
    }
    return count
  }

  /** Of one that retention takes away meanwhile nothing is left to be erased. */
  async #eraseIn(segment: Segment, erasure: Erasure): Promise<number> {
    try {
      this.#erasing = eraseIn(this.#folder, segment, erasure)
      return await this.#erasing
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !this.#segments.includes(segment)) return 0
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#closing.abort()
    while (this.#busy) await this.#busy
    await this.#erasing?.catch(() => {})
    await this.#packing
    this.#grown.ring()
    this.#file?.close()
    this.#file = undefined
    this.#lock[Symbol.dispose]()
    this.#ended.resolve()
  }

  async #work(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await nextTurn() // lets the appends of this turn of the event loop come together
        await this.#writeGroup(this.#takeGroup())
      }
    } catch (error) {
      this.#fail(new AssertionError(`Broken invariant: the event log ${this.#folder} can be written`, {cause: error}))
    }
    // In the same step that saw nothing waiting, or an append called in between would be left lying.
    this.#busy = undefined
  }

  #takeGroup(): Append[] {
    let size = 0
    const end = this.#waiting.findIndex(append => (size += append.size) > groupSizeMax)
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : Math.max(end, 1))
  }

  async #writeGroup(group: readonly Append[]): Promise<void> {
    const times = group.flatMap(({batch}) => batch.times)
    const batch = {first: group[0].batch.first, times, events: group.flatMap(({batch}) => batch.events)}
    try {
      if (batch.events.length > 0) await this.#write(batch)
    } catch (error) {
      for (const append of group) append.reject(error)
      throw error
    }
    for (const {batch, size, resolve} of group) {
      this.#waitingSize -= size
      resolve(batch.first + batch.events.length - 1)
    }
  }

  async #write(batch: Batch): Promise<void> {
    const pages = encodePages(batch)
    const {segment, file} = await this.#writePages(batch, pages)
    const size = pages.reduce((sum, {bytes}) => sum + bytes.length, 0)
    await file.sync(size <= smallSizeMax && this.#waiting.length === 0)
    segment.mark(batch.first, batch.times[0], segment.size)
    segment.size += size
    this.#durableNext = batch.first + batch.events.length
    // Whoever appended made a buffer for each event; those can go, for what was written has them all, a page in one.
    for (const {events} of pages) this.#recent.add(events)
    this.#grown.ring()
  }

  /** Writes what may yet be lost, as soon as there is room for all of it. Nothing reads it before it is synced. */
  async #writePages(batch: Batch, pages: readonly RecordPage[]): Promise<{segment: Segment; file: DiskFile}> {
    for (;;) {
      try {
        const {segment, file} = await this.#openSegment(batch)
        let end = segment.size
        for (const {bytes} of pages) {
          file.write(bytes, end)
          end += bytes.length
        }
        return {segment, file}
      } catch (error) {
        if (!(spaceFault(error) instanceof OutOfSpace) || this.#closed) throw error
        this.#options.onFull?.()
        const {sleep = realWorld.sleep} = this.#options
        await sleep(this.#options.fullDiskMs ?? fullDiskMs, this.#closing.signal)
      }
    }
  }

  /** The segment to write `batch` to: the newest, or a new one when that is full or old. */
  async #openSegment({first, times: [time]}: Batch): Promise<{segment: Segment; file: DiskFile}> {
    const {ageMax = Infinity, segmentSizeMax = 64 * 2 ** 20} = this.#options
    const newest = this.#segments.at(-1)
    const full =
      newest &&
      (newest.packedSize !== undefined || newest.size >= segmentSizeMax || time - newest.firstTime > ageMax / ageParts)
    if (newest && (!full || newest.first === first)) {
      return {segment: newest, file: (this.#file ??= this.#disk.open(newest.path, 'change'))}
    }
    this.#file?.close()
    this.#file = undefined
    if (newest?.packedSize === undefined) await newest?.seal()
    const segment = new Segment(this.#folder, first, time, [], this.#disk)
    const file = this.#disk.open(segment.path, 'make')
    try {
      file.write(segmentHead, 0)
      file.syncNow()
    } catch (error) {
      file.close()
      await this.#disk.remove(segment.path)
      throw error
    }
    this.#file = file
    this.#disk.syncFolder(this.#folder)
    this.#segments.push(segment)
    await this.#retain()
    this.#pack()
    return {segment, file}
  }

  async #retain(): Promise<void> {
    const {ageMax = Infinity, sizeMax = Infinity, heldFrom} = this.#options
    const segments = this.#segments
    let {size} = this
    const isHeld = (): boolean => segments[1].first > (heldFrom?.() ?? Infinity)
    while (segments.length > 1 && !isHeld() && (size > sizeMax || this.#time - segments[1].firstTime > ageMax)) {
      size -= segments[0].diskSize
      await segments.shift()?.remove()
    }
  }

  /**
   * Packs what is full, one segment after the other, beside everything else. What cannot be packed (a full disk, say)
   * stays as it is, and is tried again when the next is full.
   */
  #pack(): void {
    if (this.#options.packs && this.#disk === nodeDisk && !this.#closed) this.#packing ??= this.#packAll()
  }

  async #packAll(): Promise<void> {
    await nextTurn()
    const failed = new Set<Segment>()
    for (;;) {
      const at = this.#segments.findIndex(segment => segment.packedSize === undefined && !failed.has(segment))
      const after = this.#segments[at + 1]
      if (at < 0 || !after || this.#closed) break
      const segment = this.#segments[at]
      await segment.pack(after.first, after.firstTime, this.#closing.signal).catch(() => failed.add(segment))
    }
    // In the same step that saw nothing left to pack.
    this.#packing = undefined
  }

  #fail(fault: Error): void {
    this.#fault = fault
    for (const append of this.#waiting.splice(0)) append.reject(fault)
    this.#grown.ring()
    this.#ended.reject(fault)
  }
}
