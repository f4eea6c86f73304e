/**
 * The bytes in which firehose frames cross to a worker, and what was found comes back. A frame crosses whole, and is
 * taken apart once more on the other side, because that costs a twentieth of verifying it; what comes back is only what
 * the sender cannot read out of the frame by itself.
 */
import type {PublicKey} from '#atp/crypto/key.ts'
import {Cid, cidSize} from '#atp/data/cid.ts'
import type {BlockMap} from '#atp/mst/blocks.ts'
import type {CollectionFacts} from '#atp/sync/collection-facts.ts'
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

export interface FrameRules extends VerifyRules {
  /** Whether to tell which collections begin or end with a commit. */
  collections?: boolean
}

/** What verification adds to what the frame says: `data` is the root of the tree after the commit. */
export interface FrameFacts extends Ok {
  data: Cid
  /** As in `VerifiedCommit`; true for a `#sync`. */
  complete: boolean
  /** The blocks of a commit, if they are at hand: not when a worker looked at them. */
  blocks?: BlockMap
  /** Which collections begin or end with a commit, if that was asked; absent when none do. */
  collections?: CollectionFacts
}

export type FrameVerdict = FrameFacts | Rejection

const nowOffset = 0
const revFutureOffset = 8
const flagsOffset = 16
const rulesSize = 17
const p256Flag = 1
const prevDataFlag = 1
const collectionsFlag = 2
const keyOffset = 1
const lengthOffset = keyOffset + 33
const headSize = lengthOffset + 4

export function encodeFrames(checks: readonly FrameCheck[], rules: FrameRules): JobBytes {
  let size = rulesSize
  for (const {frame} of checks) size += headSize + frame.length
  const job = new Uint8Array(size)
  const view = new DataView(job.buffer)
  view.setFloat64(nowOffset, rules.nowMs)
  // NaN for a rule that is not given.
  view.setFloat64(revFutureOffset, rules.revFutureMaxMs ?? NaN)
  job[flagsOffset] = (rules.requirePrevData === false ? 0 : prevDataFlag) | (rules.collections ? collectionsFlag : 0)
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
export function decodeFrames(job: JobBytes): {checks: FrameCheck[]; rules: FrameRules} {
  const view = new DataView(job.buffer)
  const revFutureMaxMs = view.getFloat64(revFutureOffset)
  const rules: FrameRules = {
    nowMs: view.getFloat64(nowOffset),
    revFutureMaxMs: Number.isNaN(revFutureMaxMs) ? undefined : revFutureMaxMs,
    requirePrevData: (job[flagsOffset] & prevDataFlag) !== 0,
    collections: (job[flagsOffset] & collectionsFlag) !== 0,
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
/** From here on a frame was accepted. Of these codes, the bits below say what else. */
const acceptedCode = 252
const completeBit = 2
const plainBit = 1
/** Bytes of a detail that cross; the rest is cut off. */
const detailSizeMax = 1000

/**
 * For each verdict its code, then the CID of `data`, or the length (16 bits) and text of the detail. Facts on collections,
 * which few have, come after the CID as a length (32 bits) and JSON.
 */
export function encodeVerdicts(verdicts: readonly FrameVerdict[]): JobBytes {
  const texts = verdicts.map(textOf)
  let size = 0
  for (const [i, {ok}] of verdicts.entries()) {
    const text = texts[i]
    size += 1 + (ok ? cidSize : 2) + (text ? (ok ? 4 : 0) + text.length : 0)
  }
  const answer = new Uint8Array(size)
  const view = new DataView(answer.buffer)
  let at = 0
  for (const [i, verdict] of verdicts.entries()) {
    const text = texts[i]
    if (verdict.ok) {
      answer[at] = acceptedCode | (verdict.complete ? completeBit : 0) | (text ? 0 : plainBit)
      answer.set(verdict.data.bytes, at + 1)
      at += 1 + cidSize
      if (!text) continue
      view.setUint32(at, text.length)
      at += 4
    } else {
      answer[at] = reasons.indexOf(verdict.reason)
      view.setUint16(at + 1, text?.length ?? 0)
      at += 3
    }
    if (text) answer.set(text, at)
    at += text?.length ?? 0
  }
  return answer
}

function textOf(verdict: FrameVerdict): Uint8Array | undefined {
  if (!verdict.ok) return toUtf8(verdict.detail.slice(0, detailSizeMax / 4))
  return verdict.collections && toUtf8(JSON.stringify(verdict.collections))
}

export function decodeVerdicts(answer: JobBytes): FrameVerdict[] {
  const view = new DataView(answer.buffer, answer.byteOffset)
  const verdicts: FrameVerdict[] = []
  for (let at = 0; at < answer.length;) {
    const code = answer[at]
    if (code < acceptedCode) {
      const end = at + 3 + view.getUint16(at + 1)
      verdicts.push({ok: false, reason: reasons[code], detail: fromUtf8(answer, at + 3, end) ?? ''})
      at = end
      continue
    }
    const end = at + 1 + cidSize
    const accepted: FrameFacts = {
      ok: true,
      data: new Cid(answer.slice(at + 1, end)),
      complete: (code & completeBit) !== 0,
    }
    verdicts.push(accepted)
    at = end
    if ((code & plainBit) !== 0) continue
    const textEnd = at + 4 + view.getUint32(at)
    accepted.collections = JSON.parse(fromUtf8(answer, at + 4, textEnd) ?? '') as CollectionFacts
    at = textEnd
  }
  return verdicts
}
