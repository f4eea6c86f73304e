/**
 * Access tokens: signed by this server, bound to the key of their client, good for half an hour. Each use looks whether
 * the access that they stand for still holds, so what was ended is over at once (`resource.ts`).
 */
import {createECDH, createPrivateKey, sign, type KeyObject} from 'node:crypto'
import {calculateJwkThumbprint, errors, importJWK, jwtVerify, type JWK} from 'jose'
import {toBase64Url} from '#std/encoding/base64.ts'
import {jwsPart} from '#std/encoding/jws.ts'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {sha256} from '#atp/crypto/engine.ts'
import type {Keypair} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {Grant} from '../store/oauth/grant-store.ts'
import {OAuthError} from './oauth-error.ts'

/** The most that the spec allows where ending access counts at once (spec: OAuth, "Tokens and Session Lifetime"). */
export const accessLifeMs = 30 * 60_000
/** Characters, whoever has issued it. */
export const accessTokenLengthMax = 24 * 1024
/** Tokens found good that are held, of some kilobyte each. */
const knownMax = 5_000
/** Older than any token. */
const foreverS = 2 ** 40
const algorithm = 'ES256'
const typ = 'at+jwt'

export interface AccessTokenClaims {
  did: Did
  clientId: string
  /** The access that it stands for. */
  grantId: string
  /** Thumbprint of the key that it is bound to. */
  jkt: string
  /** Its hash, which proofs for it carry. */
  ath: string
}

interface SigningKey {
  /** What every token begins with. */
  header: string
  privateKey: KeyObject
  publicKey: Awaited<ReturnType<typeof importJWK>>
  publicJwk: JWK
}

export interface AccessTokensOptions {
  /** Of P-256. */
  key: Pick<Keypair, 'export'>
  issuer: string
  /** This server's DID: whom the tokens are for. */
  service: Did
  world: Pick<World, 'now' | 'random'>
}

export class AccessTokens {
  readonly #options: AccessTokensOptions
  readonly #known: Lru<string, AccessTokenClaims>
  #key: Promise<SigningKey> | undefined

  constructor(options: AccessTokensOptions) {
    this.#options = options
    this.#known = new Lru({countMax: knownMax, now: options.world.now})
  }

  /** The public key, for those who want to see that a token is ours. */
  async keys(): Promise<readonly JWK[]> {
    return [(await this.#signingKey()).publicJwk]
  }

  /** By hand, and in place: `jose` goes to another thread for it, and a renewal alone would wait for that. */
  async sign(
    {id, did, clientId, jkt}: Pick<Grant, 'id' | 'did' | 'clientId' | 'jkt'>,
    expiresMs: number,
  ): Promise<string> {
    const {issuer, service, world} = this.#options
    const {header, privateKey} = await this.#signingKey()
    // Its scope is kept with the access: with what permission sets hold it would be too long for a header.
    const claims = {
      client_id: clientId,
      sid: id,
      cnf: {jkt},
      jti: toBase64Url(world.random(16)),
      iss: issuer,
      aud: service,
      sub: did,
      iat: Math.floor(world.now() / 1_000),
      exp: Math.floor(expiresMs / 1_000),
    }
    const signed = `${header}.${jwsPart(claims)}`
    const signature = sign('sha256', toUtf8(signed), {key: privateKey, dsaEncoding: 'ieee-p1363'})
    return `${signed}.${toBase64Url(signature)}`
  }

  /** What a token says. Throws `OAuthError` `invalid_token`. `expired` lets an old one pass: to end access it is enough. */
  async verify(token: string, {expired = false} = {}): Promise<AccessTokenClaims> {
    const known = this.#known.get(token)
    if (known) return known
    const {issuer, service, world} = this.#options
    if (token.length > accessTokenLengthMax) throw invalid('The access token was not issued by this server.')
    const {publicKey} = await this.#signingKey()
    const verified = await jwtVerify(token, publicKey, {
      algorithms: [algorithm],
      typ,
      issuer,
      audience: service,
      requiredClaims: ['sub', 'sid', 'client_id', 'cnf', 'exp'],
      currentDate: new Date(world.now()),
      clockTolerance: expired ? foreverS : 0,
    }).catch((error: unknown) => {
      if (error instanceof errors.JWTExpired) throw invalid('The access token has expired: refresh it.')
      if (error instanceof errors.JOSEError)
        throw invalid('The access token was not issued by this server, or not for it.')
      throw error
    })
    const {sub, client_id: clientId, sid, cnf, exp = 0} = verified.payload
    const claims = {
      did: sub as Did,
      clientId: String(clientId),
      grantId: String(sid),
      jkt: String((cnf as {jkt?: unknown}).jkt),
      ath: toBase64Url(sha256(toUtf8(token))),
    }
    if (!expired) this.#known.set(token, claims, exp * 1_000 - world.now())
    return claims
  }

  #signingKey(): Promise<SigningKey> {
    return (this.#key ??= signingKeyOf(this.#options.key.export()))
  }
}

async function signingKeyOf(secret: Uint8Array): Promise<SigningKey> {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(secret)
  const point = new Uint8Array(curve.getPublicKey())
  const bare = {kty: 'EC', crv: 'P-256', x: toBase64Url(point.subarray(1, 33)), y: toBase64Url(point.subarray(33))}
  const kid = await calculateJwkThumbprint(bare)
  return {
    header: jwsPart({alg: algorithm, typ, kid}),
    privateKey: createPrivateKey({key: {...bare, d: toBase64Url(secret)}, format: 'jwk'}),
    publicKey: await importJWK(bare, algorithm),
    publicJwk: {...bare, kid, alg: algorithm, use: 'sig'},
  }
}

const invalid = (description: string): OAuthError => new OAuthError('invalid_token', description, {status: 401})
