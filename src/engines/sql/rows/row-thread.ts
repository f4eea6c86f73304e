/**
 * Rows by the hundred into a database from a thread of their own, by a connection of its own. A batch of them takes
 * SQLite five milliseconds, for which the event loop would stand still, and whoever makes the rows can make the next
 * meanwhile. Only one connection writes at a time: `GroupCommit.external` sees to that.
 */
import {fromUtf8} from '#std/text.ts'
import {WorkerPool} from '../../worker-pool.ts'
import {externalJobsMax} from '../group-commit.ts'
import type {RowRuns} from './row-runs.ts'

/** Bytes from which a batch is worth a message, and a thread that takes 30 milliseconds to start. */
export const rowsWorthThread = 64 * 1024

/** It is ended when there was nothing for it for so long. */
const idleMs = 10_000
/** What it makes is garbage at once: a larger young heap would hold nothing else. */
const resourceLimits = {maxYoungGenerationSizeMb: 2}

export class RowThread {
  readonly #file: string
  #pool: WorkerPool | undefined

  /** `file` is that of a database which a writer has opened. The thread starts when it is first needed. */
  constructor(file: string) {
    this.#file = file
  }

  /** Whether it has been started, and a message is all that a batch costs. */
  get isUp(): boolean {
    return this.#pool?.isRunning ?? false
  }

  /** Inserts all of them, or none: then it rejects with what SQLite says. Takes them. */
  async insert(rows: RowRuns): Promise<void> {
    this.#pool ??= new WorkerPool(new URL('row-worker.js', import.meta.url), 1, idleMs, {
      data: this.#file,
      jobsPerWorker: externalJobsMax,
      resourceLimits,
    })
    const answer = fromUtf8(await this.#pool.run(rows.take()))
    if (answer === '') return
    const {message, errcode} = JSON.parse(answer ?? '') as {message: string; errcode?: number}
    throw Object.assign(new Error(message), {errcode})
  }

  /** Waits for what is under way, and closes the thread's connection. */
  async close(): Promise<void> {
    await this.#pool?.close()
  }
}
