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

export class VerifyPool implements AsyncDisposable {
  readonly #pool: WorkerPool

  /** Starts no worker before there is a batch for it. */
  constructor(workersMax = otherCores()) {
    this.#pool = new WorkerPool(new URL('./verify-worker.js', import.meta.url), workersMax)
  }

  /**
   * One verdict for each check, in their order. The frames are copied, so the caller keeps them. Callers may overlap:
   * a reader of a busy firehose collects what has come in while the verdicts before were under way.
   */
  async verify(checks: readonly FrameCheck[], rules: FrameRules): Promise<FrameVerdict[]> {
    const parts: (FrameVerdict[] | Promise<FrameVerdict[]>)[] = []
    for (let start = 0; start < checks.length;) {
      const batch = checks.slice(start, start + frameBatchSize)
      if (batch.length === frameBatchSize && this.#pool.hasRoom) {
        const answer = this.#pool.run(encodeFrames(batch, rules)).then(decodeVerdicts)
        answer.catch(() => undefined) // thrown below, once every batch has its place
        parts.push(answer)
        start += batch.length
        continue
      }
      const few = batch.slice(0, inlineBatchSize)
      parts.push(few.map(check => verifyFrame(check, rules)))
      start += few.length
      if (start < checks.length) await new Promise(setImmediate)
    }
    return (await Promise.all(parts)).flat()
  }

  /** Waits for what is under way and ends the workers. Safe twice. */
  close(): Promise<void> {
    return this.#pool.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
