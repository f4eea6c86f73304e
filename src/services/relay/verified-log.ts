/** The log of all that was verified, as those who append to it and those who follow it see it. */
import {Bell} from '#std/async.ts'
import type {Batch, EventLog, Seq} from '#engines/event-log/event-log.ts'
import {frameOfRecord} from './log-record.ts'

/** Bytes that may wait for the disk; then the hosts do. Far below what the log itself refuses. */
const waitingSizeMax = 16 * 2 ** 20

export class VerifiedLog {
  readonly #log: EventLog
  readonly #written = new Bell()
  #waitingSize = 0

  constructor(log: EventLog) {
    this.#log = log
  }

  get next(): Seq {
    return this.#log.next
  }

  bounds(): {first: Seq; last: Seq} {
    return this.#log.bounds()
  }

  /** Waits until there is room for more. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#waitingSize > waitingSizeMax) await this.#written.wait(signal)
  }

  /** Resolves when the records are durable. That it failed is told by the end of the log too, so nobody need look. */
  append(records: readonly Uint8Array[]): Promise<Seq> {
    const size = records.reduce((sum, {length}) => sum + length, 0)
    this.#waitingSize += size
    const done = this.#log.append(records)
    done
      .catch(() => {})
      .finally(() => {
        this.#waitingSize -= size
        this.#written.ring()
      })
    return done
  }

  /** The frames after `seq`, as `EventLog.tail`. Consumers in step get the same array, which is then sent as one. */
  async *follow(seq: Seq, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    for await (const batch of this.#log.tail(seq, signal)) yield framesOf(batch)
  }
}

const frames = new WeakMap<Batch, readonly Uint8Array[]>()

function framesOf(batch: Batch): readonly Uint8Array[] {
  const known = frames.get(batch)
  if (known) return known
  const made = batch.events.map(frameOfRecord)
  frames.set(batch, made)
  return made
}
