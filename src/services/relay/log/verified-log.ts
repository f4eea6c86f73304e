/** The log of all that was verified, as those who append to it see it. Whoever follows it has `#stream/log-events.ts`. */
import {Bell} from '#std/waiting/async.ts'
import type {EventLog, Seq} from '#engines/event-log/event-log.ts'

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
  /** Bytes that wait, by the host's id. One that has none stays: a table that is filled and emptied is made anew each time. */
  readonly #byHost = new Map<number, number>()
  /** Hosts of which something waits. */
  #waitingHosts = 0

  constructor(log: EventLog) {
    this.#log = log
  }

  get next(): Seq {
    return this.#log.next
  }

  /** Waits until there is room for more events of a host. */
  async room(host: number, signal: AbortSignal): Promise<void> {
    while (!this.#hasRoom(host)) await this.#written.wait(signal)
  }

  #hasRoom(host: number): boolean {
    if (this.#waitingSize > waitingSizeMax) return false
    const own = this.#byHost.get(host) ?? 0
    return own === 0 || own <= busySizeMax / this.#waitingHosts
  }

  /**
   * Appends events of a host. Resolves when the records are durable. That it failed is told by the end of the log too,
   * so nobody need look.
   */
  append(host: number, records: readonly Uint8Array[]): Promise<Seq> {
    const size = records.reduce((sum, {length}) => sum + length, 0)
    this.#waits(host, size)
    const done = this.#log.append(records)
    const settled = (): void => {
      this.#waits(host, -size)
      this.#written.ring()
    }
    done.then(settled, settled)
    return done
  }

  #waits(host: number, size: number): void {
    this.#waitingSize += size
    const before = this.#byHost.get(host) ?? 0
    this.#byHost.set(host, before + size)
    this.#waitingHosts += Number(before + size > 0) - Number(before > 0)
  }
}
