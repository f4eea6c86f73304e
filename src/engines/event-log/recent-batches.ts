/**
 * The newest events, in memory: what readers near the end of the log read, without touching the disk and without a
 * copy for each. Readers in step get the very same `Batch`, so whatever is made from it can be made once for all.
 */
import type {Batch, Seq} from './event-log.ts'
import {slicedBatch} from './event-log.ts'

/** A reader that is behind gets about this many events or bytes at a time: it may make something of them all. */
const countMax = 1_024
const readSizeMax = 2 ** 20

export class RecentBatches {
  readonly #sizeMax: number
  #batches: Batch[] = []
  #size = 0

  /** Holds the newest events up to about `sizeMax` bytes. */
  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  /** Takes the batch that follows the last one. */
  add(batch: Batch): void {
    this.#batches.push(batch)
    this.#size += sizeOf(batch)
    let dropped = 0
    while (this.#size > this.#sizeMax && dropped < this.#batches.length - 1)
      this.#size -= sizeOf(this.#batches[dropped++])
    if (dropped > 0) this.#batches.splice(0, dropped)
  }

  /** Events from seq `from` on; `undefined` when that one is not in memory. */
  from(from: Seq): Batch | undefined {
    const batches = this.#batches
    const newest = batches.at(-1)
    if (!newest || from < batches[0].first || from >= newest.first + newest.events.length) return undefined
    if (from >= newest.first) return slicedBatch(newest, from)
    const start = batches.findLastIndex(batch => batch.first <= from)
    const head = slicedBatch(batches[start], from)
    if (head.events.length >= countMax) return head
    // While few events come at a time each batch is small, and a reader that is behind takes several at once.
    let {times, events} = head
    let size = sizeOf(head)
    for (let i = start + 1; i < batches.length && events.length < countMax; i++) {
      if ((size += sizeOf(batches[i])) > readSizeMax) break
      times = times.concat(batches[i].times)
      events = events.concat(batches[i].events)
    }
    return {first: from, times, events}
  }
}

/** With something for the objects around the bytes, so that a flood of tiny events is bounded too. */
const sizeOf = (batch: Batch): number => batch.events.reduce((sum, event) => sum + event.length + 128, 128)
