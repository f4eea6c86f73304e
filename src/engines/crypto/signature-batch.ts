/** The bytes in which signature checks cross to a worker, and their verdicts come back: one byte each, 0 or 1. */
import type {SignatureCheck} from '#atp/crypto/batch.ts'
import {assert} from '#std/assert.ts'
import type {JobBytes} from '../worker-pool.ts'

/** Checks of a batch. Fewer are not worth the way there and back. */
export const batchSize = 64

const p256Flag = 1
const highSFlag = 2
const keyOffset = 1
const signatureOffset = keyOffset + 33
const lengthOffset = signatureOffset + 64
const headSize = lengthOffset + 4

export function encodeChecks(checks: readonly SignatureCheck[]): JobBytes {
  let size = 0
  for (const {message} of checks) size += headSize + message.length
  const job = new Uint8Array(size)
  const view = new DataView(job.buffer)
  let at = 0
  for (const {key, message, signature, highS} of checks) {
    assert(key.bytes.length === 33, 'a public key is a compressed point')
    job[at] = (key.curve === 'p256' ? p256Flag : 0) | (highS ? highSFlag : 0)
    job.set(key.bytes, at + keyOffset)
    // Of a wrong length nothing is copied, and 64 zeros are no signature either.
    if (signature.length === 64) job.set(signature, at + signatureOffset)
    view.setUint32(at + lengthOffset, message.length)
    job.set(message, at + headSize)
    at += headSize + message.length
  }
  return job
}

/** The checks of a job, as views of its bytes. */
export function decodeChecks(job: JobBytes): SignatureCheck[] {
  const view = new DataView(job.buffer)
  const checks: SignatureCheck[] = []
  for (let at = 0; at < job.length;) {
    const end = at + headSize + view.getUint32(at + lengthOffset)
    checks.push({
      key: {
        curve: job[at] & p256Flag ? 'p256' : 'k256',
        bytes: job.subarray(at + keyOffset, at + signatureOffset),
      },
      signature: job.subarray(at + signatureOffset, at + lengthOffset),
      message: job.subarray(at + headSize, end),
      highS: (job[at] & highSFlag) !== 0,
    })
    at = end
  }
  return checks
}
