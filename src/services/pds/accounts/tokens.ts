/**
 * The session tokens of password logins: signed by this server for itself, so a shared secret does (HS256). An access
 * token says by its scope what its holder may do; a refresh token is kept in the store and good for one renewal.
 */
import {createHmac, createSecretKey, timingSafeEqual, type KeyObject} from 'node:crypto'
import {fromBase64Url} from '#std/encoding/base64.ts'
import {jwsPart} from '#std/encoding/jws.ts'
import {fromUtf8} from '#std/text.ts'
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

const algorithm = 'HS256'

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
  /** Made ready once: that takes as long as a code. */
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

  async access(did: Did, scope: AccessScope, epoch: number): Promise<string> {
    // Most accounts are in their first, as all tokens of before were.
    return this.#sign({scope, ...(epoch > 0 && {epoch})}, 'at+jwt', did, this.#world.now() + accessLifeMs)
  }

  async refresh(did: Did, id: string, expiresMs: number): Promise<string> {
    return this.#sign({scope: refreshScope, jti: id}, 'refresh+jwt', did, expiresMs)
  }

  /** Who holds this access token. Throws `Refusal` `token-expired` or `bad-token`. */
  async verifyAccess(token: string): Promise<TokenClaims> {
    const known = this.#known.get(token)
    if (known) return known
    const {sub, scope, exp, epoch = 0} = this.#verify(token, 'at+jwt')
    if (!isAccessScope(scope) || typeof epoch !== 'number') throw invalid()
    const claims = {did: sub as Did, scope, epoch}
    this.#known.set(token, claims, exp * 1000 - this.#world.now())
    return claims
  }

  /** `expired` lets an old token pass: to end a session it is good enough. */
  async verifyRefresh(token: string, {expired = false} = {}): Promise<RefreshClaims> {
    const {sub, scope, jti} = this.#verify(token, 'refresh+jwt', expired)
    if (scope !== refreshScope || typeof jti !== 'string') throw invalid()
    return {did: sub as Did, id: jti}
  }

  /** By hand: `jose` goes to another thread for each, which takes longer than the code itself. */
  #sign(claims: {scope: string; jti?: string; epoch?: number}, typ: string, did: Did, expiresMs: number): string {
    const iat = Math.floor(this.#world.now() / 1000)
    const payload = {...claims, sub: did, aud: this.#service, iat, exp: Math.floor(expiresMs / 1000)}
    const signed = `${jwsPart({alg: algorithm, typ})}.${jwsPart(payload)}`
    return `${signed}.${this.#codeOf(signed).toString('base64url')}`
  }

  #verify(token: string, typ: string, expired = false): Payload {
    const [header = '', payload = '', code = '', ...more] = token.split('.')
    const given = fromBase64Url(code)
    const made = this.#codeOf(`${header}.${payload}`)
    if (more.length > 0 || given?.length !== made.length || !timingSafeEqual(given, made)) throw invalid()
    // From here on it is a text of ours; but of another kind, maybe, or for the server that this one was before.
    const kind = readJwsPart(header)
    const {sub, aud, exp, ...claims} = readJwsPart(payload)
    if (kind.alg !== algorithm || kind.typ !== typ || aud !== this.#service) throw invalid()
    if (typeof sub !== 'string' || typeof exp !== 'number') throw invalid()
    if (!expired && exp <= Math.floor(this.#world.now() / 1000)) {
      throw new Refusal('token-expired', 'The token has expired; refresh the session.')
    }
    return {...claims, sub, exp}
  }

  #codeOf(signed: string): Buffer {
    return createHmac('sha256', this.#secret).update(signed).digest()
  }
}

interface Payload {
  sub: string
  exp: number
  scope?: unknown
  jti?: unknown
  epoch?: unknown
}

/** What stands in a part that this server has made, which the code after it shows. */
const readJwsPart = (text: string): Record<string, unknown> =>
  JSON.parse(fromUtf8(fromBase64Url(text) ?? new Uint8Array()) ?? '{}') as Record<string, unknown>

const invalid = (): Refusal => new Refusal('bad-token', 'This token was not issued by this server.')
