/**
 * Takes the events of an account out of the replay window: what the log holds of it up to now is given out no more, to
 * nobody and also after a restart. The bytes go with their segment of the log, when the window has passed over it; till
 * then it is noted which they are.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {LogEvents} from '#stream/log-events.ts'
import type {ForgottenStore} from '../store/forgotten-store.ts'
import type {VerifiedLog} from './verified-log.ts'

interface Deps {
  readonly store: ForgottenStore
  readonly log: Pick<VerifiedLog, 'next'>
  readonly events: Pick<LogEvents, 'bounds' | 'forget'>
}

export class ForgottenEvents {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Before anybody reads. */
  async load(): Promise<void> {
    const {store, events} = this.#deps
    await store.letGo(events.bounds().first)
    for (const [did, through] of await store.forgotten()) events.forget(did, through)
  }

  /** What is appended of the account from now on is given out. Resolves when it is durable that the rest is not. */
  async forget(did: Did): Promise<void> {
    const {store, log, events} = this.#deps
    const through = log.next - 1
    events.forget(did, through)
    await store.forget(did, through)
  }
}
