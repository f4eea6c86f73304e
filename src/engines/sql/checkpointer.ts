/**
 * Folds the log of changes into the database. SQLite would do it in the middle of a commit, and hold up the event loop
 * for 15 to 50 milliseconds of writing and syncing. Here another connection does it, in a worker that the databases of
 * this process share: first while acts go on, and then, for what was written meanwhile, while they wait a moment. Then
 * all is folded, and the log begins again at its start.
 */
import type {DatabaseSync} from 'node:sqlite'
import {AssertionError} from '#std/assert.ts'
import {toUtf8} from '#std/text.ts'
import {WorkerPool} from '../worker-pool.ts'

/** Pages in the log (of 4 KiB) from which it is worth folding. */
const pagesWorth = 1_500
/** So many that acts wait, or the log would grow without end. */
const pagesMost = 6_000
/**
 * So many that even what writes much waits for the log to begin again; until then it does not, since to fold all of it
 * takes waiting for the disk, and what is folded meanwhile is soon behind.
 */
const logMost = 32_000
/** The log is looked at after so many commits; a look costs five microseconds. */
const commitsBetween = 4

let pool: WorkerPool | undefined
let users = 0

export class Checkpointer {
  readonly #path: string
  readonly #db: DatabaseSync
  readonly #failed: (fault: Error) => void
  #commits = 0
  #folding: Promise<void> | undefined
  #lastRound: Promise<void> | undefined

  /** `db` is the connection that writes; from here on it folds nothing by itself. `failed` hears of a fault. */
  constructor(path: string, db: DatabaseSync, failed: (fault: Error) => void) {
    this.#path = path
    this.#db = db
    this.#failed = failed
    db.exec('PRAGMA wal_autocheckpoint = 0')
    users++
  }

  /**
   * To be called after each commit; the next waits for what it returns, if anything. `isLarge`: it wrote hundreds of pages,
   * as others will.
   */
  afterCommit(isLarge = false): Promise<void> | undefined {
    if (isLarge || ++this.#commits % commitsBetween === 0) {
      const {log, unfolded} = this.#look()
      const goesOn = isLarge && log < logMost
      if (unfolded >= pagesWorth) this.#folding ??= this.#fold(!goesOn)
      if (unfolded >= pagesMost) return this.#folding?.then(() => (goesOn ? undefined : this.#lastRound))
      if (goesOn) return undefined
    }
    return this.#lastRound
  }

  /** Waits for what is under way. The pool ends with its last user. */
  async close(): Promise<void> {
    await this.#folding
    if (--users > 0) return
    const last = pool
    pool = undefined
    await last?.close()
  }

  /** With `toEnd`, all of it, so that the log begins again. */
  async #fold(toEnd: boolean): Promise<void> {
    try {
      // What could not be folded stands in the log; that is tried again with the commits to come.
      const isFull = await this.#round()
      if (!isFull && toEnd) {
        const {promise, resolve} = Promise.withResolvers<void>()
        this.#lastRound = promise
        await this.#round().finally(resolve)
      }
    } catch (error) {
      this.#failed(new AssertionError('Broken invariant: changes can be folded into the database', {cause: error}))
    }
    this.#folding = this.#lastRound = undefined
  }

  /** Whether the disk was too full for it. */
  async #round(): Promise<boolean> {
    pool ??= new WorkerPool(new URL('checkpoint-worker.js', import.meta.url), 1)
    return (await pool.run(toUtf8(this.#path).slice())).length > 0
  }

  /** Pages of the log, and how many of them are not in the database. */
  #look(): {log: number; unfolded: number} {
    const {log, checkpointed} = this.#db.prepare('PRAGMA wal_checkpoint(NOOP)').get() as Record<string, number>
    return {log, unfolded: log - checkpointed}
  }
}
