/**
 * One host, followed for ever: connects from where it was left, reads its frames in order and hands its events to the
 * intake. Nothing that the host sends ends this loop. While the intake is busy the socket is not read, and no more is it
 * while the host has used up its budget: it waits then, and loses nothing.
 */
import type {Frame} from '#std/wire/frames.ts'
import {warnOnce, type Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {Bell} from '#std/waiting/async.ts'
import {StreamReader, type Arrived} from '#atp/sync/stream-reader.ts'
import {PassingBuffers} from '#engines/young-heap.ts'
import {subscribeReposRequest} from '#sdk/checked-stream.ts'
import {reconnecting, type Connection} from '#sdk/reconnecting.ts'
import type {AccountLimit} from './account-limit.ts'
import type {Budget, Cost, EventRates} from './budget.ts'
import {originOf} from './hostname.ts'
import type {SourceHost, Intake} from '../intake/intake.ts'
import {syncFaults, type RefusalReason, type Refusals} from '../intake/refusals.ts'
import type {Ratchet} from './ratchet.ts'
import type {HostRow, RelayStore} from '../store/relay-store.ts'
import type {States} from '../repos/states.ts'

/** Most hosts are quiet for hours; that a socket is dead is found out by its pings. */
const idleMs = 6 * 3_600_000
/** What all hosts send: a frame is read, and copied into a record and the log. A copy for another core ends there. */
const passing = new PassingBuffers(6 * 2 ** 20, 5, 1 / 25)
const copiesOfFrame = 3

/** Frames that are verified and placed together, and about how many bytes of them. */
const batchCountMax = 256
const batchSizeMax = 2 ** 20
const wakeEveryMs = 10_000
const trustedRetryMsMax = 10_000
/** Of the time that a host has been away it is left alone for this part more, and for so long at most. */
const awayPart = 1 / 60
const awayRetryMsMax = 30 * 60_000
/** A host that asked while it was being dialled is dialled again so soon, if that was in vain. */
const askedMs = 1_000
/** Characters of what a host tells by `#info` that are logged. */
const infoLengthMax = 500

interface Deps {
  readonly world: Pick<World, 'now' | 'random' | 'sleep' | 'subscribe'>
  readonly intake: Pick<Intake, 'take'>
  readonly states: Pick<States, 'followed'>
  readonly refusals: Refusals
  readonly log: Log
  readonly budget: Budget
  readonly ratchet: Ratchet
  readonly accountLimit: AccountLimit
  readonly store: Pick<RelayStore, 'accountCounts' | 'activeCounts'>
  /** One that is trusted is dialled more often: it need not ask. */
  readonly trusted: boolean
}

export class Upstream implements SourceHost {
  readonly id: number
  readonly hostname: string
  readonly origin: string
  placed: number
  readonly #deps: Deps
  /** Events that came since the start. */
  eventCount = 0
  /** Whether it said that it has nothing after the place from which it was to go on, and has sent nothing since. */
  isIdle = false
  /** Whether the operator has banned it, or its domain, so that nothing is read of it. */
  isBanned = false
  readonly #woken = new Bell()
  #wokenMs = -Infinity
  /** It was to be woken while it was not waiting. */
  #asked = false
  #connected = false
  /** Since when it is not connected. */
  #awaySinceMs = 0
  #reader: StreamReader
  /** How often it was begun to be followed: a run that was ended may still be on its way out. */
  #runs = 0
  /** For this connection. */
  #tell

  constructor({id, hostname, cursor}: Pick<HostRow, 'id' | 'hostname' | 'cursor'>, deps: Deps) {
    this.id = id
    this.hostname = hostname
    this.placed = cursor
    this.origin = originOf(hostname)
    this.#reader = new StreamReader(cursor)
    this.#deps = deps
    this.#tell = warnOnce(deps.log)
  }

  get connected(): boolean {
    return this.#connected
  }

  /** The seq of the last event that came; 0 for none. */
  get seq(): number {
    return this.#reader.received ?? 0
  }

  /** What of its budget the host has used up, so that it is not read now. */
  get waitsFor(): Cost | undefined {
    return this.#deps.budget.waitsFor
  }

  /** How strictly it is held to Sync 1.1. */
  get ratchet(): Ratchet {
    return this.#deps.ratchet
  }

  get accountLimit(): AccountLimit {
    return this.#deps.accountLimit
  }

  get demandsProof(): boolean {
    return this.#deps.ratchet.stage === 'enforce'
  }

  judged(reason: RefusalReason | undefined): void {
    const {ratchet} = this.#deps
    const isFault = reason !== undefined && syncFaults.has(reason)
    ratchet.judged(isFault)
    if (!isFault || ratchet.stage !== 'warn') return
    const {hostname: host} = this
    this.#tell('sync', 'host does not keep Sync 1.1, and will be held to it', {host, reason})
  }

  charge(cost: Cost, amount: number): void {
    this.#deps.budget.charge(cost, amount)
    if (cost === 'accounts') this.#deps.budget.accounts += amount
  }

  /** Connects now, if it is waiting to. Anyone may ask for that, so it happens once in some seconds. */
  wake(): void {
    const now = this.#deps.world.now()
    if (this.#connected || Math.abs(now - this.#wokenMs) < wakeEveryMs) return
    this.#wokenMs = now
    this.#asked = this.#woken.waiting === 0
    this.#woken.ring()
  }

  /** How many events it may send, of those that are counted. */
  get eventRates(): EventRates {
    return this.#deps.budget.eventRates
  }

  /** Until the signal aborts. It may be run again, from where it was left. */
  async run(signal: AbortSignal): Promise<void> {
    const own = ++this.#runs
    // What came and was not placed comes again.
    this.#reader = new StreamReader(this.placed)
    this.#awaySinceMs = this.#deps.world.now()
    try {
      await this.#follow(signal)
    } finally {
      if (own === this.#runs) this.#connected = false
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const {budget, store, intake, refusals} = this.#deps
    budget.accounts = (await store.accountCounts([this.id])).get(this.id) ?? 0
    if (Number.isFinite(this.accountLimit.max))
      this.accountLimit.active = (await store.activeCounts([this.id])).get(this.id) ?? 0
    const {world} = this.#deps
    const connections = reconnecting({
      world,
      signal,
      idleMs,
      retryMsMax: this.#deps.trusted ? trustedRetryMsMax : undefined,
      pause: (ms, ended) => {
        // Who asked while it was dialled in vain was not well yet, and is soon.
        const waitMs = this.#asked ? Math.min(ms, askedMs) : Math.max(ms, this.#restMs())
        this.#asked = false
        return this.#woken.waitUpTo(waitMs, world, ended)
      },
      request: () => this.#request(),
      onConnection: connection => this.#noted(connection),
    })
    for await (const frames of connections) {
      for (const {batch, size} of batchesOf(frames)) {
        await budget.room(signal)
        signal.throwIfAborted()
        this.eventCount += batch.length
        refusals.came(this.hostname, batch.length)
        this.charge('events', batch.length)
        this.charge('bytes', size)
        const arrivals = batch.flatMap(frame => this.#read(frame) ?? [])
        if (arrivals.length > 0) await intake.take(this, arrivals, signal)
        passing.passed(copiesOfFrame * size)
      }
    }
  }

  #request(): Request {
    this.#reader.connecting()
    this.#tell = warnOnce(this.#deps.log)
    return subscribeReposRequest(this.origin, this.seq)
  }

  /** How long a host that has been away for long is left alone. One that is back asks. */
  #restMs(): number {
    const awayMs = this.#deps.world.now() - this.#awaySinceMs
    return this.#deps.trusted ? 0 : Math.min(awayMs * awayPart, awayRetryMsMax)
  }

  #noted(connection: Connection): void {
    if (this.#connected && connection.state === 'lost') this.#awaySinceMs = this.#deps.world.now()
    this.#connected = connection.state === 'open'
    const {log} = this.#deps
    if (connection.state === 'open') log.info('host connected', {host: this.hostname, cursor: this.seq})
    else log.info('host lost', {host: this.hostname, error: connection.error, retryMs: connection.retryMs})
  }

  #read(frame: Frame): Arrived | undefined {
    const {refusals, log} = this.#deps
    const message = this.#reader.read(frame)
    switch (message.kind) {
      case 'event':
        this.isIdle = false
        return message.arrived
      case 'info': {
        const {name, message: text} = message.event
        // Once for each connection: a host must not fill the log.
        this.#tell('#info', 'host tells', {host: this.hostname, name, text: text?.slice(0, infoLengthMax)})
        return undefined
      }
      case 'lost': {
        const {arrived, detail} = message
        log.warn('host has lost its place, beginning from its oldest event', {host: this.hostname, detail})
        this.#reader.beginAnew(arrived?.event.seq)
        this.placed = 0
        this.#deps.states.followed(this.id, 0)
        this.isIdle = !arrived
        if (!arrived) refusals.count(this.hostname, 'error-frame', `FutureCursor: ${detail}`)
        return arrived
      }
      case 'unknown':
        refusals.count(this.hostname, 'unknown-type', 'a type that is not known here')
        return undefined
      case 'refused':
        refusals.count(this.hostname, message.reason, message.detail)
        return undefined
    }
  }
}

/** `frames` in parts that are worked on together; one larger than a part's size comes alone. */
function* batchesOf(frames: readonly Frame[]): Generator<{batch: readonly Frame[]; size: number}> {
  for (let start = 0; start < frames.length;) {
    let end = start
    let size = 0
    do size += frames[end++].length
    while (end < frames.length && end - start < batchCountMax && size + frames[end].length <= batchSizeMax)
    yield {batch: frames.slice(start, end), size}
    start = end
  }
}
