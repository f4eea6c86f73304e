/**
 * Whether a request comes from the client that it names. One that can keep a secret signs an assertion with its key for
 * each request (`private_key_jwt`, RFC 7523); any other says only who it is, and is told apart by its redirect URIs.
 */
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  errors,
  importJWK,
  jwtVerify,
  type JWK,
  type JWTPayload,
} from 'jose'
import type {World} from '#std/world.ts'
import {sha256} from '#atp/crypto/engine.ts'
import {toBase64Url} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import type {GrantStore, Once} from '../../store/oauth/grant-store.ts'
import {assertionAlgorithms, clientIdLengthMax, type Client} from './client.ts'
import type {Clients} from './clients.ts'
import {OAuthError} from '../oauth-error.ts'
import type {Form} from '../form.ts'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const assertionLengthMax = 8_192
const jtiLengthMax = 256
/** An assertion is for a request that is made at once. */
const assertionLifeS = 60
/** For clocks that do not agree. */
const toleranceS = 30
/** Bits of an RSA key: a larger one costs more than it protects. */
const modulusLengthMax = 4_096

/** A client that has shown who it is. */
export interface KnownClient {
  client: Client
  /** Thumbprint of the key that it signed with; null for one that has none. */
  clientKey: string | null
  /** What it has signed, for whoever uses that up in the act that it is for. */
  once?: Once
}

export interface ClientAuthOptions {
  /** The one audience that assertions may have. */
  issuer: string
  clients: Pick<Clients, 'find' | 'key'>
  store: Pick<GrantStore, 'useOnce' | 'wasUsed'>
  world: Pick<World, 'now'>
}

export class ClientAuth {
  readonly #options: ClientAuthOptions

  constructor(options: ClientAuthOptions) {
    this.#options = options
  }

  /**
   * The client of a request, whose assertion is then used up. `jkt` is the key of its DPoP proof; `later`: the assertion
   * is to be used up in an act to come, by `once`. Throws `OAuthError`.
   */
  async demand(form: Form, jkt: string | undefined, later = false): Promise<KnownClient> {
    const id = form.demand('client_id', clientIdLengthMax)
    const client = await this.#options.clients.find(id)
    const assertion = form.get('client_assertion', assertionLengthMax)
    const type = form.get('client_assertion_type', 200)
    if (!client.auth) {
      if (assertion === undefined) return {client, clientKey: null}
      throw wrong(
        'This client has none as token_endpoint_auth_method in its metadata, so it must not send a client_assertion.',
      )
    }
    if (assertion === undefined || type !== assertionType) {
      throw wrong(`This client has to send a client_assertion, with ${assertionType} as client_assertion_type.`)
    }
    const {clientKey, once} = await this.#signed(client, assertion)
    const {store} = this.#options
    const isFresh = later ? !(await store.wasUsed(once.key)) : await store.useOnce(once.key, once.untilMs)
    if (!isFresh) throw assertionUsed()
    if (clientKey === jkt) throw wrong('The key of the client_assertion must not be the key of the DPoP proof.')
    return {client, clientKey, ...(later && {once})}
  }

  /** The thumbprint of the key that has signed the assertion, and by what that is told from others. */
  async #signed(client: Client, assertion: string): Promise<{clientKey: string; once: Once}> {
    const {clients, world} = this.#options
    const {alg, kid} = headerOf(assertion)
    if (alg === undefined || alg !== client.auth?.algorithm || !assertionAlgorithms.includes(alg)) {
      throw wrong(
        `The client_assertion has to be signed with ${client.auth?.algorithm}, as the metadata of the client says.`,
      )
    }
    if (typeof kid !== 'string' || kid === '')
      throw wrong('The client_assertion needs the kid of its key in its header.')
    const jwk = await clients.key(client, kid)
    if ((jwk.use ?? 'sig') !== 'sig') throw wrong(`The key ${kid} of this client is not for signatures.`)
    // Base64 of the modulus: three quarters as many bytes.
    if (jwk.kty === 'RSA' && (jwk.n?.length ?? 0) * 6 > modulusLengthMax + 16) {
      throw wrong(`The key ${kid} of this client has more than ${modulusLengthMax} bits.`)
    }
    const {jti} = await this.#verified(client, assertion, alg, jwk)
    if (typeof jti !== 'string' || jti === '' || jti.length > jtiLengthMax)
      throw wrong('The client_assertion needs a jti.')
    // For as long as its time lets it pass, whatever end it has set itself.
    const untilMs = world.now() + (assertionLifeS + 2 * toleranceS) * 1_000
    const key = toBase64Url(sha256(toUtf8(`assertion ${client.id} ${jti}`)))
    return {clientKey: await calculateJwkThumbprint(jwk), once: {key, untilMs}}
  }

  async #verified(client: Client, assertion: string, alg: string, jwk: JWK): Promise<JWTPayload> {
    const {issuer, world} = this.#options
    try {
      const key = await importJWK(numbersOf(jwk), alg)
      const {payload} = await jwtVerify(assertion, key, {
        algorithms: [alg],
        issuer: client.id,
        subject: client.id,
        audience: issuer,
        requiredClaims: ['jti', 'iat'],
        maxTokenAge: assertionLifeS,
        clockTolerance: toleranceS,
        currentDate: new Date(world.now()),
      })
      // One that is for other servers too could be taken to them.
      if (Array.isArray(payload.aud) && payload.aud.length !== 1)
        throw wrong(`The client_assertion has to be for ${issuer} alone.`)
      return payload
    } catch (error) {
      if (error instanceof OAuthError) throw error
      const why = error instanceof errors.JOSEError ? error.message : 'its key cannot be read'
      throw wrong(`The client_assertion does not verify: ${why}. It has to be for ${issuer}, and made at this moment.`)
    }
  }
}

/** The key alone: what else its owner says of it may not be as WebCrypto wants it. */
const numbersOf = ({kty, crv, x, y, n, e}: JWK): JWK => (kty === 'RSA' ? {kty, n, e} : {kty, crv, x, y}) as JWK

function headerOf(assertion: string) {
  try {
    return decodeProtectedHeader(assertion)
  } catch {
    throw wrong('The client_assertion is no JWT.')
  }
}

export const assertionUsed = (): OAuthError =>
  wrong('The client_assertion was used before: make a new one, with a new jti, for each request.')

const wrong = (description: string): OAuthError => new OAuthError('invalid_client', description)
