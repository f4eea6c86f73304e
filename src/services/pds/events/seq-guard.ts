/**
 * Sees at the start when the database has lost events that were told. A damaged log of changes is read up to the
 * damage, and an older copy of the database is as good as any other: both would give out numbers again that others know
 * as those of other events, and records that were acknowledged would be gone without a word. So the newest number is
 * noted apart, four times a second at most and off the path of any write.
 */
import {Bell} from '#std/waiting/async.ts'
import type {Log} from '#std/log.ts'
import {unlessFull} from '#std/out-of-space.ts'
import type {World} from '#std/world.ts'
import {DataLost, type SeqMark} from '#engines/seq-mark.ts'
import type {EventStore} from '../store/events/event-store.ts'

const everyMs = 250

export interface SeqGuardOptions {
  mark: SeqMark
  store: Pick<EventStore, 'durableSeq' | 'skipTo'>
  /** Up to which seq a loss is accepted. */
  acceptedTo: number | undefined
  log: Log
  world: Pick<World, 'sleep'>
}

export class SeqGuard {
  readonly #options: SeqGuardOptions
  readonly #news = new Bell()
  #hasNews = false
  #closed = false

  constructor(options: SeqGuardOptions) {
    this.#options = options
  }

  /** An event has been made durable. */
  readonly notify = (): void => {
    this.#hasNews = true
    this.#news.ring()
  }

  /** To be called before an event is made. Throws `DataLost`. */
  async check(): Promise<void> {
    const {mark, store, acceptedTo, log} = this.#options
    const newest = await store.durableSeq()
    if (newest >= mark.seq) return
    if (acceptedTo === undefined || acceptedTo < mark.seq) {
      throw new DataLost(
        `The PDS database has lost events: its newest is ${newest}, but ${mark.seq} was already sent to the network.
Acknowledged records are missing. The write-ahead log (the -wal file) was damaged or left behind, or an older copy of the
database was restored. If you have newer files, put them back.
To continue without the lost data, start once with PDS_ACCEPT_LOSS_TO=${mark.seq}: new events are numbered from there.`,
      )
    }
    await store.skipTo(mark.seq)
    log.warn('continued after a loss of events', {newest, toldSeq: mark.seq})
  }

  /** Notes the newest seq, now and then, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      if (!this.#hasNews) await this.#news.wait(signal)
      await unlessFull(() => this.#note())
      await this.#options.world.sleep(everyMs, signal)
    }
  }

  /** To be called when no event will be made any more, while the database is open. Safe twice. */
  async close(): Promise<void> {
    const {mark} = this.#options
    if (this.#closed) return
    this.#closed = true
    await unlessFull(() => this.#note())
    mark.close()
  }

  async #note(): Promise<void> {
    const {mark, store} = this.#options
    this.#hasNews = false
    await mark.note(await store.durableSeq())
  }
}
