/**
 * Makes durable what was written to a file. A sync takes a thread off the event loop, since a slow disk may need many
 * milliseconds; but where the disk is quick, waking that thread and being woken by it costs as much as the sync, and
 * whoever writes alone would wait twice as long. So a lone writer on a quick disk is synced for in place.
 */
import {fdatasync, fdatasyncSync} from 'node:fs'

/** Milliseconds for which the event loop may be held up. */
const quickMs = 0.8
/** How much the newest sync counts in the average. */
const weight = 0.1

/** One writer's syncs. It remembers how quick the disk has been. */
export class DiskSync {
  #averageMs = 0

  /** Syncs the open `file`. `alone`: nobody else waits. Rejects when the disk does not keep what was written. */
  async sync(file: number, alone: boolean): Promise<void> {
    const started = performance.now()
    if (alone && this.#averageMs < quickMs) fdatasyncSync(file)
    else await new Promise<void>((resolve, reject) => fdatasync(file, error => (error ? reject(error) : resolve())))
    this.#averageMs += (performance.now() - started - this.#averageMs) * weight
  }
}
