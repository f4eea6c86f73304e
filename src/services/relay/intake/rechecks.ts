/**
 * Makes good for events that were refused because of what others could not say at that moment, or said as it was before:
 * the document of a DID that was not to be had, that named the server or the key of before, or an `#account` that was
 * missed; and for commits that do not prove what they say, after which consumers are out of step with the repository.
 * Such an account is looked at again, ever less often. Once its document names the host that the event came from, that
 * host is asked how the account stands, and what consumers do not know of it goes out: an `#account`, and a `#sync` of the
 * newest commit, checked as if the host had sent them. So no account is left behind because an event came at the wrong
 * time, or came wrong.
 *
 * Held in memory and bounded, for each host, too: what a relay forgets when it ends is behind until its next event.
 */
import {parseCid} from '#atp/data/cid.ts'
import {readCar} from '#atp/repo/car-read.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {type Did, isPlcDid} from '#atp/syntax/did.ts'
import {encodeEvent, statusLengthMax} from '#atp/sync/event.ts'
import type {Arrived, NumberedEvent} from '#atp/sync/stream-reader.ts'
import {getBlocks} from '#lex/gen/com/atproto/sync/getBlocks.ts'
import {getLatestCommit} from '#lex/gen/com/atproto/sync/getLatestCommit.ts'
import {getRepoStatus} from '#lex/gen/com/atproto/sync/getRepoStatus.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import type {Identities} from '#sdk/identity.ts'
import type {Log} from '#std/log.ts'
import {Bell} from '#std/waiting/async.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {readBytes} from '#xrpc/body.ts'
import {Client} from '#xrpc/client.ts'
import type {SourceHost} from './intake.ts'
import type {RefusalReason} from './refusals.ts'
import type {States} from '../repos/states.ts'

/**
 * What may be otherwise soon, without the account's doing; and what is wrong with a commit and says nothing of the
 * repository: of that consumers have to hear by its newest commit what they did not by this one.
 */
const rechecked: ReadonlySet<RefusalReason> = new Set([
  'identity-unresolved',
  'no-signing-key',
  'wrong-host',
  'bad-signature',
  'account-inactive',
  'bad-car',
  'block-hash',
  'root-mismatch',
  'commit-missing',
  'commit-malformed',
  'rev-mismatch',
  'rev-in-future',
  'since-not-before-rev',
  'prev-data-missing',
  'op-prev-missing',
  'duplicate-op-path',
  'record-missing',
  'record-too-big',
  'op-mismatch',
  'node-missing',
  'node-malformed',
  'inversion-mismatch',
])

const countMax = 10_000
const countPerHostMax = 500
/** Accounts that are looked at at the same time, in all and of one host. */
const atOnce = 32
const atOncePerHost = 2
const everyMs = 1_000
/** When an account is looked at again, and how often at most: for some hours. */
const firstMs = 10_000
const lastMs = 3_600_000
const triesMax = 8
/** For all that a host is asked of one account. */
const askMs = 10_000
/** Bytes of a commit, and of an answer about one. */
const answerSizeMax = 64 * 1024
/** A look that others had this long ago will do. */
const lookAgeMs = 5_000

interface Behind {
  readonly host: SourceHost
  readonly did: Did
  /** Whether an `#identity` was among what was refused. */
  identity: boolean
  tries: number
  dueMs: number
}

interface Deps {
  readonly world: Pick<World, 'now' | 'sleep'>
  /** For hosts, which are strangers. */
  readonly guarded: Pick<World, 'fetch'>
  readonly identities: Pick<Identities, 'account' | 'directory' | 'isFresh'>
  readonly states: Pick<States, 'one'>
  /** Whether a host is one that is followed, and not banned since. */
  readonly isFollowed: (host: SourceHost) => boolean
  /** Has events checked and placed that no host has sent. */
  readonly take: (host: SourceHost, arrivals: readonly Arrived[], signal: AbortSignal) => Promise<void>
  readonly metrics: Metrics
  readonly log: Log
}

export class Rechecks {
  readonly #deps: Deps
  /** By host and DID, in the order in which they came. */
  readonly #behind = new Map<string, Behind>()
  readonly #byHost = new Map<number, number>()
  readonly #inHand = new Map<number, number>()
  /** Rings when one is due before `#wakeMs`, to which is slept. */
  readonly #sooner = new Bell()
  #wakeMs = Infinity
  readonly #outcomes

  constructor(deps: Deps) {
    this.#deps = deps
    const help = 'Accounts that were looked at again after an event of theirs was refused, by what came of it.'
    this.#outcomes = deps.metrics.counter('relay_rechecks_total', help, ['outcome'])
    deps.metrics.gauge(
      'relay_rechecks_waiting',
      'Accounts that are to be looked at again.',
      {},
      () => this.#behind.size,
    )
  }

  /** Notes the account of an event that was refused, if that may have been for no fault of its own. */
  refused(host: SourceHost, {t, did}: NumberedEvent, reason: RefusalReason): void {
    if (rechecked.has(reason)) this.#note(host, did, t === '#identity', firstMs)
  }

  /** Asks a host soon how an account stands, and makes good for what was missed. */
  ask(host: SourceHost, did: Did): void {
    this.#note(host, did, false, 0)
  }

  #note(host: SourceHost, did: Did, identity: boolean, inMs: number): void {
    const key = `${host.id} ${did}`
    const known = this.#behind.get(key)
    const dueMs = this.#deps.world.now() + inMs
    if (known) {
      known.identity ||= identity
      // One that is in hand is looked at now.
      if (known.dueMs !== Infinity) known.dueMs = Math.min(known.dueMs, dueMs)
    } else {
      const ofHost = this.#byHost.get(host.id) ?? 0
      if (this.#behind.size >= countMax || ofHost >= countPerHostMax) return this.#outcomes.add(1, {outcome: 'no-room'})
      this.#behind.set(key, {host, did, identity, tries: 0, dueMs})
      this.#byHost.set(host.id, ofHost + 1)
    }
    if (dueMs < this.#wakeMs) this.#sooner.ring()
  }

  /** Looks at accounts that are due, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const failed = new AbortController()
    const either = AbortSignal.any([signal, failed.signal])
    const running = new Set<Promise<void>>()
    try {
      while (!either.aborted) {
        for (const [key, behind] of this.#due(atOnce - running.size)) {
          const done: Promise<void> = this.#look(key, behind, either)
            .catch((error: unknown) => failed.abort(error))
            .finally(() => running.delete(done))
          running.add(done)
        }
        const restMs = this.#restMs()
        this.#wakeMs = this.#deps.world.now() + restMs
        await this.#sooner.waitUpTo(restMs, this.#deps.world, either)
      }
    } finally {
      await Promise.all(running)
    }
    either.throwIfAborted()
  }

  /** Until the next is due, or there may be a place for one that is: so a host is not asked for many at once. */
  #restMs(): number {
    if (this.#inHand.size > 0) return everyMs
    const now = this.#deps.world.now()
    let nextMs = now + lastMs
    for (const {dueMs} of this.#behind.values()) nextMs = Math.min(nextMs, dueMs)
    return Math.max(everyMs, nextMs - now)
  }

  /** Takes some that are due in hand. */
  *#due(limit: number): Generator<[string, Behind]> {
    const now = this.#deps.world.now()
    let count = 0
    for (const [key, behind] of this.#behind) {
      if (count >= limit) return
      const ofHost = this.#inHand.get(behind.host.id) ?? 0
      if (behind.dueMs > now || ofHost >= atOncePerHost) continue
      // Not before it is back.
      behind.dueMs = Infinity
      this.#inHand.set(behind.host.id, ofHost + 1)
      count++
      yield [key, behind]
    }
  }

  async #look(key: string, behind: Behind, signal: AbortSignal): Promise<void> {
    const {host} = behind
    try {
      const outcome = await this.#recheck(behind, signal)
      // That the directory is away counts for nothing.
      if (outcome === 'later') behind.tries++
      if (outcome !== 'done' && behind.tries < triesMax) {
        behind.dueMs = this.#deps.world.now() + Math.min(firstMs * 4 ** behind.tries, lastMs)
        return
      }
      this.#behind.delete(key)
      take(this.#byHost, host.id)
      this.#outcomes.add(1, {outcome: outcome === 'done' ? 'done' : 'given-up'})
    } finally {
      take(this.#inHand, host.id)
      // What failed here is no fault of the account.
      if (behind.dueMs === Infinity) behind.dueMs = this.#deps.world.now() + firstMs
    }
  }

  async #recheck({host, did, identity}: Behind, signal: AbortSignal): Promise<'done' | 'later' | 'away'> {
    const {identities, take: place, world, isFollowed} = this.#deps
    if (!isFollowed(host)) return 'done'
    if (!identities.isFresh(did, {maxAgeMs: lookAgeMs})) host.charge('lookups', 1)
    const found = await identities.account(did, {maxAgeMs: lookAgeMs, signal})
    if (!found.ok && found.passing && isPlcDid(did) && !identities.directory.isWell) return 'away'
    if (!found.ok || found.value.pds !== host.origin || !found.value.key) return 'later'
    const events = await this.#standing(host, did, signal)
    if (!events) return 'later'
    const base = {did, seq: 0, time: datetimeOf(world.now())}
    if (identity) events.unshift({t: '#identity', ...base})
    if (events.length > 0) {
      const arrivals = events.map(event => ({event, frame: encodeEvent(event)}))
      await place(host, arrivals, signal)
    }
    return 'done'
  }

  /** What consumers do not know of how the account stands, or nothing when the host does not say it. */
  async #standing(host: SourceHost, did: Did, signal: AbortSignal): Promise<NumberedEvent[] | undefined> {
    const {guarded, states, world, log} = this.#deps
    const client = new Client({service: host.origin, fetch: request => guarded.fetch(request), answerSizeMax})
    try {
      return await withDeadline(world, askMs, signal, async ends => {
        const {active, status} = await client.query(getRepoStatus, {did}, {signal: ends})
        // As in an event that it sends: nobody would take a longer one.
        if (status !== undefined && status.length > statusLengthMax) return undefined
        const state = await states.one(did)
        const base = {did, seq: 0, time: datetimeOf(world.now())}
        const events: NumberedEvent[] = []
        if (state?.active !== active || (state.status ?? undefined) !== status) {
          events.push({t: '#account', ...base, active, ...(status === undefined ? {} : {status})})
        }
        if (!active) return events
        const {cid, rev} = await client.query(getLatestCommit, {did}, {signal: ends})
        if (state?.head && state.head.rev >= rev) return events
        const body = await client.query(getBlocks, {did, cids: [cid]}, {signal: ends})
        const commit = parseCid(cid)
        const car = await readBytes(body as ReadableStream<Uint8Array<ArrayBuffer>>, answerSizeMax, tooLong)
        const bytes = readCar(car).blocks.get(commit)
        if (!bytes) return undefined
        return [...events, {t: '#sync', ...base, rev, blocks: encodeCar([commit], [{cid: commit, bytes}])}]
      })
    } catch (error) {
      signal.throwIfAborted()
      // Whatever a stranger answers, it is asked again later.
      log.debug('a host does not say how an account stands', {host: host.hostname, did, error})
      return undefined
    }
  }
}

const tooLong = (): Error => new Error('What a commit takes is less than this.')

function take(counts: Map<number, number>, id: number): void {
  const count = (counts.get(id) ?? 0) - 1
  if (count > 0) counts.set(id, count)
  else counts.delete(id)
}
