/**
 * What a client keeps of a sign-in while the person is away at their server. The key is the `state` that comes back with
 * them; whoever holds it and a code can finish, so it is taken out in one act, and an answer that comes twice finds nothing.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {StoredKey} from './dpop.ts'

export interface PendingAuthorization {
  /** The server that was asked. */
  readonly issuer: string
  readonly redirectUri: string
  /** The secret of PKCE. */
  readonly verifier: string
  readonly dpopKey: StoredKey
  /** `kid` of the key by which the client showed who it is, if it has one. */
  readonly clientKeyId: string | undefined
  /** Whom it was begun for; undefined when somebody named a server only. */
  readonly did: Did | undefined
  /** The app's own words, given back to it. */
  readonly appState: string | undefined
  /** From then on it is void, in milliseconds since 1970. */
  readonly endsMs: number
}

/** Secret: keep it where sessions are kept. May forget what is older than `endsMs`. */
export interface StateStore {
  put(state: string, pending: PendingAuthorization): Promise<void>
  /** Gives it and deletes it, in one act: of two that ask at once, one gets it. */
  take(state: string): Promise<PendingAuthorization | undefined>
}

/** Sign-ins of strangers that nobody finishes push the oldest out. */
const countMaxDefault = 10_000

/** In memory: for one process, until it ends. */
export class MemoryStateStore implements StateStore {
  readonly #all = new Map<string, PendingAuthorization>()
  readonly #countMax: number

  constructor(countMax = countMaxDefault) {
    this.#countMax = countMax
  }

  async put(state: string, pending: PendingAuthorization): Promise<void> {
    this.#all.set(state, pending)
    if (this.#all.size <= this.#countMax) return
    const [oldest] = this.#all.keys()
    this.#all.delete(oldest)
  }

  async take(state: string): Promise<PendingAuthorization | undefined> {
    const pending = this.#all.get(state)
    this.#all.delete(state)
    return pending
  }
}
