/**
 * The bytes in which firehose frames cross to a worker, and what was found comes back. A frame crosses whole, and is
 * taken apart once more on the other side, because that costs a twentieth of verifying it; what comes back is only what
 * the sender cannot read out of the frame by itself.
 */
import type {PublicKey} from '#atp/crypto/key.ts'
import {Cid, cidSize} from '#atp/data/cid.ts'
import type {BlockMap} from '#atp/mst/blocks.ts'
import type {RepoEvent} from '#atp/sync/event.ts'
import {verifyReasons, type Rejection, type VerifyReason, type VerifyRules} from '#atp/sync/verify.ts'
import {assert} from '#std/assert.ts'
import {fromUtf8, toUtf8} from '#std/text.ts'
import type {Ok} from '#std/result.ts'
import type {JobBytes} from '../worker-pool.ts'

/** One frame with a `#commit` or a `#sync` event, and the signing key of the account that the event names. */
export interface FrameCheck {
  frame: Uint8Array
  key: PublicKey
  /** What the frame holds, for whoever has read it: it is then not read again, unless it crosses to a worker. */
  event?: RepoEvent
}

/** What verification adds to what the frame says: `data` is the root of the tree after the commit. */
export interface FrameFacts extends Ok {
  data: Cid
  /** As in `VerifiedCommit`; true for a `#sync`. */
  complete: boolean
  /** The blocks of a commit, if they are at hand: not when a worker looked at them. */
  blocks?: BlockMap
}

export type FrameVerdict = FrameFacts | Rejection

const nowOffset = 0
const revFutureOffset = 8
const flagsOffset = 16
const rulesSize = 17
const p256Flag = 1
const keyOffset = 1
const lengthOffset = keyOffset + 33
const headSize = lengthOffset + 4

export function encodeFrames(checks: readonly FrameCheck[], rules: VerifyRules): JobBytes {
  let size = rulesSize
  for (const {frame} of checks) size += headSize + frame.length
  const job = new Uint8Array(size)
  const view = new DataView(job.buffer)
  view.setFloat64(nowOffset, rules.nowMs)
  // NaN for a rule that is not given.
  view.setFloat64(revFutureOffset, rules.revFutureMaxMs ?? NaN)
  job[flagsOffset] = rules.requirePrevData === false ? 0 : 1
  let at = rulesSize
  for (const {frame, key} of checks) {
    assert(key.bytes.length === 33, 'a public key is a compressed point')
    job[at] = key.curve === 'p256' ? p256Flag : 0
    job.set(key.bytes, at + keyOffset)
    view.setUint32(at + lengthOffset, frame.length)
    job.set(frame, at + headSize)
    at += headSize + frame.length
  }
  return job
}

/** The frames of a job, as views of its bytes, and the rules. */
export function decodeFrames(job: JobBytes): {checks: FrameCheck[]; rules: VerifyRules} {
  const view = new DataView(job.buffer)
  const revFutureMaxMs = view.getFloat64(revFutureOffset)
  const rules: VerifyRules = {
    nowMs: view.getFloat64(nowOffset),
    revFutureMaxMs: Number.isNaN(revFutureMaxMs) ? undefined : revFutureMaxMs,
    requirePrevData: job[flagsOffset] === 1,
  }
  const checks: FrameCheck[] = []
  for (let at = rulesSize; at < job.length;) {
    const end = at + headSize + view.getUint32(at + lengthOffset)
    const key = {
      curve: job[at] & p256Flag ? 'p256' : 'k256',
      bytes: job.subarray(at + keyOffset, at + lengthOffset),
    } as const
    checks.push({frame: job.subarray(at + headSize, end), key})
    at = end
  }
  return {checks, rules}
}

/** Reasons cross as their place in this list, which both sides have from the same program. */
const reasons = Object.keys(verifyReasons) as VerifyReason[]
const acceptedCode = 254
const completeCode = 255
/** Bytes of a detail that cross; the rest is cut off. */
const detailSizeMax = 1000

/** For each verdict its code, then the CID of `data`, or the length and text of the detail. */
export function encodeVerdicts(verdicts: readonly FrameVerdict[]): JobBytes {
  const details = verdicts.map(verdict => (verdict.ok ? undefined : toUtf8(verdict.detail.slice(0, detailSizeMax / 4))))
  let size = 0
  for (const detail of details) size += detail ? 3 + detail.length : 1 + cidSize
  const answer = new Uint8Array(size)
  let at = 0
  for (const [i, verdict] of verdicts.entries()) {
    const detail = details[i]
    if (verdict.ok) {
      answer[at] = verdict.complete ? completeCode : acceptedCode
      answer.set(verdict.data.bytes, at + 1)
      at += 1 + cidSize
    } else if (detail) {
      answer[at] = reasons.indexOf(verdict.reason)
      answer[at + 1] = detail.length >> 8
      answer[at + 2] = detail.length
      answer.set(detail, at + 3)
      at += 3 + detail.length
    }
  }
  return answer
}

export function decodeVerdicts(answer: JobBytes): FrameVerdict[] {
  const verdicts: FrameVerdict[] = []
  for (let at = 0; at < answer.length;) {
    const code = answer[at]
    if (code >= acceptedCode) {
      const end = at + 1 + cidSize
      verdicts.push({ok: true, data: new Cid(answer.slice(at + 1, end)), complete: code === completeCode})
      at = end
    } else {
      const end = at + 3 + ((answer[at + 1] << 8) | answer[at + 2])
      verdicts.push({ok: false, reason: reasons[code], detail: fromUtf8(answer, at + 3, end) ?? ''})
      at = end
    }
  }
  return verdicts
}
