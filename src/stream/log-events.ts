/**
 * The verified events of a log of our own. Whoever appends to it has read each frame already: what it read is handed on to
 * the readers that are in step, so that in one process a frame is decoded once, however many views there are. A reader
 * that is behind has what it reads decoded anew, a batch once for all readers that stand at the same place. While nobody
 * reads, nothing decoded is held.
 */
import type {Did} from '#atp/syntax/did.ts'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import type {InfoEvent} from '#atp/sync/event.ts'
import type {NumberedEvent} from '#atp/sync/stream-reader.ts'
import type {BlockSource} from '#atp/mst/blocks.ts'
import {readRepoFrame} from '#atp/sync/verify.ts'
import {type Batch, type EventLog, LentPage, Overrun} from '#engines/event-log/event-log.ts'
import {LostPlace} from '#sdk/checked-stream.ts'
import {assert} from '#std/assert.ts'
import {toUtf8} from '#std/text.ts'
import {binaryOpcode, WireFrames, writeHead} from '#std/wire/wire-frames.ts'
import {HandedEvents} from './handed-events.ts'
import {
  type Cursor,
  type EventBatch,
  outdatedCursor,
  type StreamEvent,
  streamEvent,
  type VerifiedEvents,
} from './verified-events.ts'

/** One of another thread's lends nothing. */
type Log = Pick<EventLog, 'tail' | 'bounds'> & Partial<Pick<EventLog, 'lentTail'>>

/** With more forgotten accounts than this a frame is decoded at once, rather than searched for each. */
const searchedMax = 16

/** Of an event that was erased in the log zeros are left (`EventLog.erase`), with which no frame begins. */
export const isErased = (frame: Uint8Array): boolean => frame[0] === 0

export class LogEvents {
  readonly #log: Log
  readonly #headSize: number
  readonly #tellsSeq: boolean
  readonly #frameOf: (record: Uint8Array) => Uint8Array
  /** How far each reader has come. */
  readonly #readers = new Set<{passed: Cursor}>()
  readonly #handed = new HandedEvents()
  /** Accounts of which nothing is given out up to the event given, the last of all these events, and what is searched for. */
  readonly #forgotten = new Map<Did, Cursor>()
  #forgottenThrough: Cursor = 0
  #searched: readonly Uint8Array[] = []
  /** What is left of batches from which something was taken. */
  #kept = new WeakMap<Batch, Kept>()
  /** What was made of pages that are lent. */
  readonly #wires = new WeakMap<LentPage, Wire>()
  /** How often something was forgotten. */
  #epoch = 0
  /** The batch that was given out last, for the other readers in step. */
  #newest: {readonly of: Batch; readonly batch: EventBatch} | undefined

  /**
   * In a record of the log the frame comes after `headSize` bytes. `tellsSeq`: whether the numbers of the log are those
   * that its readers know.
   */
  constructor(log: Log, headSize: number, tellsSeq = true) {
    this.#log = log
    this.#tellsSeq = tellsSeq
    this.#headSize = headSize
    this.#frameOf = ({buffer, byteOffset, length}) => new Uint8Array(buffer, byteOffset + headSize, length - headSize)
  }

  /** Whether anybody reads, so that handing on is of use. */
  get isRead(): boolean {
    return this.#readers.size > 0
  }

  /** Decoded events that are held for readers on their way. */
  get handedCount(): number {
    return this.#handed.count
  }

  bounds(): {readonly first: Cursor; readonly last: Cursor} {
    return this.#log.bounds()
  }

  /** The stream under a name: views key their cursors by it. */
  named(name: string): VerifiedEvents {
    return {name, bounds: () => this.bounds(), follow: (after, signal) => this.#follow(after, signal)}
  }

  /**
   * What an event that was just appended as `seq` says, so that no reader need decode it. `event` may have another number.
   * `carried` are its blocks, if they are at hand, and `size` the bytes of its frame.
   */
  handOn(seq: Cursor, event: NumberedEvent, size: number, carried?: BlockSource): void {
    if (this.isRead) this.#handed.add(seq, streamEvent(event, seq, carried), size)
  }

  /**
   * Gives out nothing more of an account up to and including the event `through`, as if it had not been. For a moment
   * those who are being sent a batch get the rest of that.
   */
  forget(did: Did, through: Cursor): void {
    this.#forgotten.set(did, Math.max(through, this.#forgotten.get(did) ?? 0))
    this.#forgottenThrough = Math.max(this.#forgottenThrough, through)
    this.#searched = [...this.#forgotten.keys()].map(toUtf8)
    this.#kept = new WeakMap()
    this.#epoch++
    this.#newest = undefined
  }

  /** What was forgotten up to `through` is erased in the log itself, or has gone from it. */
  wasErased(did: Did, through: Cursor): void {
    if ((this.#forgotten.get(did) ?? Infinity) > through) return
    this.#forgotten.delete(did)
    this.#searched = [...this.#forgotten.keys()].map(toUtf8)
    this.#forgottenThrough = Math.max(0, ...this.#forgotten.values())
  }

  /** A batch without what is given out no more. */
  #keptOf(batch: Batch): Kept {
    if (batch.first > this.#forgottenThrough && !framesOf(batch, this.#frameOf).some(isErased)) {
      return {batch, seqs: undefined}
    }
    let kept = this.#kept.get(batch)
    if (!kept) {
      const places = batch.events.flatMap((event, i) => (this.#isGone(event, batch.first + i) ? [] : [i]))
      if (places.length === batch.events.length) kept = {batch, seqs: undefined}
      else {
        const {first, times, events} = batch
        const some = {first, times: places.map(i => times[i]), events: places.map(i => events[i])}
        kept = {batch: some, seqs: places.map(i => first + i)}
      }
      this.#kept.set(batch, kept)
    }
    return kept
  }

  #isGone(record: Uint8Array, seq: Cursor): boolean {
    return isErased(this.#frameOf(record)) || this.isForgotten(record, seq)
  }

  /** Whether an event is to be given out no more. */
  isForgotten(record: Uint8Array, seq: Cursor): boolean {
    return seq <= this.#forgottenThrough && this.#isForgottenFrame(this.#frameOf(record), seq)
  }

  #isForgottenFrame(frame: Uint8Array, seq: Cursor): boolean {
    if (isErased(frame)) return false
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.length)
    // To find that a DID is not in it takes a tenth of what it takes to decode it.
    if (this.#searched.length <= searchedMax && !this.#searched.some(did => bytes.includes(did))) return false
    const through = this.#forgotten.get(didOf(frame))
    return through !== undefined && seq <= through
  }

  /**
   * The frames after a cursor, as `VerifiedEvents.follow`, for who wants bytes alone. To a reader that is far behind they
   * go from the disk as they are, in the memory that they were read into.
   */
  async *frames(after: Cursor | 'live', signal: AbortSignal): AsyncGenerator<readonly Uint8Array[] | WireFrames, void> {
    const log = this.#log
    const read = log.lentTail ? log.lentTail.bind(log) : log.tail.bind(log)
    for await (const {info, batch} of this.#tail(after, signal, read)) {
      if (batch instanceof LentPage) {
        const frames = this.#wireOf(batch)
        try {
          if (frames.count > 0) yield frames
        } finally {
          if (frames.isKept) batch.keep()
        }
        continue
      }
      const frames = info ? [encodeInfo(info)] : framesOf(this.#keptOf(batch).batch, this.#frameOf)
      if (frames.length > 0) yield frames
    }
  }

  /** What of a page is given out, made once for all who are lent it. */
  #wireOf(page: LentPage): WireFrames {
    const known = this.#wires.get(page)
    if (known && (known.epoch === this.#epoch || page.first > this.#forgottenThrough)) return known.frames
    // Rare: something was forgotten since. What is left of the page stands in its memory no more as it was.
    const made = known ? this.#withoutForgotten(known) : this.#inPlace(page)
    this.#wires.set(page, made)
    return made.frames
  }

  /** In the memory of the page: what the log notes of each event leaves room for heads. */
  #inPlace({first, bytes, starts, ends}: LentPage): Wire {
    const sizes: number[] = []
    const seqs: Cursor[] = []
    let at = 0
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i] + this.#headSize
      const end = ends[i]
      const seq = first + i
      if (bytes[start] === 0) continue
      if (seq <= this.#forgottenThrough && this.isForgotten(bytes.subarray(starts[i], end), seq)) continue
      at = writeHead(bytes, at, binaryOpcode, end - start)
      bytes.copyWithin(at, start, end)
      at += end - start
      sizes.push(end - start)
      seqs.push(seq)
    }
    return {frames: WireFrames.inWire(bytes.subarray(0, at), sizes, false), seqs, epoch: this.#epoch}
  }

  #withoutForgotten({frames, seqs}: Wire): Wire {
    const all = frames.frames()
    const left = seqs.flatMap((seq, i) => (this.#isForgottenFrame(all[i], seq) ? [] : [i]))
    const some = left.map(i => all[i])
    return {frames: WireFrames.of(some), seqs: left.map(i => seqs[i]), epoch: this.#epoch}
  }

  async *#follow(after: Cursor | 'live', signal: AbortSignal): AsyncGenerator<EventBatch, void> {
    const reader = {passed: after === 'live' ? this.#log.bounds().last : after}
    this.#readers.add(reader)
    try {
      for await (const {info, batch} of this.#tail(after, signal, this.#log.tail.bind(this.#log))) {
        const made = info ? infoBatch(info, batch.first - 1) : this.#batchOf(batch)
        yield made
        reader.passed = made.last
        this.#trim()
      }
    } finally {
      this.#readers.delete(reader)
      this.#trim()
    }
  }

  /** The batches of the log; where some are gone first `info`, with an empty batch before which they were. */
  async *#tail<T extends Batch | LentPage>(
    after: Cursor | 'live',
    signal: AbortSignal,
    read: (after: Cursor, signal: AbortSignal) => AsyncIterable<T>,
  ): AsyncGenerator<
    {readonly info?: undefined; readonly batch: T} | {readonly info: InfoEvent; readonly batch: Batch},
    void
  > {
    const {last} = this.#log.bounds()
    if (after !== 'live' && after > last) throw new LostPlace(`The cursor is ahead of this log, which is at ${last}.`)
    let passed = after === 'live' ? last : after
    for (;;) {
      const {first} = this.#log.bounds()
      // 0 asks for the oldest there is, and so misses nothing (spec: event stream, "Sequence Numbers").
      if (passed > 0 && passed < first - 1) {
        yield {info: outdatedCursor(this.#tellsSeq ? first : undefined), batch: {first, times: [], events: []}}
        passed = first - 1
      }
      try {
        for await (const batch of read(passed, signal)) {
          yield {batch}
          passed = batch instanceof LentPage ? batch.last : batch.first + batch.events.length - 1
        }
        return
      } catch (error) {
        if (!(error instanceof Overrun)) throw error
        // Also for who began at the oldest: of that some was to come.
        passed = Math.max(1, passed)
      }
    }
  }

  #batchOf(of: Batch): EventBatch {
    if (this.#newest?.of === of) return this.#newest.batch
    const {batch: kept, seqs} = this.#keptOf(of)
    const known = kept.events.map((_, i) => this.#handed.get(seqs?.[i] ?? of.first + i))
    const batch = new LogBatch(kept, of.first + of.events.length - 1, known, this.#frameOf)
    this.#newest = {of, batch}
    return batch
  }

  /** Lets go of what every reader has. */
  #trim(): void {
    let passed = Infinity
    for (const reader of this.#readers) passed = Math.min(passed, reader.passed)
    this.#handed.dropThrough(passed)
    if (this.#readers.size === 0 || (this.#newest && this.#newest.batch.last <= passed)) this.#newest = undefined
  }
}

/** What is left of a batch, and the numbers of its events where they are not one after the other. */
interface Kept {
  readonly batch: Batch
  readonly seqs: readonly Cursor[] | undefined
}

/** Frames of a page, with their numbers, as they were after so many times that something was forgotten. */
interface Wire {
  readonly frames: WireFrames
  readonly seqs: readonly Cursor[]
  readonly epoch: number
}

class LogBatch implements EventBatch {
  readonly last: Cursor
  readonly #of: Batch
  readonly #known: readonly (StreamEvent | undefined)[]
  readonly #frameOf: (record: Uint8Array) => Uint8Array
  #events: readonly StreamEvent[] | undefined

  constructor(
    of: Batch,
    last: Cursor,
    known: readonly (StreamEvent | undefined)[],
    frameOf: (record: Uint8Array) => Uint8Array,
  ) {
    this.last = last
    this.#of = of
    this.#known = known
    this.#frameOf = frameOf
  }

  get frames(): readonly Uint8Array[] {
    return framesOf(this.#of, this.#frameOf)
  }

  events(): readonly StreamEvent[] {
    return (this.#events ??= this.frames.map((frame, i) => this.#known[i] ?? decoded(frame)))
  }
}

function decoded(frame: Uint8Array): StreamEvent {
  const read = readRepoFrame(frame)
  assert(read.ok && read.event && read.event.t !== '#info', 'the log holds events')
  return streamEvent(read.event, read.event.seq)
}

/** The account that an event of the log is about. */
function didOf(frame: Uint8Array): Did {
  const read = readRepoFrame(frame)
  assert(read.ok && read.event && read.event.t !== '#info', 'the log holds events')
  return read.event.did
}

const encodeInfo = ({t, name, message = ''}: InfoEvent): Uint8Array => encodeMessageFrame(t, {name, message})

const infoBatch = (info: InfoEvent, last: Cursor): EventBatch => ({
  last,
  frames: [encodeInfo(info)],
  events: () => [info],
})

const framesMade = new WeakMap<Batch, readonly Uint8Array[]>()

/** The frames of a batch, as views of it: the same array each time, which a socket then puts into wire form once. */
function framesOf(batch: Batch, frameOf: (record: Uint8Array) => Uint8Array): readonly Uint8Array[] {
  let frames = framesMade.get(batch)
  if (!frames) framesMade.set(batch, (frames = batch.events.map(frameOf)))
  return frames
}
