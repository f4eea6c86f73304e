/**
 * Makes durable what was written to a file. A sync takes a thread off the event loop, since a slow disk may need many
 * milliseconds; but where the disk is quick, waking that thread and being woken by it costs as much as the sync, and
 * whoever writes alone would wait twice as long. So a lone writer on a quick disk is synced for in place.
 */
import {fdatasync, fdatasyncSync} from 'node:fs'

/** Milliseconds for which the event loop may be held up. */
const quickMs = 0.8
/**
 * The disk is as quick as most of so many syncs were. By an average, one that another program held up for twenty
 * milliseconds had the next ten and more done by the thread, each for twice the processor time.
 */
const countMax = 5

/** One writer's syncs. It remembers how quick the disk has been. */
export class DiskSync {
  /** Whether each of the last was slow, the newest in the last place. */
  readonly #wereSlow: boolean[] = Array.from({length: countMax}, () => false)

  /** Syncs the open `file`. `alone`: nobody else waits. Rejects when the disk does not keep what was written. */
  async sync(file: number, alone: boolean): Promise<void> {
    const started = performance.now()
    if (alone && this.#isQuick()) fdatasyncSync(file)
    else await new Promise<void>((resolve, reject) => fdatasync(file, error => (error ? reject(error) : resolve())))
    this.#wereSlow.shift()
    this.#wereSlow.push(performance.now() - started >= quickMs)
  }

  #isQuick(): boolean {
    let slow = 0
    for (const wasSlow of this.#wereSlow) if (wasSlow) slow++
    return slow * 2 < countMax
  }
}
