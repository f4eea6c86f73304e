/**
 * A session by OAuth: calls of the account's own server as the account, as far as its scope goes. Its tokens are good only
 * with proofs of its key, and are renewed when they run out; however many calls, tabs and processes find that at once, one
 * of them renews and all go on.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {World} from '#std/world.ts'
import {Client, type Credentials} from '#xrpc/client.ts'
import {letGo} from '#xrpc/body.ts'
import type {UpstreamError} from '#xrpc/errors.ts'
import {SessionEnded} from '../session.ts'
import type {DpopKey, DpopNonces} from './dpop.ts'
import {OAuthFailure, OAuthSessionEnded} from './oauth-failure.ts'
import type {StoredSession} from './oauth-session-store.ts'

/** What is kept of a session, and its key. */
export interface HeldSession {
  readonly stored: StoredSession
  readonly key: DpopKey
}

export interface OAuthSessionParts {
  world: Pick<World, 'fetch' | 'now' | 'random'>
  nonces: DpopNonces
  /**
   * What is kept by now, renewed if the access token is still this one. It may be of another sign-in since, with another
   * key. Throws `OAuthSessionEnded`, `OAuthFailure`.
   */
  renewed(did: Did, accessToken: string): Promise<HeldSession>
  end(did: Did): Promise<void>
}

/** A token this close to its end is renewed before it is used, for a body that is a stream can be sent only once. */
const renewBeforeMs = 30_000

export class OAuthSession implements Credentials {
  readonly did: Did
  /** Calls the account's server as the account. */
  readonly client: Client
  /** The proof of a first call may lack its nonce, and its token may be over: each is worth one more try. */
  readonly renewalsMax = 2
  readonly #parts: OAuthSessionParts
  #held: HeldSession | undefined

  constructor(held: HeldSession, parts: OAuthSessionParts) {
    this.did = held.stored.did
    this.#held = held
    this.#parts = parts
    this.client = new Client({service: () => this.pds, fetch: request => this.#send(request), credentials: this})
  }

  /** Origin of the account's server. As all below, it throws `SessionEnded` once the session is over. */
  get pds(): string {
    return this.#now.pds
  }

  /** The authorization server. */
  get issuer(): string {
    return this.#now.issuer
  }

  /** What was granted, which may be less than what was asked for. */
  get scope(): string {
    return this.#now.scope
  }

  /**
   * As the global `fetch`, for the account's own server: `session.fetch('/xrpc/…')`. Throws `TypeError` for any other,
   * since tokens are shown to nobody else. A body that is a stream is sent once only.
   */
  async fetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const whole = new Request(input instanceof Request ? input : new URL(input, this.pds), init)
    const isOnce = init.body instanceof ReadableStream
    for (let renewals = 0; ; renewals++) {
      const isLast = isOnce || renewals === this.renewalsMax
      const request = isLast ? whole : whole.clone()
      await this.authorize(request)
      const response = await this.#send(request)
      if (isLast || !(await this.#mayRetry(response.status, response.headers, request))) return response
      letGo(response.body)
    }
  }

  async authorize(request: Request): Promise<void> {
    const url = new URL(request.url)
    if (url.origin !== this.pds) throw new TypeError(`The session of ${this.did} is with ${this.pds} only.`)
    const {expiresMs, refreshToken} = this.#now
    if (expiresMs !== undefined && refreshToken !== undefined && expiresMs - this.#parts.world.now() < renewBeforeMs) {
      // A clock that is wrong, or a server that is away, is no reason not to try.
      await this.refresh().catch((error: unknown) => {
        if (!(error instanceof OAuthFailure)) throw error
      })
    }
    const {nonces, world} = this.#parts
    const {
      key,
      stored: {accessToken},
    } = this.#heldNow
    const proof = await key.proof({method: request.method, url, nonce: nonces.at(url), accessToken}, world)
    request.headers.set('authorization', `DPoP ${accessToken}`)
    request.headers.set('dpop', proof)
  }

  /** Whether a call that was refused is worth another try, as `Credentials` has it. */
  renew(refusal: UpstreamError, request: Request): Promise<boolean> {
    return this.#mayRetry(refusal.status, new Headers(refusal.headers), request)
  }

  /** Gets new tokens now, unless another has. Throws `SessionEnded`, or `OAuthFailure` when it may work later. */
  async refresh(): Promise<void> {
    const {accessToken} = this.#now
    try {
      this.#held = await this.#parts.renewed(this.did, accessToken)
    } catch (error) {
      if (error instanceof SessionEnded) this.#held = undefined
      throw error
    }
  }

  /** Gives the tokens back and ends the session here, also when the server cannot be told. */
  async signOut(): Promise<void> {
    await this.#parts.end(this.did)
    this.#held = undefined
  }

  get #now(): StoredSession {
    return this.#heldNow.stored
  }

  get #heldNow(): HeldSession {
    if (!this.#held) throw new OAuthSessionEnded('signed-out', 'The session is over: sign in again.')
    return this.#held
  }

  async #send(request: Request): Promise<Response> {
    const response = await this.#parts.world.fetch(request)
    this.#parts.nonces.learn(new URL(request.url), response.headers)
    return response
  }

  async #mayRetry(status: number, headers: Headers, request: Request): Promise<boolean> {
    if (status !== 401) return false
    const challenge = headers.get('www-authenticate') ?? ''
    if (/\buse_dpop_nonce\b/.test(challenge)) return headers.has('dpop-nonce')
    if (!/\binvalid_token\b/.test(challenge)) return false
    // Renewed by another call while this one was under way.
    const isStale = request.headers.get('authorization') === `DPoP ${this.#now.accessToken}`
    if (isStale && this.#now.refreshToken === undefined) return false
    if (isStale) await this.refresh()
    return true
  }
}
