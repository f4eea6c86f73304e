/**
 * Requests for access, from the moment a client has pushed one until it is decided on. Pages show what is asked and call
 * `accept` or `reject`; the code that then goes to the client by the person's browser is good once, for five
 * minutes, and only for who holds the client's keys (spec: OAuth, "Authorization Requests").
 */
import {sha256} from '#atp/crypto/engine.ts'
import type {Did} from '#atp/syntax/did.ts'
import {toBase64Url} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import {accountGone, accountTakendown, Refusal} from '../refusal.ts'
import type {AuthorizationRequest, GrantStore} from '../store/oauth/grant-store.ts'
import type {SetName} from '../permissions/permission-sets.ts'
import type {AuthorizationParameters, Prompt, ResponseMode} from './authorization-parameters.ts'
import {isConfidential, type Client} from './clients/client.ts'
import type {KnownClient} from './clients/client-auth.ts'
import type {Clients} from './clients/clients.ts'
import {OAuthError} from './oauth-error.ts'
import {isRegistered} from './clients/redirect-uris.ts'

export const requestLifeMs = 300_000
/** A request that somebody looks at is held for so long in all. */
const heldMaxMs = 3_600_000
const codeLifeMs = 300_000
/** Clients of an account of which it is kept what it has agreed to; others ask again. */
const consentsMax = 500
/** So long it is kept of a client that has no access any more. */
export const consentLifeMs = 365 * 86_400_000
const uriPrefix = 'urn:ietf:params:oauth:request_uri:req-'
const codePrefix = 'cod-'

/** What a page shows of a request. All of `client` but the flags is what it says of itself. */
export interface AuthorizationView {
  requestUri: string
  clientId: string
  client: {
    name?: string
    uri?: string
    logoUri?: string
    tosUri?: string
    policyUri?: string
    /** Whoever runs this server vouches for it. */
    isTrusted: boolean
    /** It runs on the machine of its user, and could be any program there. */
    isLoopback: boolean
  }
  scope: string
  /** The permission sets that some of the scope comes from. */
  sets: readonly SetName[]
  prompt: Prompt | undefined
  loginHint: string | undefined
  /** Where the browser goes with the answer: an origin, or a scheme of an app with its `:`. */
  redirectOrigin: string
  redirectUri: string
  /** Consent is to be asked for even if it was given before. */
  mustConsent: boolean
  /** When the app asked. */
  createdMs: number
}

/** Where to send the browser. In the mode `form_post` it posts the parameters; else they are in the URL already. */
export interface RedirectTarget {
  mode: ResponseMode
  url: string
  parameters: readonly (readonly [name: string, value: string])[]
}

/** Why a request is answered with no code (RFC 6749, section 4.1.2.1, and OpenID Connect Core, section 3.1.2.6). */
export type Rejection =
  | 'access_denied'
  | 'account_selection_required'
  | 'consent_required'
  | 'interaction_required'
  | 'invalid_scope'
  | 'login_required'
  | 'server_error'

/** What an app holds, as its account is shown it. */
export interface GrantView {
  id: string
  clientId: string
  clientName?: string
  scope: string
  createdMs: number
  lastUsedMs: number
}

export interface AuthorizationsOptions {
  issuer: string
  clients: Pick<Clients, 'find'>
  /** Ids of clients that whoever runs this server vouches for. */
  trusted: ReadonlySet<string>
  store: GrantStore
  accounts: Pick<AccountStore, 'byDid'>
  world: Pick<World, 'now' | 'random'>
}

export class Authorizations {
  readonly #options: AuthorizationsOptions

  constructor(options: AuthorizationsOptions) {
    this.#options = options
  }

  /** Keeps what a client asks for, until somebody decides. Gives the URI by which the browser names it. */
  async push({client, clientKey}: KnownClient, parameters: AuthorizationParameters): Promise<string> {
    const {store, world} = this.#options
    const uri = uriPrefix + toBase64Url(world.random(24))
    const createdMs = world.now()
    await store.addRequest({
      id: hashOf(uri),
      clientId: client.id,
      clientKey,
      parameters: JSON.stringify(parameters),
      createdMs,
      expiresMs: createdMs + requestLifeMs,
    })
    return uri
  }

  isTrusted(clientId: string): boolean {
    return this.#options.trusted.has(clientId)
  }

  /**
   * What `GET /oauth/authorize` shows. `browser` is the hash of the browser's secret: the first browser that opens a
   * request has it for itself. Throws `Refusal` `no-authorization` for a request that is unknown, decided on, run out,
   * or of another client or browser, and `unfit-client` when the client is not (or no longer) as it should be.
   */
  async open(requestUri: string, clientId: string, browser: string): Promise<AuthorizationView> {
    const {request, client, parameters} = await this.#opened(requestUri, browser)
    if (request.clientId !== clientId) throw gone('It was made by another app.')
    const {scope, sets = [], prompt, loginHint, redirectUri} = parameters
    const isTrusted = this.isTrusted(client.id)
    const url = new URL(redirectUri)
    return {
      requestUri,
      clientId,
      client: {...shown(client), isTrusted, isLoopback: client.isLoopback},
      scope,
      sets,
      prompt,
      loginHint,
      redirectOrigin: /^https?:$/.test(url.protocol) ? url.origin : url.protocol,
      redirectUri,
      createdMs: request.createdMs,
      mustConsent: prompt === 'consent' || !(isConfidential(client) || isTrusted),
    }
  }

  /**
   * The account agrees. `scope` is what was asked for, or less of it. Throws as `open`, and `account-gone`,
   * `account-takendown` or `account-resting` when it can agree to nothing. With `epoch`, the account's when the browser
   * was found to be signed in to it, only if nothing has ended all access since.
   */
  async accept(
    requestUri: string,
    browser: string,
    did: Did,
    device: string,
    scope: string,
    epoch?: number,
  ): Promise<RedirectTarget> {
    const {store, accounts, world} = this.#options
    const account = await accounts.byDid(did)
    if (!account) throw accountGone()
    if (account.takedownRef !== null) throw accountTakendown()
    if (account.deactivatedMs !== null)
      throw new Refusal('account-resting', 'This account is deactivated; activate it first.')
    const {request, client, parameters} = await this.#opened(requestUri, browser)
    const asked = scopesOf(parameters.scope)
    const agreed = scopesOf(scope).filter(one => asked.includes(one))
    if (!agreed.includes('atproto'))
      throw new Refusal('no-authorization', 'Without the permission to know who you are, an app can do nothing.')
    const before = scopesOf((await store.consent(did, client.id)) ?? '').filter(one => !asked.includes(one))
    const code = codePrefix + toBase64Url(world.random(32))
    const isFirst = await store.authorize(request.id, browser, world.now(), {
      did,
      device,
      parameters: JSON.stringify({...parameters, scope: agreed.join(' ')}),
      code: hashOf(code),
      expiresMs: world.now() + codeLifeMs,
      consent: [...before, ...agreed].join(' '),
      consentsMax,
      epoch,
    })
    if (!isFirst) throw gone('It has been answered already.')
    return this.#target(parameters, [['code', code]])
  }

  /** Nobody agrees. Throws as `open`. */
  async reject(
    requestUri: string,
    browser: string,
    error: Rejection,
    description = said[error],
  ): Promise<RedirectTarget> {
    const {store, world} = this.#options
    const {request, parameters} = await this.#opened(requestUri, browser)
    if (!(await store.dropRequest(request.id, browser, world.now()))) throw gone('It has been answered already.')
    return this.#target(parameters, [
      ['error', error],
      ['error_description', description],
    ])
  }

  /** The scope that this account has granted this client before, if any. See `mustConsent`. */
  granted(did: Did, clientId: string): Promise<string | undefined> {
    return this.#options.store.consent(did, clientId)
  }

  /** What apps hold, the newest first. */
  async grants(did: Did): Promise<readonly GrantView[]> {
    const {store, world} = this.#options
    return (await store.grants(did, world.now())).map(({id, clientId, clientName, scope, createdMs, renewedMs}) => ({
      id,
      clientId,
      ...(clientName !== null && {clientName}),
      scope,
      createdMs,
      lastUsedMs: renewedMs,
    }))
  }

  /** Ends what one app holds, at once; it has to ask again. */
  end(did: Did, id: string): Promise<void> {
    return this.#options.store.endGrantOf(did, id)
  }

  /** A request, for its browser, with the client as it is now. */
  async #opened(
    uri: string,
    browser: string,
  ): Promise<{request: AuthorizationRequest; client: Client; parameters: AuthorizationParameters}> {
    const {store, clients, world} = this.#options
    if (!uri.startsWith(uriPrefix) || uri.length > 200) throw gone('The address is not complete.')
    const nowMs = world.now()
    const request = await store.openRequest(hashOf(uri), browser, nowMs, nowMs + requestLifeMs, heldMaxMs)
    if (request === 'gone') throw gone('It has been answered already, or it is older than five minutes.')
    if (request === 'other-browser') throw gone('It was opened in another browser.')
    const parameters = JSON.parse(request.parameters) as AuthorizationParameters
    const client = await clients.find(request.clientId).catch((error: unknown) => {
      if (error instanceof OAuthError) throw new Refusal('unfit-client', error.message, error)
      throw error
    })
    // It may have changed its mind since, and then somebody else may have the place by now.
    if (!isRegistered(parameters.redirectUri, client.redirectUris)) {
      throw new Refusal(
        'unfit-client',
        `The app no longer wants its answers at ${parameters.redirectUri}. Start again from the app.`,
      )
    }
    if (request.clientKey !== null && !isConfidential(client)) {
      throw new Refusal('unfit-client', 'The app has changed since. Start again from the app.')
    }
    return {request, client, parameters}
  }

  /** With `iss`, so that a client which asks several servers knows who has answered (RFC 9207). */
  #target(
    {redirectUri, responseMode, state}: AuthorizationParameters,
    answer: readonly [string, string][],
  ): RedirectTarget {
    const stated: [string, string][] = state === undefined ? [] : [['state', state]]
    const parameters: [string, string][] = [['iss', this.#options.issuer], ...stated, ...answer]
    const url = new URL(redirectUri)
    if (responseMode === 'query') for (const [name, value] of parameters) url.searchParams.set(name, value)
    if (responseMode === 'fragment') url.hash = new URLSearchParams(parameters).toString()
    return {mode: responseMode, url: url.href, parameters}
  }
}

/** As secrets are kept that are long and by chance: whoever reads the hash has nothing. */
export const hashOf = (secret: string): string => toBase64Url(sha256(toUtf8(secret)))

const scopesOf = (text: string): string[] => text.split(' ').filter(one => one !== '')

function shown({name, uri, logoUri, tosUri, policyUri}: Client) {
  return {
    ...(name !== undefined && {name}),
    ...(uri !== undefined && {uri}),
    ...(logoUri !== undefined && {logoUri}),
    ...(tosUri !== undefined && {tosUri}),
    ...(policyUri !== undefined && {policyUri}),
  }
}

const said: Readonly<Record<Rejection, string>> = {
  access_denied: 'The request was not agreed to.',
  account_selection_required: 'An account has to be chosen.',
  consent_required: 'The account has to agree first.',
  interaction_required: 'Something has to be asked first.',
  invalid_scope: 'The scope cannot be granted.',
  login_required: 'Somebody has to sign in first.',
  server_error: 'This server could not answer the request.',
}

const gone = (why: string): Refusal =>
  new Refusal(
    'no-authorization',
    `This request for access cannot be answered any more. ${why} Start again from the app.`,
  )
