/**
 * An append-only log of opaque events, with one writer and any number of readers. Every event has a `seq`, one more
 * than the event before it, and the time of its append. Readers pull, each at its own pace: none can slow the writer
 * or another reader, and none is cut off for catching up.
 */

/** An event's place: a whole number from 1 up, below 2^53. */
export type Seq = number

/** Events in a row: `events[i]` has the seq `first + i`. Shared between readers, so nobody may change it. */
export interface Batch {
  readonly first: Seq
  /** When each was appended, in milliseconds since 1970; never falls. */
  readonly times: readonly number[]
  /** They may be views of a larger buffer: copy what is kept for long. */
  readonly events: readonly Uint8Array[]
}

/**
 * About what a reader gets at a time, in bytes; only a single event may be more. It is small because there may be many
 * readers who hold one page, and another that was read ahead, and take no more.
 */
export const pageSizeMax = 128 * 1024

export const emptyBatch = (first: Seq): Batch => ({first, times: [], events: []})

/** The events of `batch` from seq `from` on, at most `countMax`. */
export function slicedBatch(batch: Batch, from: Seq, countMax = Infinity): Batch {
  const skip = Math.max(0, from - batch.first)
  if (skip === 0 && batch.events.length <= countMax) return batch
  const end = Math.min(batch.events.length, skip + countMax)
  return {first: batch.first + skip, times: batch.times.slice(skip, end), events: batch.events.slice(skip, end)}
}

/**
 * Some events in a row, lent until the next is asked for, unless they are kept. Others may be lent the same page, and who
 * writes into its bytes does so once for all of them.
 */
export class LentPage {
  readonly first: Seq
  readonly bytes: Buffer<ArrayBuffer>
  /** Where in `bytes` the bytes of each event begin and end. Before each lies what the log has noted of it. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  #isKept = false

  constructor(first: Seq, bytes: Buffer<ArrayBuffer>, starts: readonly number[], ends: readonly number[]) {
    this.first = first
    this.bytes = bytes
    this.starts = starts
    this.ends = ends
  }

  get last(): Seq {
    return this.first + this.starts.length - 1
  }

  /** Something still reads the bytes, and nobody will say when it has done. */
  keep(): void {
    this.#isKept = true
  }

  get isKept(): boolean {
    return this.#isKept
  }
}

/** What is to be erased: of the events after `after` up to `through` those that are chosen, all but their first `kept` bytes. */
export interface Erasure {
  readonly after: Seq
  readonly through: Seq
  readonly kept: number
  /** The event is lent for the call. */
  readonly chosen: (event: Uint8Array, seq: Seq) => boolean
}

export interface EventLog {
  /**
   * The seq of the next event to be appended, so that an event can hold its own: read it and call `append` without
   * awaiting in between.
   */
  readonly next: Seq
  /**
   * Appends events, in the order of the calls, and resolves with the seq of the last once all are durable. The bytes
   * must not change afterwards. Rejects with `Overloaded`, having taken nothing, when too much waits to be written.
   */
  append(events: readonly Uint8Array[]): Promise<Seq>
  /**
   * Up to `limit` events after `after`: fewer at the end of a page, none only at the end of the log. It starts later
   * than `after + 1` where older events are no longer kept.
   */
  read(after: Seq, limit: number): Promise<Batch>
  /**
   * The events after `after`, or from the oldest kept, then each new one as it becomes durable; without a gap or a
   * repeat until `signal` aborts, which ends the iteration. Throws `Overrun` when retention takes away what this
   * reader has yet to read. Readers in step get the same `Batch` object.
   */
  tail(after: Seq, signal: AbortSignal): AsyncIterable<Batch>
  /**
   * As `tail`, for a reader that copies or sends at once what it gets: what it reads of the disk may come in pages that
   * are lent until it asks for more. Where events are in memory anyway, or packed, it gets batches.
   */
  lentTail(after: Seq, signal: AbortSignal): AsyncIterable<Batch | LentPage>
  /** The first and last durable event kept. In an empty log `last` is `first - 1`. */
  bounds(): {first: Seq; last: Seq}
  /** Bytes that the kept events take, about. */
  readonly size: number
  /** The first event of this time (milliseconds since 1970) or later; the one after the last when there is none. */
  seqAtTime(ms: number): Promise<Seq>
  /** Lets go of events up to and including `through`. Some of them may be kept for a while; none after it goes. */
  trim(through: Seq): Promise<void>
  /**
   * Writes zeros over durable events, for good: they keep their seq, time and size. Resolves with how many it was once
   * that is durable, and from then on nobody reads them as they were. A crash on the way leaves some of them as they
   * were, and none half erased. It reads all events of the range, so a long one is better gone through in steps, and one
   * at a time. Not of a log that packs its segments.
   */
  erase(erasure: Erasure): Promise<number>
  /** Resolves after `close`; rejects when the log can no longer be written, after which every `append` rejects. */
  readonly ended: Promise<void>
  /** Waits for the appends already called, and ends every `tail`. Safe twice. */
  close(): Promise<void>
}

/** A reader fell so far behind that events it had yet to read are no longer kept. */
export class Overrun extends Error {
  override readonly name = 'Overrun'
}
