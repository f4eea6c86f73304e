/** Verification of one firehose frame, on whichever thread: this one, or one of `VerifyPool`. */
import {collectionFacts} from '#atp/sync/collection-facts.ts'
import {readRepoFrame, verifyCommitEvent, verifySyncEvent} from '#atp/sync/verify.ts'
import {assert} from '#std/assert.ts'
import type {FrameCheck, FrameRules, FrameVerdict} from './verify-batch.ts'

/** Verifies one frame. Any event but `#commit` and `#sync` has nothing to verify: see `FrameCheck`. */
export function verifyFrame({frame, key, event: known}: FrameCheck, rules: FrameRules): FrameVerdict {
  const read = known ? {ok: true as const, event: known} : readRepoFrame(frame)
  if (!read.ok) return read
  const {event} = read
  assert(event?.t === '#commit' || event?.t === '#sync', 'only commits and syncs are sent to be verified')
  if (event.t === '#commit') {
    const verified = verifyCommitEvent(event, key, rules)
    if (!verified.ok) return verified
    const {data, complete, blocks, isBeside} = verified
    const collections = rules.collections && !isBeside ? collectionFacts(data, blocks, event.ops) : undefined
    return {ok: true, data: data.detached(), complete, blocks, collections}
  }
  const verified = verifySyncEvent(event, key, rules)
  return verified.ok ? {ok: true, data: verified.data.detached(), complete: true} : verified
}
