/**
 * Signature checks on every core. Whole batches go to the workers while these have room, and this thread does the rest
 * itself, so that nothing queues up and no core waits for another.
 */
import {verifyCheck} from '#atp/crypto/batch.ts'
import type {BatchVerifier, SignatureCheck} from '#atp/crypto/batch.ts'
import {otherCores, WorkerPool} from '../worker-pool.ts'
import {batchSize, encodeChecks} from './signature-batch.ts'

export class ThreadedVerifier implements BatchVerifier, AsyncDisposable {
  readonly #pool: WorkerPool

  /** Starts no worker before there is a batch for it. */
  constructor(workersMax = otherCores()) {
    this.#pool = new WorkerPool(new URL('./verify-worker.js', import.meta.url), workersMax)
  }

  async verify(checks: readonly SignatureCheck[]): Promise<boolean[]> {
    const verdicts = Array.from(checks, () => false)
    const answers: Promise<void>[] = []
    for (let start = 0; start < checks.length; start += batchSize) {
      const batch = checks.slice(start, start + batchSize)
      if (batch.length === batchSize && this.#pool.hasRoom) {
        const answer = this.#judgeElsewhere(batch, start, verdicts)
        answer.catch(() => undefined) // thrown below, once every batch has its place
        answers.push(answer)
      } else {
        for (let i = 0; i < batch.length; i++) verdicts[start + i] = verifyCheck(batch[i])
        // A batch takes some milliseconds, after which answers and everything else get their turn.
        if (start + batchSize < checks.length) await new Promise(setImmediate)
      }
    }
    await Promise.all(answers)
    return verdicts
  }

  async #judgeElsewhere(batch: readonly SignatureCheck[], start: number, verdicts: boolean[]): Promise<void> {
    const answer = await this.#pool.run(encodeChecks(batch))
    for (let i = 0; i < batch.length; i++) verdicts[start + i] = answer[i] === 1
  }

  /** Waits for what is under way and ends the workers. Safe twice. */
  close(): Promise<void> {
    return this.#pool.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
