/**
 * Accounts of hosts that have as many as they may have: nothing of them is passed on, and they are kept in the order in
 * which they came. As soon as there is room, since the limit has grown or others have left, the host is asked how an
 * account stands, and that is told (`../intake/rechecks.ts`): so it misses nothing but time.
 */
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Rechecks} from '../intake/rechecks.ts'
import type {RelayStore} from '../store/relay-store.ts'
import type {Hosts} from './hosts.ts'

const everyMs = 60_000
/** Accounts of one host that are let in at a time. */
const atOnce = 50
/** Of one host that are kept; further ones come in with their next event. */
const waitingMax = 10_000
/** That are known to be kept, so that not each of their events is a write. */
const notedMax = 100_000

interface Deps {
  readonly store: Pick<RelayStore, 'wait' | 'waiting' | 'takeWaiting' | 'activeCounts'>
  readonly hosts: Pick<Hosts, 'byId' | 'isFollowed'>
  readonly rechecks: Pick<Rechecks, 'ask'>
  readonly world: Pick<World, 'sleep'>
  readonly log: Log
}

export class WaitingAccounts {
  readonly #deps: Deps
  readonly #noted = new Lru<string, true>({countMax: notedMax, now: () => 0})

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** An account for which its host has no room. */
  note(host: number, did: Did): void {
    const {store, log} = this.#deps
    const key = `${host} ${did}`
    if (this.#noted.get(key)) return
    this.#noted.set(key, true)
    store.wait(host, did, waitingMax).catch((error: unknown) => {
      this.#noted.delete(key)
      log.error('an account that waits for room could not be kept', {did, error})
    })
  }

  /** Lets in those for whom there is room, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#deps.world.sleep(everyMs, signal)
      for (const host of await this.#deps.store.waiting()) await this.#letIn(host)
    }
  }

  async #letIn(id: number): Promise<void> {
    const {store, hosts, rechecks} = this.#deps
    const host = hosts.byId(id)
    if (!host || !hosts.isFollowed(host)) return
    const {accountLimit} = host
    accountLimit.active = (await store.activeCounts([id])).get(id) ?? 0
    const room = Math.min(accountLimit.room, atOnce)
    if (room === 0) return
    for (const did of await store.takeWaiting(id, room)) {
      this.#noted.delete(`${id} ${did}`)
      rechecks.ask(host, did)
    }
  }
}
