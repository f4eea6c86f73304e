/**
 * What waits to be delivered, in memory as much as the bounds allow, and who has which of it. Consumers share one queue:
 * each event goes to one of them, and to another when that one leaves or does not acknowledge it in time.
 */
import type {Did} from '#atp/syntax/did.ts'
import {Bell} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import type {OutboxStore} from '../store/outbox-store.ts'
import {eventState, Lane, Parcel} from './lane.ts'
import {freePage, type Page, textSize} from './page.ts'

/** What is held in memory of what waits. */
const windowMax = {pages: 4_096, size: 6 * 2 ** 20} as const
/** Pages of one account in memory: one that waits for ever may not keep others out. */
const perLaneMax = 64
const loadMax = {count: 256, size: 512 * 1024} as const
/** How often it is looked whether something was not acknowledged in time. */
const timeoutsEveryMs = 500
/** Acknowledged pages are forgotten together, after this at the latest. */
const forgetMs = 100

/** Events in a row that a consumer was given. */
export interface Given {
  readonly parcel: Parcel
  /** Those before it are settled. */
  from: number
  readonly to: number
  readonly sentMs: number
}

/** One who takes events. */
export class Consumer {
  readonly number: number
  /** In the order in which they were given. */
  given: Given[] = []
  /** When it acknowledged something last, and the highest number among it. */
  heardMs: number
  heardId = 0
  inFlight = 0
  acknowledged = 0
  readonly about: string
  /** Whether nothing that it has is ever taken back from it. */
  readonly isPatient: boolean
  isGone = false

  constructor(number: number, nowMs: number, about: string, isPatient: boolean) {
    this.number = number
    this.heardMs = nowMs
    this.about = about
    this.isPatient = isPatient
  }
}

interface Deps {
  readonly store: OutboxStore
  readonly world: Pick<World, 'now' | 'sleep'>
  /** Events that may wait before no more are made. */
  readonly capacity: number
  /** After this an event that is not acknowledged is given out again. */
  readonly retryMs: number
  /** Whether acknowledged events are kept, to be replayed. */
  readonly keeps: boolean
  readonly delivered: (count: number) => void
  readonly acked: (count: number) => void
}

export class Outbox {
  /** Rings when there is something to give. */
  readonly filled = new Bell()
  /** Rings when events were made. */
  readonly made = new Bell()
  /** Rings when there is room for more. */
  readonly #room = new Bell()
  readonly #written = new Bell()
  readonly #deps: Deps
  readonly #lanes = new Map<string, Lane>()
  /** In the order of their numbers; those that are done go from time to time. */
  #parcels: Parcel[] = []
  #doneCount = 0
  /** Those that have something to give. */
  #ready: Parcel[] = []
  #readyAt = 0
  readonly #returned: {parcel: Parcel; index: number}[] = []
  readonly #consumers = new Map<number, Consumer>()
  #consumerCount = 0
  #size = 0
  #loadedId = 0
  /** The number that the next event will have, as far as is known here. */
  #nextId = 1
  /** How often there was something new to load. */
  #writes = 0
  /** Whether more is to be loaded once there is room. */
  #isHeldUp = false
  /** Lanes of which pages were left on the disk. */
  readonly #leftLanes = new Set<Lane>()
  /** Accounts that were dropped since pages were begun to be read. */
  readonly #dropped = new Set<string>()
  /** Not acknowledged, in memory and on the disk. */
  #waiting = 0
  #forget: number[] = []
  /** Ignored acknowledgements: of events that the consumer was never given. */
  strays = 0

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Events that are not acknowledged yet. */
  get waiting(): number {
    return this.#waiting
  }

  /** Those of them that are in memory. */
  get inMemory(): number {
    let count = 0
    for (const {left} of this.#parcels) count += left
    return count
  }

  get consumers(): readonly Consumer[] {
    return [...this.#consumers.values()]
  }

  get isFull(): boolean {
    // What is kept for a while whatever becomes of it holds nobody up.
    return !this.#deps.keeps && this.#waiting >= this.#deps.capacity
  }

  /** Tells that events were made. */
  async written(): Promise<void> {
    const {next} = await this.#deps.store.bounds()
    this.#waiting += next - this.#nextId
    if (next === this.#nextId) return
    this.#nextId = next
    this.made.ring()
    this.#wake()
  }

  /** Counts anew what waits, after some of it was forgotten. */
  async recount(): Promise<void> {
    const {store} = this.#deps
    await this.#forgetSome()
    this.#nextId = (await store.bounds()).next
    const count = await store.count()
    // Those that are done are forgotten; of the others the store counts all.
    let settled = 0
    for (const {count, left} of this.#parcels) if (left > 0) settled += count - left
    this.#waiting = Math.max(0, count - settled)
    this.#room.ring()
  }

  #wake(): void {
    this.#writes++
    this.#written.ring()
  }

  /** Waits until there is room for more events. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.isFull) await this.#room.wait(signal)
  }

  /** Loads what waits, gives out again what was not acknowledged, and forgets what was, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await this.recount()
    // A full disk ends one of them, and all are begun again: two that load would load the same.
    const ending = new AbortController()
    const either = AbortSignal.any([signal, ending.signal])
    const loops = [this.#load(either), this.#watch(either), this.#forgetDone(either)]
    try {
      await Promise.all(loops)
    } finally {
      ending.abort(new Error('over'))
      await Promise.allSettled(loops)
    }
  }

  async #load(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      const seen = this.#writes
      let loaded = 0
      this.#isHeldUp = !this.#hasWindow
      if (!this.#isHeldUp) {
        for (const lane of this.#leftLanes) loaded += await this.#loadLane(lane)
        const pages = await this.#read(this.#loadedId, loadMax)
        for (const page of pages) this.#take(page)
        loaded += pages.length
      }
      if (loaded > 0) this.filled.ring()
      else if (this.#writes === seen) await this.#written.waitUpTo(1_000, this.#deps.world, signal)
    }
  }

  get #hasWindow(): boolean {
    return this.#size < windowMax.size && this.#parcels.length - this.#doneCount < windowMax.pages
  }

  /** Pages that wait, but for those of accounts that were dropped while they were read. */
  async #read(...query: Parameters<OutboxStore['waiting']>): Promise<readonly Page[]> {
    this.#dropped.clear()
    const pages = await this.#deps.store.waiting(...query)
    return this.#dropped.size === 0 ? pages : pages.filter(({did}) => !this.#dropped.has(did))
  }

  async #loadLane(lane: Lane): Promise<number> {
    if (lane.parcels.length > perLaneMax / 2) return 0
    const limit = {count: perLaneMax / 2, size: loadMax.size}
    const pages = await this.#read(lane.leftFrom - 1, limit, lane.did as Did)
    const own = pages.filter(({id}) => id <= this.#loadedId)
    for (const page of own) this.#add(page, lane)
    const last = own.at(-1)
    if (last && own.length === pages.length) lane.leftFrom = last.id + 1
    else {
      // Those that come after are loaded with all others.
      lane.leftFrom = 0
      this.#leftLanes.delete(lane)
      if (lane.parcels.length === 0 && this.#lanes.get(lane.did) === lane) this.#lanes.delete(lane.did)
    }
    return own.length
  }

  #take(page: Page): void {
    this.#loadedId = page.id
    let lane = this.#lanes.get(page.did)
    if (!lane) this.#lanes.set(page.did, (lane = new Lane(page.did)))
    if (lane.leftFrom > 0) return
    if (lane.parcels.length >= perLaneMax) {
      lane.leftFrom = page.id
      this.#leftLanes.add(lane)
      return
    }
    this.#add(page, lane)
  }

  #add(page: Page, lane: Lane): void {
    const parcel = new Parcel(page, lane)
    lane.parcels.push(parcel)
    this.#size += page.body.bytes.length
    const last = this.#parcels.at(-1)
    if (last && last.page.id > page.id) {
      const at = this.#indexAfter(page.id)
      this.#parcels.splice(at, 0, parcel)
    } else this.#parcels.push(parcel)
    this.#open(lane)
  }

  /** Puts in line what may be given out of a lane now. */
  #open(lane: Lane): void {
    for (const parcel of lane.open()) {
      if (parcel.isReady) continue
      parcel.isReady = true
      this.#ready.push(parcel)
    }
  }

  /** One who takes events; who `isPatient` gives each back by himself, or acknowledges it. */
  enter(about: string, isPatient = false): Consumer {
    const consumer = new Consumer(++this.#consumerCount, this.#deps.world.now(), about, isPatient)
    this.#consumers.set(consumer.number, consumer)
    return consumer
  }

  /** What it has goes to the next one at once. */
  leave(consumer: Consumer): void {
    if (consumer.isGone) return
    consumer.isGone = true
    this.#consumers.delete(consumer.number)
    for (const given of consumer.given) this.#return(consumer, given)
    consumer.given = []
    if (this.#returned.length > 0) this.filled.ring()
  }

  #return(consumer: Consumer, {parcel, from, to}: Given): void {
    for (let index = from; index < to; index++) {
      if (parcel.states[index] !== eventState.sent || parcel.holders[index] !== consumer.number) continue
      parcel.states[index] = eventState.returned
      consumer.inFlight--
      this.#returned.push({parcel, index})
    }
  }

  /** Some events, as many as `count` and about `size` bytes; none when there are none now. */
  give(consumer: Consumer, count: number, size: number): Given[] {
    const some: Given[] = []
    let [countLeft, sizeLeft] = [count, size]
    while (this.#returned.length > 0 && countLeft > 0) {
      const {parcel, index} = this.#returned.shift() as {parcel: Parcel; index: number}
      if (parcel.states[index] !== eventState.returned) continue
      some.push(this.#give(consumer, parcel, index, index + 1))
      countLeft--
    }
    while (this.#readyAt < this.#ready.length && countLeft > 0 && sizeLeft > 0) {
      const parcel = this.#ready[this.#readyAt]
      const from = parcel.given
      const to = Math.min(parcel.openTo, from + countLeft)
      if (to > from) {
        parcel.given = to
        parcel.lane.unacknowledged += to - from
        countLeft -= to - from
        sizeLeft -= textSize(parcel.page, from, to)
        some.push(this.#give(consumer, parcel, from, to))
      }
      // Of history the rest stays in line; what is live has to wait.
      if (!parcel.page.isLive && parcel.given < parcel.count) break
      this.#passReady(parcel)
    }
    return some
  }

  #passReady(parcel: Parcel): void {
    parcel.isReady = false
    this.#readyAt++
    if (this.#readyAt > 1_024 && this.#readyAt * 2 > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#readyAt)
      this.#readyAt = 0
    }
  }

  #give(consumer: Consumer, parcel: Parcel, from: number, to: number): Given {
    parcel.states.fill(eventState.sent, from, to)
    parcel.holders.fill(consumer.number, from, to)
    consumer.inFlight += to - from
    const given = {parcel, from, to, sentMs: this.#deps.world.now()}
    consumer.given.push(given)
    this.#deps.delivered(to - from)
    return given
  }

  /** All of these are acknowledged, as for a consumer that does not do so itself. */
  acknowledgeAll(consumer: Consumer, some: readonly Given[]): void {
    for (const {parcel, from, to} of some) {
      for (let index = from; index < to; index++) this.#acknowledge(consumer, parcel, index)
    }
    consumer.given = []
  }

  /**
   * An event was dealt with. One that the consumer was not given, or that is with another now, stays: it could not have
   * dealt with it. But one that has come back, from whomever, it may have been given under another connection.
   */
  acknowledge(consumer: Consumer, id: number): void {
    const parcel = this.#parcelOf(id)
    if (!parcel) return
    const index = id - parcel.page.id
    const state = parcel.states[index]
    const isOwn = state === eventState.sent && parcel.holders[index] === consumer.number
    if (!isOwn && state !== eventState.returned) {
      if (state !== eventState.acknowledged) this.strays++
      return
    }
    this.#acknowledge(consumer, parcel, index)
    consumer.heardMs = this.#deps.world.now()
    if (id > consumer.heardId) consumer.heardId = id
    while (consumer.given.length > 0 && isSettled(consumer.given[0], consumer.number)) consumer.given.shift()
  }

  #acknowledge(consumer: Consumer, parcel: Parcel, index: number): void {
    if (parcel.states[index] === eventState.acknowledged) return
    if (parcel.states[index] === eventState.sent) consumer.inFlight--
    parcel.states[index] = eventState.acknowledged
    parcel.left--
    parcel.lane.unacknowledged--
    consumer.acknowledged++
    this.#waiting--
    this.#deps.acked(1)
    if (parcel.isDone) {
      this.#forget.push(parcel.page.id)
      this.#done(parcel)
    }
    if (parcel.lane.unacknowledged === 0) {
      this.#open(parcel.lane)
      this.filled.ring()
    }
    if (!this.isFull) this.#room.ring()
  }

  #done(parcel: Parcel): void {
    const {lane, page} = parcel
    lane.drop(parcel)
    this.#size -= page.body.bytes.length
    freePage(page)
    this.#doneCount++
    if (lane.parcels.length === 0 && lane.leftFrom === 0) this.#lanes.delete(lane.did)
    if (this.#doneCount > 256 && this.#doneCount * 2 > this.#parcels.length) {
      this.#parcels = this.#parcels.filter(one => !one.isDone)
      this.#doneCount = 0
    }
    const isLaneLow = lane.leftFrom > 0 && lane.parcels.length <= perLaneMax / 2
    if (isLaneLow || (this.#isHeldUp && this.#size < windowMax.size / 2)) this.#wake()
  }

  /** An account is followed no more, and nothing of it is kept: what is on its way is nobody's. */
  drop(did: Did): void {
    this.#dropped.add(did)
    const lane = this.#lanes.get(did)
    if (!lane) return
    this.#leftLanes.delete(lane)
    lane.leftFrom = 0
    for (let parcel; (parcel = lane.parcels[0]);) {
      for (let index = 0; index < parcel.count; index++) {
        const holder = this.#consumers.get(parcel.holders[index])
        if (holder && parcel.states[index] === eventState.sent) holder.inFlight--
        parcel.states[index] = eventState.acknowledged
      }
      parcel.given = parcel.count
      parcel.left = 0
      this.#done(parcel)
    }
    this.filled.ring()
  }

  #indexAfter(id: number): number {
    let [low, high] = [0, this.#parcels.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#parcels[middle].page.id <= id) low = middle + 1
      else high = middle
    }
    return low
  }

  #lastFound: Parcel | undefined

  #parcelOf(id: number): Parcel | undefined {
    const has = (parcel: Parcel | undefined): boolean =>
      parcel !== undefined && id >= parcel.page.id && id < parcel.page.id + parcel.count
    if (has(this.#lastFound)) return this.#lastFound
    const found = this.#parcels[this.#indexAfter(id) - 1]
    return has(found) ? (this.#lastFound = found) : undefined
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const {world} = this.#deps
    for (;;) {
      await world.sleep(timeoutsEveryMs, signal)
      this.returnLate()
    }
  }

  /**
   * Takes back what was not acknowledged in time: what a consumer has passed over, by acknowledging what came after it,
   * and all that one has of which nothing was heard at all. While it works through the rest, that is not late.
   */
  returnLate(): void {
    const {world, retryMs} = this.#deps
    const before = world.now() - retryMs
    for (const consumer of this.#consumers.values()) {
      if (consumer.isPatient) continue
      const isSilent = consumer.heardMs <= before
      const kept: Given[] = []
      for (const given of consumer.given) {
        const {parcel, from, to, sentMs} = given
        const isPassed = parcel.page.id + from < consumer.heardId
        if (sentMs > before || !(isSilent || isPassed)) kept.push(given)
        else {
          const end = isSilent ? to : Math.min(to, consumer.heardId - parcel.page.id)
          this.#return(consumer, {...given, to: end})
          if (end < to) kept.push({...given, from: end})
        }
      }
      consumer.given = kept
    }
    if (this.#returned.length > 0) this.filled.ring()
  }

  async #forgetDone(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.#deps.world.sleep(forgetMs, signal)
        await this.#forgetSome()
      }
    } finally {
      await this.#forgetSome()
    }
  }

  async #forgetSome(): Promise<void> {
    const ids = this.#forget
    if (ids.length === 0) return
    this.#forget = []
    const {store, keeps} = this.#deps
    await store.acknowledge(ids, keeps).catch((error: unknown) => {
      // Such as a full disk: they are forgotten the next time.
      this.#forget.unshift(...ids)
      throw error
    })
  }
}

/** Whether nothing of it is with the consumer any more. */
function isSettled(given: Given, consumer: number): boolean {
  const {parcel, to} = given
  while (given.from < to) {
    if (parcel.states[given.from] === eventState.sent && parcel.holders[given.from] === consumer) return false
    given.from++
  }
  return true
}
