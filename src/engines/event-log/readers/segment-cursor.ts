/** Reads a log's segments one after the other, keeping its place from one page to the next. */
import type {Batch, Seq} from '../event-log.ts'
import {DamagedLog} from '../damaged-log.ts'
import {Overrun, slicedBatch} from '../event-log.ts'
import type {Segment} from '../segment.ts'
import {SegmentReader} from '../segment.ts'

export class SegmentCursor implements AsyncDisposable {
  /** Of the log, which adds and removes at its ends. */
  readonly #segments: readonly Segment[]
  readonly #readsAhead: boolean
  #reader: SegmentReader | undefined
  /** Where the page after the last one begins, in the segment that is open. */
  #place = {seq: 0, offset: 0}

  constructor(segments: readonly Segment[], readsAhead = false) {
    this.#segments = segments
    this.#readsAhead = readsAhead
  }

  /** The events from the seq `from` on, which is durable. Throws `Overrun` when it is no longer kept. */
  async next(from: Seq, countMax: number): Promise<Batch> {
    const goesOn = this.#reader && this.#place.seq === from && this.#place.offset < this.#reader.segment.size
    if (!goesOn) await this.#find(from)
    for (;;) {
      const batch = await this.#page()
      if (batch.events.length === 0) {
        throw DamagedLog.older(this.#reader?.segment.path ?? '', 'it ends before the event with which the next begins')
      }
      if (batch.first + batch.events.length > from) return slicedBatch(batch, from, countMax)
    }
  }

  /** The first event of this time or later; `undefined` when there is none. */
  async seqAtTime(ms: number): Promise<Seq | undefined> {
    const segments = [...this.#segments]
    const index = segments.findLastIndex(segment => segment.firstTime < ms)
    if (index < 0) return segments[0]?.first
    const {seq, offset} = await segments[index].markWhere(mark => mark.time < ms)
    await this.#open(segments[index], {seq, offset})
    for (;;) {
      const batch = await this.#page()
      if (batch.events.length === 0) return segments[index + 1]?.first
      const found = batch.times.findIndex(time => time >= ms)
      if (found >= 0) return batch.first + found
    }
  }

  /** Lets go of the open file, until the disk is read again. */
  async rest(): Promise<void> {
    const reader = this.#reader
    this.#reader = undefined
    await reader?.[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rest()
  }

  async #find(seq: Seq): Promise<void> {
    const segment = this.#segments.findLast(segment => segment.first <= seq)
    if (!segment) throw new Overrun(`The event ${seq} is no longer kept.`)
    await this.#open(segment, await segment.markWhere(mark => mark.seq <= seq))
  }

  async #open(segment: Segment, place: {seq: Seq; offset: number}): Promise<void> {
    await this.rest()
    try {
      this.#reader = await SegmentReader.open(segment, this.#readsAhead)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      throw new Overrun(`The event ${place.seq} is no longer kept.`)
    }
    this.#place = place
  }

  async #page(): Promise<Batch> {
    const reader = this.#reader as SegmentReader
    const {batch, end} = await reader.page(this.#place, Infinity)
    this.#place = {seq: batch.first + batch.events.length, offset: end}
    return batch
  }
}
