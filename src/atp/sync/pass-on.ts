/**
 * What of a repo's verified events goes out, so that whoever reads them needs to remember nothing: each commit carries on
 * from what was told of its repo before, and where something was missed a `#sync` says so. A relay passes on by this
 * rule, and so does whoever verifies for itself.
 *
 * A sound commit that does not carry on proves the repo's new state and not what lies between. It does not go out; a
 * `#sync` made of its own signed commit does, which tells readers to fetch the repo, and the chain goes on from there. So
 * a gap heals by itself, and nothing unproven goes out.
 */
import {assert} from '#std/assert.ts'
import type {Cid} from '../data/cid.ts'
import {readCar} from '../repo/car-read.ts'
import {encodeCar} from '../repo/car-write.ts'
import {followCommit, followSync, type ChainFault, type ChainState} from './chain.ts'
import type {CommitEvent, SyncEvent} from './event.ts'

export type SignedEvent = CommitEvent | SyncEvent

/** What verification found: the root of the tree after the commit, and whether its ops are proven complete. */
export interface Proven {
  readonly data: Cid
  readonly complete: boolean
}

/**
 * What goes out in place of a verified event: itself, a `#sync`, or nothing when it is stale. `fault` says why it does not
 * carry on. After what goes out the chain stands at its `rev` and at `data`, whether there was a gap or not.
 */
export function passOn(
  chain: Pick<ChainState, 'rev' | 'data'> | undefined,
  event: SignedEvent,
  {data, complete}: Proven,
): {readonly out?: SignedEvent; readonly fault?: ChainFault} {
  const next = event.t === '#commit' ? followCommit(chain, event, data) : followSync(chain, event, data)
  if (next.verdict === 'stale') return {fault: next.reason}
  if (next.verdict !== 'desynchronized') return {out: event}
  // A `#sync` says itself that there is a gap, and a commit that proves nothing of what was before makes no claim.
  if (event.t === '#sync' || !complete) return {out: event, fault: next.reason}
  const out = syncOf(event)
  assert(out, 'a commit that was verified is among its blocks')
  return {out, fault: next.reason}
}

/**
 * The event that tells of the state after a commit, and not how it came about. Undefined when the commit is not among its
 * blocks, as that of one that was verified is. Throws `Malformed` for blocks that are none.
 */
export function syncOf({seq, did, time, rev, commit, blocks}: CommitEvent): SyncEvent | undefined {
  const bytes = readCar(blocks).blocks.get(commit)
  if (!bytes) return undefined
  return {t: '#sync', seq, did, time, rev, blocks: encodeCar([commit], [{cid: commit, bytes}])}
}
