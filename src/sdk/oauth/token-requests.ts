/**
 * What a client asks of an authorization server: to hold a request (PAR), and for tokens. Each is shown to come from this
 * client, by a key or by nothing more than its id, and from the holder of the session's key.
 */
import {importJWK, type JWK} from 'jose'
import * as oauth from 'oauth4webapi'
import {isDid, type Did} from '#atp/syntax/did.ts'
import type {World} from '#std/world.ts'
import type {OAuthClientMetadata} from './client-metadata.ts'
import type {DpopKey, DpopNonces} from './dpop.ts'
import {failureOf, OAuthFailure} from './oauth-failure.ts'
import type {OAuthServer} from './server-discovery.ts'
import {askServer, type ServerFetchOptions} from './server-fetch.ts'

export interface TokenRequestOptions extends ServerFetchOptions {
  world: ServerFetchOptions['world'] & Pick<World, 'now' | 'random'>
  metadata: OAuthClientMetadata
  /** Private, each with its `kid`; those of the document. */
  keys: readonly JWK[]
  nonces: DpopNonces
}

/** By whom it is asked. */
export interface Asker {
  readonly server: OAuthServer
  readonly dpopKey: DpopKey
  /** `kid` of the client's key; any when it is undefined. */
  readonly clientKeyId: string | undefined
  readonly signal?: AbortSignal
}

/** What came of a code or a refresh token, checked for all but whose it is to be. */
export interface Tokens {
  readonly did: Did
  readonly scope: string
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly expiresMs: number | undefined
}

type AskedBy = Pick<Asker, 'server' | 'dpopKey' | 'clientKeyId' | 'signal'>
interface CallOptions {
  [oauth.customFetch]: (input: string, init: RequestInit) => Promise<Response>
  [oauth.allowInsecureRequests]: boolean
}

const expiryMaxMs = 10 * 365 * 86_400_000

export class TokenRequests {
  readonly #options: TokenRequestOptions
  readonly #client: oauth.Client

  constructor(options: TokenRequestOptions) {
    this.#options = options
    this.#client = {client_id: options.metadata.client_id}
    if (options.metadata.token_endpoint_auth_method === 'private_key_jwt' && options.keys.length === 0) {
      throw new TypeError('A client that says private_key_jwt needs its keys.')
    }
  }

  /** `kid` of the key that a new session begins with; undefined for a client that has none. */
  get clientKeyId(): string | undefined {
    return this.#isSecret ? this.#options.keys[0].kid : undefined
  }

  /** Gives the `request_uri` by which a browser may name the request. Throws `OAuthFailure`, as all here do. */
  push(asker: AskedBy, parameters: Record<string, string>): Promise<string> {
    const {server} = asker
    return this.#ask(asker, async (auth, options) => {
      const response = await oauth.pushedAuthorizationRequest(server, this.#client, auth, parameters, options)
      return (await oauth.processPushedAuthorizationResponse(server, this.#client, response)).request_uri
    })
  }

  /** Tokens for the code in an answer. */
  exchange(asker: AskedBy, answer: URLSearchParams, redirectUri: string, verifier: string): Promise<Tokens> {
    const {server} = asker
    return this.#ask(asker, async (auth, options) => {
      const client = this.#client
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        auth,
        answer,
        redirectUri,
        verifier,
        options,
      )
      return this.#tokensOf(server, await oauth.processAuthorizationCodeResponse(server, client, response))
    })
  }

  /** Newer tokens for a refresh token. */
  refresh(asker: AskedBy, refreshToken: string): Promise<Tokens> {
    const {server} = asker
    return this.#ask(asker, async (auth, options) => {
      const response = await oauth.refreshTokenGrantRequest(server, this.#client, auth, refreshToken, options)
      return this.#tokensOf(server, await oauth.processRefreshTokenResponse(server, this.#client, response))
    })
  }

  /** Ends what a token stands for, if the server knows how to. */
  async revoke(asker: AskedBy, token: string): Promise<void> {
    const {server} = asker
    if (server.revocation_endpoint === undefined) return
    await this.#ask(asker, async (auth, options) => {
      await oauth.processRevocationResponse(await oauth.revocationRequest(server, this.#client, auth, token, options))
    })
  }

  get #isSecret(): boolean {
    return this.#options.metadata.token_endpoint_auth_method === 'private_key_jwt'
  }

  async #authOf(keyId: string | undefined): Promise<oauth.ClientAuth> {
    const {keys, world} = this.#options
    if (!this.#isSecret) return oauth.None()
    const jwk = keys.find(({kid}) => kid === keyId) ?? keys[0]
    const key = (await importJWK(jwk, jwk.alg ?? 'ES256')) as oauth.CryptoKey
    return oauth.PrivateKeyJwt(
      {key, kid: jwk.kid},
      {
        [oauth.modifyAssertion](_, payload) {
          const now = Math.floor(world.now() / 1000)
          Object.assign(payload, {iat: now, nbf: now, exp: now + 60})
        },
      },
    )
  }

  async #ask<T>(asker: AskedBy, ask: (auth: oauth.ClientAuth, options: CallOptions) => Promise<T>): Promise<T> {
    const {world, nonces, development} = this.#options
    const {dpopKey, signal, server} = asker
    let sent: string | undefined
    let at: URL | undefined
    const options: CallOptions = {
      [oauth.allowInsecureRequests]: development,
      [oauth.customFetch]: async (input, init) => {
        const url = new URL(input)
        const headers = new Headers(init.headers)
        ;[at, sent] = [url, nonces.at(url)]
        headers.set('dpop', await dpopKey.proof({method: 'POST', url, nonce: sent}, world))
        const response = await askServer(this.#options, new Request(url, {...init, headers, signal}))
        nonces.learn(url, response.headers)
        return response
      },
    }
    const auth = await this.#authOf(asker.clientKeyId)
    try {
      return await ask(auth, options).catch((error: unknown) => {
        // Whole, so that what shows who the client is is new too: it is good once. The nonce may have come to another request.
        if (at && nonces.at(at) !== sent && isNonceRefusal(error)) return ask(auth, options)
        throw error
      })
    } catch (error) {
      throw failureOf(error, new URL(server.issuer).host)
    }
  }

  #tokensOf({issuer}: OAuthServer, answer: oauth.TokenEndpointResponse): Tokens {
    const {access_token: accessToken, token_type: type, refresh_token: refreshToken, expires_in: expiresIn} = answer
    const {sub, scope} = answer as {sub?: unknown; scope?: unknown}
    if (type !== 'dpop') throw new OAuthFailure('not-bound', `${issuer} gave tokens that are not bound to a key.`)
    if (typeof sub !== 'string' || !isDid(sub)) throw new OAuthFailure('bad-answer', `${issuer} gave tokens of no DID.`)
    if (typeof scope !== 'string' || !scope.split(' ').includes('atproto')) {
      throw new OAuthFailure('bad-scope', `${issuer} did not grant the scope atproto.`)
    }
    const expiresMs =
      expiresIn === undefined ? undefined : this.#options.world.now() + Math.min(expiresIn * 1000, expiryMaxMs)
    return {did: sub, scope, accessToken, refreshToken, expiresMs}
  }
}

function isNonceRefusal(error: unknown): boolean {
  if (error instanceof oauth.ResponseBodyError) return error.error === 'use_dpop_nonce'
  return (
    error instanceof oauth.WWWAuthenticateChallengeError &&
    error.cause.some(({parameters}) => parameters.error === 'use_dpop_nonce')
  )
}
