/**
 * The chain of commits of one repo, as a follower keeps it (spec: sync, "Reliable Repository Synchronization"): the
 * revision and tree root that it has reached, and whether an event carries on from there. Each event was verified by
 * itself before (`verify.ts`), possibly on another core; what is here is a few comparisons, pure, and belongs on the
 * thread that holds the state, in the order in which the events came.
 */
import type {Cid} from '../data/cid.ts'
import type {Tid} from '../syntax/tid.ts'
import type {CommitEvent, SyncEvent} from './event.ts'

/** How far a repo has been followed. Of a repo never seen there is no state: `undefined`. */
export interface ChainState {
  /** Revision of the last commit that was followed. */
  rev: Tid
  /** Root of the tree at that commit. */
  data: Cid
  /**
   * The newest verified revision that did not carry on from `rev`: something between was missed, so the repo has to be
   * fetched at this revision or a later one. Absent while the repo is in step.
   */
  ahead?: Tid
}

/** Why an event does not carry on the chain. */
export const chainFaults = {
  'stale-rev': 'The revision is not above the last one followed: a repeat, or out of order.',
  'since-mismatch': 'The commit follows another revision than the last one followed.',
  'prev-data-mismatch': 'The commit follows another tree than that of the last revision followed.',
  'sync-mismatch': 'A #sync asserts another tree than that of the last revision followed.',
} as const
export type ChainFault = keyof typeof chainFaults

export type ChainVerdict =
  /** Carries on from the state: apply it. */
  | {verdict: 'ok'; state: ChainState}
  /** The first event seen of this repo. It is sound, but whoever wants all records has to fetch what came before. */
  | {verdict: 'first'; state: ChainState}
  /** To be dropped; the state stays. */
  | {verdict: 'stale'; state: ChainState; reason: 'stale-rev'}
  /** Something was missed: drop it and fetch the repo. A relay may still pass it on. */
  | {verdict: 'desynchronized'; state: ChainState; reason: ChainFault}

/** `state` moved to a commit that carries on from it, or that a fetched repo has reached. */
function reached({ahead}: {ahead?: Tid}, rev: Tid, data: Cid): ChainState {
  // Kept for as long as the repo is: not a view of the frame that the CID was read from.
  const next: ChainState = {rev, data: data.detached()}
  if (ahead !== undefined && ahead > rev) next.ahead = ahead
  return next
}

function missed(state: ChainState, rev: Tid, reason: ChainFault): ChainVerdict {
  const ahead = state.ahead !== undefined && state.ahead > rev ? state.ahead : rev
  return {verdict: 'desynchronized', state: {...state, ahead}, reason}
}

/**
 * Where a verified commit, after which the tree's root is `data`, leads. A commit without `prevData` (verified under a
 * mode that lets it pass) is joined by its `since` alone. After a gap, commits that carry on from the last state are
 * still taken, should they come late.
 */
export function followCommit(
  state: ChainState | undefined,
  {rev, since, prevData}: Pick<CommitEvent, 'rev' | 'since' | 'prevData'>,
  data: Cid,
): ChainVerdict {
  if (!state) return {verdict: 'first', state: reached({}, rev, data)}
  if (rev <= state.rev) return {verdict: 'stale', state, reason: 'stale-rev'}
  if (since !== state.rev) return missed(state, rev, 'since-mismatch')
  if (prevData && !prevData.equals(state.data)) return missed(state, rev, 'prev-data-mismatch')
  return {verdict: 'ok', state: reached(state, rev, data)}
}

/** Where a verified `#sync` leads: nowhere when it confirms what is known, else to a repo that has to be fetched. */
export function followSync(state: ChainState | undefined, {rev}: Pick<SyncEvent, 'rev'>, data: Cid): ChainVerdict {
  if (!state) return {verdict: 'first', state: reached({}, rev, data)}
  if (rev < state.rev) return {verdict: 'stale', state, reason: 'stale-rev'}
  if (!data.equals(state.data)) return missed(state, rev, 'sync-mismatch')
  return {verdict: 'ok', state: reached(state, rev, data)}
}

/**
 * The state after the whole repo was fetched and verified at this revision. It is still behind (`ahead` stays) when
 * the fetched copy is older than what made the fetch necessary; a copy older than the state changes nothing.
 */
export function resynchronized(state: ChainState | undefined, rev: Tid, data: Cid): ChainState {
  return state && rev < state.rev ? state : reached(state ?? {}, rev, data)
}
