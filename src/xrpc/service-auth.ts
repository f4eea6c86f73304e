/**
 * Service auth: the short-lived JWT by which one service calls another on behalf of an account, signed with the
 * account's own key (spec: XRPC, "Inter-Service Authentication"). Both directions are here: `mintServiceToken` and
 * `verifyServiceToken`. The verifier is as strict as the spec and as lenient as the official one where the network
 * needs it: high-S signatures pass, a missing `kid` means `#atproto`, and `iss` may still name `#atproto_labeler`.
 */
import {sha256} from '#atp/crypto/engine.ts'
import type {Curve} from '#atp/crypto/primitives.ts'
import {type Keypair, type PublicKey, verifySignature} from '#atp/crypto/key.ts'
import {type Did, isDid} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {fromBase64Url, toBase64Url} from '#std/encoding/base64.ts'
import {jwsPart} from '#std/encoding/jws.ts'
import {equalBytes, toHex} from '#std/bytes.ts'
import {fromLatin1, fromUtf8, toUtf8, jsonOf} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {refused, type Explained, type Result} from '#std/result.ts'
import {XrpcError} from './errors.ts'

const algorithms: Readonly<Record<Curve, string>> = {k256: 'ES256K', p256: 'ES256'}
/** Two DIDs of 2,048 characters, in base64, and the rest. Real tokens have about 400. */
const tokenSizeMax = 8192
const tooLong = `The token is longer than ${tokenSizeMax} characters.`
const lifetimeSeconds = 60

/** What nearly every token of ours begins with. */
const usualHeaders: Readonly<Record<Curve, string>> = {
  k256: jwsPart({typ: 'JWT', alg: algorithms.k256}),
  p256: jwsPart({typ: 'JWT', alg: algorithms.p256}),
}

export interface TokenRequest {
  /** The account on whose behalf the call is made, and whose key signs. */
  iss: Did
  /** The service called: its DID, with the fragment of the service entry (`did:web:example.com#bsky_appview`). */
  aud: string
  /** The method called. Only a token that authorises more than one method goes without. */
  lxm?: Nsid
  keypair: Pick<Keypair, 'curve' | 'sign'>
  /** The key's name in the issuer's document, `#atproto_label` for one; left out for `#atproto`. */
  kid?: string
  /** Seconds since 1970; a minute from now by default. */
  exp?: number
}

export function mintServiceToken(world: Pick<World, 'now' | 'random'>, request: TokenRequest): string {
  const {iss, aud, lxm, keypair, kid} = request
  const iat = Math.floor(world.now() / 1000)
  const exp = request.exp ?? iat + lifetimeSeconds
  const {curve} = keypair
  const header = kid === undefined ? usualHeaders[curve] : jwsPart({typ: 'JWT', alg: algorithms[curve], kid})
  const claims = {iat, iss, aud, exp, lxm, jti: toHex(world.random(16))}
  const signed = `${header}.${jwsPart(claims)}`
  return `${signed}.${toBase64Url(keypair.sign(toUtf8(signed)))}`
}

/** What a verified token says. */
export interface ServiceClaims {
  /** The account, without any fragment. */
  iss: Did
  /** The key that signed, with its `#`. */
  kid: string
  /** The audience as written, with or without the fragment of a service. */
  aud: string
  /** Seconds since 1970. */
  exp: number
  iat: number | undefined
  lxm: string | undefined
  jti: string | undefined
}

export type ServiceAuthFault =
  | 'MissingJwt'
  | 'BadJwt'
  | 'BadJwtType'
  | 'JwtExpired'
  | 'BadJwtAudience'
  | 'BadJwtIss'
  | 'BadJwtLexiconMethod'
  | 'BadJwtSignature'
  | 'UntrustedIss'

/** `reason` is the error name of the official verifier, which clients know. */
export type Verified = Result<{claims: ServiceClaims}, Explained<ServiceAuthFault>>

export interface VerifyOptions {
  world: Pick<World, 'now'>
  /** The audiences that are us: `did#service`, and the bare DID where callers of before 2026 are still served. */
  audiences: readonly string[]
  /** The method being called; `null` accepts a token for any method. */
  lxm: string | null
  /**
   * The issuer's key of that name (`#atproto`), from its DID document; `undefined` when it has none. `fresh` asks past
   * any cache: it is set when the cached key did not match, for the key may just have been rotated.
   */
  keyOf: (iss: Did, kid: string, fresh: boolean) => Promise<PublicKey | undefined>
  /** Names of keys that may sign here; only `#atproto` by default. */
  keyNames?: readonly string[]
  /** Refuses the second form of a signature (spec: cryptography, "low-S"), which others than its maker can write. */
  lowS?: boolean
  /** Issuers to serve; everyone by default. */
  trusts?: (iss: Did) => boolean
  /** Refuses a token that was seen before. */
  replays?: ReplayGuard
}

interface Parsed {
  algorithm: string
  claims: ServiceClaims
  message: Uint8Array
  signature: Uint8Array
}

function parseObject(part: string): Record<string, unknown> | undefined {
  const bytes = fromBase64Url(part)
  const json = bytes && jsonOf(fromUtf8(bytes))
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? {...json} : undefined
}

const isText = (json: unknown): json is string => typeof json === 'string'
const isTextOrNone = (json: unknown): json is string | undefined => json === undefined || isText(json)

/** Splits `iss` into the account and the key it names: the spec dropped this form, labelers still send it. */
function issuerOf(iss: string, kid: string | undefined): {iss: Did; kid: string} | undefined {
  const labeler = iss.endsWith('#atproto_labeler')
  const did = labeler ? iss.slice(0, -'#atproto_labeler'.length) : iss
  return isDid(did) ? {iss: did, kid: kid ?? (labeler ? '#atproto_label' : '#atproto')} : undefined
}

const bad = (detail: string): Explained<ServiceAuthFault> => refused('BadJwt', detail)

/** Reads a token without any trust in it. Never throws. */
function parseToken(token: string): Parsed | Explained<ServiceAuthFault> {
  if (token.length > tokenSizeMax) return bad(tooLong)
  const parts = token.split('.')
  if (parts.length !== 3) return bad('A token has three parts.')
  const header = parseObject(parts[0])
  const body = parseObject(parts[1])
  const signature = fromBase64Url(parts[2])
  if (!header || !body || !signature) return bad('The parts of a token are base64url without padding, two of JSON.')
  const {typ, alg, kid, crit} = header
  // Access, refresh and DPoP tokens are signed JWTs too, and say so here: none of them may pass for a service token.
  if (typ !== undefined && !(isText(typ) && typ.toUpperCase() === 'JWT')) {
    return refused('BadJwtType', 'The "typ" of a service token is "JWT".')
  }
  if (!isText(alg)) return bad('"alg" is missing.')
  if (crit !== undefined) return bad('"crit" asks for an extension that is unknown here.')
  if (!isTextOrNone(kid)) return bad('"kid" is not a text.')
  const {iss, aud, exp, iat, lxm, jti} = body
  if (!isText(iss) || !isText(aud) || typeof exp !== 'number') return bad('"iss", "aud" or "exp" is missing.')
  if (!isTextOrNone(lxm) || !isTextOrNone(jti)) return bad('"lxm" or "jti" is not a text.')
  if (iat !== undefined && typeof iat !== 'number') return bad('"iat" is not a number.')
  const issuer = issuerOf(iss, kid)
  if (!issuer) return refused('BadJwtIss', '"iss" is not a DID.')
  const claims = {...issuer, aud, exp, iat, lxm, jti}
  return {algorithm: alg, claims, message: toUtf8(`${parts[0]}.${parts[1]}`), signature}
}

const signedBy = (key: PublicKey, {algorithm, message, signature}: Parsed, highS: boolean): boolean =>
  algorithms[key.curve] === algorithm && verifySignature(key, message, signature, {highS})

/** Checks a token in every respect. Rejects only when `keyOf` does; a bad token is a value. */
export async function verifyServiceToken(token: string, options: VerifyOptions): Promise<Verified> {
  const {world, audiences, lxm, keyOf, keyNames = ['#atproto'], trusts, replays} = options
  const highS = options.lowS !== true
  const parsed = parseToken(token)
  if ('ok' in parsed) return parsed
  const {claims} = parsed
  const nowSeconds = world.now() / 1000
  if (nowSeconds > claims.exp) return refused('JwtExpired', 'The token has expired.')
  if (!audiences.includes(claims.aud)) return refused('BadJwtAudience', `The token is for ${claims.aud}, not for us.`)
  if (lxm !== null && claims.lxm !== lxm) {
    return refused('BadJwtLexiconMethod', `The token is for ${claims.lxm ?? 'no method'}, not for ${lxm}.`)
  }
  if (!keyNames.includes(claims.kid)) return refused('BadJwtIss', `The key ${claims.kid} may not sign for this.`)
  if (trusts && !trusts(claims.iss)) return refused('UntrustedIss', `${claims.iss} is not served here.`)
  const key = await keyOf(claims.iss, claims.kid, false)
  if (!key || !signedBy(key, parsed, highS)) {
    const fresh = await keyOf(claims.iss, claims.kid, true)
    if (!fresh) return refused('BadJwtIss', `${claims.iss} has no key ${claims.kid}.`)
    const same = key !== undefined && key.curve === fresh.curve && equalBytes(key.bytes, fresh.bytes)
    if (same || !signedBy(fresh, parsed, highS))
      return refused('BadJwtSignature', 'The signature is not by the issuer.')
  }
  // Last, so that only tokens that are good are remembered, and nobody can fill the memory with others.
  if (replays && !replays.admit(claims, nowSeconds)) return refused('BadJwt', 'The token was used before.')
  return {ok: true, claims}
}

/** The token of `Authorization: Bearer …`, whatever the case of the scheme. */
export function bearerToken(headers: Headers): string | undefined {
  const [, token] = /^bearer +([^\s]+) *$/i.exec(headers.get('authorization') ?? '') ?? []
  return token
}

/** As `bearerToken`. Throws `XrpcError` 401 `BadJwt` for one too long for a service token, before anybody looks at it. */
export function serviceToken(headers: Headers): string | undefined {
  const token = bearerToken(headers)
  if (token !== undefined && token.length > tokenSizeMax) throw new XrpcError('BadJwt', tooLong)
  return token
}

/** The claims of the request's token. Throws `XrpcError` 401 by the name of the fault. */
export async function requireServiceToken(request: Request, options: VerifyOptions): Promise<ServiceClaims> {
  const token = bearerToken(request.headers)
  if (token === undefined) throw new XrpcError('MissingJwt', 'A service token is needed here.')
  const verified = await verifyServiceToken(token, options)
  if (!verified.ok) throw new XrpcError(verified.reason, verified.detail)
  return verified.claims
}

/**
 * Remembers the tokens of the recent past, so that each is good for one use (spec: `jti`). Bounded: when it is full
 * of tokens that are still good, the oldest is forgotten and could be used once more before it expires.
 */
export class ReplayGuard {
  readonly #countMax: number
  /** A hash of issuer and `jti`, since both may be long, → `exp`; the oldest first. */
  readonly #seen = new Map<string, number>()

  constructor(countMax = 100_000) {
    this.#countMax = countMax
  }

  /** False when the token was seen before or has no `jti`. `nowSeconds` since 1970. */
  admit({iss, jti, exp}: Pick<ServiceClaims, 'iss' | 'jti' | 'exp'>, nowSeconds: number): boolean {
    if (jti === undefined) return false
    const key = fromLatin1(sha256(toUtf8(`${iss} ${jti}`)), 0, 32)
    if (this.#seen.has(key)) return false
    for (const [oldest, expiry] of this.#seen) {
      if (expiry >= nowSeconds && this.#seen.size < this.#countMax) break
      this.#seen.delete(oldest)
    }
    this.#seen.set(key, exp)
    return true
  }
}
