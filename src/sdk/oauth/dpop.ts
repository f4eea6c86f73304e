/**
 * Proofs of possession (DPoP, RFC 9449): with each request the client shows, by a signature made for just that request,
 * that it holds the key that its tokens are bound to. Each session has a key of its own.
 */
import {exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK} from 'jose'
import {sha256} from '#atp/crypto/engine.ts'
import {toBase64Url} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'

/** The one algorithm that every server has to know (spec: OAuth, "DPoP"). */
export const dpopAlgorithm = 'ES256'

/** A private key as text, which any store can keep, or one that the browser does not let out, which IndexedDB keeps. */
export type StoredKey = JWK | CryptoKeyPair

const isPair = (stored: StoredKey): stored is CryptoKeyPair => 'privateKey' in stored

export class DpopKey {
  readonly stored: StoredKey
  readonly #key: CryptoKey
  readonly #publicJwk: JWK

  private constructor(stored: StoredKey, key: CryptoKey, {kty, crv, x, y}: JWK) {
    this.stored = stored
    this.#key = key
    this.#publicJwk = {kty, crv, x, y}
  }

  /** A new key; one that is `held` can be used here and never be read. */
  static async make(held: boolean): Promise<DpopKey> {
    const pair = await generateKeyPair(dpopAlgorithm, {extractable: !held})
    return DpopKey.of(held ? (pair as CryptoKeyPair) : await exportJWK(pair.privateKey))
  }

  static async of(stored: StoredKey): Promise<DpopKey> {
    if (isPair(stored)) return new DpopKey(stored, stored.privateKey, await exportJWK(stored.publicKey))
    return new DpopKey(stored, (await importJWK(stored, dpopAlgorithm)) as CryptoKey, stored)
  }

  /** The header `DPoP` of one request: with `accessToken`, of one that shows it. */
  proof(
    {method, url, nonce, accessToken}: {method: string; url: URL; nonce?: string; accessToken?: string},
    world: Pick<World, 'now' | 'random'>,
  ): Promise<string> {
    return new SignJWT({
      jti: toBase64Url(world.random(18)),
      htm: method,
      htu: `${url.origin}${url.pathname}`,
      iat: Math.floor(world.now() / 1000),
      ...(nonce !== undefined && {nonce}),
      ...(accessToken !== undefined && {ath: toBase64Url(sha256(toUtf8(accessToken)))}),
    })
      .setProtectedHeader({alg: dpopAlgorithm, typ: 'dpop+jwt', jwk: this.#publicJwk})
      .sign(this.#key)
  }
}

const originsMax = 1_000
const nonceLengthMax = 1_024

/** The nonces of servers, each the newest of its origin: authorization servers have theirs, and accounts' servers. */
export class DpopNonces {
  readonly #all = new Map<string, string>()

  at(url: URL): string | undefined {
    return this.#all.get(url.origin)
  }

  /** Takes the nonce of an answer, if it has one. */
  learn(url: URL, headers: Headers): void {
    const nonce = headers.get('dpop-nonce')
    if (nonce === null || nonce.length > nonceLengthMax || nonce === this.at(url)) return
    this.#all.delete(url.origin)
    this.#all.set(url.origin, nonce)
    const [oldest] = this.#all.keys()
    if (this.#all.size > originsMax) this.#all.delete(oldest)
  }
}
