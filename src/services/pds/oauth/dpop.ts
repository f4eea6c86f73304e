/**
 * Proofs of possession (DPoP, RFC 9449): with each request a client shows, by a signature made for just that request,
 * that it holds the key that its tokens are bound to. A token that was stolen is then of no use.
 */
import {
  calculateJwkThumbprint,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  importJWK,
  jwtVerify,
  type CryptoKey,
} from 'jose'
import {toBase64Url} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {sha256} from '#atp/crypto/engine.ts'
import {Lru} from '#engines/cache/lru.ts'
import {DpopNonces} from './dpop-nonces.ts'
import {OAuthError} from './oauth-error.ts'

/** The one algorithm that every client has to know (spec: OAuth, "DPoP"). */
export const dpopAlgorithm = 'ES256'
/** Real ones have some 600 characters. */
const proofLengthMax = 4_096
const jtiLengthMax = 256
/** A proof is fresh by its nonce; its own time only has to be of these minutes, for clocks that are not set. */
const clockToleranceMs = 300_000
const keysMax = 5_000

interface HeldKey {
  key: CryptoKey
  /** Thumbprint of the key (RFC 7638), by which tokens are bound to it. */
  jkt: string
}

export interface DpopProof {
  jkt: string
}

export interface ProofRequest {
  method: string
  /** Of the request, at the public address of this server. Query and fragment do not count. */
  url: URL
  /** The header `DPoP`. */
  proof: string
  /** The access token that comes along, at a resource. */
  accessToken?: string
}

export class Dpop {
  readonly #world: Pick<World, 'now' | 'random'>
  readonly #nonces: DpopNonces
  /** Keys that were imported, which costs half as much as a check. */
  readonly #keys: Lru<string, HeldKey>

  constructor(world: Pick<World, 'now' | 'random'>, nonces = new DpopNonces(world)) {
    this.#world = world
    this.#nonces = nonces
    this.#keys = new Lru({countMax: keysMax, now: world.now})
  }

  /** For the header `DPoP-Nonce` of every answer. */
  nonce(): string {
    return this.#nonces.current()
  }

  /** Which key the sender holds. Throws `OAuthError` `use_dpop_nonce` or `invalid_dpop_proof`. */
  async check({method, url, proof, accessToken}: ProofRequest): Promise<DpopProof> {
    const {nonce, jti} = this.#claims(proof, method, url, accessToken)
    const held = await this.#keyOf(proof)
    await jwtVerify(proof, held.key, {
      algorithms: [dpopAlgorithm],
      typ: 'dpop+jwt',
      currentDate: new Date(this.#world.now()),
    }).catch((error: unknown) => {
      if (error instanceof errors.JOSEError) throw invalid(`The DPoP proof does not verify: ${error.message}.`)
      throw error
    })
    // Only now, so that nobody can use up what another has signed.
    if (!this.#nonces.use(nonce, `${held.jkt} ${jti}`)) {
      throw invalid('The DPoP proof was used before: make a new one, with a new jti, for each request.')
    }
    return {jkt: held.jkt}
  }

  /** What a proof says of its request. Checked before its signature: it costs less. */
  #claims(proof: string, method: string, url: URL, accessToken: string | undefined): {nonce: string; jti: string} {
    if (proof.length > proofLengthMax) throw invalid(`The DPoP proof has more than ${proofLengthMax} characters.`)
    const {htm, htu, jti, iat, nonce, ath} = claimsOf(proof)
    if (typeof jti !== 'string' || jti === '' || jti.length > jtiLengthMax) {
      throw invalid(`The DPoP proof needs a jti of 1 to ${jtiLengthMax} characters.`)
    }
    if (htm !== method) throw invalid(`The DPoP proof is for the method ${String(htm)}: its htm has to be ${method}.`)
    const at = `${url.origin}${url.pathname}`
    if (typeof htu !== 'string' || placeOf(htu) !== at)
      throw invalid(`The DPoP proof is for another URL: its htu has to be ${at}.`)
    if (typeof iat !== 'number') throw invalid('The DPoP proof needs an iat.')
    if (typeof nonce !== 'string' || !this.#nonces.isGood(nonce)) {
      const what =
        nonce === undefined ? 'The DPoP proof needs a nonce' : 'The nonce of the DPoP proof is not good any more'
      throw new OAuthError('use_dpop_nonce', `${what}: take the one in the header DPoP-Nonce of this answer.`)
    }
    if (Math.abs(iat * 1_000 - this.#world.now()) > clockToleranceMs) {
      throw invalid('The DPoP proof was made at another time: look at the clock of the client.')
    }
    if (accessToken === undefined ? ath !== undefined : ath !== toBase64Url(sha256(toUtf8(accessToken)))) {
      throw invalid(
        accessToken === undefined
          ? 'The DPoP proof has an ath, but no access token comes with it.'
          : 'The DPoP proof is for another access token: its ath has to be the SHA-256 of this one.',
      )
    }
    return {nonce, jti}
  }

  async #keyOf(proof: string): Promise<HeldKey> {
    const {jwk} = headerOf(proof)
    if (!jwk || jwk.kty !== 'EC' || jwk.crv !== 'P-256' || !isCoordinate(jwk.x) || !isCoordinate(jwk.y)) {
      throw invalid('The DPoP proof needs its public key, of P-256, in the header jwk.')
    }
    if ('d' in jwk)
      throw invalid('The header jwk of the DPoP proof holds a private key. It is not secret any more: make another.')
    const name = `${jwk.x}.${jwk.y}`
    const known = this.#keys.get(name)
    if (known) return known
    const bare = {kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y}
    const key = await importJWK(bare, dpopAlgorithm).catch((error: unknown) => {
      throw invalid('The public key of the DPoP proof is no point of P-256.', error)
    })
    const held = {key: key as CryptoKey, jkt: await calculateJwkThumbprint(bare)}
    this.#keys.set(name, held)
    return held
  }
}

function headerOf(proof: string) {
  const header = decodedOr(() => decodeProtectedHeader(proof))
  if (header.typ !== 'dpop+jwt') throw invalid('The DPoP proof needs the typ dpop+jwt.')
  if (header.alg !== dpopAlgorithm) throw invalid(`The DPoP proof has to be signed with ${dpopAlgorithm}.`)
  return header
}

const claimsOf = (proof: string) => {
  headerOf(proof)
  return decodedOr(() => decodeJwt(proof))
}

function decodedOr<T>(decode: () => T): T {
  try {
    return decode()
  } catch {
    throw invalid('The header DPoP holds no JWT.')
  }
}

/** 32 bytes in base64url. */
const isCoordinate = (text: unknown): text is string => typeof text === 'string' && /^[\w-]{43}$/.test(text)

/** A URL without query and fragment; real clients leave them in at times. */
function placeOf(htu: string): string | undefined {
  const url = URL.parse(htu)
  return url && url.username === '' && url.password === '' ? `${url.origin}${url.pathname}` : undefined
}

const invalid = (description: string, cause?: unknown): OAuthError =>
  new OAuthError('invalid_dpop_proof', description, {cause})
