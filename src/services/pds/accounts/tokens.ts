/**
 * The session tokens of password logins: signed by this server for itself, so a shared secret does (HS256). An access
 * token says by its scope what its holder may do; a refresh token is kept in the store and good for one renewal.
 */
import {createSecretKey, type KeyObject} from 'node:crypto'
import {jwtVerify, SignJWT, errors} from 'jose'
import type {World} from '#std/world.ts'
import {toBase32} from '#std/encoding/base32.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import {Refusal} from '../refusal.ts'

/** Scopes of access tokens, the widest first. The last is for the owner of an account that was taken down, to leave. */
const accessScopes = [
  'com.atproto.access',
  'com.atproto.appPassPrivileged',
  'com.atproto.appPass',
  'com.atproto.takendown',
] as const
export type AccessScope = (typeof accessScopes)[number]
export const isAccessScope = (scope: unknown): scope is AccessScope => accessScopes.some(one => one === scope)
/** Of whoever calls: an app that acts for the account has permissions instead (`permissions/asker.ts`). */
export type CallerScope = AccessScope | 'oauth'
const refreshScope = 'com.atproto.refresh'

const minuteMs = 60_000
const accessLifeMs = 120 * minuteMs
export const refreshLifeMs = 90 * 24 * 60 * minuteMs
/** A refresh token that was used already gives the same successor for so long: a lost answer logs nobody out. */
export const refreshGraceMs = 120 * minuteMs

/** To whoever lives then, no token has run out. */
const beginningOfTime = new Date(-8_640_000_000_000_000)

/** Verified access tokens held, of some 300 bytes each. */
const knownMax = 5_000

export interface AccessClaims {
  did: Did
  scope: AccessScope
}

export interface TokenClaims extends AccessClaims {
  /** The account's, when the token was made: see `Account.sessionEpoch`. */
  epoch: number
}

export interface RefreshClaims {
  did: Did
  id: string
}

export class Tokens {
  /** Made ready once: jose would do so for each token. */
  readonly #secret: KeyObject
  readonly #service: Did
  readonly #world: Pick<World, 'now' | 'random'>
  /** Access tokens found good, until they run out: to verify one costs as much as the rest of a small call. */
  readonly #known: Lru<string, TokenClaims>

  /** `secret` is 32 bytes; `service` is this server's DID. */
  constructor(secret: Uint8Array, service: Did, world: Pick<World, 'now' | 'random'>) {
    this.#secret = createSecretKey(secret)
    this.#service = service
    this.#world = world
    this.#known = new Lru({countMax: knownMax, now: world.now})
  }

  newRefreshId(): string {
    return toBase32(this.#world.random(32))
  }

  access(did: Did, scope: AccessScope, epoch: number): Promise<string> {
    // Most accounts are in their first, as all tokens of before were.
    return this.#sign({scope, ...(epoch > 0 && {epoch})}, 'at+jwt', did, this.#world.now() + accessLifeMs)
  }

  refresh(did: Did, id: string, expiresMs: number): Promise<string> {
    return this.#sign({scope: refreshScope, jti: id}, 'refresh+jwt', did, expiresMs)
  }

  /** Who holds this access token. Throws `Refusal` `token-expired` or `bad-token`. */
  async verifyAccess(token: string): Promise<TokenClaims> {
    const known = this.#known.get(token)
    if (known) return known
    const {sub, scope, exp = 0, epoch = 0} = await this.#verify(token, 'at+jwt')
    if (!isAccessScope(scope) || typeof epoch !== 'number') throw invalid()
    const claims = {did: sub as Did, scope, epoch}
    this.#known.set(token, claims, exp * 1000 - this.#world.now())
    return claims
  }

  /** `expired` lets an old token pass: to end a session it is good enough. */
  async verifyRefresh(token: string, {expired = false} = {}): Promise<RefreshClaims> {
    const {sub, scope, jti} = await this.#verify(token, 'refresh+jwt', expired)
    if (scope !== refreshScope || jti === undefined) throw invalid()
    return {did: sub as Did, id: jti}
  }

  #sign(
    claims: {scope: string; jti?: string; epoch?: number},
    typ: string,
    did: Did,
    expiresMs: number,
  ): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({alg: 'HS256', typ})
      .setSubject(did)
      .setAudience(this.#service)
      .setIssuedAt(Math.floor(this.#world.now() / 1000))
      .setExpirationTime(Math.floor(expiresMs / 1000))
      .sign(this.#secret)
  }

  async #verify(token: string, typ: string, expired = false) {
    try {
      const {payload} = await jwtVerify(token, this.#secret, {
        algorithms: ['HS256'],
        typ,
        audience: this.#service,
        requiredClaims: ['sub', 'exp'],
        currentDate: expired ? beginningOfTime : new Date(this.#world.now()),
      })
      return payload
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw new Refusal('token-expired', 'The token has expired; refresh the session.')
      if (error instanceof errors.JOSEError) throw invalid()
      throw error
    }
  }
}

const invalid = (): Refusal => new Refusal('bad-token', 'This token was not issued by this server.')
