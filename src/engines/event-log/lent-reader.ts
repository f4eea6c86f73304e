/**
 * How a reader that is far behind reads a log on disk: page by page into buffers of its own, which are used again. To
 * whoever copies what is in them at once, or sends it, that leaves nothing to be collected: in a replay of the firehose
 * the collection of garbage took more than all else together.
 */
import type {DiskFile} from '#std/disk.ts'
import {DamagedLog} from './damaged-log.ts'
import {LentPage, Overrun, pageSizeMax, type Seq} from './event-log.ts'
import {recordsIn} from './record.ts'
import {rereadMax, type Segment} from './segment.ts'

/** Buffers of `pageSizeMax` that no reader has. */
const spares: Buffer<ArrayBuffer>[] = []
const sparesMax = 32

interface Place {
  readonly segment: Segment
  readonly seq: Seq
  readonly offset: number
}

/** What is being read while the page before it is used. */
interface Ahead {
  readonly place: Place
  readonly erasedCount: number
  readonly into: Buffer<ArrayBuffer>
  readonly length: Promise<number>
}

export class LentReader implements AsyncDisposable {
  /** Of the log, which adds and removes at its ends. */
  readonly #segments: readonly Segment[]
  #open: {readonly segment: Segment; readonly file: DiskFile} | undefined
  #place: Place | undefined
  #lent: LentPage | undefined
  #ahead: Ahead | undefined

  constructor(segments: readonly Segment[]) {
    this.#segments = segments
  }

  /**
   * A page of events from the seq `from` on, which is durable; undefined where that segment is packed. The page before
   * is no longer the caller's. Throws `Overrun` when the event is no longer kept, and `DamagedLog`.
   */
  async next(from: Seq): Promise<LentPage | undefined> {
    this.#takeBack()
    const at = this.#place
    let place = at?.seq === from && at.offset < at.segment.size ? at : await this.#find(from)
    if (place.segment.packedSize !== undefined) return undefined
    for (;;) {
      const page = await this.#read(place)
      const {segment, seq} = place
      const last = page.ends.length - 1
      place = this.#place = {segment, seq: seq + page.ends.length, offset: place.offset + page.ends[last]}
      if (place.seq <= from) {
        giveBack(page.bytes)
        continue
      }
      const skipped = from - seq
      const {bytes, starts, ends} = page
      this.#readAhead(place)
      return (this.#lent = new LentPage(from, bytes, starts.slice(skipped), ends.slice(skipped)))
    }
  }

  /** Lets go of the open file and of the buffers, until there is more to be read. */
  async rest(): Promise<void> {
    this.#takeBack()
    await this.#dropAhead()
    this.#open?.file.close()
    this.#open = this.#place = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rest()
  }

  #takeBack(): void {
    if (this.#lent && !this.#lent.isKept) giveBack(this.#lent.bytes)
    this.#lent = undefined
  }

  async #dropAhead(): Promise<void> {
    const ahead = this.#ahead
    this.#ahead = undefined
    await ahead?.length.catch(() => {})
    if (ahead) giveBack(ahead.into)
  }

  async #find(seq: Seq): Promise<Place> {
    const segment = this.#segments.findLast(segment => segment.first <= seq)
    if (!segment) throw overrun(seq)
    try {
      const mark = await segment.markWhere(mark => mark.seq <= seq)
      if (segment.packedSize === undefined && this.#open?.segment !== segment) {
        await this.rest()
        this.#open = {segment, file: segment.disk.open(segment.path, 'read')}
      }
      return {segment, seq: mark.seq, offset: mark.offset}
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? overrun(seq) : error
    }
  }

  async #read(place: Place): Promise<{bytes: Buffer<ArrayBuffer>; starts: number[]; ends: number[]}> {
    const {segment, seq, offset} = place
    for (let rereads = 0; ; rereads++) {
      let {into, length} = (await this.#takeAhead(place)) ?? (await this.#fill(place, buffer()))
      let found = recordsIn(into, length, seq)
      if (found.need > length && offset + found.need <= segment.size) {
        giveBack(into)
        ;({into, length} = await this.#fill(place, Buffer.allocUnsafeSlow(found.need)))
        found = recordsIn(into, length, seq)
      }
      const {starts, ends} = found
      if (ends.length > 0) return {bytes: into, starts, ends}
      giveBack(into)
      // What is just being erased may have been read half.
      if (rereads >= rereadMax) throw DamagedLog.older(segment.path, `it does not hold the event ${seq} at ${offset}`)
    }
  }

  async #fill(
    {segment, offset}: Place,
    into: Buffer<ArrayBuffer>,
  ): Promise<{into: Buffer<ArrayBuffer>; length: number}> {
    const size = Math.min(into.length, segment.size - offset)
    return {into, length: await this.#fileOf(segment).read(into.subarray(0, size), offset)}
  }

  #fileOf(segment: Segment): DiskFile {
    if (this.#open?.segment !== segment) throw overrun(segment.first)
    return this.#open.file
  }

  #readAhead(place: Place): void {
    const {segment} = place
    if (place.offset >= segment.size) return
    const into = buffer()
    const length = this.#fill(place, into).then(({length}) => length)
    length.catch(() => {}) // told when the page is asked for, if it ever is
    this.#ahead = {place, erasedCount: segment.erasedCount, into, length}
  }

  /** What was read ahead for this place, if nothing of it was erased since. */
  async #takeAhead(place: Place): Promise<{into: Buffer<ArrayBuffer>; length: number} | undefined> {
    const ahead = this.#ahead
    if (!ahead) return undefined
    if (ahead.place !== place || ahead.erasedCount !== place.segment.erasedCount) {
      await this.#dropAhead()
      return undefined
    }
    this.#ahead = undefined
    const {into} = ahead
    return {into, length: await ahead.length}
  }
}

const overrun = (seq: Seq): Overrun => new Overrun(`The event ${seq} is no longer kept.`)

const buffer = (): Buffer<ArrayBuffer> => spares.pop() ?? Buffer.allocUnsafeSlow(pageSizeMax)

function giveBack(bytes: Buffer<ArrayBuffer>): void {
  if (bytes.length === pageSizeMax && spares.length < sparesMax) spares.push(bytes)
}
