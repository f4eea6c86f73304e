/**
 * How readers that are far behind read a log on disk: page by page into buffers that are used again. To whoever sends at
 * once what is in them that leaves nothing to be collected: in a replay of the firehose the collection of garbage took
 * more than all else together. Pages end at the same places for everybody, so readers near each other share them, and
 * what is made of a page is made once.
 */
import type {DiskFile} from '#std/disk.ts'
import {DamagedLog} from '../damaged-log.ts'
import {LentPage, Overrun, pageSizeMax, type Seq} from '../event-log.ts'
import {headerSize, recordsIn} from '../record.ts'
import {rereadMax, type Segment} from '../segment.ts'

/** A page has the records that begin within so many bytes of a file; the rest of its buffer is for the end of the last. */
const pageStep = pageSizeMax - 16 * 1024
/** Pages of all logs that are held for whoever comes next, and buffers that hold none. */
const heldMax = 32
const sparesMax = 32

const spares: Buffer<ArrayBuffer>[] = []
const held = new Map<string, Held>()

/** A page that some may use, or is being read for them. */
interface Held {
  readonly page: Promise<Loaded>
  users: number
  /** Set once it is not to be found any more: the last user gives back its buffer. */
  isDropped: boolean
}

interface Loaded {
  readonly page: LentPage
  /** Where its first record begins, and where the one after its last. */
  readonly offset: number
  readonly end: number
}

interface Place {
  readonly segment: Segment
  readonly seq: Seq
  readonly offset: number
}

export class LentReader implements AsyncDisposable {
  /** Of the log, which adds and removes at its ends. */
  readonly #segments: readonly Segment[]
  #open: {readonly segment: Segment; readonly file: DiskFile} | undefined
  #place: Place | undefined
  #lent: Held | undefined
  #ahead: Held | undefined
  /** Pages under way that are read by way of this reader's file, whoever waits for them. */
  readonly #loads = new Set<Promise<Loaded>>()

  constructor(segments: readonly Segment[]) {
    this.#segments = segments
  }

  /**
   * A page of events from the seq `from` on, which is durable; undefined where that segment is packed. The page before
   * is no longer the caller's. Throws `Overrun` when the event is no longer kept, and `DamagedLog`.
   */
  async next(from: Seq): Promise<LentPage | undefined> {
    this.#letGo()
    const at = this.#place
    const place = at?.seq === from && at.offset < at.segment.size ? at : await this.#find(from)
    if (place.segment.packedSize !== undefined) return undefined
    const ahead = this.#ahead
    this.#lent = this.#hold(place)
    this.#ahead = undefined
    if (ahead) release(ahead)
    const {page, end} = await this.#lent.page
    const {segment} = place
    const after = (this.#place = {segment, seq: page.last + 1, offset: end})
    if (end < segment.size) this.#ahead = this.#hold(after)
    return page
  }

  /** Lets go of the open file and of the pages, until there is more to be read. */
  async rest(): Promise<void> {
    this.#letGo()
    if (this.#ahead) release(this.#ahead)
    this.#ahead = undefined
    await Promise.allSettled(this.#loads)
    this.#open?.file.close()
    this.#open = this.#place = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rest()
  }

  #letGo(): void {
    const lent = this.#lent
    this.#lent = undefined
    if (lent) release(lent)
  }

  /** Where exactly an event stands. */
  async #find(seq: Seq): Promise<Place> {
    const segment = this.#segments.findLast(segment => segment.first <= seq)
    if (!segment) throw overrun(seq)
    try {
      const mark = await segment.markWhere(mark => mark.seq <= seq)
      if (segment.packedSize !== undefined) return {segment, ...mark}
      if (this.#open?.segment !== segment) {
        await this.rest()
        this.#open = {segment, file: segment.disk.open(segment.path, 'read')}
      }
      for (let place: Place = {segment, seq: mark.seq, offset: mark.offset}; ;) {
        if (place.seq === seq) return place
        const passing = this.#hold(place)
        try {
          const {page, offset, end} = await passing.page
          if (page.last >= seq) return {segment, seq, offset: offset + page.starts[seq - page.first] - headerSize}
          place = {segment, seq: page.last + 1, offset: end}
        } finally {
          release(passing)
        }
      }
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? overrun(seq) : error
    }
  }

  /** The page at a place, for one more user. It may be held or under way already. */
  #hold(place: Place): Held {
    const {segment, offset} = place
    const key = `${segment.number}#${segment.erasedCount}@${offset}`
    const known = held.get(key)
    if (known) {
      known.users++
      held.delete(key)
      held.set(key, known)
      return known
    }
    const made: Held = {page: this.#read(place), users: 1, isDropped: false}
    this.#loads.add(made.page)
    const done = (): void => void this.#loads.delete(made.page)
    made.page.then(done, done) // that it failed is told to whoever waits for it
    // Of the end of the newest segment there may be more in a moment.
    if (stepAfter(offset) + pageSizeMax - pageStep > segment.size) made.isDropped = true
    else {
      held.set(key, made)
      made.page.catch(() => held.get(key) === made && held.delete(key))
      if (held.size > heldMax) dropOldest()
    }
    return made
  }

  async #read({segment, seq, offset}: Place): Promise<Loaded> {
    const file = this.#fileOf(segment)
    for (let rereads = 0; ; rereads++) {
      let bytes = spares.pop() ?? Buffer.allocUnsafeSlow(pageSizeMax)
      let length = Math.min(bytes.length, segment.size - offset)
      for (;;) {
        const count = await file.read(bytes.subarray(0, length), offset)
        const {starts, ends, need} = recordsIn(bytes, count, seq, stepAfter(offset) - offset)
        if (need <= length || offset + need > segment.size) {
          const end = offset + (ends.at(-1) ?? 0)
          if (ends.length > 0) return {page: new LentPage(seq, bytes, starts, ends), offset, end}
          break
        }
        giveBack(bytes)
        bytes = Buffer.allocUnsafeSlow(need)
        length = need
      }
      giveBack(bytes)
      // What is just being erased may have been read half.
      if (rereads >= rereadMax) throw DamagedLog.older(segment.path, `it does not hold the event ${seq} at ${offset}`)
    }
  }

  #fileOf(segment: Segment): DiskFile {
    if (this.#open?.segment !== segment) throw overrun(segment.first)
    return this.#open.file
  }
}

const overrun = (seq: Seq): Overrun => new Overrun(`The event ${seq} is no longer kept.`)

/** Where the page ends that has the record at `offset`: the first record at or after this begins the next. */
const stepAfter = (offset: number): number => (Math.floor(offset / pageStep) + 1) * pageStep

function dropOldest(): void {
  for (const [key, one] of held) {
    if (one.users > 0) continue
    held.delete(key)
    one.isDropped = true
    giveBackOf(one)
    if (held.size <= heldMax) return
  }
}

/** One user less. */
function release(one: Held): void {
  one.users--
  if (one.users === 0 && one.isDropped) giveBackOf(one)
}

function giveBackOf(one: Held): void {
  one.page.then(
    ({page}) => page.isKept || giveBack(page.bytes),
    () => {}, // told to whoever waits for it
  )
}

function giveBack(bytes: Buffer<ArrayBuffer>): void {
  if (bytes.length === pageSizeMax && spares.length < sparesMax) spares.push(bytes)
}
