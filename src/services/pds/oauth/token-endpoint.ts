/**
 * From a code to tokens, from tokens to newer ones, and to their end (RFC 6749, sections 4.1.3 and 6; RFC 7009). What a
 * code or refresh token is good for is bound to the client, its key, and the key of its proofs; one that comes back from
 * the wrong place ends the access, for then two have it.
 */
import {timingSafeEqual} from 'node:crypto'
import {sha256} from '#atp/crypto/engine.ts'
import {fromBase64Url, toBase64Url} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import type {AuthorizedRequest, Grant, GrantStore} from '../store/oauth/grant-store.ts'
import {accessLifeMs, accessTokenLengthMax, type AccessTokens} from './access-tokens.ts'
import type {AuthorizationParameters} from './authorization-parameters.ts'
import {hashOf} from './authorizations.ts'
import {isConfidential} from './clients/client.ts'
import {assertionUsed, type KnownClient} from './clients/client-auth.ts'
import type {Form} from './form.ts'
import {OAuthError} from './oauth-error.ts'
import {redirectUriLengthMax} from './clients/redirect-uris.ts'
import {grantIdSize, type RefreshClaims, type RefreshTokens} from './refresh-tokens.ts'

const dayMs = 86_400_000
/** Of a client that cannot keep a secret, and of one that shows who it is by a key (spec: OAuth, "Session Lifetime"). */
const publicLife = {sessionMs: 14 * dayMs, refreshMs: 14 * dayMs}
const confidentialLife = {sessionMs: 730 * dayMs, refreshMs: 90 * dayMs}
/** A refresh token that was used gives the same successor again for so long: a lost answer ends nothing. */
export const refreshGraceMs = 600_000
/** What clients have access to one account at a time. */
const grantsMax = 500
const challengeLifeMs = dayMs
/** Access that was renewed last, remembered: some two megabytes; and how long a scope may be for that. */
const renewedMax = 2_000
const heldScopeLengthMax = 1_000
/** So much of its time a session may lose when the machine dies, which is all that it may lose. */
const lossMaxMs = dayMs

export interface TokenAnswer {
  access_token: string
  token_type: 'DPoP'
  expires_in: number
  refresh_token?: string
  scope: string
  sub: string
}

export interface TokenEndpointOptions {
  store: GrantStore
  accounts: Pick<AccountStore, 'byDid'>
  accessTokens: Pick<AccessTokens, 'sign' | 'verify'>
  refreshTokens: RefreshTokens
  world: Pick<World, 'now' | 'random'>
  /** Counts what an app asks for in the name of an account. Throws to refuse. */
  takeApp(did: Grant['did'], clientId: string): Promise<void>
}

export class TokenEndpoint {
  readonly #options: TokenEndpointOptions
  /**
   * As it was after its last renewal. All of it that changes does so with its generation, so what is renewed from the same
   * one was as it is here; and what has ended is not renewed.
   */
  readonly #renewed: Lru<string, Grant>

  constructor(options: TokenEndpointOptions) {
    this.#options = options
    this.#renewed = new Lru({countMax: renewedMax, now: options.world.now})
  }

  /** Tokens for a code or a refresh token. `jkt` is the key of the request's proof. Throws `OAuthError`. */
  async tokens(form: Form, client: KnownClient, jkt: string): Promise<TokenAnswer> {
    const kind = form.demand('grant_type', 100)
    if (kind === 'authorization_code') return this.#exchange(form, client, jkt)
    if (kind === 'refresh_token') return this.#refresh(form, client, jkt)
    throw new OAuthError('unsupported_grant_type', 'grant_type has to be authorization_code or refresh_token.')
  }

  /** Ends the access that a token stands for, if it is one of this client. */
  async revoke(form: Form, {client}: KnownClient): Promise<void> {
    const {store, accessTokens, refreshTokens} = this.#options
    const token = form.demand('token', accessTokenLengthMax)
    const grantId =
      refreshTokens.read(token)?.grantId ??
      // An old one too: it ends the session behind it.
      (
        await accessTokens.verify(token, {expired: true}).catch((error: unknown) => {
          if (error instanceof OAuthError) return undefined
          throw error
        })
      )?.grantId
    const grant = grantId === undefined ? undefined : await store.grant(grantId)
    if (grant?.clientId === client.id) await store.endGrant(grant.id)
  }

  async #exchange(form: Form, {client, clientKey}: KnownClient, jkt: string): Promise<TokenAnswer> {
    const {store, world, takeApp} = this.#options
    const code = hashOf(form.demand('code', 200))
    const request = await store.byCode(code)
    const nowMs = world.now()
    const parameters = JSON.parse(request?.parameters ?? '{}') as Partial<AuthorizationParameters>
    const fault = codeFault(request, parameters, {form, client, clientKey, jkt, nowMs})
    if (!request || fault !== undefined) {
      // Who shows it may not be who it was for: it is good for nobody any more.
      await store.burnCode(code)
      throw new OAuthError('invalid_grant', `The code ${fault}. Begin again with a new authorization request.`)
    }
    await takeApp(request.did, client.id)
    const {sessionMs, refreshMs} = isConfidential(client) ? confidentialLife : publicLife
    const grant = {
      id: toBase64Url(world.random(grantIdSize)),
      did: request.did,
      clientId: client.id,
      clientName: client.name ?? null,
      clientKey,
      jkt,
      scope: parameters.scope ?? '',
      device: request.device,
      createdMs: nowMs,
      endsMs: nowMs + sessionMs,
      expiresMs: nowMs + Math.min(sessionMs, client.refreshes ? refreshMs : accessLifeMs),
    }
    const once = {key: `challenge ${parameters.codeChallenge}`, untilMs: nowMs + challengeLifeMs}
    await this.#demandAccount(grant.did)
    if ((await store.exchange(code, grant, once, grantsMax)) === 'used') {
      throw new OAuthError(
        'invalid_grant',
        'The code, or its code_challenge, was used before. Begin again with a new authorization request.',
      )
    }
    return this.#answer({...grant, generation: 0, renewedMs: nowMs}, client.refreshes)
  }

  async #refresh(form: Form, known: KnownClient, jkt: string): Promise<TokenAnswer> {
    const {store, refreshTokens, world} = this.#options
    const token = refreshTokens.read(form.demand('refresh_token', 200))
    const over = 'The session has ended: the refresh token is not good any more.'
    if (!token) throw ended(over)
    const held = this.#renewed.get(token.grantId)
    // Where it is not as it was any more, it is judged by what it is now; an assertion is good for one try.
    const mayBe = held?.generation === token.generation && held.expiresMs > world.now() && !known.once
    const quickly = mayBe ? await this.#renew(token, held, known, jkt) : undefined
    if (quickly) return this.#answer(quickly, true)
    const grant = await store.grant(token.grantId)
    if (!grant || grant.expiresMs <= world.now()) throw ended(over)
    const renewed = await this.#renew(token, grant, known, jkt)
    // Others with the same token have been quicker, and went on from what they got.
    if (!renewed) throw ended('The refresh token was used before, at this very moment.')
    return this.#answer(renewed, true)
  }

  /** Undefined, and nothing has happened, when it is not as `grant` says any more. */
  async #renew(
    token: RefreshClaims,
    grant: Grant,
    {client, clientKey, once}: KnownClient,
    jkt: string,
  ): Promise<Grant | undefined> {
    const {store, world, takeApp} = this.#options
    const nowMs = world.now()
    const isOld = token.generation < grant.generation
    const isLost = token.generation === grant.generation - 1 && nowMs - grant.renewedMs < refreshGraceMs
    const fault = refreshFault(grant, {client, clientKey, jkt}, isOld && !isLost)
    if (fault !== undefined) {
      if (once && !(await store.useOnce(once.key, once.untilMs))) throw assertionUsed()
      await store.endGrant(grant.id)
      throw ended(`${fault} The session has been ended.`)
    }
    await takeApp(grant.did, client.id)
    await this.#demandAccount(grant.did)
    // Of one that is ahead of what we know, as after data of yesterday were put back, nothing is lost.
    const generation = isOld ? grant.generation : token.generation + 1
    const {refreshMs} = isConfidential(client) ? confidentialLife : publicLife
    // Answered before its row is synced where nothing of that answer would be lost with the machine: the new token is
    // ahead of the row then, and good; the row as it was holds nearly as long; and nothing else is written with it.
    const survives = once || clientKey !== grant.clientKey || nowMs - grant.renewedMs >= lossMaxMs ? 'power' : 'process'
    const expiresMs = nowMs + refreshMs
    const renewed = await store.renew(
      grant.id,
      generation,
      {nowMs, expiresMs, clientKey, ...(once && {once})},
      survives,
    )
    if (renewed === 'used') throw assertionUsed()
    if (renewed?.generation !== generation) {
      this.#renewed.delete(grant.id)
      return undefined
    }
    if (renewed.scope.length <= heldScopeLengthMax) this.#renewed.set(grant.id, renewed)
    return renewed
  }

  async #demandAccount(did: Grant['did']): Promise<void> {
    const account = await this.#options.accounts.byDid(did)
    if (!account) throw ended('The account no longer exists here.')
    if (account.takedownRef !== null) throw ended('The account has been taken down.')
  }

  async #answer(grant: Grant, refreshes: boolean): Promise<TokenAnswer> {
    const {accessTokens, refreshTokens, world} = this.#options
    const nowMs = world.now()
    const expiresMs = Math.min(nowMs + accessLifeMs, grant.endsMs)
    return {
      access_token: await accessTokens.sign(grant, expiresMs),
      token_type: 'DPoP',
      expires_in: Math.floor((expiresMs - nowMs) / 1_000),
      ...(refreshes && {refresh_token: refreshTokens.make({grantId: grant.id, generation: grant.generation})}),
      scope: grant.scope,
      sub: grant.did,
    }
  }
}

/** Who comes for tokens, and with what. */
interface Comer extends Pick<KnownClient, 'client' | 'clientKey'> {
  /** Thumbprint of the key of its proof. */
  jkt: string
}

/** What is wrong with a code, or with who comes with it. */
function codeFault(
  request: AuthorizedRequest | undefined,
  parameters: Partial<AuthorizationParameters>,
  {form, client, clientKey, jkt, nowMs}: Comer & {form: Form; nowMs: number},
): string | undefined {
  if (!request) return 'was used before, or is none of ours'
  if (request.expiresMs <= nowMs) return 'has run out'
  if (request.clientId !== client.id) return 'was made for another client'
  // One that had no key then may have one by now.
  const hasOtherKey = request.clientKey !== null && request.clientKey !== clientKey
  if (hasOtherKey) return 'was asked for with another key of this client'
  if ((parameters.jkt ?? jkt) !== jkt) return 'was asked for with another DPoP key'
  const redirectUri = form.get('redirect_uri', redirectUriLengthMax)
  if (parameters.redirectUri !== redirectUri) return 'was asked for with another redirect_uri'
  return verifierFault(form, parameters.codeChallenge ?? '')
}

/** Why access is not renewed but ended: what is wrong with a refresh token, or with who comes with it. */
function refreshFault(grant: Grant, {client, clientKey, jkt}: Comer, isUsed: boolean): string | undefined {
  if (grant.clientId !== client.id) return 'The refresh token was given to another client.'
  if (grant.jkt !== jkt) return 'The refresh token is bound to another DPoP key.'
  // A client that had no key may have one by now; one that had it must show that one.
  const hasOtherKey = grant.clientKey !== null && grant.clientKey !== clientKey
  if (hasOtherKey) return 'The session was begun with another key of this client.'
  if (!client.refreshes) return 'This client does not have refresh_token among its grant_types any more.'
  return isUsed ? 'The refresh token was used before.' : undefined
}

/** What is wrong with the secret that goes with the challenge (RFC 7636, section 4.6). */
function verifierFault(form: Form, challenge: string): string | undefined {
  const verifier = form.get('code_verifier', 200)
  if (verifier === undefined) return 'needs its code_verifier'
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return 'needs a code_verifier of 43 to 128 letters, digits and -._~'
  const wanted = fromBase64Url(challenge)
  const isRight = wanted?.length === 32 && timingSafeEqual(wanted, sha256(toUtf8(verifier)))
  return isRight ? undefined : 'was asked for with another code_challenge'
}

const ended = (description: string): OAuthError => new OAuthError('invalid_grant', description)
