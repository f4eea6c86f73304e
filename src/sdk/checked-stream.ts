/**
 * `com.atproto.sync.subscribeRepos` of a PDS or relay, followed for ever: every commit is checked against its account's
 * key and against the tree it claims to change (`#atp/sync/verify.ts`), and what does not hold is counted by its reason
 * and dropped. What follows from the order of a repo's commits is for who reads this: `firehose.ts` tells it, and a view
 * gets what always carries on (`#stream/upstream-events.ts`).
 *
 * Events are pulled: while the reader is busy, nothing more than a window is read. Keys are looked up for the whole
 * window at once, and events still come in the server's order.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {BlockMap} from '#atp/mst/blocks.ts'
import {readCar} from '#atp/repo/car-read.ts'
import type {ChainState} from '#atp/sync/chain.ts'
import type {AccountEvent, IdentityEvent, InfoEvent} from '#atp/sync/event.ts'
import type {SignedEvent} from '#atp/sync/pass-on.ts'
import {StreamReader, type Arrived, type NumberedEvent, type ReadFault} from '#atp/sync/stream-reader.ts'
import {
  type Rejection,
  type VerifiedCommit,
  type VerifiedSync,
  verifyCommitEvent,
  verifySyncEvent,
} from '#atp/sync/verify.ts'
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import {Channel} from '#std/waiting/async.ts'
import type {Frame} from '#std/wire/frames.ts'
import {Malformed} from '#std/malformed.ts'
import type {World} from '#std/world.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {accountKey, type KeySource, underNewKey} from './account-key.ts'
import {type Connection, reconnecting} from './reconnecting.ts'

/** Why an event was dropped. */
export type DropReason = ReadFault | 'unknown-key'

/** A server has not come as far as the cursor: its numbers began anew (see `StreamReader`). */
export class LostPlace extends UpstreamError {
  override readonly name = 'LostPlace'

  constructor(message: string) {
    super('FutureCursor', message, {status: 400})
  }
}

export interface CheckedStreamOptions {
  world: Pick<World, 'now' | 'random' | 'sleep' | 'subscribe'>
  /** `https://bsky.network`, or any PDS. */
  service: string
  /** Ends the iteration. */
  signal: AbortSignal
  /** Where the keys of accounts come from; `unverified` believes whatever the server sends. */
  identities: KeySource | 'unverified'
  /** The last event that was handled; 0 for the oldest there is; left out for what happens from now on. */
  cursor?: number
  /** As `VerifyRules.requirePrevData`. */
  requirePrevData?: boolean
  /** As `VerifyRules.revFutureMaxMs`. `Infinity` leaves it to the server to hold revisions against a clock. */
  revFutureMaxMs?: number
  /** Which commits and `#sync` are wanted at all: others are dropped without a look at what is in them. */
  wants?: (event: SignedEvent) => boolean
  onDrop?: (reason: DropReason, detail: string) => void
  onConnection?: (connection: Connection) => void
}

/** What became of one message. */
export type Checked =
  | {readonly kind: 'info'; readonly event: InfoEvent}
  | {readonly kind: 'told'; readonly event: IdentityEvent | AccountEvent; readonly frame: Uint8Array}
  | {readonly kind: 'proven'; readonly verified: VerifiedCommit | VerifiedSync; readonly frame: Uint8Array}
  /** Of a `#commit`, `carried` are its blocks. */
  | {readonly kind: 'believed'; readonly event: SignedEvent; readonly carried?: BlockMap; readonly frame: Uint8Array}
  /** An event that was dropped, and its number: whoever reads on has dealt with it. */
  | {readonly kind: 'dropped'; readonly seq: number}
  /** As `dropped`: an event that nobody could check, since the key of its account was not to be had. It proves nothing. */
  | {readonly kind: 'unchecked'; readonly event: SignedEvent}

/** Events whose keys are looked up at a time, and as many more that wait: some megabytes at most. */
const windowMax = 32
/** All that comes waits for the one server that is followed: it is not left waiting for long once it is back. */
const retryMsMax = 10_000
/** How long those that were checked wait for the next one, to be given together. */
const soonMs = 20

/** The request that follows `service` from `cursor` on. */
export function subscribeReposRequest(service: string, cursor: number | undefined): Request {
  const url = new URL(`/xrpc/${subscribeRepos.nsid}`, service)
  if (cursor !== undefined) url.searchParams.set('cursor', String(cursor))
  return new Request(url)
}

/**
 * What comes, some at a time, until the signal aborts, which ends the iteration. Throws `LostPlace`, and nothing else that
 * a server does.
 */
export async function* checkedStream(options: CheckedStreamOptions): AsyncGenerator<readonly Checked[], void> {
  const left = new AbortController()
  const signal = AbortSignal.any([options.signal, left.signal])
  const window = new Channel<Checking>(windowMax)
  void new Receiver(options, signal).run(window)
  try {
    for (let pending; (pending = await window.nextAll());) {
      let some: Checked[] = []
      let fault: {readonly error: unknown} | undefined
      for (const one of pending) {
        // What comes before an account that is waited for does not wait.
        if (!one.isOver && some.length > 0 && !(await one.isOverSoon(options.world, signal))) {
          yield some
          some = []
        }
        try {
          const checked = await one.result
          if (signal.aborted) return
          if (checked) some.push(checked)
        } catch (error) {
          if (signal.aborted) return
          fault = {error}
          break
        }
      }
      if (some.length > 0) yield some
      if (fault) throw fault.error
    }
  } finally {
    left.abort()
  }
}

/** A message that is being checked. */
class Checking {
  readonly result: Promise<Checked | undefined>
  isOver = false

  constructor(result: Promise<Checked | undefined>) {
    this.result = result
    // Whoever takes it sees the fault; until then it is nobody's.
    const end = (): void => void (this.isOver = true)
    result.then(end, end)
  }

  async isOverSoon(world: Pick<World, 'sleep'>, signal: AbortSignal): Promise<boolean> {
    const result = this.result.catch(() => {})
    await Promise.race([result, world.sleep(soonMs, signal).catch(() => {})])
    return this.isOver
  }
}

class Receiver {
  readonly #options: CheckedStreamOptions
  readonly #signal: AbortSignal
  readonly #reader: StreamReader

  constructor(options: CheckedStreamOptions, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
    this.#reader = new StreamReader(options.cursor)
  }

  /** Reads frames into the window until the signal aborts. */
  async run(window: Channel<Checking>): Promise<void> {
    const {world, onConnection} = this.#options
    const signal = this.#signal
    const request = (): Request => {
      this.#reader.connecting()
      return subscribeReposRequest(this.#options.service, this.#reader.received)
    }
    try {
      for await (const frames of reconnecting({world, signal, retryMsMax, request, onConnection})) {
        let count = 0
        for (const frame of frames) {
          await window.put(new Checking(this.#check(frame)), signal)
          // Checking is work for the thread, and others want their turn.
          if (++count % windowMax === 0) await world.sleep(0, signal)
        }
      }
      window.close()
    } catch (error) {
      window.close(signal.aborted ? undefined : error)
    }
  }

  /** Reads and verifies one frame. Rejects for nothing but a server that is behind the cursor. */
  async #check(frame: Frame): Promise<Checked | undefined> {
    const message = this.#reader.read(frame)
    switch (message.kind) {
      case 'event':
        return this.#verify(message.arrived)
      case 'info':
        return {kind: 'info', event: message.event}
      case 'lost':
        throw new LostPlace(message.detail)
      case 'refused':
        this.#options.onDrop?.(message.reason, message.detail)
        return undefined
      case 'unknown':
        return undefined
    }
  }

  async #verify({event, frame}: Arrived): Promise<Checked> {
    const {identities, world, requirePrevData, revFutureMaxMs} = this.#options
    if (event.t === '#identity' || event.t === '#account') {
      if (identities !== 'unverified' && event.t === '#identity') {
        // Their keys are of use while the directory is away.
        if (identities.doubt) identities.doubt(event.did)
        else identities.forget(event.did)
        if (event.handle) identities.forget(event.handle)
      }
      return {kind: 'told', event, frame}
    }
    if (this.#options.wants?.(event) === false) return {kind: 'dropped', seq: event.seq}
    if (identities === 'unverified') return this.#believe(event, frame)
    const {did} = event
    const key = await accountKey(did, identities, world, this.#signal)
    if (!key) {
      this.#drop(event, 'unknown-key', did)
      return {kind: 'unchecked', event}
    }
    const rules = {nowMs: world.now(), requirePrevData, revFutureMaxMs}
    const verify = (by: typeof key): VerifiedCommit | VerifiedSync | Rejection =>
      event.t === '#commit' ? verifyCommitEvent(event, by, rules) : verifySyncEvent(event, by, rules)
    const verified = await underNewKey(verify(key), {did, key}, {identities, world, signal: this.#signal}, verify)
    if (!verified.ok) return this.#drop(event, verified.reason, `${event.did} ${event.rev}: ${verified.detail}`)
    return {kind: 'proven', verified, frame}
  }

  #believe(event: SignedEvent, frame: Uint8Array): Checked {
    if (event.t === '#sync') return {kind: 'believed', event, frame}
    try {
      return {kind: 'believed', event, carried: readCar(event.blocks).blocks, frame}
    } catch (error) {
      if (error instanceof Malformed) return this.#drop(event, 'bad-car', error.message)
      throw error
    }
  }

  #drop({seq}: NumberedEvent, reason: DropReason, detail: string): Checked {
    this.#options.onDrop?.(reason, detail)
    return {kind: 'dropped', seq}
  }
}

/** How far each of the repos that were active lately has been followed. */
export class RecentChains {
  /** The least lately active first. */
  readonly #states = new Map<Did, ChainState>()
  readonly #countMax: number

  constructor(countMax = 100_000) {
    this.#countMax = countMax
  }

  get(did: Did): ChainState | undefined {
    return this.#states.get(did)
  }

  set(did: Did, state: ChainState): void {
    this.#states.delete(did)
    this.#states.set(did, state)
    if (this.#states.size > this.#countMax) this.#states.delete(this.#states.keys().next().value as Did)
  }
}
