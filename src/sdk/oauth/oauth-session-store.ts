/**
 * What is kept of a session, to go on with it later. A renewal makes the refresh token before worthless, so `put` must be
 * kept before it resolves; the client calls it under its lock.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {StoredKey} from './dpop.ts'

/** Secret: with it anyone is the account, as far as its scope goes. */
export interface StoredSession {
  readonly did: Did
  /** The authorization server that renews it. */
  readonly issuer: string
  /** Origin of the account's server. */
  readonly pds: string
  /** As it was granted. */
  readonly scope: string
  readonly accessToken: string
  readonly refreshToken: string | undefined
  /** When the access token ends, in milliseconds since 1970, if the server says. */
  readonly expiresMs: number | undefined
  readonly dpopKey: StoredKey
  /** `kid` of the key by which the client showed who it is: the server holds it to that one. */
  readonly clientKeyId: string | undefined
  /** Since when a renewal has been asked for to which no answer is known; undefined when none is. */
  readonly renewingSinceMs: number | undefined
}

/** One session for each account. */
export interface OAuthSessionStore {
  get(did: Did): Promise<StoredSession | undefined>
  /** Over the one that is there. */
  put(session: StoredSession): Promise<void>
  delete(did: Did): Promise<void>
}

/** In memory: for one process, until it ends. */
export class MemoryOAuthSessionStore implements OAuthSessionStore {
  readonly #all = new Map<Did, StoredSession>()

  async get(did: Did): Promise<StoredSession | undefined> {
    return this.#all.get(did)
  }

  async put(session: StoredSession): Promise<void> {
    this.#all.set(session.did, session)
  }

  async delete(did: Did): Promise<void> {
    this.#all.delete(did)
  }
}
