/** The events of the firehose: how they are told, numbered and read, and how long they are kept. */
import type {WireFrames} from '#std/wire/wire-frames.ts'
import type {AccountEvent, CommitEvent, IdentityEvent, SyncEvent} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'

/** An event without the seq, which the store gives it in the same act. */
export type Unsequenced =
  | Omit<CommitEvent, 'seq'>
  | Omit<SyncEvent, 'seq'>
  | Omit<IdentityEvent, 'seq'>
  | Omit<AccountEvent, 'seq'>

/** Some events after a seq. */
export interface EventPage {
  /** Of the last frame; what was asked for when there is none. */
  lastSeq: number
  /** None when there are no more. */
  frames: WireFrames | undefined
}

export interface EventStore {
  /** Appends events without any other change: those of a change are written in its act. */
  tell(events: readonly Unsequenced[]): Promise<void>
  /** The next frames after `seq`, in order: some hundred, or fewer when they are big. */
  pageAfter(seq: number): Promise<EventPage>
  /** The oldest and the newest seq; both 0 when there was never an event. */
  bounds(): Promise<{first: number; last: number}>
  /** The newest seq that was given, once it is durable with all before it; 0 before the first. */
  durableSeq(): Promise<number>
  /** Events to come get a seq above this one. */
  skipTo(seq: number): Promise<void>
  /** Up to which seq events were pruned; 0 when none were. */
  prunedTo(): Promise<number>
  /** The sum of bytes of the next events after `seq`, `limit` of them at most, and the last of them. */
  span(seq: number, limit: number): Promise<{lastSeq: number; size: number} | undefined>
  /** Deletes events of this account, `limit` at most. Gives how many. */
  forget(did: Did, limit: number): Promise<number>
  /** Deletes the oldest events that are of before `beforeMs` or have a seq up to `toSeq`: `limit` at most. */
  prune(which: {beforeMs: number; toSeq: number; limit: number}): Promise<{count: number; prunedTo: number}>
}
