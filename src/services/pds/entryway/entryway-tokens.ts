/**
 * Tokens of an entryway: accounts log in there and not here, with passwords or for apps, and its key vouches for both
 * (ES256K). They are for this server or for the entryway, which passes calls on.
 */
import type {World} from '#std/world.ts'
import {fromBase64Url, toBase64Url} from '#std/encoding/base64.ts'
import {fromUtf8, toUtf8, jsonOf} from '#std/text.ts'
import {sha256} from '#atp/crypto/engine.ts'
import {type PublicKey, verifySignature} from '#atp/crypto/key.ts'
import {isDid, type Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import {accessTokenLengthMax, type AccessTokenClaims} from '../oauth/access-tokens.ts'
import {OAuthError} from '../oauth/oauth-error.ts'
import {Refusal} from '../refusal.ts'
import {isAccessScope, type AccessClaims} from '../accounts/tokens.ts'

const knownMax = 5_000
const algorithm = 'ES256K'
const typ = 'at+jwt'

interface Payload {
  sub?: unknown
  aud?: unknown
  exp?: unknown
  scope?: unknown
  client_id?: unknown
  cnf?: {jkt?: unknown}
}

export interface EntrywayTokensOptions {
  key: PublicKey
  /** DIDs that a token may be for: this server's, and the entryway's. */
  audiences: readonly Did[]
  world: Pick<World, 'now'>
}

export class EntrywayTokens {
  readonly #options: EntrywayTokensOptions
  /** Payloads of tokens that were found good, until they run out. */
  readonly #known: Lru<string, Payload & {sub: Did}>

  constructor(options: EntrywayTokensOptions) {
    this.#options = options
    this.#known = new Lru({countMax: knownMax, now: options.world.now})
  }

  /** Whose session it is. Throws `Refusal` `token-expired` or `bad-token`. */
  async verifyAccess(token: string): Promise<AccessClaims> {
    const {sub, scope} = this.#verified(token)
    if (!isAccessScope(scope)) throw bad()
    return {did: sub, scope}
  }

  /**
   * Those for apps, whose grant is their scope, or a reference to it: it is all that they stand for. `verify` throws
   * `OAuthError` `invalid_token`, after which an app renews its own.
   */
  readonly ofClients = {
    verify: async (token: string): Promise<AccessTokenClaims> => {
      try {
        return this.#clientClaims(token)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        throw new OAuthError('invalid_token', error.message, {status: 401})
      }
    },
  }

  #clientClaims(token: string): AccessTokenClaims {
    const {sub, scope, client_id: clientId, cnf} = this.#verified(token)
    const jkt = cnf?.jkt
    if (typeof scope !== 'string' || typeof clientId !== 'string' || typeof jkt !== 'string') throw bad()
    return {did: sub, clientId, grantId: scope, jkt, ath: toBase64Url(sha256(toUtf8(token)))}
  }

  #verified(token: string): Payload & {sub: Did} {
    const known = this.#known.get(token)
    if (known) return known
    const {key, audiences, world} = this.#options
    const [head, body, signature, more] = token.length > accessTokenLengthMax ? [] : token.split('.', 4)
    const header = partOf(head) as {alg?: unknown; typ?: unknown} | undefined
    const bytes = fromBase64Url(signature ?? '')
    if (more !== undefined || header?.alg !== algorithm || header.typ !== typ || bytes?.length !== 64) throw bad()
    if (!verifySignature(key, toUtf8(`${head}.${body}`), bytes)) throw bad()
    const payload = partOf(body) as Payload | undefined
    const {sub, aud, exp} = payload ?? {}
    if (typeof sub !== 'string' || !isDid(sub) || typeof exp !== 'number') throw bad()
    const leftMs = exp * 1000 - world.now()
    if (leftMs <= 0) throw new Refusal('token-expired', 'The token has expired; refresh it.')
    if (![aud].flat().some(one => audiences.some(did => did === one))) throw bad()
    const good = {...payload, sub}
    this.#known.set(token, good, leftMs)
    return good
  }
}

function partOf(text: string | undefined): unknown {
  const value = jsonOf(fromUtf8(fromBase64Url(text ?? '') ?? new Uint8Array()))
  return typeof value === 'object' && value !== null ? value : undefined
}

const bad = (): Refusal => new Refusal('bad-token', 'The token is not one of the entryway, or not for this server.')
