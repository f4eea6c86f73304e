/** An event log that ends with the process: for tests, and for a network that is to forget. */
import {Bell} from '#std/waiting/async.ts'
import {assert} from '#std/assert.ts'
import type {Batch, Erasure, EventLog, Seq} from './event-log.ts'
import {emptyBatch, Overrun, slicedBatch} from './event-log.ts'

/** `sizeMax` bounds what is held, in bytes; beyond it the oldest events go. */
export function memoryEventLog(options: {now: () => number; first?: Seq; sizeMax?: number}): EventLog {
  return new MemoryEventLog(options.now, options.first ?? 1, options.sizeMax ?? 256 * 2 ** 20)
}

function erased(event: Uint8Array, kept: number): Uint8Array {
  const zeros = new Uint8Array(event.length)
  zeros.set(event.subarray(0, kept))
  return zeros
}

class MemoryEventLog implements EventLog {
  readonly #now: () => number
  readonly #sizeMax: number
  readonly #grown = new Bell()
  readonly #ended = Promise.withResolvers<void>()
  #batches: Batch[] = []
  #size = 0
  #next: Seq
  #time = 0
  #closed = false

  constructor(now: () => number, first: Seq, sizeMax: number) {
    this.#now = now
    this.#next = first
    this.#sizeMax = sizeMax
  }

  get next(): Seq {
    return this.#next
  }

  get size(): number {
    return this.#size
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  async append(events: readonly Uint8Array[]): Promise<Seq> {
    assert(!this.#closed, 'a log is appended to only while it is open')
    if (events.length > 0) {
      this.#time = Math.max(this.#time, this.#now())
      this.#batches.push({first: this.#next, times: events.map(() => this.#time), events})
      this.#next += events.length
      for (const event of events) this.#size += event.length
      while (this.#size > this.#sizeMax && this.#batches.length > 1) this.#dropOldest()
      this.#grown.ring()
    }
    return this.#next - 1
  }

  async read(after: Seq, limit: number): Promise<Batch> {
    const from = Math.max(after + 1, this.bounds().first)
    return slicedBatch(this.#batchOf(from) ?? emptyBatch(from), from, limit)
  }

  async *tail(after: Seq, signal: AbortSignal): AsyncGenerator<Batch, void> {
    let next = Math.max(after + 1, this.bounds().first)
    while (!signal.aborted && !this.#closed) {
      if (next < this.bounds().first) throw new Overrun(`The event ${next} is no longer kept.`)
      const batch = this.#batchOf(next)
      if (batch) {
        yield slicedBatch(batch, next)
        next = batch.first + batch.events.length
      } else await this.#grown.wait(signal).catch(() => {})
    }
  }

  lentTail(after: Seq, signal: AbortSignal): AsyncGenerator<Batch, void> {
    return this.tail(after, signal)
  }

  bounds(): {first: Seq; last: Seq} {
    return {first: this.#batches[0]?.first ?? this.#next, last: this.#next - 1}
  }

  async seqAtTime(ms: number): Promise<Seq> {
    // All events of a batch have one time, save after a `trim` that cut it, which keeps that time.
    return this.#batches.find(({times}) => times[0] >= ms)?.first ?? this.#next
  }

  async trim(through: Seq): Promise<void> {
    while (this.#batches.length > 0 && this.#batches[0].first <= through) {
      const [oldest] = this.#batches
      if (oldest.first + oldest.events.length > through + 1) {
        this.#batches[0] = slicedBatch(oldest, through + 1)
        return
      }
      this.#dropOldest()
    }
  }

  async erase({after, through, kept, chosen}: Erasure): Promise<number> {
    let count = 0
    this.#batches = this.#batches.map(batch => {
      const {first, times} = batch
      const isChosen = batch.events.map((event, i) => {
        return first + i > after && first + i <= through && chosen(event, first + i)
      })
      if (!isChosen.includes(true)) return batch
      const events = batch.events.map((event, i) => (isChosen[i] ? erased(event, kept) : event))
      count += isChosen.filter(Boolean).length
      return {first, times, events}
    })
    return count
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#grown.ring()
    this.#ended.resolve()
  }

  #dropOldest(): void {
    for (const event of this.#batches.shift()?.events ?? []) this.#size -= event.length
  }

  #batchOf(seq: Seq): Batch | undefined {
    const batch = this.#batches.findLast(({first}) => first <= seq)
    return batch && seq < batch.first + batch.events.length ? batch : undefined
  }
}
