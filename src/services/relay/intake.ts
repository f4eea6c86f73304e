/**
 * The way of an event from a host into the verified log. A host's events come some at a time; their accounts are looked
 * up together and their proofs checked on every core, and then they are placed: in the host's order, in one step that
 * awaits nothing, so that no other host's event of the same account can come between looking at a repo's state,
 * numbering the event and moving the state on.
 *
 * A sound commit that does not carry on from the last one passed on proves the repo's new state and not what lies
 * between. It is not passed on; a `#sync` event made of its own signed commit is, which tells consumers to fetch the
 * repo, and the chain goes on from there. So a gap heals by itself, and nothing unproven goes out.
 */
import type {PublicKey} from '#atp/crypto/key.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {readCar} from '#atp/repo/car-read.ts'
import {didMethod, type Did} from '#atp/syntax/did.ts'
import {followCommit, followSync} from '#atp/sync/chain.ts'
import {encodeEvent, type CommitEvent, type InfoEvent, type RepoEvent, type SyncEvent} from '#atp/sync/event.ts'
import type {VerifyRules} from '#atp/sync/verify.ts'
import type {FrameCheck, FrameFacts, FrameVerdict} from '#engines/sync/verify-batch.ts'
import type {Account, Identities} from '#sdk/identity.ts'
import {observeLag} from '#runtime/engine-metrics.ts'
import type {Metrics} from '#runtime/metrics.ts'
import {assert} from '#std/assert.ts'
import type {World} from '#std/world.ts'
import {encodeRecord} from './log-record.ts'
import type {RefusalReason, Refusals} from './refusals.ts'
import {changed, headOf, type Head, type RepoState} from './repo-state.ts'
import type {States} from './states.ts'
import type {VerifiedLog} from './verified-log.ts'

/** An event as its host sent it. */
export interface Arrival {
  readonly frame: Uint8Array
  readonly event: Exclude<RepoEvent, InfoEvent>
}

/** The host that an event came from. */
export interface From {
  readonly id: number
  readonly hostname: string
  readonly origin: string
}

type Signed = CommitEvent | SyncEvent
const isSigned = (event: RepoEvent): event is Signed => event.t === '#commit' || event.t === '#sync'

/** What is known of an arrival before it is placed. */
interface Checked extends Arrival {
  verdict?: FrameVerdict
  refused?: {reason: RefusalReason; detail: string}
}

interface Deps {
  readonly world: Pick<World, 'now' | 'sleep'>
  readonly identities: Pick<Identities, 'account' | 'keyOf'>
  readonly pool: {verify(checks: readonly FrameCheck[], rules: VerifyRules): Promise<FrameVerdict[]>}
  readonly states: States
  readonly log: VerifiedLog
  readonly refusals: Refusals
  readonly metrics: Metrics
  /** Whether commits without `prevData` are passed on. */
  readonly lenient: boolean
}

/** A directory that does not answer is asked again so often, for some minutes in all, while the host waits. */
const lookupsMax = 9
const lookupWaitMs = 1_000
const lookupWaitMaxMs = 30_000
/** What was looked up before may be this old when an event speaks against it. */
const doubtedAgeMs = 10_000

export class Intake {
  readonly #deps: Deps
  readonly #passed
  readonly #took

  constructor(deps: Deps) {
    this.#deps = deps
    this.#took = observeLag(deps.metrics, 'relay', deps.world.now)
    this.#passed = deps.metrics.counter('relay_events_total', 'Events passed on, by type.', ['type'])
  }

  /** Takes events of one host, in its order. Resolves when they are placed, before they are durable. */
  async take(host: From, arrivals: readonly Arrival[], signal: AbortSignal): Promise<void> {
    const {states, log, pool, world, lenient} = this.#deps
    const dids = [...new Set(arrivals.map(({event}) => event.did))]
    const renewed = new Set(arrivals.filter(({event}) => event.t === '#identity').map(({event}) => event.did))
    const accounts = new Map(
      await Promise.all(
        dids.map(async did => [did, await this.#account(did, host, renewed.has(did), signal)] as const),
      ),
    )
    this.#took(arrivals[arrivals.length - 1].event.time)
    const before = await states.load(dids)
    const events: Checked[] = arrivals.map(arrival => ({...arrival}))
    for (const checked of events) this.#admit(checked, host, accounts.get(checked.event.did), before)

    const rules = {nowMs: world.now(), requirePrevData: !lenient}
    const toVerify = events.filter(({event, refused}) => !refused && isSigned(event))
    const keyOf = ({event}: Checked): PublicKey => {
      const found = accounts.get(event.did)
      assert(found?.ok && found.value.key, 'an event that was admitted has a key')
      return found.value.key
    }
    const verdicts = await pool.verify(
      toVerify.map(checked => ({frame: checked.frame, key: keyOf(checked)})),
      rules,
    )
    for (const [i, checked] of toVerify.entries()) checked.verdict = verdicts[i]
    await this.#tryNewKeys(toVerify, keyOf, rules)

    await log.room(signal)
    this.#place(host, events, before)
  }

  /** The account, looked up anew when what is known of it does not fit. */
  async #account(did: Did, host: From, renew: boolean, signal: AbortSignal): ReturnType<Identities['account']> {
    const {identities, world} = this.#deps
    let found = await identities.account(did, renew ? {maxAgeMs: 0} : {})
    if (!renew && (!found.ok || found.value.pds !== host.origin)) {
      found = await identities.account(did, {maxAgeMs: doubtedAgeMs})
    }
    // Strangers choose the host of a did:web, but the PLC directory is one for all: what is signed waits for it.
    for (let tries = 1; !found.ok && found.passing && didMethod(did) === 'plc' && tries < lookupsMax; tries++) {
      await world.sleep(Math.min(lookupWaitMs * 2 ** (tries - 1), lookupWaitMaxMs), signal)
      found = await identities.account(did, {maxAgeMs: 0})
    }
    return found
  }

  /** Refuses what needs no verification to be refused. */
  #admit(
    checked: Checked,
    host: From,
    found: Awaited<ReturnType<Identities['account']>> | undefined,
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

  /** An account may have a new key, of which its `#identity` event has yet to tell. */
  async #tryNewKeys(events: readonly Checked[], keyOf: (checked: Checked) => PublicKey, rules: VerifyRules) {
    const {identities, pool} = this.#deps
    for (const checked of events) {
      const {verdict, event, frame} = checked
      if (!verdict || verdict.ok || verdict.reason !== 'bad-signature') continue
      const key = await identities.keyOf(event.did, '#atproto', true)
      if (key && key !== keyOf(checked)) [checked.verdict] = await pool.verify([{frame, key}], rules)
    }
  }

  /** Numbers and logs what passes, and moves the states on. Awaits nothing. */
  #place(host: From, events: readonly Checked[], before: ReadonlyMap<Did, RepoState | undefined>): void {
    const {states, log, refusals} = this.#deps
    const first = log.next
    const records: Uint8Array[] = []
    // Kept apart until the log has taken the records: a state must never be ahead of it.
    const moved = new Map<Did, RepoState>()
    for (const checked of events) {
      const {did, seq} = checked.event
      const state = moved.get(did) ?? states.now(did, before.get(did))
      const {refused, pass} = this.#judge(checked, state)
      if (refused) refusals.count(host.hostname, refused.reason, refused.detail)
      if (!pass) continue
      records.push(encodeRecord(pass.frame, first + records.length, {host: host.id, hostSeq: seq}))
      moved.set(did, changed(state, pass.event, host.id, pass.head))
      this.#passed.add(1, {type: pass.event.t})
    }
    if (records.length > 0) states.appended(first + records.length - 1, log.append(records))
    for (const [did, state] of moved) states.set(did, state)
    states.followed(host.id, events[events.length - 1].event.seq)
  }

  /** What becomes of an event: it may be refused, or passed on, or refused with another passed on in its place. */
  #judge(
    {event, frame, verdict, refused}: Checked,
    state: RepoState | undefined,
  ): {refused?: Checked['refused']; pass?: Arrival & {head?: Head}} {
    if (refused) return {refused}
    if (!isSigned(event)) return {pass: {event, frame}}
    const refuse = (reason: RefusalReason, detail: string): {reason: RefusalReason; detail: string} => ({
      reason,
      detail: `${event.did} ${event.rev}: ${detail}`,
    })
    assert(verdict, 'what was not refused has been verified')
    if (!verdict.ok) return {refused: refuse(verdict.reason, verdict.detail)}
    if (state && !state.active) return {refused: refuse('account-inactive', state.status ?? 'no reason given')}
    const chain = state?.head ?? undefined
    const next =
      event.t === '#commit' ? followCommit(chain, event, verdict.data) : followSync(chain, event, verdict.data)
    if (next.verdict === 'stale') return {refused: refuse(next.reason, `the last was ${chain?.rev}`)}
    const head = newHead(event, verdict)
    if (next.verdict !== 'desynchronized') return {pass: {event, frame, head}}
    const gap = refuse(next.reason, `the last was ${chain?.rev}`)
    // A `#sync` says itself that there is a gap, and a commit that proves nothing of what was before makes no claim.
    if (event.t === '#sync' || !verdict.complete) return {refused: gap, pass: {event, frame, head}}
    const sync = syncOf(event)
    return {refused: gap, pass: {event: sync, frame: encodeEvent(sync), head}}
  }
}

const newHead = (event: Signed, {data}: FrameFacts): Head =>
  event.t === '#sync' ? headOf(event) : {rev: event.rev, commit: event.commit.detached(), data: data.detached()}

/** The event that tells of the state after a commit, and not how it came about. */
function syncOf({seq, did, time, rev, commit, blocks}: CommitEvent): SyncEvent {
  const bytes = readCar(blocks).blocks.get(commit)
  assert(bytes, 'a commit that was verified is among its blocks')
  return {t: '#sync', seq, did, time, rev, blocks: encodeCar([commit], [{cid: commit, bytes}])}
}
