/**
 * Places for work that waits for others: so many at a time in all, for each key (such as the host that is asked), and
 * for each group of keys. Who finds none free waits; how many may wait is bounded, too. A place that becomes free goes
 * to one who waits, of the key that has the fewest places, so that a key with a thousand waiting, or that never lets
 * go, costs the others next to nothing.
 */
import {Overloaded} from './async.ts'
import type {World} from '../world.ts'

export interface PlacesOptions {
  /** Places in all. */
  readonly max: number
  /** Places of one key; as many as there are unless given. */
  readonly perKeyMax?: number
  /** Places of one group of keys, as `groupOf` tells them. */
  readonly perGroupMax?: number
  readonly groupOf?: (key: string) => string
  /** Who may wait, in all and for one key. */
  readonly waitingMax: number
  readonly waitingPerKeyMax?: number
  /**
   * Who comes when as many wait as may, and has fewer waiting than another group, takes the place of the last of whichever
   * has most, which is turned away in his stead: nobody who asks much keeps those out who ask little.
   */
  readonly makesRoom?: boolean
  /** Told of everyone who is turned away because too many wait. */
  readonly onRefused?: (key: string) => void
}

interface Waiter {
  readonly key: string
  readonly start: () => void
  readonly turnAway: () => void
}

export class Places {
  readonly #options: PlacesOptions
  readonly #taken = new Map<string, number>()
  readonly #takenByGroup = new Map<string, number>()
  /** By group and key, in the order in which they came; groups, and keys of one, by when they were last given a place. */
  readonly #queues = new Map<string, Map<string, Waiter[]>>()
  #running = 0
  #waiting = 0

  constructor(options: PlacesOptions) {
    this.#options = options
  }

  /** Places that are taken. */
  get running(): number {
    return this.#running
  }

  /** Those who wait for one. */
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Takes a place, which the function that it resolves to gives back. Rejects with `Overloaded` when too many wait, and
   * with the signal's reason when it aborts before there is a place.
   */
  async take(key: string, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted()
    if (!this.#isFree(key)) await this.#wait(key, signal)
    else this.#count(key, 1)
    let isHeld = true
    const release = (): void => {
      if (!isHeld) return
      isHeld = false
      this.#count(key, -1)
      this.#startNext()
    }
    // Who leaves at the same moment as another may have been given the other's place.
    if (signal?.aborted) release()
    signal?.throwIfAborted()
    return release
  }

  /** Does `work` in a place. */
  async with<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const release = await this.take(key, signal)
    try {
      return await work()
    } finally {
      release()
    }
  }

  /** As `with`, and who has no place after `waitMs` is turned away as if too many waited. */
  async withSoon<T>(
    world: Pick<World, 'sleep'>,
    waitMs: number,
    key: string,
    work: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const late = new AbortController()
    const begun = new AbortController()
    void world.sleep(waitMs, begun.signal).then(
      () => {
        this.#options.onRefused?.(key)
        late.abort(tooMuch())
      },
      () => {},
    )
    const begin = (): Promise<T> => {
      begun.abort()
      return work()
    }
    try {
      return await this.with(key, begin, signal ? AbortSignal.any([signal, late.signal]) : late.signal)
    } finally {
      begun.abort()
    }
  }

  #groupOf(key: string): string {
    return this.#options.groupOf?.(key) ?? key
  }

  #isFree(key: string): boolean {
    const {max, perKeyMax = max, perGroupMax = max} = this.#options
    return (
      this.#running < max &&
      (this.#taken.get(key) ?? 0) < perKeyMax &&
      (this.#takenByGroup.get(this.#groupOf(key)) ?? 0) < perGroupMax
    )
  }

  #count(key: string, change: 1 | -1): void {
    this.#running += change
    for (const [counts, name] of [
      [this.#taken, key],
      [this.#takenByGroup, this.#groupOf(key)],
    ] as const) {
      const left = (counts.get(name) ?? 0) + change
      if (left === 0) counts.delete(name)
      else counts.set(name, left)
    }
  }

  #wait(key: string, signal: AbortSignal | undefined): Promise<void> {
    const {waitingMax, waitingPerKeyMax = waitingMax, onRefused} = this.#options
    const group = this.#groupOf(key)
    const isMany = (this.#queues.get(group)?.get(key)?.length ?? 0) >= waitingPerKeyMax
    if (isMany || (this.#waiting >= waitingMax && !this.#makeRoomFor(group))) {
      onRefused?.(key)
      throw tooMuch()
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#remove(waiter)
        reject(signal?.reason as Error)
      }
      const start = (): void => {
        signal?.removeEventListener('abort', leave)
        this.#remove(waiter)
        this.#putLast(key)
        this.#count(key, 1)
        resolve()
      }
      const turnAway = (): void => {
        signal?.removeEventListener('abort', leave)
        this.#remove(waiter)
        onRefused?.(key)
        reject(tooMuch())
      }
      const waiter = {key, start, turnAway}
      const keys = this.#queues.getOrInsertComputed(group, () => new Map<string, Waiter[]>())
      keys.getOrInsertComputed(key, () => []).push(waiter)
      this.#waiting++
      signal?.addEventListener('abort', leave, {once: true})
    })
  }

  #remove(waiter: Waiter): void {
    const group = this.#groupOf(waiter.key)
    const keys = this.#queues.get(group)
    const queue = keys?.get(waiter.key)
    if (!keys || !queue) return
    queue.splice(queue.indexOf(waiter), 1)
    if (queue.length === 0) keys.delete(waiter.key)
    if (keys.size === 0) this.#queues.delete(group)
    this.#waiting--
  }

  /** Its turn was just now: the others come first. */
  #putLast(key: string): void {
    const group = this.#groupOf(key)
    const keys = this.#queues.get(group)
    if (!keys) return
    this.#queues.delete(group)
    this.#queues.set(group, keys)
    const queue = keys.get(key)
    if (!queue) return
    keys.delete(key)
    keys.set(key, queue)
  }

  /** Turns the last one away of whoever has most waiting, if that is more than this group would have. */
  #makeRoomFor(group: string): boolean {
    if (!this.#options.makesRoom) return false
    const [most, keys] = longest(this.#queues, waitersOf)
    if (!keys || waitersOf(this.#queues.get(group)) + 1 >= most) return false
    longest(keys, queue => queue?.length ?? 0)[1]
      ?.at(-1)
      ?.turnAway()
    return true
  }

  #startNext(): void {
    let next: Waiter | undefined
    let fewest = Infinity
    for (const [group, keys] of this.#queues) {
      const taken = this.#takenByGroup.get(group) ?? 0
      if (taken >= fewest) continue
      const first = this.#firstOf(keys)
      if (!first) continue
      fewest = taken
      next = first
      // None has fewer.
      if (taken === 0) break
    }
    next?.start()
  }

  #firstOf(keys: ReadonlyMap<string, readonly Waiter[]>): Waiter | undefined {
    let first: Waiter | undefined
    let fewest = Infinity
    for (const [key, queue] of keys) {
      const taken = this.#taken.get(key) ?? 0
      if (taken >= fewest || !this.#isFree(key)) continue
      fewest = taken
      first = queue[0]
      if (taken === 0) break
    }
    return first
  }
}

const waitersOf = (keys: ReadonlyMap<string, readonly Waiter[]> | undefined): number =>
  keys ? keys.values().reduce((sum, {length}) => sum + length, 0) : 0

function longest<T>(all: ReadonlyMap<string, T>, lengthOf: (one: T | undefined) => number): [number, T | undefined] {
  let most: [number, T | undefined] = [0, undefined]
  for (const one of all.values()) if (lengthOf(one) > most[0]) most = [lengthOf(one), one]
  return most
}

const tooMuch = (): Overloaded => new Overloaded('Too much is waiting; try again later.')
