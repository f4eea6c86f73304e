/**
 * Accounts that the operator has taken down: nothing of them is passed on but their identity, what the log holds of them
 * is given out no more (`log/forgotten.ts`), and consumers are told by an `#account`. What their hosts say of them
 * meanwhile is noted. When a takedown is reversed that is told, and the host is asked how the account stands, so that
 * what was missed comes after it.
 *
 * Consumers are told before it is kept, and of the reversal after: whatever a crash leaves half done, the account's next
 * event finds the status at odds with its host, which is then made good for (`intake/rechecks.ts`).
 */
import type {Did} from '#atp/syntax/did.ts'
import type {NumberedEvent} from '#atp/sync/stream-reader.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {SourceHost, Intake} from '../intake/intake.ts'
import type {Rechecks} from '../intake/rechecks.ts'
import type {ForgottenEvents} from '../log/forgotten.ts'
import type {States} from '../repos/states.ts'
import type {HostSaid, OperatorStore, Takedown} from '../store/operator-store.ts'

/** That are read at a time when the relay starts. */
const loadedAtOnce = 1_000

interface Deps {
  readonly store: Pick<OperatorStore, 'takedowns' | 'takeDown' | 'hostSaid' | 'reverseTakedown'>
  readonly states: Pick<States, 'one'>
  readonly intake: Pick<Intake, 'announce'>
  readonly rechecks: Pick<Rechecks, 'ask'>
  readonly forgotten: Pick<ForgottenEvents, 'forget'>
  /** The host with this id, which is one of those that are known. */
  readonly hostOf: (id: number) => SourceHost | undefined
  readonly world: Pick<World, 'now'>
  readonly log: Log
}

export class Takedowns {
  readonly #deps: Deps
  readonly #all = new Map<Did, HostSaid>()
  /** Of these something failed on the way, so that they are not kept: to take them down again does it anew. */
  readonly #unkept = new Set<Did>()
  /** One after the other: what is kept and what was told must not cross. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Before any event comes. */
  async load(): Promise<void> {
    for (let after = 0; ;) {
      const page = await this.#deps.store.takedowns(after, loadedAtOnce)
      for (const {did, active, status} of page) this.#all.set(did, {active, status})
      if (page.length < loadedAtOnce) return
      after = page[page.length - 1].id
    }
  }

  has(did: Did): boolean {
    return this.#all.has(did)
  }

  get count(): number {
    return this.#all.size
  }

  /** Up to `limit` after the one with this id, in the order in which they were made. */
  list(after: number, limit: number): Promise<readonly Takedown[]> {
    return this.#deps.store.takedowns(after, limit)
  }

  /** False for an account that is not known here. */
  takeDown(did: Did): Promise<boolean> {
    return this.#inTurn(() => this.#takeDown(did))
  }

  /** False for an account that is not known here. */
  reverse(did: Did): Promise<boolean> {
    return this.#inTurn(() => this.#reverse(did))
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act, act)
    this.#last = done
    return done
  }

  async #takeDown(did: Did): Promise<boolean> {
    const {store, states, intake, world} = this.#deps
    if (this.#all.has(did) && !this.#unkept.has(did)) return true
    const state = await states.one(did)
    const host = state && this.#deps.hostOf(state.host)
    if (!host) return false
    const said = this.#all.get(did) ?? {active: state.active, status: state.status}
    this.#all.set(did, said)
    this.#unkept.add(did)
    await this.#deps.forgotten.forget(did)
    await intake.announce(host, did, {active: false, status: 'takendown'})
    await store.takeDown(did, this.#all.get(did) ?? said, world.now())
    this.#unkept.delete(did)
    return true
  }

  async #reverse(did: Did): Promise<boolean> {
    const {store, states, intake, rechecks} = this.#deps
    const state = await states.one(did)
    const said = this.#all.get(did)
    const host = state && this.#deps.hostOf(state.host)
    if (!host) return false
    if (!said) return true
    await store.reverseTakedown(did)
    this.#all.delete(did)
    this.#unkept.delete(did)
    await intake.announce(host, did, said)
    rechecks.ask(host, did)
    return true
  }

  /** Told of an event of an account that was taken down. */
  hostSaid(event: NumberedEvent): void {
    const {store, log} = this.#deps
    if (event.t !== '#account' || !this.#all.has(event.did)) return
    const {did} = event
    const said = {active: event.active, status: event.status ?? null}
    this.#all.set(did, said)
    store.hostSaid(did, said).catch((error: unknown) => {
      log.error('what a host says of an account that was taken down could not be kept', {did, error})
    })
  }
}
