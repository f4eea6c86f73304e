/**
 * The machine side of the authorization server, over HTTP: what clients find at `/.well-known/…` and `/oauth/…`. The one
 * page among those, `/oauth/authorize`, is not here. All of it may be called from any site, for it takes no cookie.
 */
import {PlainHeaders} from '#std/wire/plain-headers.ts'
import {Reply} from '#std/wire/reply.ts'
import {parsedUrl} from '#std/wire/request-url.ts'
import type {Log} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {Overloaded} from '#std/waiting/async.ts'
import type {Did} from '#atp/syntax/did.ts'
import {letGo} from '#xrpc/body.ts'
import type {AccessTokens} from './access-tokens.ts'
import type {Authorizations} from './authorizations.ts'
import {requestLifeMs} from './authorizations.ts'
import type {PermissionSets} from '../permissions/permission-sets.ts'
import {Refusal} from '../refusal.ts'
import {authorizationParameters, type AuthorizationParameters} from './authorization-parameters.ts'
import {clientIdLengthMax} from './clients/client.ts'
import type {ClientAuth, KnownClient} from './clients/client-auth.ts'
import type {Clients} from './clients/clients.ts'
import type {Dpop} from './dpop.ts'
import {formOf, type Form} from './form.ts'
import {OAuthError} from './oauth-error.ts'
import {authorizationServer, protectedResource} from './server-metadata.ts'
import type {TokenEndpoint} from './token-endpoint.ts'

const preflightSeconds = 86_400
/** How long others may hold what this server says of itself. */
const metadataSeconds = 300

/** How often the machine side may be asked. Each throws `OAuthError` `slow_down`. */
export interface OAuthLimits {
  /** By whoever asks. `path` is that of the endpoint; what the caller is told is set in `headers`. */
  admit(request: Request, path: string, headers: Headers): Promise<void>
  /** By a client that has shown who it is. */
  takeClient(clientId: string): Promise<void>
  /** For an account and one of its apps: tokens. */
  takeApp(did: Did, clientId: string): Promise<void>
}

export interface OAuthOptions {
  /** The origin of the public URL. */
  issuer: string
  authorizations: Authorizations
  clients: Pick<Clients, 'isHeld'>
  clientAuth: ClientAuth
  tokenEndpoint: TokenEndpoint
  accessTokens: Pick<AccessTokens, 'keys'>
  dpop: Dpop
  limits: OAuthLimits
  permissionSets: Pick<PermissionSets, 'resolve'>
  log: Log
}

type Post = (
  form: Form,
  client: KnownClient,
  jkt: string | undefined,
  mayLook: () => Promise<boolean>,
) => Promise<{status: number; json: object}>

export class OAuth {
  readonly #options: OAuthOptions
  readonly #documents: Readonly<Record<string, () => object | Promise<object>>>
  readonly #posts: Readonly<Record<string, Post>>
  /** Where each of those is, as proofs name it. */
  readonly #places: Readonly<Record<string, URL>>

  constructor(options: OAuthOptions) {
    const {issuer, authorizations, tokenEndpoint, accessTokens} = options
    this.#options = options
    this.#documents = {
      '/.well-known/oauth-protected-resource': () => protectedResource(issuer, issuer),
      '/.well-known/oauth-authorization-server': () => authorizationServer(issuer),
      '/oauth/jwks': async () => ({keys: await accessTokens.keys()}),
    }
    this.#posts = {
      '/oauth/par': async (form, known, jkt, mayLook) => {
        const parameters = authorizationParameters(form, known.client, jkt)
        const uri = await authorizations.push(known, await this.#resolved(parameters, mayLook))
        return {status: 201, json: {request_uri: uri, expires_in: requestLifeMs / 1_000}}
      },
      '/oauth/token': async (form, known, jkt) => {
        if (jkt === undefined) throw new OAuthError('invalid_dpop_proof', 'A proof in the header DPoP is needed here.')
        return {status: 200, json: await tokenEndpoint.tokens(form, known, jkt)}
      },
      '/oauth/revoke': async (form, known) => {
        await tokenEndpoint.revoke(form, known)
        return {status: 200, json: {}}
      },
    }
    this.#places = Object.fromEntries(Object.keys(this.#posts).map(path => [path, new URL(path, issuer)]))
  }

  /** The answer to a request for one of these paths; `undefined` for any other. Never rejects. */
  async fetch(request: Request): Promise<Response | undefined> {
    const {pathname} = parsedUrl(request)
    const isDocument = Object.hasOwn(this.#documents, pathname)
    if (!isDocument && !Object.hasOwn(this.#posts, pathname)) return undefined
    const headers = corsHeaders()
    const {method} = request
    if (method === 'OPTIONS') return new Reply(null, {status: 204, headers})
    const isRead = method === 'GET' || method === 'HEAD'
    if (isDocument ? !isRead : method !== 'POST') {
      letGo(request.body)
      headers.set('allow', isDocument ? 'GET' : 'POST')
      return json(headers, 405, {
        error: 'invalid_request',
        error_description: `Use ${isDocument ? 'GET' : 'POST'} here.`,
      })
    }
    try {
      await this.#options.limits.admit(request, pathname, headers)
      if (!isDocument) return await this.#post(request, pathname, headers)
      headers.set('cache-control', `public, max-age=${metadataSeconds}`)
      const answer = json(headers, 200, await this.#documents[pathname]())
      return method === 'HEAD' ? new Reply(null, {headers: answer.headers}) : answer
    } catch (thrown) {
      return this.#failed(thrown, headers, pathname)
    }
  }

  /** The same answer with the nonce for the next proof, where the request came with one (RFC 9449, section 8.2). */
  withNonce(request: Request, response: Response): Response {
    if (request.headers.has('dpop')) response.headers.set('dpop-nonce', this.#options.dpop.nonce())
    return response
  }

  /** With what its permission sets hold now: that is what is shown, and granted, whatever becomes of them. */
  async #resolved(
    parameters: AuthorizationParameters,
    mayLook: () => Promise<boolean>,
  ): Promise<AuthorizationParameters> {
    try {
      const {granted, sets} = await this.#options.permissionSets.resolve(parameters.scope, mayLook)
      return {...parameters, scope: granted, ...(sets.length > 0 && {sets})}
    } catch (error) {
      if (error instanceof Refusal) throw new OAuthError('invalid_scope', error.message, {cause: error})
      throw error
    }
  }

  async #post(request: Request, path: string, headers: Headers): Promise<Response> {
    const {clients, clientAuth, dpop, limits} = this.#options
    headers.set('cache-control', 'no-store')
    headers.set('pragma', 'no-cache')
    headers.set('dpop-nonce', dpop.nonce())
    const form = await formOf(request)
    const proof = request.headers.get('dpop')
    const url = this.#places[path]
    const jkt = proof === null ? undefined : (await dpop.check({method: 'POST', url, proof})).jkt
    if (request.headers.has('authorization')) {
      throw new OAuthError(
        'invalid_client',
        'Clients show who they are by a client_assertion, not by the header Authorization.',
      )
    }
    const clientId = form.demand('client_id', clientIdLengthMax)
    if (!clients.isHeld(clientId)) await limits.admit(request, '/oauth/client', headers)
    // A renewal uses the assertion up in its own act: one sync less.
    const isRenewal = path === '/oauth/token' && form.get('grant_type', 100) === 'refresh_token'
    const known = await clientAuth.demand(form, jkt, isRenewal)
    if (known.clientKey !== null) await limits.takeClient(clientId)
    // Each set that is not at hand is asked for at servers that its name leads to: as many as a stranger likes to name.
    const mayLook = () => limits.admit(request, '/oauth/permission-set', headers).then(() => true)
    const {status, json: body} = await this.#posts[path](form, known, jkt, mayLook)
    return json(headers, status, body)
  }

  #failed(thrown: unknown, headers: Headers, path: string): Response {
    const error = thrown instanceof OAuthError ? thrown : ourFault(thrown)
    if (error.error === 'server_error') this.#options.log.error('an OAuth request failed', {path, error: thrown})
    for (const [name, value] of Object.entries(error.headers)) headers.set(name, value)
    return json(headers, error.status, {error: error.error, error_description: error.message})
  }
}

function ourFault(thrown: unknown): OAuthError {
  if (thrown instanceof OutOfSpace || thrown instanceof Overloaded) {
    const [status, why] = thrown instanceof OutOfSpace ? [507, 'has no room left'] : [503, 'has too much to do']
    const headers = {'retry-after': '5'}
    return new OAuthError('temporarily_unavailable', `This server ${why}: try again later.`, {status, headers})
  }
  return new OAuthError('server_error', 'Something went wrong on our side: try again later.', {status: 500})
}

const corsHeaders = (): Headers =>
  new PlainHeaders(
    Object.entries({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': '*',
      'access-control-allow-headers': 'Content-Type,DPoP',
      'access-control-expose-headers': 'DPoP-Nonce,WWW-Authenticate,Retry-After',
      'access-control-max-age': String(preflightSeconds),
    }).flat(),
  )

function json(headers: Headers, status: number, body: object): Reply {
  headers.set('content-type', 'application/json')
  return new Reply(JSON.stringify(body), {status, headers})
}
