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
  /** Told of everyone who is turned away because too many wait. */
  readonly onRefused?: (key: string) => void
}

interface Waiter {
  readonly key: string
  readonly start: () => void
}

export class Places {
  readonly #options: PlacesOptions
  readonly #taken = new Map<string, number>()
  readonly #takenByGroup = new Map<string, number>()
  /** By key, in the order in which they came. */
  readonly #queues = new Map<string, Waiter[]>()
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
    const queue = this.#queues.get(key) ?? []
    if (this.#waiting >= waitingMax || queue.length >= waitingPerKeyMax) {
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
        this.#count(key, 1)
        resolve()
      }
      const waiter = {key, start}
      queue.push(waiter)
      this.#queues.set(key, queue)
      this.#waiting++
      signal?.addEventListener('abort', leave, {once: true})
    })
  }

  #remove(waiter: Waiter): void {
    const queue = this.#queues.get(waiter.key) ?? []
    queue.splice(queue.indexOf(waiter), 1)
    if (queue.length === 0) this.#queues.delete(waiter.key)
    this.#waiting--
  }

  #startNext(): void {
    let next: Waiter | undefined
    let [fewestOfGroup, fewest] = [Infinity, Infinity]
    for (const [key, queue] of this.#queues) {
      const ofGroup = this.#takenByGroup.get(this.#groupOf(key)) ?? 0
      const taken = this.#taken.get(key) ?? 0
      const isFirst = ofGroup < fewestOfGroup || (ofGroup === fewestOfGroup && taken < fewest)
      if (!isFirst || !this.#isFree(key)) continue
      fewestOfGroup = ofGroup
      fewest = taken
      next = queue[0]
      // None has fewer, and of those who have as few the first has waited for longest.
      if (ofGroup === 0 && taken === 0) break
    }
    next?.start()
  }
}

const tooMuch = (): Overloaded => new Overloaded('Too much is waiting; try again later.')
