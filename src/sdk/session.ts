/**
 * A password session: tokens from `com.atproto.server.createSession`, put on every call and renewed when they run out
 * (spec: XRPC, "Authentication"). However many calls find the token expired at once, one of them renews it and all go
 * on. The account's own server, which may not be the one that was logged in at, comes from the DID document in the
 * answer. Keep what `onChange` gives, and `new PasswordSession` goes on from it; each renewal makes the token before
 * worthless, so what is kept must be the newest.
 */
import {type DidDocument, parseDidDocument, pdsEndpoint} from '#atp/identity/did-document.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {createAccount} from '#lex/gen/com/atproto/server/createAccount.ts'
import {createSession} from '#lex/gen/com/atproto/server/createSession.ts'
import {deleteSession} from '#lex/gen/com/atproto/server/deleteSession.ts'
import {refreshSession} from '#lex/gen/com/atproto/server/refreshSession.ts'
import type {InputOf} from '#lex/schema/method.ts'
import type {Plain} from '#lex/schema/plain.ts'
import {fromBase64Url} from '#std/encoding/base64.ts'
import {fromUtf8} from '#std/text.ts'
import {SingleFlight} from '#std/waiting/async.ts'
import {Malformed} from '#std/malformed.ts'
import type {World} from '#std/world.ts'
import {Client, type Credentials} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'

/** What has to be kept to go on later. Secret: the tokens are as good as the password. */
export interface SessionState {
  readonly did: Did
  readonly handle: Handle
  /** Where the session was made, and is renewed. */
  readonly service: string
  /** Origin of the account's own server, when its document names one. */
  readonly pds: string | undefined
  readonly accessJwt: string
  readonly refreshJwt: string
  readonly email: string | undefined
  readonly active: boolean
  /** Why the account is not active. */
  readonly status: string | undefined
}

export interface SessionOptions {
  world: Pick<World, 'fetch' | 'now'>
  /** Called with each new state, and with `undefined` once the session is over. */
  onChange?: (state: SessionState | undefined) => void | Promise<void>
  /** Sent with every call of `client`, and with the one that begins the session. */
  headers?: Readonly<Record<string, string>>
}

export interface Login {
  /** The server to log in at: `https://bsky.social`. */
  service: string
  /** Handle, DID, or email address. */
  identifier: string
  /** Better an app password than the account's own. */
  password: string
  /** From the mail that a first try with `AuthFactorTokenRequired` sends. */
  authFactorToken?: string
  /** For the owner of an account that was taken down: a session that is good for taking it elsewhere. */
  allowTakendown?: boolean
}

/** What `com.atproto.server.createAccount` asks for, and where. */
export type NewAccount = {service: string} & Plain<InputOf<typeof createAccount>>

/** The session is over: its tokens were refused or given back. There is no way on but to log in again. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded'
}

/** A token this close to its end is renewed before it is used, for a body that is a stream can be sent only once. */
const renewBeforeMs = 30_000
const refusedAccounts: ReadonlySet<string> = new Set(['AccountTakedown', 'AccountDeactivated'])
const endings: ReadonlySet<string> = new Set(['ExpiredToken', 'InvalidToken', 'AccountNotFound'])

export class PasswordSession implements Credentials {
  /** Calls the account's server as the account. */
  readonly client: Client
  readonly #options: SessionOptions
  readonly #renewals = new SingleFlight<'renewal', void>()
  #state: SessionState | undefined

  /** Goes on with a session that was kept. It is not tried before it is used: call `refresh` to know at once. */
  constructor(state: SessionState, options: SessionOptions) {
    this.#state = state
    this.#options = options
    this.client = new Client({
      service: () => this.state.pds ?? this.state.service,
      fetch: request => options.world.fetch(request),
      credentials: this,
      headers: options.headers,
    })
  }

  /** Logs in. Throws `UpstreamError`: `AuthenticationRequired`, `AuthFactorTokenRequired`, `AccountTakedown`, … */
  static async create({service, ...login}: Login, options: SessionOptions): Promise<PasswordSession> {
    return begun(service, await strangerAt(service, options).procedure(createSession, login), options)
  }

  /** Makes an account, and a session for it. Throws `UpstreamError` by the names that the lexicon declares. */
  static async createAccount({service, ...account}: NewAccount, options: SessionOptions): Promise<PasswordSession> {
    return begun(service, await strangerAt(service, options).procedure(createAccount, account), options)
  }

  /** The state as it is now. Throws `SessionEnded` once it is over. */
  get state(): SessionState {
    if (!this.#state) throw new SessionEnded('The session is over: log in again.')
    return this.#state
  }

  get did(): Did {
    return this.state.did
  }

  async authorize(request: Request): Promise<void> {
    const endsAt = expiryMs(this.state.accessJwt)
    if (endsAt !== undefined && endsAt - this.#options.world.now() < renewBeforeMs) {
      // A server's clock that is wrong is no reason not to try.
      await this.refresh().catch(passOver)
    }
    request.headers.set('authorization', `Bearer ${this.state.accessJwt}`)
  }

  async renew(refusal: UpstreamError, request: Request): Promise<boolean> {
    if (refusal.error !== 'ExpiredToken' && refusal.status !== 401) return false
    // The account is refused and not the token: with another it would be, too, and this one may be good for more.
    if (refusedAccounts.has(refusal.error)) return false
    // Renewed by another call while this one was under way.
    const stale = request.headers.get('authorization') === `Bearer ${this.state.accessJwt}`
    if (stale) await this.refresh()
    return true
  }

  /** Gets new tokens now. Throws `SessionEnded` when they are refused, and `UpstreamError` when it may work later. */
  refresh(): Promise<void> {
    return this.#renewals.do('renewal', () => this.#refresh())
  }

  /** Gives the tokens back and ends the session here, also when the server cannot be told. */
  async end(): Promise<void> {
    const {refreshJwt} = this.state
    try {
      await this.#home.procedure(deleteSession, undefined, {headers: {authorization: `Bearer ${refreshJwt}`}})
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
    } finally {
      await this.#change(undefined)
    }
  }

  /** The server that keeps the session, called without our marks. */
  get #home(): Client {
    return this.client.with({service: this.state.service, credentials: undefined})
  }

  async #refresh(): Promise<void> {
    const before = this.state
    const headers = {authorization: `Bearer ${before.refreshJwt}`}
    try {
      const output = await this.#home.procedure(refreshSession, undefined, {headers})
      if (output.did !== before.did) throw new UpstreamError('InvalidToken', 'The session is another account’s.')
      // Ended while the answer was under way.
      if (this.#state === undefined) return
      await this.#change(stateOf(output, before))
    } catch (error) {
      if (!(error instanceof UpstreamError) || !(error.status === 401 || endings.has(error.error))) throw error
      await this.#change(undefined)
      throw new SessionEnded(`The session is over: ${error.message}`, {cause: error})
    }
  }

  async #change(state: SessionState | undefined): Promise<void> {
    this.#state = state
    await this.#options.onChange?.(state)
  }
}

const strangerAt = (service: string, {world, headers}: SessionOptions): Client =>
  new Client({service, fetch: request => world.fetch(request), headers})

async function begun(service: string, tokens: Tokens, options: SessionOptions): Promise<PasswordSession> {
  const state = stateOf(tokens, {service, pds: undefined, email: undefined})
  await options.onChange?.(state)
  return new PasswordSession(state, options)
}

function passOver(error: unknown): void {
  if (error instanceof SessionEnded || !(error instanceof UpstreamError)) throw error
}

interface Tokens {
  did: Did
  handle: Handle
  accessJwt: string
  refreshJwt: string
  didDoc?: unknown
  email?: string
  active?: boolean
  status?: string
}

/** The state after an answer of the server, which leaves out what it does not care to repeat. */
function stateOf(tokens: Tokens, before: Pick<SessionState, 'service' | 'pds' | 'email'>): SessionState {
  const {did, handle, accessJwt, refreshJwt, didDoc, email = before.email, active = true, status} = tokens
  const document = didDoc === undefined ? undefined : readDocument(didDoc, did)
  const pds = document ? pdsEndpoint(document) : before.pds
  return {did, handle, service: before.service, pds, accessJwt, refreshJwt, email, active, status}
}

function readDocument(json: unknown, did: Did): DidDocument | undefined {
  try {
    return parseDidDocument(json, did)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** When a token says it ends, in milliseconds since 1970. Tokens are the server's own affair, so it may say nothing. */
function expiryMs(jwt: string): number | undefined {
  const bytes = fromBase64Url(jwt.split('.', 3)[1] ?? '')
  const text = bytes && fromUtf8(bytes)
  if (!text) return undefined
  try {
    const {exp} = JSON.parse(text) as {exp?: unknown}
    return typeof exp === 'number' ? exp * 1000 : undefined
  } catch {
    return undefined
  }
}
