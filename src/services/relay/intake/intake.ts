/**
 * The way of an event from a host into the verified log. A host's events come some at a time; their accounts are looked
 * up together and their proofs checked on every core, and then they are placed: in the host's order, in one step that
 * awaits nothing, so that no other host's event of the same account can come between looking at a repo's state,
 * numbering the event and moving the state on.
 *
 * What goes out in place of a commit that does not carry on, `#atp/sync/pass-on.ts` says.
 */
import {createHash} from 'node:crypto'
import type {PublicKey} from '#atp/crypto/key.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {encodeEvent, type RepoEvent} from '#atp/sync/event.ts'
import {passOn, type SignedEvent} from '#atp/sync/pass-on.ts'
import type {Arrived} from '#atp/sync/stream-reader.ts'
import type {FrameCheck, FrameFacts, FrameRules, FrameVerdict} from '#engines/sync/verify-batch.ts'
import {isSameKey, keyNow} from '#sdk/account-key.ts'
import {whileDirectoryAway} from '#sdk/directory.ts'
import type {Account} from '#atp/identity/held-account.ts'
import type {Identities} from '#sdk/identity.ts'
import {observeLag} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import type {LogEvents} from '#stream/log-events.ts'
import {assert} from '#std/assert.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import {changeBy, type CollectionChange} from '../collections/collection-change.ts'
import type {AccountLimit} from '../hosts/account-limit.ts'
import type {Cost} from '../hosts/budget.ts'
import {isHandleTrue, withoutHandle} from './handle-check.ts'
import {encodeRecord} from '../log/log-record.ts'
import type {RefusalReason, Refusals} from './refusals.ts'
import {changed, headOf, type Head, type RepoState} from '../repos/repo-state.ts'
import type {States} from '../repos/states.ts'
import {RepeatFilter} from './repeat-filter.ts'
import {Turns} from './turns.ts'
import type {VerifiedLog} from '../log/verified-log.ts'

/** The host that an event came from. */
export interface SourceHost {
  readonly id: number
  readonly hostname: string
  readonly origin: string
  /** The number of the last of its events that was placed, as it numbers them; 0 for none. */
  placed: number
  readonly accountLimit: Pick<AccountLimit, 'room'>
  /** Whether its commits must name the tree before, as Sync 1.1 has it. */
  readonly demandsProof: boolean
  /** Told of each commit that it sent, and why it was not as Sync 1.1 has it, if so. */
  judged(reason: RefusalReason | undefined): void
  /** Told what the host has cost. */
  charge(cost: Cost, amount: number): void
}

type Found = Awaited<ReturnType<Identities['account']>>
type Accounts = ReadonlyMap<Did, Found>
const isSigned = (event: RepoEvent): event is SignedEvent => event.t === '#commit' || event.t === '#sync'

/** What is known of an arrival before it is placed. */
interface Checked {
  frame: Uint8Array
  event: Arrived['event']
  verdict?: FrameVerdict
  refused?: {reason: RefusalReason; detail: string}
  /** Of an account or identity: all that it says, to know a repeat by. */
  says?: string
}

interface Deps {
  readonly world: Pick<World, 'now' | 'sleep'>
  readonly identities: Pick<Identities, 'account' | 'directory' | 'handleDid' | 'isFresh' | 'keyOf'>
  readonly pool: {verify(checks: readonly FrameCheck[], rules: FrameRules): Promise<FrameVerdict[]>}
  readonly states: States
  readonly log: VerifiedLog
  /** Handed what was appended, for views in this process. */
  readonly events: Pick<LogEvents, 'handOn'>
  readonly refusals: Refusals
  /** Whether the operator has taken an account down. */
  readonly isTakenDown: (did: Did) => boolean
  /** Of the host with this id, if it is known: what counts its active accounts. */
  readonly limitOf: (host: number) => Pick<AccountLimit, 'active'> | undefined
  /** Told of each event of a host that is refused. */
  readonly onRefused: (host: SourceHost, event: Arrived['event'], reason: RefusalReason) => void
  readonly metrics: Metrics
  /** Accounts of which it is remembered what was last told of them. */
  readonly accountsMax: number
  /** Batches of events that are verified at the same time, of as many hosts. */
  readonly turnsMax: number
  /** When the newest event of the log was passed on, in milliseconds since 1970; 0 when there is none. */
  readonly newestMs: number
}

/** What was looked up before may be this old when an event speaks against it. */
const doubtedAgeMs = 10_000
/** Look-ups that are under way for one host. */
const lookupsAtOnce = 32
/** Batches of so many events or fewer are those of quiet hosts, and wait for no turn. */
const smallBatchMax = 16

export class Intake {
  readonly #deps: Deps
  readonly #passed
  readonly #took
  readonly #repeats: RepeatFilter
  readonly #turns: Turns
  /**
   * The latest time that was known here, in this run or before. A clock that goes back does not make the revisions that
   * were passed on lie in the future, nor those that their servers have to count on from them.
   */
  #latestMs: number

  constructor(deps: Deps) {
    this.#deps = deps
    this.#latestMs = deps.newestMs
    this.#repeats = new RepeatFilter({countMax: deps.accountsMax, now: deps.world.now})
    this.#turns = new Turns({countMax: deps.turnsMax, smallMax: smallBatchMax})
    this.#took = observeLag(deps.metrics, 'relay', deps.world.now)
    this.#passed = deps.metrics.counter('relay_events_total', 'Events passed on, by type.', ['type'])
  }

  /** Takes events of one host, in its order. Resolves when they are placed, before they are durable. */
  take(host: SourceHost, arrivals: readonly Arrived[], signal: AbortSignal): Promise<void> {
    return this.#take(host, arrivals, false, signal)
  }

  /** As `take`, for events that stand for others of the host, which were refused: they have no number there. */
  takeUnnumbered(host: SourceHost, arrivals: readonly Arrived[], signal: AbortSignal): Promise<void> {
    return this.#take(host, arrivals, true, signal)
  }

  /**
   * Passes on an `#account` of the relay's own, about an account that was last seen on `host`, and moves its state on.
   * Resolves when it is durable.
   */
  async announce(
    host: Pick<SourceHost, 'id' | 'placed'>,
    did: Did,
    {active, status}: Pick<RepoState, 'active' | 'status'>,
  ): Promise<void> {
    const {states, log, events, world} = this.#deps
    const before = await states.one(did)
    const event = {
      t: '#account' as const,
      did,
      seq: log.next,
      time: datetimeOf(world.now()),
      active,
      ...(status === null ? {} : {status}),
    }
    const frame = encodeEvent(event)
    const record = encodeRecord(frame, event.seq, {host: host.id, hostSeq: host.placed})
    events.handOn(event.seq, event, frame.length)
    const durable = log.append(host.id, [record])
    states.appended(event.seq, durable)
    const state = states.now(did, before)
    const next = changed(state, event, host.id)
    states.set(did, next)
    this.#count(state, next)
    this.#repeats.passedAccount(did, accountText(host.id, event))
    this.#passed.add(1, {type: event.t})
    await durable
  }

  async #take(
    host: SourceHost,
    arrivals: readonly Arrived[],
    isUnnumbered: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const {states, log} = this.#deps
    const dids = [...new Set(arrivals.map(({event}) => event.did))]
    const renewed = new Set(arrivals.filter(({event}) => event.t === '#identity').map(({event}) => event.did))
    const lookUp = async (did: Did): Promise<[Did, Found]> => [
      did,
      await this.#account(did, host, renewed.has(did), signal),
    ]
    const accounts: Accounts = new Map(await mapConcurrent(dids, lookupsAtOnce, lookUp, signal))
    const events = arrivals.map(arrival => checkedOf(arrival, host))
    const named = events.filter(({event}) => event.t === '#identity')
    await mapConcurrent(
      named,
      lookupsAtOnce,
      checked => this.#checkHandle(checked, host, accounts.get(checked.event.did), signal),
      signal,
    )
    this.#took(arrivals[arrivals.length - 1].event.time)
    const before = await states.load(dids)
    for (const checked of events) this.#admit(checked, host, accounts.get(checked.event.did), before)
    await this.#verify(host, accounts, events, signal)
    await log.room(host.id, signal)
    // Of a host that was banned meanwhile nothing more comes.
    signal.throwIfAborted()
    this.#place(host, events, before, isUnnumbered)
  }

  async #verify(host: SourceHost, accounts: Accounts, events: readonly Checked[], signal: AbortSignal): Promise<void> {
    const {world} = this.#deps
    this.#latestMs = Math.max(this.#latestMs, world.now())
    const rules = {nowMs: this.#latestMs, requirePrevData: host.demandsProof, collections: true}
    const keys = new Map<Did, PublicKey | undefined>()
    for (const [did, found] of accounts) keys.set(did, found?.ok ? found.value.key : undefined)
    const signed = events.filter(({event, refused}) => !refused && isSigned(event))
    await this.#verifyBy(keys, host, signed, rules, signal)
    const doubtful = signed.filter(({verdict}) => verdict && !verdict.ok && verdict.reason === 'bad-signature')
    if (doubtful.length === 0) return
    const newKeys = await this.#newKeys(keys, host, doubtful, signal)
    const again = doubtful.filter(({event: {did}}) => newKeys.has(did))
    await this.#verifyBy(newKeys, host, again, rules, signal)
  }

  /** In the host's turn, in which nobody is waited for. */
  async #verifyBy(
    keys: ReadonlyMap<Did, PublicKey | undefined>,
    {hostname}: SourceHost,
    events: readonly Checked[],
    rules: FrameRules,
    signal: AbortSignal,
  ): Promise<void> {
    if (events.length === 0) return
    const checks = events.map(({frame, event}) => {
      const key = keys.get(event.did)
      assert(key, 'an event that was admitted has a key')
      return {frame, event, key}
    })
    const verify = (): Promise<FrameVerdict[]> => this.#deps.pool.verify(checks, rules)
    const verdicts = await this.#turns.take(hostname, events.length, signal, verify)
    for (const [i, checked] of events.entries()) checked.verdict = verdicts[i]
  }

  /** The keys that accounts have now whose events are not signed by the one that was at hand, where they are others. */
  async #newKeys(
    keys: ReadonlyMap<Did, PublicKey | undefined>,
    host: SourceHost,
    events: readonly Checked[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Did, PublicKey>> {
    const {identities, world} = this.#deps
    const newKeys = new Map<Did, PublicKey>()
    const look = async (did: Did): Promise<void> => {
      host.charge('lookups', 1)
      const key = await keyNow(did, identities, world, signal)
      if (key && !isSameKey(key, keys.get(did))) newKeys.set(did, key)
    }
    await mapConcurrent(new Set(events.map(({event}) => event.did)), lookupsAtOnce, look, signal)
    return newKeys
  }

  /** Takes from an `#identity` a handle that is not the account's. */
  async #checkHandle(checked: Checked, host: SourceHost, found: Found | undefined, signal: AbortSignal): Promise<void> {
    const {event} = checked
    if (event.t !== '#identity' || !found?.ok || found.value.pds !== host.origin) return
    const {identities, world} = this.#deps
    const onLookup = (): void => host.charge('lookups', 1)
    const {handle, ...rest} = event
    const isTrue = await isHandleTrue(event, found.value, {identities, world, onLookup}, signal)
    checked.says = identityText(found.value, isTrue ? handle : undefined)
    if (isTrue) return
    checked.event = rest
    checked.frame = withoutHandle(checked.frame)
  }

  /** The account, looked up anew when what is known of it does not fit. */
  async #account(did: Did, host: SourceHost, renew: boolean, signal: AbortSignal): Promise<Found> {
    const {identities, world} = this.#deps
    const look = (maxAgeMs?: number): Promise<Found> => {
      if (!identities.isFresh(did, {maxAgeMs})) host.charge('lookups', 1)
      return identities.account(did, {maxAgeMs})
    }
    let found = await look(renew ? 0 : undefined)
    if (!renew && (!found.ok || found.value.pds !== host.origin)) found = await look(doubtedAgeMs)
    return whileDirectoryAway(did, found, () => look(0), world, signal, identities.directory)
  }

  /** Refuses what needs no verification to be refused. */
  #admit(
    checked: Checked,
    host: SourceHost,
    found: Found | undefined,
    before: ReadonlyMap<Did, RepoState | undefined>,
  ): void {
    const {event} = checked
    assert(found, 'every account was looked up')
    const refuse = (reason: RefusalReason, detail: string): void => {
      checked.refused = {reason, detail: `${event.did}: ${detail}`}
    }
    if (!found.ok) {
      // The last word on an account is often said when its DID is gone already.
      const isFarewell = event.t === '#account' && !event.active && before.get(event.did)?.host === host.id
      if (!isFarewell) refuse('identity-unresolved', found.detail)
      return
    }
    const {pds, key}: Account = found.value
    if (pds !== host.origin) refuse('wrong-host', `its server is ${pds ?? 'not named'}`)
    else if (isSigned(event) && !key) refuse('no-signing-key', 'none in its document')
  }

  /** Numbers and logs what passes, and moves the states on. Awaits nothing. */
  #place(
    host: SourceHost,
    events: readonly Checked[],
    before: ReadonlyMap<Did, RepoState | undefined>,
    isUnnumbered: boolean,
  ): void {
    const {states, log, events: stream, refusals, onRefused} = this.#deps
    const first = log.next
    const records: Uint8Array[] = []
    // Kept apart until the log has taken the records: a state must never be ahead of it.
    const moved = new Map<Did, RepoState>()
    const collections: [Did, CollectionChange][] = []
    for (const checked of events) {
      const {did, seq} = checked.event
      const state = moved.get(did) ?? states.now(did, before.get(did))
      const {refused, pass} = this.#judge(checked, state, host)
      if (checked.event.t === '#commit' && checked.verdict) host.judged(refused?.reason ?? unproven(checked.verdict))
      // What was placed before it in this batch counts too, so this cannot be asked earlier.
      const repeated = pass && this.#repeated(checked)
      if (repeated) refusals.count(host.hostname, repeated, did)
      if (refused) refusals.count(host.hostname, refused.reason, refused.detail)
      if (refused && (!isUnnumbered || refused.reason === 'host-full')) onRefused(host, checked.event, refused.reason)
      if (!pass || repeated) continue
      if (!state) host.charge('accounts', 1)
      const own = first + records.length
      records.push(encodeRecord(pass.frame, own, {host: host.id, hostSeq: isUnnumbered ? host.placed : seq}))
      const facts = checked.verdict?.ok ? checked.verdict : undefined
      stream.handOn(own, pass.event, pass.frame.length, facts?.blocks)
      const next = changed(state, pass.event, host.id, pass.head)
      moved.set(did, next)
      const change = changeBy(pass.event, state, next, facts?.collections)
      if (change) collections.push([did, change])
      this.#count(state, next)
      this.#passed.add(1, {type: pass.event.t})
    }
    if (records.length > 0) states.appended(first + records.length - 1, log.append(host.id, records))
    for (const [did, state] of moved) states.set(did, state)
    for (const [did, change] of collections) states.collectionsChanged(did, change)
    if (isUnnumbered) return
    host.placed = events[events.length - 1].event.seq
    states.followed(host.id, host.placed)
  }

  /** Counts an account among the active ones of the host where it is, and no more of that where it was. */
  #count(before: RepoState | undefined, after: RepoState): void {
    const {limitOf} = this.#deps
    const was = before?.active ? limitOf(before.host) : undefined
    const is = after.active ? limitOf(after.host) : undefined
    if (was) was.active--
    if (is) is.active++
  }

  /** Why consumers have what this event says. If they have not, it is noted that they do now. */
  #repeated({event: {t, did}, says}: Checked): 'account-unchanged' | 'identity-unchanged' | undefined {
    if (says === undefined) return undefined
    const repeats = this.#repeats
    if (t === '#account') {
      if (repeats.isRepeatedAccount(did, says)) return 'account-unchanged'
      repeats.passedAccount(did, says)
    } else {
      if (repeats.isRepeatedIdentity(did, says)) return 'identity-unchanged'
      repeats.passedIdentity(did, says)
    }
    return undefined
  }

  /** What becomes of an event: it may be refused, or passed on, or refused with another passed on in its place. */
  #judge(
    {event, frame, verdict, refused}: Checked,
    state: RepoState | undefined,
    host: SourceHost,
  ): {refused?: Checked['refused']; pass?: Arrived & {head?: Head}} {
    if (refused) return {refused}
    // Asked here, where nothing can come between: it may have been taken down while it was verified.
    if (event.t !== '#identity' && this.#deps.isTakenDown(event.did)) {
      return {refused: {reason: 'taken-down', detail: event.did}}
    }
    if (!state && host.accountLimit.room === 0) return {refused: {reason: 'host-full', detail: event.did}}
    if (!isSigned(event)) return {pass: {event, frame}}
    const refuse = (reason: RefusalReason, detail: string): {reason: RefusalReason; detail: string} => ({
      reason,
      detail: `${event.did} ${event.rev}: ${detail}`,
    })
    assert(verdict, 'what was not refused has been verified')
    if (!verdict.ok) return {refused: refuse(verdict.reason, verdict.detail)}
    if (state && !state.active) return {refused: refuse('account-inactive', state.status ?? 'no reason given')}
    const chain = state?.head ?? undefined
    const {out, fault} = passOn(chain, event, verdict)
    const gap = fault && refuse(fault, `the last was ${chain?.rev}`)
    if (!out) return {refused: gap}
    const head = newHead(event, verdict)
    return {refused: gap, pass: {event: out, frame: out === event ? frame : encodeEvent(out), head}}
  }
}

/** Of a commit that passed though it names no tree before. */
const unproven = (verdict: FrameVerdict): RefusalReason | undefined =>
  verdict.ok && !verdict.complete ? 'prev-data-missing' : undefined

const checkedOf = ({event, frame}: Arrived, host: SourceHost): Checked =>
  event.t === '#account' ? {event, frame, says: accountText(host.id, event)} : {event, frame}

/** All that an `#account` of a host says. */
const accountText = (host: number, {active, status = ''}: {active: boolean; status?: string}): string =>
  [host, active, status].join(' ')

/** All of an identity that may change, in short: the document, and the handle that consumers are told. */
const identityText = ({document}: Account, handle: string | undefined): string =>
  createHash('sha256')
    .update(JSON.stringify([document, handle]))
    .digest('base64')

const newHead = (event: SignedEvent, {data}: FrameFacts): Head =>
  event.t === '#sync' ? headOf(event) : {rev: event.rev, commit: event.commit.detached(), data: data.detached()}
