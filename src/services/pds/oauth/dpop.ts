/**
 * Proofs of possession (DPoP, RFC 9449): with each request a client shows, by a signature made for just that request,
 * that it holds the key that its tokens are bound to. A token that was stolen is then of no use.
 */
import {createPublicKey, verify, type KeyObject} from 'node:crypto'
import {calculateJwkThumbprint, decodeJwt, decodeProtectedHeader} from 'jose'
import {fromBase64Url} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
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
/** Characters; real ones have some 250. Of a longer one the key is read from each proof anew. */
const heldHeaderLengthMax = 512

interface ProofKey {
  kty: 'EC'
  crv: 'P-256'
  x: string
  y: string
}

interface HeldKey {
  key: KeyObject
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
  /** The hash of the access token that comes along, at a resource. */
  ath?: string
}

export class Dpop {
  readonly #world: Pick<World, 'now' | 'random'>
  readonly #nonces: DpopNonces
  /** Keys that have signed, by the headers that named them: to read one and import it costs as much as a check. */
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
  async check({method, url, proof, ath}: ProofRequest): Promise<DpopProof> {
    if (proof.length > proofLengthMax) throw invalid(`The DPoP proof has more than ${proofLengthMax} characters.`)
    const header = proof.slice(0, proof.indexOf('.'))
    const named = this.#keys.get(header) ?? keyIn(proof)
    // Before the signature: it costs less.
    const {nonce, jti} = this.#claims(proof, method, url, ath)
    const held = 'jkt' in named ? named : await heldKeyOf(named)
    if (!isSigned(proof, held.key)) throw invalid('The DPoP proof does not verify: its key has not signed it.')
    if (held !== named && header.length <= heldHeaderLengthMax) this.#keys.set(header, held)
    // Only now, so that nobody can use up what another has signed.
    if (!this.#nonces.use(nonce, `${held.jkt} ${jti}`)) {
      throw invalid('The DPoP proof was used before: make a new one, with a new jti, for each request.')
    }
    return {jkt: held.jkt}
  }

  /** What a proof says of its request. */
  #claims(proof: string, method: string, url: URL, token: string | undefined): {nonce: string; jti: string} {
    const {htm, htu, jti, iat, nonce, ath} = decodedOr(() => decodeJwt(proof))
    if (typeof jti !== 'string' || jti === '' || jti.length > jtiLengthMax) {
      throw invalid(`The DPoP proof needs a jti of 1 to ${jtiLengthMax} characters.`)
    }
    if (htm !== method) throw invalid(`The DPoP proof is for the method ${String(htm)}: its htm has to be ${method}.`)
    const at = `${url.origin}${url.pathname}`
    if (typeof htu !== 'string' || (htu !== at && placeOf(htu) !== at)) {
      throw invalid(`The DPoP proof is for another URL: its htu has to be ${at}.`)
    }
    if (typeof iat !== 'number') throw invalid('The DPoP proof needs an iat.')
    if (typeof nonce !== 'string' || !this.#nonces.isGood(nonce)) {
      const what =
        nonce === undefined ? 'The DPoP proof needs a nonce' : 'The nonce of the DPoP proof is not good any more'
      throw new OAuthError('use_dpop_nonce', `${what}: take the one in the header DPoP-Nonce of this answer.`)
    }
    if (Math.abs(iat * 1_000 - this.#world.now()) > clockToleranceMs) {
      throw invalid('The DPoP proof was made at another time: look at the clock of the client.')
    }
    if (ath !== token) {
      throw invalid(
        token === undefined
          ? 'The DPoP proof has an ath, but no access token comes with it.'
          : 'The DPoP proof is for another access token: its ath has to be the SHA-256 of this one.',
      )
    }
    return {nonce, jti}
  }
}

const heldKeyOf = async (jwk: ProofKey): Promise<HeldKey> => ({
  key: publicKeyOf(jwk),
  jkt: await calculateJwkThumbprint(jwk),
})

/** The key that a proof names, of which nothing but its numbers is taken. */
function keyIn(proof: string): ProofKey {
  const {typ, alg, crit, jwk} = decodedOr(() => decodeProtectedHeader(proof))
  if (typ !== 'dpop+jwt') throw invalid('The DPoP proof needs the typ dpop+jwt.')
  if (alg !== dpopAlgorithm) throw invalid(`The DPoP proof has to be signed with ${dpopAlgorithm}.`)
  if (crit !== undefined) throw invalid('The DPoP proof has a crit in its header, and nothing there is known here.')
  if (!jwk || jwk.kty !== 'EC' || jwk.crv !== 'P-256' || !isCoordinate(jwk.x) || !isCoordinate(jwk.y)) {
    throw invalid('The DPoP proof needs its public key, of P-256, in the header jwk.')
  }
  if ('d' in jwk) {
    throw invalid('The header jwk of the DPoP proof holds a private key. It is not secret any more: make another.')
  }
  return {kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y}
}

function publicKeyOf(jwk: ProofKey): KeyObject {
  try {
    return createPublicKey({key: {...jwk}, format: 'jwk'})
  } catch (error) {
    throw invalid('The public key of the DPoP proof is no point of P-256.', error)
  }
}

/** Whether this key has signed a compact JWS. By hand: `jose` takes half as long again, and this is done with each call. */
function isSigned(jws: string, key: KeyObject): boolean {
  const end = jws.lastIndexOf('.')
  const signature = fromBase64Url(jws.slice(end + 1))
  if (signature?.length !== 64) return false
  return verify('sha256', toUtf8(jws.slice(0, end)), {key, dsaEncoding: 'ieee-p1363'}, signature)
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
