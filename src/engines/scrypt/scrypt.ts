/**
 * Hashes of passwords by scrypt (RFC 7914; N = 16384, r = 8, p = 1, 64 bytes), off this thread. One that is alone goes to
 * the C library on a thread of Node's, which is there; those that meet go side by side through lanes of our own, which
 * takes half of the processor for each (`kernel.ts`). The bytes are the same either way.
 *
 * Who uses it says how many may be on their way, `placesMax` at most, and lets the others wait.
 */
import {scrypt} from 'node:crypto'
import {availableParallelism} from 'node:os'
import {promisify} from 'node:util'
import {WorkerPool} from '../worker-pool.ts'
import {encodeJob} from './jobs.ts'
import {cost, lanesMax} from './kernel.ts'
import {compileKernel, hashSize} from './lanes.ts'

const byLibrary = promisify(scrypt) as (
  password: string,
  salt: Uint8Array,
  size: number,
  cost: {N: number; r: number; p: number},
) => Promise<Uint8Array>

/**
 * Of threads of our own, and of hashes at a time where there are none. The thread that hands them out has a core to itself
 * only while the others suffice: it is little that it does for each of them.
 */
const threadsMax = Math.min(3, availableParallelism())
/** Hashes that one thread has before the next begins: two take a third longer than one, four twice as long. */
const companyUsual = 2
/** A thread has 16 MB for each lane that was used. One that nobody has needed for so long is ended. */
const idleMs = 3_000

export interface ScryptOptions {
  /** `library`: nothing of our own runs. */
  by?: 'own' | 'library'
  /** Told of a fault of our own threads, after which the library does it all. */
  onFault?: (error: unknown) => void
}

export class Scrypt implements AsyncDisposable {
  readonly #onFault: ((error: unknown) => void) | undefined
  /** Compiled when two first meet; undefined when the library does it all. */
  #pool: WorkerPool | 'not yet' | undefined
  #running = 0

  constructor({by = 'own', onFault}: ScryptOptions = {}) {
    this.#pool = by === 'own' ? 'not yet' : undefined
    this.#onFault = onFault
  }

  /** How many at a time are worth their while: more would only be slower, each of them. */
  get placesMax(): number {
    return this.#pool === undefined ? threadsMax : lanesMax * threadsMax
  }

  async hash(password: string, salt: Uint8Array): Promise<Uint8Array> {
    this.#running++
    try {
      const pool = this.#running > 1 ? this.#lanes() : undefined
      if (!pool) return await byLibrary(password, salt, hashSize, cost)
      return await pool.run(encodeJob(password, salt)).catch((error: unknown) => {
        this.#pool = undefined
        this.#onFault?.(error)
        return byLibrary(password, salt, hashSize, cost)
      })
    } finally {
      this.#running--
    }
  }

  /** Waits for what is under way, and ends the threads. Safe twice. */
  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    if (pool instanceof WorkerPool) await pool.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #lanes(): WorkerPool | undefined {
    if (this.#pool !== 'not yet') return this.#pool
    const kernel = compileKernel()
    this.#pool =
      kernel &&
      new WorkerPool(new URL('./scrypt-worker.js', import.meta.url), threadsMax, idleMs, {
        jobsPerWorker: lanesMax,
        fillsUpTo: companyUsual,
        data: kernel,
      })
    return this.#pool
  }
}
