/** The log of all that was verified, as those who append to it and those who follow it see it. */
import {Bell} from '#std/waiting/async.ts'
import type {Batch, EventLog, Seq} from '#engines/event-log/event-log.ts'
import {frameOfRecord} from './log-record.ts'

/** Bytes that may wait for the disk; then all hosts do. Far below what the log itself refuses. */
const waitingSizeMax = 16 * 2 ** 20
/**
 * Of these, what the busy hosts may have between them, about what is written at once: so that an event of a quiet host
 * has little before it. A host that waits for nothing is always let in.
 */
const busySizeMax = 2 * 2 ** 20

export class VerifiedLog {
  readonly #log: EventLog
  readonly #written = new Bell()
  #waitingSize = 0
  /** Bytes that wait, by the host's id; none that has none. */
  readonly #byHost = new Map<number, number>()

  constructor(log: EventLog) {
    this.#log = log
  }

  get next(): Seq {
    return this.#log.next
  }

  bounds(): {first: Seq; last: Seq} {
    return this.#log.bounds()
  }

  /** Waits until there is room for more events of a host. */
  async room(host: number, signal: AbortSignal): Promise<void> {
    while (!this.#hasRoom(host)) await this.#written.wait(signal)
  }

  #hasRoom(host: number): boolean {
    if (this.#waitingSize > waitingSizeMax) return false
    const own = this.#byHost.get(host)
    return own === undefined || own <= busySizeMax / this.#byHost.size
  }

  /**
   * Appends events of a host. Resolves when the records are durable. That it failed is told by the end of the log too,
   * so nobody need look.
   */
  append(host: number, records: readonly Uint8Array[]): Promise<Seq> {
    const size = records.reduce((sum, {length}) => sum + length, 0)
    this.#waits(host, size)
    const done = this.#log.append(records)
    done
      .catch(() => {})
      .finally(() => {
        this.#waits(host, -size)
        this.#written.ring()
      })
    return done
  }

  #waits(host: number, size: number): void {
    this.#waitingSize += size
    const own = (this.#byHost.get(host) ?? 0) + size
    if (own > 0) this.#byHost.set(host, own)
    else this.#byHost.delete(host)
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
