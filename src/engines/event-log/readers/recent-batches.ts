/**
 * The newest events, in memory: what readers near the end of the log read, without touching the disk and without a
 * copy for each. Readers in step get the very same `Batch`, so whatever is made from it can be made once for all; and
 * readers that are behind fall into step, because pages begin and end at the same events for everybody.
 */
import type {Batch, Seq} from '../event-log.ts'
import {pageSizeMax, slicedBatch} from '../event-log.ts'

interface Page {
  readonly batches: Batch[]
  size: number
  /** All batches in one, for as long as somebody reads it. */
  merged?: WeakRef<Batch>
}

export class RecentBatches {
  readonly #sizeMax: number
  readonly #pageSizeMax: number
  readonly #pages: Page[] = []
  #size = 0

  /** Holds the newest events up to about `sizeMax` bytes. */
  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
    this.#pageSizeMax = Math.min(pageSizeMax, sizeMax)
  }

  /** Takes the batch that follows the last one. */
  add(batch: Batch): void {
    for (const part of parts(batch, this.#pageSizeMax)) {
      const size = sizeOf(part)
      const newest = this.#pages.at(-1)
      if (newest && newest.size + size <= this.#pageSizeMax) {
        newest.batches.push(part)
        newest.size += size
      } else this.#pages.push({batches: [part], size})
      this.#size += size
    }
    while (this.#size > this.#sizeMax && this.#pages.length > 1) this.#size -= this.#pages.shift()?.size ?? 0
  }

  /** Lets go of all up to and including `through`, and of what is in a page with that. */
  letGo(through: Seq): void {
    const kept = this.#pages.filter(({batches}) => batches[0].first > through)
    this.#pages.splice(0, Infinity, ...kept)
    this.#size = kept.reduce((sum, {size}) => sum + size, 0)
  }

  /** Events from seq `from` on; `undefined` when that one is not in memory. */
  from(from: Seq): Batch | undefined {
    const page = this.#pages.findLast(({batches}) => batches[0].first <= from)
    const last = page?.batches.at(-1)
    if (!page || !last || from >= last.first + last.events.length) return undefined
    return slicedBatch(from >= last.first ? last : merged(page), from)
  }
}

/** The page as one batch. While few events come at a time each batch is small, and a reader that is behind takes all. */
function merged(page: Page): Batch {
  const {batches} = page
  const known = page.merged?.deref()
  const last = batches[batches.length - 1]
  if (known && known.first + known.events.length > last.first) return known
  const times = batches.flatMap(({times}) => times)
  const batch = {first: batches[0].first, times, events: batches.flatMap(({events}) => events)}
  page.merged = new WeakRef(batch)
  return batch
}

/** `batch` itself when it is no larger than a page, as most are. */
function parts(batch: Batch, sizeMax: number): Batch[] {
  if (sizeOf(batch) <= sizeMax) return [batch]
  const found: Batch[] = []
  let start = 0
  let size = 0
  for (const [i, event] of batch.events.entries()) {
    if (size > 0 && size + costOf(event) > sizeMax) {
      found.push(slicedBatch(batch, batch.first + start, i - start))
      start = i
      size = 0
    }
    size += costOf(event)
  }
  found.push(slicedBatch(batch, batch.first + start))
  return found
}

/** With something for the objects around the bytes, so that a flood of tiny events is bounded too. */
const costOf = (event: Uint8Array): number => event.length + 128
const sizeOf = (batch: Batch): number => batch.events.reduce((sum, event) => sum + costOf(event), 128)
