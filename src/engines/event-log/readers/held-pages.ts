/**
 * Pages of a log's files for readers in step. Who comes to a page that another holds, reads, or has read ahead, is given
 * that one: so a page is read from the disk once, what is made of it is made once, and many who stand there hold one page
 * between them.
 */
import type {Batch, Seq} from '../event-log.ts'

/** Some events of a file, and where in it the record after their last begins. */
export interface SegmentPage {
  readonly batch: Batch
  readonly end: number
}

interface Held {
  /** While it is being read. */
  loading: Promise<SegmentPage> | undefined
  batch: WeakRef<Batch> | undefined
  end: number
}

const held = new Map<string, Held>()
const heldMax = 1_024

/** The page of that key, of which the first event has the seq `first`: as others have it, or as `read` gives it. */
export function heldPage(
  key: string,
  first: Seq,
  read: () => Promise<SegmentPage>,
): Promise<SegmentPage> | SegmentPage {
  const known = held.get(key)
  if (known?.loading) return known.loading
  const batch = known?.batch?.deref()
  if (known && batch?.first === first) return {batch, end: known.end}
  if (held.size >= heldMax) held.clear()
  const loading = read()
  const made: Held = {loading, batch: undefined, end: 0}
  held.set(key, made)
  const forget = (): void => void (held.get(key) === made && held.delete(key))
  loading.then(page => {
    made.loading = undefined
    made.batch = new WeakRef(page.batch)
    made.end = page.end
    // What is just being written over is read again.
    if (page.batch.events.length === 0) forget()
  }, forget)
  return loading
}
