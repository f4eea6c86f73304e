/** What goes to a thread that hashes passwords, and how it answers: each as soon as it is done, while others come. */
import type {MessagePort} from 'node:worker_threads'
import type {JobBytes} from '../worker-pool.ts'
import {collectGarbage} from '../young-heap.ts'
import {ScryptLanes} from './lanes.ts'

/**
 * Lanes that had nothing to do for so long give back their memory, 16 MB each: long before their thread is ended, which
 * takes a tenth of a second to begin again.
 */
const restMsUsual = 250

/** The length of the salt, the salt, the password: in bytes that are wiped where they are hashed. */
export function encodeJob(password: string, salt: Uint8Array): JobBytes {
  const job = new Uint8Array(1 + salt.length + Buffer.byteLength(password))
  job[0] = salt.length
  job.set(salt, 1)
  Buffer.from(job.buffer).write(password, 1 + salt.length)
  return job
}

const saltOf = (job: Uint8Array): Uint8Array => job.subarray(1, 1 + job[0])
const passwordOf = (job: Uint8Array): Uint8Array => job.subarray(1 + job[0])

/** What tests hand in their own of. */
export interface HashesOptions {
  readonly restMs?: number
  readonly lanes?: ScryptLanes
  /** Called when memory was let go. */
  readonly collect?: () => void
}

/** Answers jobs until the port closes. Those that came together go side by side. */
export function answerHashes(
  port: MessagePort,
  kernel: WebAssembly.Module,
  {restMs = restMsUsual, lanes = new ScryptLanes(kernel), collect = () => collectGarbage('major')}: HashesOptions = {},
): void {
  const waiting: JobBytes[] = []
  let rest: NodeJS.Timeout | undefined
  const work = (): void => {
    for (const hash of lanes.advance()) port.postMessage(hash, [hash.buffer])
    beginAll()
    lanes.wipe()
    if (lanes.running > 0) setImmediate(work)
    else rest = setTimeout(letGo, restMs).unref()
  }
  const letGo = (): void => {
    lanes.letGo()
    collect()
  }
  const beginAll = (): void => {
    while (!lanes.isFull && waiting.length > 0) {
      const job = waiting.shift() as JobBytes
      lanes.begin(passwordOf(job), saltOf(job))
    }
  }
  port.on('message', (job: JobBytes) => {
    clearTimeout(rest)
    const isAtRest = lanes.running === 0
    waiting.push(job)
    beginAll()
    if (isAtRest) setImmediate(work)
  })
}
