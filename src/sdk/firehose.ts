/**
 * Follows `com.atproto.sync.subscribeRepos` of a PDS or relay for ever, and gives what it proves (`checked-stream.ts`),
 * each commit joined to the one before it (`#atp/sync/chain.ts`). What does not hold is counted by its reason and dropped.
 * One thing alone ends the loop: a server that has not come as far as the cursor, because its numbers began anew. Whether
 * to begin anew too is for a person to judge (spec: event stream, "Sequence Numbers"), so that is thrown: `LostPlace`, an
 * `UpstreamError` `FutureCursor`.
 */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import type {Cid} from '#atp/data/cid.ts'
import {isMap, type ValueMap} from '#atp/data/value.ts'
import type {BlockMap} from '#atp/mst/blocks.ts'
import {type AtUri, formatAtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {type ChainFault, type ChainState, followCommit, followSync, resynchronized} from '#atp/sync/chain.ts'
import type {AccountEvent, CommitEvent, IdentityEvent, InfoEvent, RepoOp, SyncEvent} from '#atp/sync/event.ts'
import type {VerifiedCommit, VerifiedSync} from '#atp/sync/verify.ts'
import {Malformed} from '#std/malformed.ts'
import {
  type Checked,
  checkedStream,
  type CheckedStreamOptions,
  type DropReason,
  RecentChains,
} from './checked-stream.ts'

/** Where an event stands in its repo's history, as far as this firehose has followed it. */
export type ChainLink =
  /** Carries on from the commit before. */
  | 'ok'
  /** Nothing of this repo has been seen, or not lately: what came before has to be fetched by whoever wants it. */
  | 'first'
  /** Something between was missed: sound in itself, but the repo has to be fetched (see `resynchronized`). */
  | 'desynchronized'
  /** Nobody looked. */
  | 'unverified'

export interface FirehoseCommit extends CommitEvent {
  readonly chain: ChainLink
  /** Why it is `desynchronized`. */
  readonly chainFault?: ChainFault
  /** The blocks of the event, by CID. */
  readonly carried: BlockMap
}
export interface FirehoseSync extends SyncEvent {
  readonly chain: ChainLink
}
export type FirehoseEvent = FirehoseCommit | FirehoseSync | IdentityEvent | AccountEvent | InfoEvent

export interface FirehoseOptions extends CheckedStreamOptions {
  /** Repos whose place is remembered. */
  reposMax?: number
}

/** `for await (const event of new Firehose(…))`. One iteration at a time. */
export class Firehose implements AsyncIterable<FirehoseEvent, void> {
  /** The last event that the caller has taken and come back from: where to go on after a restart. */
  cursor: number | undefined
  /** How many were dropped, by reason. */
  readonly dropped = new Map<DropReason, number>()
  readonly #options: FirehoseOptions
  readonly #chains: RecentChains

  constructor(options: FirehoseOptions) {
    this.#options = options
    this.#chains = new RecentChains(options.reposMax)
    this.cursor = options.cursor
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FirehoseEvent, void> {
    const {signal} = this.#options
    const onDrop = (reason: DropReason, detail: string): void => this.#count(reason, detail)
    for await (const some of checkedStream({...this.#options, cursor: this.cursor, onDrop})) {
      for (const checked of some) {
        const event = this.#place(checked)
        if (signal.aborted) return
        if (!event) continue
        yield event
        if (event.t !== '#info') this.cursor = event.seq
      }
    }
  }

  /** Told that the caller has fetched and verified a repo at this revision, whose tree has this root. */
  resynchronized(did: Did, rev: ChainState['rev'], data: Cid): void {
    this.#chains.set(did, resynchronized(this.#chains.get(did), rev, data))
  }

  /** Joins a verified event to its repo's chain. Called in the server's order. */
  #place(checked: Checked): FirehoseEvent | undefined {
    switch (checked.kind) {
      case 'dropped':
      case 'unchecked':
        return undefined
      case 'info':
      case 'told':
        return checked.event
      case 'believed': {
        const {event, carried} = checked
        if (event.t === '#sync') return {...event, chain: 'unverified'}
        return carried && {...event, chain: 'unverified', carried}
      }
      case 'proven':
        return this.#join(checked.verified)
    }
  }

  #join(verified: VerifiedCommit | VerifiedSync): FirehoseEvent | undefined {
    const {event, data} = verified
    const state = this.#chains.get(event.did)
    const next = event.t === '#commit' ? followCommit(state, event, data) : followSync(state, event, data)
    if (next.verdict === 'stale') {
      this.#count(next.reason, `${event.did} ${event.rev}`)
      return undefined
    }
    this.#chains.set(event.did, next.state)
    const chain = next.verdict
    const chainFault = next.verdict === 'desynchronized' ? next.reason : undefined
    return 'blocks' in verified
      ? {...verified.event, chain, chainFault, carried: verified.blocks}
      : {...verified.event, chain}
  }

  #count(reason: DropReason, detail: string): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1)
    this.#options.onDrop?.(reason, detail)
  }
}

/** One record that a commit changed. */
export interface Change {
  readonly action: RepoOp['action']
  readonly uri: AtUri
  readonly collection: Nsid
  readonly rkey: RecordKey
  readonly cid: Cid | null
  /** The new version; `undefined` when it was deleted, or when its block is absent or holds no record. */
  readonly record: ValueMap | undefined
}

/** The changes of a commit, in its order; with `wants`, only those of some collections, and only they are decoded. */
export function* changesOf(
  {did, ops, carried}: Pick<FirehoseCommit, 'did' | 'ops' | 'carried'>,
  wants: (collection: Nsid) => boolean = () => true,
): Generator<Change> {
  for (const {action, path, cid} of ops) {
    const slash = path.indexOf('/')
    // Both halves were checked when the event was read.
    const collection = path.slice(0, slash) as Nsid
    const rkey = path.slice(slash + 1) as RecordKey
    if (!wants(collection)) continue
    const record = cid ? recordIn(carried.get(cid)) : undefined
    yield {action, uri: formatAtUri(did, collection, rkey), collection, rkey, cid, record}
  }
}

function recordIn(block: Uint8Array | undefined): ValueMap | undefined {
  if (!block) return undefined
  try {
    const value = decodeCborLenient(block)
    return isMap(value) ? value : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
