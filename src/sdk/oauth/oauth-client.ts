/**
 * Signing people in by OAuth, from a server or a browser (spec: OAuth): `authorize` gives where to send them, `callback`
 * takes the answer that they come back with and gives a session, `restore` goes on with one that was kept. No secret of
 * theirs passes through an app; what it holds is bound to a key that it made itself.
 */
import * as oauth from 'oauth4webapi'
import type {JWK} from 'jose'
import type {Did} from '#atp/syntax/did.ts'
import {isAtIdentifier} from '#atp/syntax/at-identifier.ts'
import {toBase64Url} from '#std/encoding/base64.ts'
import {sha256} from '#atp/crypto/engine.ts'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import type {Identities} from '../identity.ts'
import type {OAuthClientMetadata} from './client-metadata.ts'
import {DpopKey, DpopNonces} from './dpop.ts'
import {defaultLock, type Lock} from './lock.ts'
import {failureOf, OAuthFailure, OAuthSessionEnded, type EndReason} from './oauth-failure.ts'
import {type HeldSession, OAuthSession} from './oauth-session.ts'
import type {OAuthSessionStore, StoredSession} from './oauth-session-store.ts'
import {ServerDiscovery} from './server-discovery.ts'
import type {PendingAuthorization, StateStore} from './state-store.ts'
import {TokenRequests, type Asker} from './token-requests.ts'

export interface OAuthClientOptions {
  /** On a server, one that refuses private addresses: handles and their servers are strangers' words. */
  world: Pick<World, 'fetch' | 'now' | 'random' | 'sleep'>
  /** From `clientMetadata` or `loopbackMetadata`. */
  metadata: OAuthClientMetadata
  /** Private keys, each with its `kid`, of a client that says `private_key_jwt`; new sessions begin with the first. */
  keys?: readonly JWK[]
  identities: Pick<Identities, 'identity' | 'account'>
  states: StateStore
  sessions: OAuthSessionStore
  /** `navigator.locks` where there are some, else within this program. */
  lock?: Lock
  /** For one answer of a server. */
  timeoutMs?: number
  /** Lets servers on this machine be asked by plain http. */
  development?: boolean
  /** Sessions have keys that cannot be read, even here. Their stores have to keep a `CryptoKeyPair`, as IndexedDB does. */
  holdKeys?: boolean
  /** Told when a session turned out to be over, once what was kept of it is gone. */
  onEnd?: (did: Did, reason: EndReason) => void
}

export interface AuthorizeOptions {
  /** Of those of the metadata; the first by default. */
  redirectUri?: string
  /** Of what the metadata has; all of it by default. */
  scope?: string
  /** The app's own words, which `callback` gives back. Nobody else sees them. */
  appState?: string
  prompt?: 'none' | 'login' | 'consent' | 'select_account' | 'create'
  /** How the answer comes: in the query, which a server reads, or in the fragment, which only a page does. */
  responseMode?: 'query' | 'fragment'
  uiLocales?: string
  signal?: AbortSignal
}

export interface SignedIn {
  session: OAuthSession
  appState: string | undefined
}

/** So long somebody may take to sign in; servers hold a request for less. */
const pendingMs = 3_600_000
const paramsLengthMax = 8_192

export class OAuthClient {
  readonly metadata: OAuthClientMetadata
  readonly #options: OAuthClientOptions
  readonly #lock: Lock
  readonly #nonces = new DpopNonces()
  readonly #discovery: ServerDiscovery
  readonly #requests: TokenRequests

  constructor(options: OAuthClientOptions) {
    const {world, metadata, keys = [], identities, timeoutMs = 10_000, development = false} = options
    this.metadata = metadata
    this.#options = options
    this.#lock = options.lock ?? defaultLock()
    const asked = {world, timeoutMs, development}
    this.#discovery = new ServerDiscovery({...asked, identities})
    this.#requests = new TokenRequests({...asked, metadata, keys, nonces: this.#nonces})
  }

  /**
   * Where to send somebody's browser, so that they sign in and agree at their own server. `named` is their handle or DID,
   * or the URL of a server, for who does not want to tell. Throws `OAuthFailure`.
   */
  async authorize(named: string, options: AuthorizeOptions = {}): Promise<URL> {
    const {redirectUri = this.metadata.redirect_uris[0], scope = this.metadata.scope, appState, signal} = options
    const {world, states, holdKeys = false} = this.#options
    const {server, did} = await this.#discovery.find(named, {signal})
    const dpopKey = await DpopKey.make(holdKeys)
    const verifier = toBase64Url(world.random(32))
    const state = toBase64Url(world.random(24))
    const {clientKeyId} = this.#requests
    const parameters = {
      response_type: 'code',
      redirect_uri: redirectUri,
      scope,
      state,
      code_challenge: toBase64Url(sha256(toUtf8(verifier))),
      code_challenge_method: 'S256',
      response_mode: options.responseMode ?? 'query',
      ...(isAtIdentifier(named) && {login_hint: named}),
      ...(options.prompt !== undefined && {prompt: options.prompt}),
      ...(options.uiLocales !== undefined && {ui_locales: options.uiLocales}),
    }
    const requestUri = await this.#requests.push({server, dpopKey, clientKeyId, signal}, parameters)
    await states.put(state, {
      issuer: server.issuer,
      redirectUri,
      verifier,
      dpopKey: dpopKey.stored,
      clientKeyId,
      did,
      appState,
      endsMs: world.now() + pendingMs,
    })
    const url = new URL(server.authorization_endpoint)
    url.searchParams.set('client_id', this.metadata.client_id)
    url.searchParams.set('request_uri', requestUri)
    return url
  }

  /**
   * Takes the answer that a browser brings: the parameters of the query, or of the fragment. Good once. Throws
   * `OAuthFailure`: `denied` when the person did not agree, and others when something is wrong with it.
   */
  async callback(params: URLSearchParams, {signal}: {signal?: AbortSignal} = {}): Promise<SignedIn> {
    const {states, world} = this.#options
    if (params.toString().length > paramsLengthMax) throw new OAuthFailure('bad-answer', 'The answer is too long.')
    const state = params.get('state')
    const pending = state === null ? undefined : await states.take(state)
    if (state === null || !pending || pending.endsMs <= world.now()) {
      throw new OAuthFailure(
        'unknown-state',
        'Nothing that was asked here is answered by this, or it was answered before.',
      )
    }
    const server = await this.#discovery.server(pending.issuer, {signal})
    const answer = this.#answerOf(params, state, server)
    const dpopKey = await DpopKey.of(pending.dpopKey)
    const asker: Asker = {server, dpopKey, clientKeyId: pending.clientKeyId, signal}
    const tokens = await this.#requests.exchange(asker, answer, pending.redirectUri, pending.verifier)
    try {
      const pds = await this.#homeOf(tokens.did, pending, signal)
      const held = {
        ...tokens,
        issuer: pending.issuer,
        pds,
        dpopKey: pending.dpopKey,
        clientKeyId: pending.clientKeyId,
        renewingSinceMs: undefined,
      }
      await this.#keep(held)
      return {session: this.#session({stored: held, key: dpopKey}), appState: pending.appState}
    } catch (error) {
      // Nobody is to have tokens that nobody uses.
      await this.#requests.revoke(asker, tokens.refreshToken ?? tokens.accessToken).catch(passOver)
      throw error
    }
  }

  /**
   * The session of an account that was kept. With `fresh`, its tokens are renewed now, so that one that is over is known
   * to be; else they are when they are needed. Throws `OAuthSessionEnded` when there is none.
   */
  async restore(did: Did, {fresh = false}: {fresh?: boolean} = {}): Promise<OAuthSession> {
    const held = await this.#options.sessions.get(did)
    if (!held) throw signedOut(did)
    const session = this.#session(await withKey(held))
    if (fresh) await session.refresh()
    return session
  }

  /** Signs an account out: gives its tokens back and deletes what was kept, also when the server cannot be told. */
  async signOut(did: Did): Promise<void> {
    const {sessions} = this.#options
    await this.#lock(this.#lockName(did), async () => {
      const held = await sessions.get(did)
      if (!held) return
      try {
        await this.#giveBack(held)
      } finally {
        await sessions.delete(did)
      }
    })
  }

  /** Keeps a new session, and gives back the tokens of the one in whose place it comes. */
  async #keep(session: StoredSession): Promise<void> {
    const {sessions} = this.#options
    const before = await this.#lock(this.#lockName(session.did), async () => {
      const held = await sessions.get(session.did)
      await sessions.put(session)
      return held
    })
    if (before) await this.#giveBack(before)
  }

  /** As far as the server can be told. */
  async #giveBack(held: StoredSession): Promise<void> {
    try {
      await this.#requests.revoke(await this.#askerOf(held), held.refreshToken ?? held.accessToken)
    } catch (error) {
      passOver(error)
    }
  }

  #answerOf(params: URLSearchParams, state: string, server: oauth.AuthorizationServer): URLSearchParams {
    const iss = params.get('iss')
    if (iss !== server.issuer) {
      throw new OAuthFailure('other-issuer', `The answer is of ${iss ?? 'nobody'}, and ${server.issuer} was asked.`)
    }
    try {
      return oauth.validateAuthResponse(server, {client_id: this.metadata.client_id}, params, state)
    } catch (error) {
      throw failureOf(error, new URL(server.issuer).host)
    }
  }

  /** Where the account of new tokens lives. The issuer says whose they are, and must be one who may say so. */
  async #homeOf(did: Did, {issuer, did: expected}: PendingAuthorization, signal?: AbortSignal): Promise<string> {
    if (expected !== undefined && did !== expected) {
      throw new OAuthFailure('other-account', `${expected} was to sign in, and ${did} did.`)
    }
    return this.#discovery.pdsUnder(issuer, did, {signal})
  }

  #session(held: HeldSession): OAuthSession {
    return new OAuthSession(held, {
      world: this.#options.world,
      nonces: this.#nonces,
      renewed: async (did, accessToken) =>
        withKey(await this.#lock(this.#lockName(did), () => this.#renewed(did, accessToken))),
      end: did => this.signOut(did),
    })
  }

  /** Under the lock. */
  async #renewed(did: Did, accessToken: string): Promise<StoredSession> {
    const {sessions, world} = this.#options
    const held = await sessions.get(did)
    if (!held) throw signedOut(did)
    if (held.accessToken !== accessToken) return held
    const {refreshToken, issuer} = held
    if (refreshToken === undefined) return this.#over(did, 'revoked', 'The session has run out, and cannot be renewed.')
    const asker = await this.#askerOf(held)
    const pds = await this.#homeNow(held)
    // Noted before it is asked: if the answer is lost, or this program ends, it is known why the token is good no more.
    await sessions.put({...held, renewingSinceMs: held.renewingSinceMs ?? world.now()})
    let tokens
    try {
      tokens = await this.#requests.refresh(asker, refreshToken)
    } catch (error) {
      if (!(error instanceof OAuthFailure && error.error === 'invalid_grant')) {
        // An answer that is known, and gave nothing.
        if (error instanceof OAuthFailure && error.reason === 'refused') await sessions.put(held)
        throw error
      }
      // Somebody whom the lock does not hold back was quicker.
      const newer = await sessions.get(did)
      if (newer && newer.refreshToken !== refreshToken) return newer
      const [reason, why] =
        held.renewingSinceMs === undefined
          ? (['revoked', `${issuer} has ended the session`] as const)
          : (['answer-lost', `An answer of ${issuer} was lost, and the session with it`] as const)
      return this.#over(did, reason, `${why}: ${error.message}`, error)
    }
    if (tokens.did !== did) return this.#over(did, 'revoked', `${issuer} gave tokens of ${tokens.did}.`)
    const renewed = {
      ...held,
      ...tokens,
      pds,
      // A server need not give another one.
      refreshToken: tokens.refreshToken ?? refreshToken,
      renewingSinceMs: undefined,
    }
    await sessions.put(renewed)
    return renewed
  }

  /** Where the account lives by now, as far as that can be known. Throws `OAuthSessionEnded` if elsewhere. */
  async #homeNow({did, issuer, pds}: StoredSession): Promise<string> {
    try {
      return await this.#discovery.pdsUnder(issuer, did)
    } catch (error) {
      if (!(error instanceof OAuthFailure)) throw error
      if (error.reason === 'not-its-server') return this.#over(did, 'moved', error.message, error)
      // Whoever is away, or unwell, ends no session.
      return pds
    }
  }

  async #askerOf({issuer, dpopKey, clientKeyId}: StoredSession): Promise<Asker> {
    return {server: await this.#discovery.server(issuer), dpopKey: await DpopKey.of(dpopKey), clientKeyId}
  }

  async #over(did: Did, reason: EndReason, message: string, cause?: unknown): Promise<never> {
    await this.#options.sessions.delete(did)
    this.#options.onEnd?.(did, reason)
    throw new OAuthSessionEnded(reason, message, cause)
  }

  #lockName(did: Did): string {
    return `oauth ${this.metadata.client_id} ${did}`
  }
}

const withKey = async (stored: StoredSession): Promise<HeldSession> => ({
  stored,
  key: await DpopKey.of(stored.dpopKey),
})

const signedOut = (did: Did): OAuthSessionEnded =>
  new OAuthSessionEnded('signed-out', `There is no session of ${did}: sign in again.`)

function passOver(error: unknown): void {
  if (!(error instanceof OAuthFailure)) throw error
}
