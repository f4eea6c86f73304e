/**
 * How far a log is durable, for readers on other threads: two numbers in memory that threads share, and a wake-up. The
 * events themselves those readers take from the log's files (`log-tail.ts`), so nothing is sent between threads.
 */
import {Bell} from '#std/waiting/async.ts'
import type {EventLog, Seq} from '../event-log.ts'

/** Places in the array. `state` is what is waited on: it counts changes, and is negative once the writer has closed. */
const place = {state: 0, first: 1, next: 2} as const

/** Memory for one log; it is given to threads as `workerData` or in a message. */
export type SharedBounds = BigInt64Array<SharedArrayBuffer>

export const newSharedBounds = (): SharedBounds => new BigInt64Array(new SharedArrayBuffer(3 * 8))

/** Keeps `bounds` in step with the log until the signal aborts; then readers are told that no more comes. */
export async function shareBounds(
  log: Pick<EventLog, 'bounds' | 'tail'>,
  bounds: SharedBounds,
  signal: AbortSignal,
): Promise<void> {
  const share = (): void => {
    const {first, last} = log.bounds()
    Atomics.store(bounds, place.first, BigInt(first))
    Atomics.store(bounds, place.next, BigInt(last + 1))
    Atomics.add(bounds, place.state, 1n)
    Atomics.notify(bounds, place.state)
  }
  share()
  try {
    for await (const _ of log.tail(log.bounds().last, signal)) share()
  } finally {
    Atomics.store(bounds, place.state, -1n)
    Atomics.notify(bounds, place.state)
  }
}

/** The reader's side. */
export class BoundsWatch implements Disposable {
  readonly #bounds: SharedBounds
  readonly #changed = new Bell()
  #isLeft = false

  constructor(bounds: SharedBounds) {
    this.#bounds = bounds
    void this.#watch()
  }

  get first(): Seq {
    return Number(Atomics.load(this.#bounds, place.first))
  }

  /** The seq after the last durable event. */
  get next(): Seq {
    return Number(Atomics.load(this.#bounds, place.next))
  }

  /** Whether no more comes: the writer has closed, or this reader has left. */
  get hasEnded(): boolean {
    return this.#isLeft || Atomics.load(this.#bounds, place.state) < 0n
  }

  /** Waits for the next change. Look first: it remembers nothing. */
  changed(signal: AbortSignal): Promise<void> {
    return this.#changed.wait(signal)
  }

  [Symbol.dispose](): void {
    this.#isLeft = true
    // All who wait look for themselves whether it was meant for them.
    Atomics.notify(this.#bounds, place.state)
    this.#changed.ring()
  }

  async #watch(): Promise<void> {
    while (!this.hasEnded) {
      const waiting = Atomics.waitAsync(this.#bounds, place.state, Atomics.load(this.#bounds, place.state))
      if (waiting.async) await waiting.value
      this.#changed.ring()
    }
    this.#changed.ring()
  }
}
