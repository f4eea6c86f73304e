/**
 * What a view reads: the verified events of a relay or a PDS, in order, from a cursor on. Its engines are a log of our own
 * (`log-events.ts`) and any server on the network, which is checked as it is read (`upstream-events.ts`); a view knows
 * only this.
 *
 * An event stands in no chain here, and a view remembers none: what it gets carries on from what it got of the repo
 * before, or says by a `#sync` that something was missed (`#atp/sync/pass-on.ts`). Which of it the view has, its own
 * rows know: it holds an event's `rev` and `since` against the revision that it has of the repo.
 */
import {carBlocks} from '#atp/repo/car-read.ts'
import {syncOf} from '#atp/sync/pass-on.ts'
import type {BlockSource} from '#atp/mst/blocks.ts'
import type {NumberedEvent} from '#atp/sync/stream-reader.ts'
import type {AccountEvent, CommitEvent, IdentityEvent, InfoEvent, RepoOp, SyncEvent} from '#atp/sync/event.ts'

/** A place in a stream: the number of the last event that was dealt with; 0 before the first. */
export type Cursor = number

/** A commit with what it wrote. */
export interface StreamCommit extends Omit<CommitEvent, 'commit' | 'blocks' | 'prevData'> {
  /** Its blocks, by CID: found in it when they are asked for. */
  readonly carried: BlockSource
}

/** What says that a repository is to be fetched, with the CAR of its signed commit, where it came with that. */
export type StreamSync = Omit<SyncEvent, 'blocks'> & Partial<Pick<SyncEvent, 'blocks'>>

/**
 * `#info OutdatedCursor` comes where events are gone that the reader has not had, as on the wire: which repos they were of
 * nobody can tell.
 */
export type StreamEvent = StreamCommit | StreamSync | IdentityEvent | AccountEvent | InfoEvent

/** Events in a row. All readers in step are given the very same object, so nobody may change what is in it. */
export interface EventBatch {
  /** Where to go on after it, also when its last events were dropped. */
  readonly last: Cursor
  /** The events as they go over the wire, for readers that want bytes. */
  readonly frames: readonly Uint8Array[]
  /** The events: decoded at most once for all readers of the batch, when one first asks. */
  events(): readonly StreamEvent[]
}

export interface VerifiedEvents {
  /** What a view keys its cursor by: the URL of the server. */
  readonly name: string
  /** The oldest and newest event that can be had (`last` is `first - 1` when there is none); undefined if not known. */
  bounds(): {readonly first: Cursor; readonly last: Cursor} | undefined
  /**
   * The events after a cursor, then each new one, until the signal aborts, which ends the iteration. 0 begins at the oldest
   * there is; a cursor of which the next event is gone is told so by `#info OutdatedCursor`. Throws `LostPlace`
   * (`#sdk/checked-stream.ts`) when the stream has not come as far as the cursor.
   */
  follow(after: Cursor | 'live', signal: AbortSignal): AsyncIterable<EventBatch>
}

/** What a reader is told that comes for events which are gone (lexicon: subscribeRepos, `#info`). */
export const outdatedCursor = (first: Cursor | undefined): InfoEvent => ({
  t: '#info',
  name: 'OutdatedCursor',
  message:
    first === undefined
      ? 'Events after the cursor are no longer kept; going on from the oldest.'
      : `Events up to ${first - 1} are no longer kept; going on from there.`,
})

/** A commit that was verified. What it carries is read out of it when it is first asked for, unless it is at hand. */
class VerifiedStreamCommit implements StreamCommit {
  readonly t = '#commit'
  readonly seq: number
  readonly did: CommitEvent['did']
  readonly time: CommitEvent['time']
  readonly rev: CommitEvent['rev']
  readonly since: CommitEvent['since']
  readonly ops: RepoOp[]
  readonly #blocks: Uint8Array
  #carried: BlockSource | undefined

  constructor({did, time, rev, since, ops, blocks}: CommitEvent, seq: number, carried?: BlockSource) {
    this.seq = seq
    this.did = did
    this.time = time
    this.rev = rev
    this.since = since
    this.ops = ops
    this.#blocks = blocks
    this.#carried = carried
  }

  get carried(): BlockSource {
    return (this.#carried ??= carBlocks(this.#blocks))
  }
}

/**
 * Bytes of records that one commit may write again under other paths. One block may be the record of all its ops, and
 * what a view makes of a commit it makes of each of them: two megabytes would become hundreds.
 */
const repeatedSizeMax = 64 * 1024

function repeatsTooMuch({ops, blocks}: CommitEvent, carried: BlockSource): boolean {
  let size = 0
  for (const {cid} of ops) if (cid) size += carried.get(cid)?.length ?? 0
  return size > blocks.length + repeatedSizeMax
}

/**
 * An event as views read it, with `seq` for its number. `carried` are the blocks of a commit, if they are at hand. A commit
 * that has too much of the same is told as a `#sync`: its repository can be fetched, which is bounded for itself.
 */
export function streamEvent(event: NumberedEvent, seq: Cursor, carried?: BlockSource): StreamEvent {
  switch (event.t) {
    case '#commit': {
      const commit = new VerifiedStreamCommit(event, seq, carried)
      // Nearly all are too small for it.
      const isSmall = event.blocks.length * (event.ops.length - 1) <= repeatedSizeMax
      if (isSmall || !repeatsTooMuch(event, commit.carried)) return commit
      const {did, time, rev} = event
      return {t: '#sync', did, time, rev, ...syncOf(event), seq}
    }
    default:
      return {...event, seq}
  }
}
