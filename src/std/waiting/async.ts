/**
 * Waiting, in the few shapes this program needs. Every wait takes a signal and ends when it aborts, every buffer has
 * a bound, and nothing here leaves a listener, a timer or an unhandled rejection behind.
 */

/** A bound of our own is reached: too much is waiting. The HTTP edge answers 503; a loop waits and tries again. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded'
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it aborts. The work itself goes on. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, {once: true})
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** What those hear who wait for what has come already: nobody is there to see it. */
const waitIsOver = new Error('over')

interface Sleeper {
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** One who may leave before it rings; has none to wake once he has left. */
interface Leaver {
  wake: (() => void) | undefined
}

/** So many may have left before the others are put together. */
const leftMax = 16

/**
 * Wakes everyone who waits at that moment. It remembers nothing: look at what you wait for, then wait.
 *
 * Those who wait stand in arrays, which go as they are. A `Set` that is filled and emptied without end is a chain of
 * tables, each of which knows the next: once V8 has put one of them among what is old, it keeps all that come after it,
 * with whoever stood in them, until it next looks through the whole heap.
 */
export class Bell {
  /** For all who stay until it rings. */
  #next: PromiseWithResolvers<void> | undefined
  /** Of those who may leave: what hangs on a promise could not be taken off it. */
  #leavers: Leaver[] = []
  #left = 0

  /** Those who wait and may leave. */
  get waiting(): number {
    return this.#leavers.length - this.#left
  }

  ring(): void {
    const {resolve} = this.#next ?? {}
    this.#next = undefined
    resolve?.()
    const leavers = this.#leavers
    if (leavers.length === 0) return
    this.#leavers = []
    this.#left = 0
    for (const leaver of leavers) leaver.wake?.()
  }

  /** Resolves at the next ring; rejects with the signal's reason when that comes first. */
  wait(signal?: AbortSignal): Promise<void> {
    if (!signal) return (this.#next ??= Promise.withResolvers()).promise
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      const leave = (): void => {
        this.#leave(leaver)
        reject(signal.reason as Error)
      }
      const wake = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leaver: Leaver = {wake}
      this.#leavers.push(leaver)
      signal.addEventListener('abort', leave, {once: true})
    })
  }

  /** As `wait`, for one who waits again and again: he hangs on the signal once, until this is disposed of. */
  waiter(signal: AbortSignal): {wait(): Promise<void>} & Disposable {
    let waits: {leaver: Leaver; reject: (reason: unknown) => void} | undefined
    const leave = (): void => {
      if (!waits) return
      this.#leave(waits.leaver)
      waits.reject(signal.reason)
    }
    signal.addEventListener('abort', leave, {once: true})
    const wait = (): Promise<void> =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error)
        const wake = (): void => {
          waits = undefined
          resolve()
        }
        const leaver: Leaver = {wake}
        waits = {leaver, reject}
        this.#leavers.push(leaver)
      })
    return {wait, [Symbol.dispose]: () => signal.removeEventListener('abort', leave)}
  }

  #leave(leaver: Leaver): void {
    leaver.wake = undefined
    this.#left++
    if (this.#left <= leftMax || this.#left * 2 <= this.#leavers.length) return
    this.#leavers = this.#leavers.filter(({wake}) => wake)
    this.#left = 0
  }

  /** As `wait`, for `ms` of the world's time at most. */
  async waitUpTo(ms: number, world: Sleeper, signal?: AbortSignal): Promise<void> {
    // By hand: a signal of two, and the reason that Node makes for whoever gives none, take longer than all the rest.
    const ending = new AbortController()
    const leave = (): void => ending.abort(signal?.reason)
    if (signal?.aborted) leave()
    signal?.addEventListener('abort', leave, {once: true})
    try {
      await Promise.race([this.wait(ending.signal), world.sleep(ms, ending.signal)])
    } finally {
      signal?.removeEventListener('abort', leave)
      ending.abort(waitIsOver)
    }
  }
}

/**
 * A queue between a producer and a consumer with a bound: `put` waits for room, `offer` refuses. Each item goes to one
 * consumer, in order.
 */
export class Channel<T> implements AsyncIterable<T, void> {
  readonly #countMax: number
  #items: T[] = []
  readonly #filled = new Bell()
  readonly #room = new Bell()
  #ended: {error: unknown} | undefined

  /** Holds at most `countMax` items. */
  constructor(countMax: number) {
    this.#countMax = countMax
  }

  /** Items waiting. */
  get size(): number {
    return this.#items.length
  }

  get closed(): boolean {
    return this.#ended !== undefined
  }

  /** False when the channel is full or closed; then the item is not taken. */
  offer(item: T): boolean {
    if (this.#ended || this.#items.length >= this.#countMax) return false
    this.#items.push(item)
    this.#filled.ring()
    return true
  }

  /** Waits for room. Rejects when the signal aborts, or when the channel is closed. */
  async put(item: T, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    while (!this.offer(item)) {
      if (this.#ended) throw this.#ended.error ?? new Error('The channel is closed.')
      await this.#room.wait(signal)
    }
  }

  /** All that is waiting, at once and without waiting; empty when there is nothing. */
  takeAll(): T[] {
    const items = this.#items
    this.#items = []
    if (items.length > 0) this.#room.ring()
    return items
  }

  /** No more items come. What waits can still be taken; then the iteration ends, or throws `error` if there is one. */
  close(error?: unknown): void {
    this.#ended ??= {error}
    this.#filled.ring()
    this.#room.ring()
  }

  /** Everything waiting, as soon as there is something; `undefined` once the channel has ended. */
  async nextAll(signal?: AbortSignal): Promise<T[] | undefined> {
    while (this.#items.length === 0) {
      if (this.#ended?.error !== undefined) throw this.#ended.error
      if (this.#ended) return undefined
      await this.#filled.wait(signal)
    }
    return this.takeAll()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      while (this.#items.length > 0) {
        const item = this.#items.shift() as T
        this.#room.ring()
        yield item
      }
      if (this.#ended?.error !== undefined) throw this.#ended.error
      if (this.#ended) return
      await this.#filled.wait()
    }
  }
}

/**
 * Calls `work` for each item, at most `limit` at a time, and gives the results in the items' order. The first failure
 * aborts the signal that the others hold, waits until they have ended, and is thrown.
 */
export async function mapConcurrent<T, R>(
  items: Iterable<T>,
  limit: number,
  work: (item: T, signal: AbortSignal) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  // What a quiet stream brings: there are no others to be told.
  const known = Array.isArray(items) ? items.length : items instanceof Set ? items.size : Infinity
  if (known < 2) {
    signal?.throwIfAborted()
    const only: R[] = []
    for (const item of items) only.push(await work(item, signal ?? new AbortController().signal))
    signal?.throwIfAborted()
    return only
  }
  // By hand: a signal of two takes longer than all the rest.
  const ending = new AbortController()
  const leave = (): void => ending.abort(signal?.reason)
  if (signal?.aborted) leave()
  signal?.addEventListener('abort', leave, {once: true})
  const results: R[] = []
  const rest = items[Symbol.iterator]()
  let count = 0
  const lane = async (): Promise<void> => {
    try {
      while (!ending.signal.aborted) {
        const {done, value} = rest.next()
        if (done) return
        const index = count++
        results[index] = await work(value, ending.signal)
      }
    } catch (error) {
      if (!ending.signal.aborted) ending.abort(error)
    }
  }
  const lanes: Promise<void>[] = []
  const laneCount = Math.min(known, limit)
  while (lanes.length < laneCount) lanes.push(lane())
  await Promise.all(lanes)
  signal?.removeEventListener('abort', leave)
  ending.signal.throwIfAborted()
  return results
}

interface Flight<V> {
  readonly answer: Promise<V>
  readonly left: AbortController
  askers: number
}

/**
 * Gives callers that ask for the same key at the same time one and the same answer, asked for once. What is asked for is
 * given up when the last of those who have asked leaves.
 */
export class SingleFlight<K, V> {
  readonly #flying = new Map<K, Flight<V>>()

  /** Keys being asked for now. */
  get size(): number {
    return this.#flying.size
  }

  /**
   * The answer that `ask` gives to all who ask for `key` at this time. Who leaves, as `signal` says, gets its reason at
   * once; the signal that `ask` is given aborts when all have left. Who gives no signal stays to the end.
   */
  async do(key: K, ask: (signal: AbortSignal) => Promise<V>, signal?: AbortSignal): Promise<V> {
    signal?.throwIfAborted()
    const flight = this.#flying.get(key) ?? this.#begin(key, ask)
    flight.askers++
    if (!signal) return flight.answer
    try {
      return await abortable(flight.answer, signal)
    } finally {
      if (--flight.askers === 0) {
        if (this.#flying.get(key) === flight) this.#flying.delete(key)
        flight.left.abort(new DOMException('Nobody waits for it any more.', 'AbortError'))
      }
    }
  }

  /** Lets whoever asks for `key` next begin anew; those who have asked get the answer that they wait for. */
  leave(key: K): void {
    this.#flying.delete(key)
  }

  #begin(key: K, ask: (signal: AbortSignal) => Promise<V>): Flight<V> {
    const left = new AbortController()
    // Started in a promise, so that an `ask` which throws at once is forgotten like one that rejects.
    const answer = Promise.resolve()
      .then(() => ask(left.signal))
      .finally(() => {
        if (this.#flying.get(key) === flight) this.#flying.delete(key)
      })
    answer.catch(() => {}) // those who have left do not hear of it
    const flight = {answer, left, askers: 0}
    this.#flying.set(key, flight)
    return flight
  }
}
