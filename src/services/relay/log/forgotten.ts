/**
 * Takes the events of an account out of the replay window: what the log holds of it up to now is given out no more at
 * once, to nobody and also after a restart; and then, bit by bit, its bytes are erased in the log, on disk too. How far
 * that has come is kept, so that a crash on the way costs no more than a step.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {EventLog, Seq} from '#engines/event-log/event-log.ts'
import type {LogEvents} from '#stream/log-events.ts'
import type {Log} from '#std/log.ts'
import {Bell} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import type {Forgotten, ForgottenStore} from '../store/forgotten-store.ts'
import {headSize} from './log-record.ts'

/** Events that are gone through at a time, some 10 MB, and how long everybody else has then. */
const stepCount = 2_000
const restMs = 50
/** After this a disk that did not take it is tried again. */
const againMs = 60_000

interface Deps {
  readonly store: ForgottenStore
  readonly log: Pick<EventLog, 'next' | 'erase'>
  readonly events: Pick<LogEvents, 'bounds' | 'forget' | 'wasErased' | 'isForgotten'>
  readonly world: Pick<World, 'sleep'>
  readonly tell: Log
}

export class ForgottenEvents {
  readonly #deps: Deps
  readonly #more = new Bell()
  /** Accounts of which the log still has something that is to be erased. */
  #count = 0

  constructor(deps: Deps) {
    this.#deps = deps
  }

  get count(): number {
    return this.#count
  }

  /** Before anybody reads. */
  async load(): Promise<void> {
    const {store, events} = this.#deps
    await store.letGo(events.bounds().first)
    for (const [did, {through}] of await this.#all()) events.forget(did, through)
  }

  /** What is appended of the account from now on is given out. Resolves when it is durable that the rest is not. */
  async forget(did: Did): Promise<void> {
    const {store, log, events} = this.#deps
    const through = log.next - 1
    events.forget(did, through)
    await store.forget(did, through)
    await this.#all()
    this.#more.ring()
  }

  /** Erases what is forgotten, for as long as the relay runs. */
  async run(signal: AbortSignal): Promise<void> {
    const {world, tell} = this.#deps
    while (!signal.aborted) {
      const more = this.#more.wait(signal)
      more.catch(() => {})
      try {
        while (await this.#eraseAll(signal)) tell.debug('the events of accounts that were taken down are erased')
      } catch (error) {
        if (signal.aborted) return
        tell.error('events of accounts that were taken down could not be erased, and are tried again', {error})
        await world.sleep(againMs, signal)
        continue
      }
      await more
    }
  }

  async #all(): Promise<ReadonlyMap<Did, Forgotten>> {
    const all = await this.#deps.store.forgotten()
    this.#count = all.size
    return all
  }

  /** One way through the log for all that are forgotten now; false where there is none. */
  async #eraseAll(signal: AbortSignal): Promise<boolean> {
    const {store, log, events, world} = this.#deps
    const all = await this.#all()
    if (all.size === 0) return false
    const chosen = (record: Uint8Array, seq: Seq): boolean => events.isForgotten(record, seq)
    const last = Math.max(...[...all.values()].map(({through}) => through))
    let at = Math.min(...[...all.values()].map(({erased}) => erased))
    while (at < last) {
      const {first, last: durable} = events.bounds()
      const after = Math.max(at, first - 1)
      // What the disk does not have yet is erased once it does.
      at = Math.min(after + stepCount, last, Math.max(after, durable))
      await log.erase({after, through: at, kept: headSize, chosen})
      await store.erased(all, at)
      await world.sleep(restMs, signal)
    }
    for (const [did, {through}] of all) events.wasErased(did, through)
    return true
  }
}
