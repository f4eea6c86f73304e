/**
 * From an account, or a server, to who grants access to it (spec: OAuth, "Authorization Servers"; RFC 9728, RFC 8414). The
 * account's document names its server, the server its issuer, and each must say of itself what the one before said of it:
 * else a stranger's server could have tokens made by another one, or pass its own off as those of another.
 */
import * as oauth from 'oauth4webapi'
import {type AtIdentifier, isAtIdentifier} from '#atp/syntax/at-identifier.ts'
import {isDid, type Did} from '#atp/syntax/did.ts'
import {letGo} from '#xrpc/body.ts'
import {AgingCache, type Failure} from '../aging-cache.ts'
import type {IdentityFailure} from '../did-lookup.ts'
import type {Identities} from '../identity.ts'
import {dpopAlgorithm} from './dpop.ts'
import {failureOf, OAuthFailure} from './oauth-failure.ts'
import {askServer, secureUrl, type ServerFetchOptions} from './server-fetch.ts'

/** An authorization server, with the endpoints that atproto asks for. */
export interface OAuthServer extends oauth.AuthorizationServer {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly pushed_authorization_request_endpoint: string
}

export interface DiscoveryOptions extends ServerFetchOptions {
  world: ServerFetchOptions['world'] & {now(): number}
  identities: Pick<Identities, 'identity' | 'account'>
}

/** Whom somebody has named, and who grants access to them. */
export interface Discovered {
  readonly server: OAuthServer
  /** Undefined when a server was named, and no account. */
  readonly did: Did | undefined
}

interface Asking {
  signal?: AbortSignal
}

const freshMs = 600_000
const ages = {freshMs, staleMs: freshMs, failureMs: 0, countMax: 1_000}

export class ServerDiscovery {
  readonly #options: DiscoveryOptions
  readonly #servers: AgingCache<string, OAuthServer, Failure>

  constructor(options: DiscoveryOptions) {
    this.#options = options
    this.#servers = new AgingCache(ages, () => options.world.now())
  }

  /** By a handle, a DID, or the URL of an account's server or of an authorization server. Throws `OAuthFailure`. */
  async find(named: string, {signal}: Asking = {}): Promise<Discovered> {
    if (!isAtIdentifier(named)) return {did: undefined, server: await this.#serverAt(named, signal)}
    const {did, pds} = await this.#accountOf(named, signal)
    return {did, server: await this.issuerOf(pdsOf(did, pds), {signal})}
  }

  /** Where an account lives, asked anew, if that server is one of this issuer; else throws `OAuthFailure`. */
  async pdsUnder(issuer: string, did: Did, {signal}: Asking = {}): Promise<string> {
    const found = await this.#options.identities.account(did, {maxAgeMs: 0, signal})
    if (!found.ok) throw failed(found)
    const pds = pdsOf(did, found.value.pds)
    const {issuer: its} = await this.issuerOf(pds, {signal})
    if (its === issuer) return pds
    throw new OAuthFailure('not-its-server', `${did} lives at ${pds}, to which ${its} grants access and not ${issuer}.`)
  }

  /** Who grants access to a server. */
  async issuerOf(pds: string, {signal}: Asking = {}): Promise<OAuthServer> {
    const issuer = await this.#issuerNamedBy(pds, signal)
    if (issuer === undefined) throw new OAuthFailure('no-oauth', `${pds} does not say who grants access to it.`)
    const server = await this.server(issuer, {signal})
    const {protected_resources: resources} = server
    if (Array.isArray(resources) && !resources.includes(pds)) {
      throw new OAuthFailure('other-issuer', `${pds} names ${issuer}, which does not name it back.`)
    }
    return server
  }

  /** An authorization server by its issuer. */
  async server(issuer: string, {signal}: Asking = {}): Promise<OAuthServer> {
    const look = async (ended: AbortSignal) => ({ok: true as const, value: await this.#metadata(issuer, ended)})
    const found = await this.#servers.get(issuer, look, {signal})
    if (!found.ok) throw new OAuthFailure('unreachable', found.detail)
    return found.value
  }

  async #accountOf(named: AtIdentifier, signal?: AbortSignal): Promise<{did: Did; pds: string | undefined}> {
    const {identities} = this.#options
    if (isDid(named)) {
      // Of somebody who comes with a DID no handle is looked up: nothing hangs on it.
      const found = await identities.account(named, {signal})
      if (!found.ok) throw failed(found)
      return {did: named, pds: found.value.pds}
    }
    const found = await identities.identity(named, {signal})
    if (!found.ok) throw failed(found)
    return found.value
  }

  async #serverAt(named: string, signal: AbortSignal | undefined): Promise<OAuthServer> {
    const {origin} = secureUrl(named, this.#options)
    const issuer = await this.#issuerNamedBy(origin, signal)
    return issuer === undefined ? this.server(origin, {signal}) : this.issuerOf(origin, {signal})
  }

  /** Undefined for a server that has no such document. */
  async #issuerNamedBy(pds: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const url = secureUrl(pds, this.#options)
    const metadata = await this.#asked(url, async options => {
      const response = await oauth.resourceDiscoveryRequest(url, {...options, signal})
      if (response.status !== 404) return oauth.processResourceDiscoveryResponse(url, response)
      letGo(response.body)
      return undefined
    })
    if (!metadata) return undefined
    const {resource, authorization_servers: issuers} = metadata
    if (resource !== url.origin) throw new OAuthFailure('other-issuer', `${pds} says that it is ${resource}.`)
    if (!Array.isArray(issuers) || issuers.length !== 1 || typeof issuers[0] !== 'string') {
      throw new OAuthFailure('no-oauth', `${pds} needs to name one authorization server.`)
    }
    return issuers[0]
  }

  async #metadata(issuer: string, signal: AbortSignal): Promise<OAuthServer> {
    const url = secureUrl(issuer, this.#options)
    if (url.origin !== issuer) throw new OAuthFailure('bad-server', `The issuer ${issuer} is not only an origin.`)
    const metadata = await this.#asked(url, async options =>
      oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, {...options, signal, algorithm: 'oauth2'})),
    )
    if (metadata.issuer !== issuer) {
      throw new OAuthFailure('other-issuer', `${issuer} says that it is ${metadata.issuer}.`)
    }
    const fault = metadataFault(metadata)
    if (fault !== undefined) throw new OAuthFailure('bad-server', `The metadata of ${issuer} ${fault}.`)
    for (const name of endpoints) if (metadata[name] !== undefined) secureUrl(metadata[name] as string, this.#options)
    return metadata as OAuthServer
  }

  async #asked<T>(
    url: URL,
    ask: (options: {[oauth.customFetch]: AskingFetch; [oauth.allowInsecureRequests]: boolean}) => Promise<T>,
  ): Promise<T> {
    const fetch: AskingFetch = (input, init) => askServer(this.#options, new Request(input, init))
    try {
      return await ask({[oauth.customFetch]: fetch, [oauth.allowInsecureRequests]: this.#options.development})
    } catch (error) {
      const failure = failureOf(error, url.host)
      const isOther = error instanceof oauth.OperationProcessingError && error.code === oauth.JSON_ATTRIBUTE_COMPARISON
      throw isOther ? new OAuthFailure('other-issuer', `${url.host} says that it is another.`, {cause: error}) : failure
    }
  }
}

type AskingFetch = (input: string, init: RequestInit) => Promise<Response>

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'pushed_authorization_request_endpoint',
  'revocation_endpoint',
] as const

const failed = ({passing, detail}: IdentityFailure): OAuthFailure =>
  new OAuthFailure(passing ? 'unreachable' : 'unknown-account', detail)

function pdsOf(did: Did, pds: string | undefined): string {
  if (pds === undefined) throw new OAuthFailure('unknown-account', `The document of ${did} names no server.`)
  return pds
}

/** What a server lacks that clients of atproto need (spec: OAuth, "Authorization Servers"). */
function metadataFault(metadata: oauth.AuthorizationServer): string | undefined {
  for (const name of endpoints.slice(0, 3)) if (typeof metadata[name] !== 'string') return `has no ${name}`
  const {revocation_endpoint: revocation} = metadata
  if (revocation !== undefined && typeof revocation !== 'string') return 'has a revocation_endpoint that is no URL'
  const needs = {
    response_types_supported: 'code',
    code_challenge_methods_supported: 'S256',
    dpop_signing_alg_values_supported: dpopAlgorithm,
  }
  for (const [name, value] of Object.entries(needs)) {
    const all: unknown = metadata[name]
    if (!Array.isArray(all) || !all.includes(value)) return `needs ${value} among its ${name}`
  }
  // Without it a client cannot tell which of several servers has answered (RFC 9207).
  if (metadata.authorization_response_iss_parameter_supported !== true) {
    return 'needs "authorization_response_iss_parameter_supported": true'
  }
  return undefined
}
