/** What goes to a thread that hashes passwords, and how it answers: each as soon as it is done, while others come. */
import type {MessagePort} from 'node:worker_threads'
import type {JobBytes} from '../worker-pool.ts'
import {ScryptLanes} from './lanes.ts'

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

/** Answers jobs until the port closes. Those that came together go side by side. */
export function answerHashes(port: MessagePort, kernel: WebAssembly.Module): void {
  const lanes = new ScryptLanes(kernel)
  const waiting: JobBytes[] = []
  const work = (): void => {
    for (const hash of lanes.advance()) port.postMessage(hash, [hash.buffer])
    beginAll()
    lanes.wipe()
    if (lanes.running > 0) setImmediate(work)
  }
  const beginAll = (): void => {
    while (!lanes.isFull && waiting.length > 0) {
      const job = waiting.shift() as JobBytes
      lanes.begin(passwordOf(job), saltOf(job))
    }
  }
  port.on('message', (job: JobBytes) => {
    const isAtRest = lanes.running === 0
    waiting.push(job)
    beginAll()
    if (isAtRest) setImmediate(work)
  })
}
