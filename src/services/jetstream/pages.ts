/**
 * What a reader gets, page by page: of the archive, where the log no longer goes back so far or where only some events are
 * wanted, which the archive finds without looking at all; and then of the log, to its end and live.
 */
import {type Batch, type EventLog, Overrun} from '#engines/event-log/event-log.ts'
import {archivedPages, type Page, type SoughtNow} from './archive/archived-rows.ts'
import type {Archive} from './archive/archive.ts'
import type {Sought} from './archive/sought.ts'
import {decodeRecord} from './log-record.ts'

/** The log, and the archive of it, if there is one. */
export interface Store {
  readonly log: EventLog
  readonly archive: Archive | undefined
  /** Told how far its reader has come: all up to there was given out, or is not wanted. */
  readonly passed?: (through: number) => void
}

/** Pages of each log that some reader holds, by their first event. */
const decoded = new WeakMap<EventLog, Map<number, WeakRef<Page>>>()
const heldMax = 1_024

/**
 * The same for all readers in step, also for those who read it from the disk, each for itself: what it is made into is
 * made once. An event of a log never changes.
 */
function pageOf(log: EventLog, batch: Batch): Page {
  let pages = decoded.get(log)
  if (!pages) decoded.set(log, (pages = new Map()))
  const through = batch.first + batch.events.length - 1
  const known = pages.get(batch.first)?.deref()
  if (known?.through === through) return known
  const page = {rows: batch.events.map((event, i) => decodeRecord(event, batch.first + i)), through}
  if (pages.size >= heldMax) for (const [first, held] of pages) if (!held.deref()) pages.delete(first)
  pages.set(batch.first, new WeakRef(page))
  return page
}

const isSparse = ({dids, takes}: Sought): boolean => dids !== undefined || takes !== undefined

/**
 * From the event after `after` on, until the signal aborts. Some pages hold more than is wanted, and some nothing. Throws
 * `Overrun` when what the reader has yet to read is in neither any more.
 */
export async function* pagesFrom(
  {log, archive, passed}: Store,
  after: number,
  sought: SoughtNow,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  passed?.(after)
  for (let at = after; !signal.aborted;) {
    if (archive && at < archive.last && (at + 1 < log.bounds().first || isSparse(sought()))) {
      for await (const page of archivedPages(archive, sought, at, signal)) {
        at = page.through
        yield page
        passed?.(at)
      }
    }
    try {
      for await (const batch of log.tail(at, signal)) {
        const page = pageOf(log, batch)
        at = page.through
        yield page
        passed?.(at)
      }
    } catch (error) {
      // Slow as the reader was, the archive has it.
      if (!(error instanceof Overrun && archive && at < archive.last && archive.first <= at + 1)) throw error
    }
  }
}
