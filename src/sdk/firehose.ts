/**
 * Follows `com.atproto.sync.subscribeRepos` of a PDS or relay for ever, and gives what it proves: every commit is
 * checked against its account's key and against the tree it claims to change (`#atp/sync/verify.ts`), and joined to the
 * commit before (`chain.ts`). What does not hold is counted by its reason and dropped. One thing alone ends the loop: a
 * server that has not come as far as the cursor, because its numbers began anew. Whether to begin anew too is for a
 * person to judge (spec: event stream, "Sequence Numbers"), so that is thrown, as `UpstreamError` `FutureCursor`.
 *
 * Events are pulled: while the caller is busy, nothing more than a window is read. Keys are looked up for the whole
 * window at once, and events still come in the server's order.
 */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import type {Cid} from '#atp/data/cid.ts'
import {isMap, type ValueMap} from '#atp/data/value.ts'
import type {BlockMap} from '#atp/mst/blocks.ts'
import {readCar} from '#atp/repo/car-read.ts'
import {type AtUri, formatAtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {type ChainFault, type ChainState, followCommit, followSync, resynchronized} from '#atp/sync/chain.ts'
import type {
  AccountEvent,
  CommitEvent,
  IdentityEvent,
  InfoEvent,
  RepoEvent,
  RepoOp,
  SyncEvent,
} from '#atp/sync/event.ts'
import {
  readRepoFrame,
  type Rejection,
  type VerifiedCommit,
  type VerifiedSync,
  verifyCommitEvent,
  type VerifyReason,
  verifySyncEvent,
} from '#atp/sync/verify.ts'
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import {Channel} from '#std/waiting/async.ts'
import type {Frame} from '#std/wire/frames.ts'
import {Malformed} from '#std/malformed.ts'
import type {World} from '#std/world.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {whileDirectoryAway} from './did-lookup.ts'
import type {Identities} from './identity.ts'
import {type Connection, reconnecting} from './reconnecting.ts'

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

/** Why an event was dropped. */
export type DropReason = VerifyReason | 'error-frame' | 'not-binary' | 'repeated-seq' | 'unknown-key'

export interface FirehoseOptions {
  world: Pick<World, 'now' | 'random' | 'sleep' | 'subscribe'>
  /** `https://bsky.network`, or any PDS. */
  service: string
  /** Ends the iteration. */
  signal: AbortSignal
  /** Where the keys of accounts come from; `unverified` believes whatever the server sends. */
  identities: (Pick<Identities, 'keyOf' | 'forget'> & Partial<Pick<Identities, 'account'>>) | 'unverified'
  /** The last event that was handled; 0 for the oldest there is; left out for what happens from now on. */
  cursor?: number
  /** As `VerifyRules.requirePrevData`. */
  requirePrevData?: boolean
  /** As `VerifyRules.revFutureMaxMs`. `Infinity` leaves it to the server to hold revisions against a clock. */
  revFutureMaxMs?: number
  /** Repos whose place is remembered. */
  reposMax?: number
  onDrop?: (reason: DropReason, detail: string) => void
  onConnection?: (connection: Connection) => void
}

/** Events whose keys are being looked up, or that wait for the caller: some megabytes at most. */
const windowMax = 64
const reposMaxDefault = 100_000

type Judged =
  | {readonly event: IdentityEvent | AccountEvent | InfoEvent}
  | {readonly commit: VerifiedCommit}
  | {readonly sync: VerifiedSync}
  | {readonly unverified: FirehoseCommit | FirehoseSync}
  | undefined

/** `for await (const event of new Firehose(…))`. One iteration at a time. */
export class Firehose implements AsyncIterable<FirehoseEvent, void> {
  /** The last event that the caller has taken and come back from: where to go on after a restart. */
  cursor: number | undefined
  /** How many were dropped, by reason. */
  readonly dropped = new Map<DropReason, number>()
  readonly #options: FirehoseOptions
  /** The least lately active first. */
  readonly #chains = new Map<Did, ChainState>()
  /** The last event that came, which the caller may not have seen yet. */
  #received: number | undefined
  /** No event has come on this connection yet. */
  #connecting = true

  constructor(options: FirehoseOptions) {
    this.#options = options
    this.cursor = options.cursor
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FirehoseEvent, void> {
    const left = new AbortController()
    const signal = AbortSignal.any([this.#options.signal, left.signal])
    const window = new Channel<Promise<Judged>>(windowMax)
    this.#received = this.cursor
    void this.#receive(window, signal)
    try {
      for await (const pending of window) {
        const event = this.#place(await pending)
        if (signal.aborted) return
        if (!event) continue
        yield event
        if (event.t !== '#info') this.cursor = event.seq
      }
    } finally {
      left.abort()
    }
  }

  /** Told that the caller has fetched and verified a repo at this revision, whose tree has this root. */
  resynchronized(did: Did, rev: ChainState['rev'], data: Cid): void {
    this.#remember(did, resynchronized(this.#chains.get(did), rev, data))
  }

  /** Reads frames into the window until the signal aborts. */
  async #receive(window: Channel<Promise<Judged>>, signal: AbortSignal): Promise<void> {
    const {world, onConnection} = this.#options
    try {
      for await (const frames of reconnecting({world, signal, request: () => this.#request(), onConnection})) {
        let count = 0
        for (const frame of frames) {
          const judged = this.#judge(frame)
          // Whoever takes it sees the fault; until then it is nobody's.
          judged.catch(() => {})
          await window.put(judged, signal)
          // Checking is work for the thread, and others want their turn.
          if (++count % windowMax === 0) await world.sleep(0, signal)
        }
      }
      window.close()
    } catch (error) {
      window.close(signal.aborted ? undefined : error)
    }
  }

  #request(): Request {
    this.#connecting = true
    const url = new URL(`/xrpc/${subscribeRepos.nsid}`, this.#options.service)
    if (this.#received !== undefined) url.searchParams.set('cursor', String(this.#received))
    return new Request(url)
  }

  /** Reads and verifies one frame. Rejects for nothing but a server that is behind the cursor. */
  #judge(frame: Frame): Promise<Judged> {
    if (typeof frame === 'string') return this.#drop('not-binary', 'a text frame')
    const read = readRepoFrame(frame)
    if (!read.ok) return this.#drop(read.reason, read.detail)
    const {error, event} = read
    if (error?.error === 'FutureCursor') return behind(error.message ?? 'The cursor is ahead of the server.')
    if (error) return this.#drop('error-frame', `${error.error}: ${error.message ?? ''}`)
    if (!event) return Promise.resolve(undefined)
    if (event.t === '#info') return Promise.resolve({event})
    const before = this.#received
    if (before !== undefined && event.seq <= before) {
      // Some servers begin with the cursor itself. One that begins before it has lost its place, and did not say so.
      if (this.#connecting && event.seq < before) return behind(`The server is at ${event.seq}, not past ${before}.`)
      return this.#drop('repeated-seq', `${event.seq} after ${before}`)
    }
    this.#connecting = false
    this.#received = event.seq
    return this.#verify(event)
  }

  async #verify(event: Exclude<RepoEvent, InfoEvent>): Promise<Judged> {
    const {identities, world, requirePrevData, revFutureMaxMs} = this.#options
    if (event.t === '#identity' || event.t === '#account') {
      if (identities !== 'unverified' && event.t === '#identity') {
        identities.forget(event.did)
        if (event.handle) identities.forget(event.handle)
      }
      return {event}
    }
    if (identities === 'unverified') return this.#believe(event)
    const key = await this.#keyOf(event.did, identities)
    if (!key) return this.#drop('unknown-key', event.did)
    const rules = {nowMs: world.now(), requirePrevData, revFutureMaxMs}
    const verify = (by: typeof key): VerifiedCommit | VerifiedSync | Rejection =>
      event.t === '#commit' ? verifyCommitEvent(event, by, rules) : verifySyncEvent(event, by, rules)
    let verdict = verify(key)
    if (!verdict.ok && verdict.reason === 'bad-signature') {
      // The account may have a new key, of which its #identity event has yet to tell.
      const fresh = await identities.keyOf(event.did, '#atproto', true)
      if (fresh && fresh !== key) verdict = verify(fresh)
    }
    if (!verdict.ok) return this.#drop(verdict.reason, `${event.did} ${event.rev}: ${verdict.detail}`)
    return 'blocks' in verdict ? {commit: verdict} : {sync: verdict}
  }

  /** The key of an account, for which the stream waits while the PLC directory is away. */
  async #keyOf(
    did: Did,
    identities: Exclude<FirehoseOptions['identities'], 'unverified'>,
  ): Promise<Awaited<ReturnType<Identities['keyOf']>>> {
    const {world, signal} = this.#options
    const key = await identities.keyOf(did)
    const found = key ? undefined : await identities.account?.(did)
    if (key || !found) return key
    const again = (): Promise<typeof found> => identities.account?.(did, {maxAgeMs: 0}) ?? Promise.resolve(found)
    const latest = await whileDirectoryAway(did, found, again, world, signal).catch((error: unknown) => {
      if (signal.aborted) return undefined
      throw error
    })
    return latest?.ok ? latest.value.key : undefined
  }

  #believe(event: CommitEvent | SyncEvent): Judged | Promise<Judged> {
    if (event.t === '#sync') return {unverified: {...event, chain: 'unverified'}}
    try {
      return {unverified: {...event, chain: 'unverified', carried: readCar(event.blocks).blocks}}
    } catch (error) {
      if (error instanceof Malformed) return this.#drop('bad-car', error.message)
      throw error
    }
  }

  /** Joins a verified event to its repo's chain. Called in the server's order. */
  #place(judged: Judged): FirehoseEvent | undefined {
    if (!judged) return undefined
    if ('event' in judged) return judged.event
    if ('unverified' in judged) return judged.unverified
    const {event, data} = 'commit' in judged ? judged.commit : judged.sync
    const state = this.#chains.get(event.did)
    const next = event.t === '#commit' ? followCommit(state, event, data) : followSync(state, event, data)
    if (next.verdict === 'stale') {
      void this.#drop(next.reason, `${event.did} ${event.rev}`)
      return undefined
    }
    this.#remember(event.did, next.state)
    const chain = next.verdict
    const chainFault = next.verdict === 'desynchronized' ? next.reason : undefined
    return 'commit' in judged
      ? {...judged.commit.event, chain, chainFault, carried: judged.commit.blocks}
      : {...judged.sync.event, chain}
  }

  #remember(did: Did, state: ChainState): void {
    this.#chains.delete(did)
    this.#chains.set(did, state)
    if (this.#chains.size > (this.#options.reposMax ?? reposMaxDefault)) {
      this.#chains.delete(this.#chains.keys().next().value as Did)
    }
  }

  #drop(reason: DropReason, detail: string): Promise<undefined> {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1)
    this.#options.onDrop?.(reason, detail)
    return Promise.resolve(undefined)
  }
}

const behind = (message: string): Promise<never> =>
  Promise.reject(new UpstreamError('FutureCursor', message, {status: 400}))

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
