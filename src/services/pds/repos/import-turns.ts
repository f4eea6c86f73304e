/**
 * Who imports at a time. Each import may hold some megabytes, so there are few places, and whoever comes beyond that is
 * told so at once; but nobody keeps a place by sending slowly while others want it, nor two for one account.
 */
import {abortable, Overloaded} from '#std/waiting/async.ts'
import {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'

const placesMax = 8
/**
 * Whoever was waited for so long, and has sent less than this a second of it, gives way. Only the newest of the waiting
 * counts: who has sent much at first, and then drips, has no more patience than who drips from the beginning.
 */
const patienceMs = 10_000
const bytesPerSecondMin = 32_768
/** What came within less waiting than this is one number. */
const partMs = 1_000

export class ImportTurns {
  readonly #world: Pick<World, 'now'>
  /** One who comes waits for one that was told to give way. */
  readonly #places = new Places({max: placesMax, waitingMax: placesMax})
  readonly #coming = new Map<Did, Coming>()

  constructor(world: Pick<World, 'now'>) {
    this.#world = world
  }

  /**
   * Does `work` with what comes. Rejects with `Overloaded` when there is no place, and so does an import that has to give
   * way: to another of the same account, of which the last is meant, or to one that has no place where it is slow.
   */
  async take(did: Did, car: AsyncIterable<Uint8Array>, work: (car: AsyncIterable<Uint8Array>) => Promise<void>) {
    const coming = new Coming(car, this.#world)
    const before = this.#coming.get(did)
    this.#coming.set(did, coming)
    try {
      before?.giveWay('Another import of this account has begun.')
      await before?.ended
      if (this.#places.running + this.#places.waiting >= placesMax) this.#makeRoom()
      await this.#places.with(did, () => work(coming.chunks()), coming.signal)
    } finally {
      if (this.#coming.get(did) === coming) this.#coming.delete(did)
      coming.end()
    }
  }

  /** Has the slowest give way, if it is too slow. */
  #makeRoom(): void {
    const slow = this.#coming.values().filter(one => one.isSlow)
    const slowest = [...slow].reduce<Coming | undefined>((a, b) => (a && a.rate <= b.rate ? a : b), undefined)
    if (!slowest) throw new Overloaded('Too many imports are under way; try again later.')
    slowest.giveWay('The repository came too slowly while others waited.')
  }
}

/** One import, as its bytes come. */
class Coming {
  readonly #car: AsyncIterable<Uint8Array>
  readonly #world: Pick<World, 'now'>
  readonly #leaving = new AbortController()
  readonly #ended = Promise.withResolvers<void>()
  readonly #pace = new Pace()
  /** Since when more is waited for. */
  #sinceMs: number | undefined

  constructor(car: AsyncIterable<Uint8Array>, world: Pick<World, 'now'>) {
    this.#car = car
    this.#world = world
  }

  get signal(): AbortSignal {
    return this.#leaving.signal
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** What is done with what came is no fault of the sender. */
  get #waitingMs(): number {
    return this.#sinceMs === undefined ? 0 : this.#world.now() - this.#sinceMs
  }

  /** Bytes a second. */
  get rate(): number {
    return this.#pace.after(this.#waitingMs).rate
  }

  get isSlow(): boolean {
    const {waitedMs, rate} = this.#pace.after(this.#waitingMs)
    return !this.signal.aborted && waitedMs >= patienceMs && rate < bytesPerSecondMin
  }

  giveWay(why: string): void {
    this.#leaving.abort(new Overloaded(why))
  }

  end(): void {
    this.#ended.resolve()
  }

  async *chunks(): AsyncGenerator<Uint8Array, void> {
    const chunks = this.#car[Symbol.asyncIterator]()
    try {
      for (;;) {
        this.#sinceMs = this.#world.now()
        const {done, value} = await abortable(chunks.next(), this.signal)
        this.#pace.add(this.#waitingMs, done ? 0 : value.length)
        this.#sinceMs = undefined
        if (done) return
        yield value
      }
    } finally {
      // One who waits for more would be waited for.
      void chunks.return?.().catch(() => {})
    }
  }
}

/** How fast bytes came in the newest time that they were waited for: `patienceMs` of it, or a little more. */
class Pace {
  /** The oldest first. */
  #parts: {ms: number; size: number}[] = []

  /** `size` bytes came after a wait. */
  add(ms: number, size: number): void {
    const last = this.#parts.at(-1)
    if (last && last.ms + ms < partMs) {
      last.ms += ms
      last.size += size
    } else this.#parts.push({ms, size})
    this.#parts = this.#newest(0).parts
  }

  /** In bytes a second, and over how long, where one has been waiting for `ms` by now. */
  after(ms: number): {waitedMs: number; rate: number} {
    const {parts, waitedMs} = this.#newest(ms)
    const size = parts.reduce((sum, part) => sum + part.size, 0)
    return {waitedMs, rate: (size * 1_000) / Math.max(waitedMs, 1)}
  }

  #newest(ms: number): {parts: {ms: number; size: number}[]; waitedMs: number} {
    let waitedMs = this.#parts.reduce((sum, part) => sum + part.ms, ms)
    let from = 0
    for (; from < this.#parts.length && waitedMs - this.#parts[from].ms >= patienceMs; from++) {
      waitedMs -= this.#parts[from].ms
    }
    return {parts: this.#parts.slice(from), waitedMs}
  }
}
