/**
 * Verification of firehose frames on every core: signature, proof and all, but for the chain, which needs the state of
 * each repo and stays with the caller. Whole batches go to the workers while these have room, and this thread does the
 * rest itself, so that nothing queues up and no core waits for another.
 */
import {otherCores, WorkerPool} from '../worker-pool.ts'
import {decodeVerdicts, encodeFrames, type FrameCheck, type FrameRules, type FrameVerdict} from './verify-batch.ts'
import {verifyFrame} from './verify-frame.ts'

/** Frames of a batch: some milliseconds of work. Fewer are not worth the way there and back. */
const frameBatchSize = 64
/** Frames that this thread verifies before everything else gets its turn. */
const inlineBatchSize = 16
/**
 * A worker takes as much to start, and to have its code compiled, as 3,000 frames to verify. So it is started for a flood,
 * and not for what has come together while the disk or another program held this one up: when this thread has verified
 * so many frames of whole batches, of which so many are forgotten each second. Started sooner, for a flood that then ends,
 * it costs more than it ever does (of 4,000 commits through relay and views a third of the processor time); when as much
 * was done here as it costs, it is never more than twice what would have been best.
 */
const worthWorker = 3_072
const forgottenPerSecond = 1_000

interface VerifyPoolOptions {
  /** Frames of whole batches that are verified here before a worker is started. */
  readonly worthWorker?: number
  /** Milliseconds. */
  readonly now?: () => number
}

export class VerifyPool implements AsyncDisposable {
  readonly #pool: WorkerPool
  readonly #worthWorker: number
  readonly #now: () => number
  /** Frames of whole batches that were verified here of late, and when that was last counted. */
  #here = 0
  #countedMs = -Infinity

  /** Starts no worker before there is enough for it to do. */
  constructor(workersMax = otherCores(), options: VerifyPoolOptions = {}) {
    this.#pool = new WorkerPool(new URL('./verify-worker.js', import.meta.url), workersMax)
    this.#worthWorker = options.worthWorker ?? worthWorker
    this.#now = options.now ?? (() => performance.now())
  }

  /**
   * One verdict for each check, in their order. The frames are copied, so the caller keeps them. Callers may overlap:
   * a reader of a busy firehose collects what has come in while the verdicts before were under way.
   */
  async verify(checks: readonly FrameCheck[], rules: FrameRules): Promise<FrameVerdict[]> {
    const parts: (FrameVerdict[] | Promise<FrameVerdict[]>)[] = []
    for (let start = 0; start < checks.length;) {
      const batch = checks.slice(start, start + frameBatchSize)
      if (batch.length === frameBatchSize && this.#isForWorker()) {
        const answer = this.#pool.run(encodeFrames(batch, rules)).then(decodeVerdicts)
        answer.catch(() => undefined) // thrown below, once every batch has its place
        parts.push(answer)
        start += batch.length
        continue
      }
      const few = batch.slice(0, inlineBatchSize)
      if (checks.length >= frameBatchSize) this.#here += few.length
      parts.push(few.map(check => verifyFrame(check, rules)))
      start += few.length
      if (start < checks.length) await new Promise(setImmediate)
    }
    return (await Promise.all(parts)).flat()
  }

  #isForWorker(): boolean {
    if (this.#pool.isRunning) return this.#pool.hasRoom
    const nowMs = this.#now()
    this.#here = Math.max(0, this.#here - ((nowMs - this.#countedMs) / 1_000) * forgottenPerSecond)
    this.#countedMs = nowMs
    return this.#here >= this.#worthWorker
  }

  /** Waits for what is under way and ends the workers. Safe twice. */
  close(): Promise<void> {
    return this.#pool.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
