/**
 * Tokens by which an account of this server calls another service: signed with the account's own key, for one service
 * and one method (spec: XRPC, "Inter-Service Authentication"). What may be asked for in this way is decided here too.
 */
import {Keypair} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {equalBytes} from '#std/bytes.ts'
import type {World} from '#std/world.ts'
import {Lru} from '#engines/cache/lru.ts'
import {mintServiceToken} from '#xrpc/service-auth.ts'
import type {KeyStore} from '../store/accounts/key-store.ts'
import type {CallerScope} from '../accounts/tokens.ts'
import {Refusal} from '../refusal.ts'

/** Methods by which an account rules itself. No other service is to call them in its name. In lower case. */
const ownMethods = new Set(
  `com.atproto.admin.sendEmail
  com.atproto.identity.requestPlcOperationSignature com.atproto.identity.signPlcOperation
  com.atproto.identity.updateHandle
  com.atproto.server.activateAccount com.atproto.server.confirmEmail com.atproto.server.createAppPassword
  com.atproto.server.deactivateAccount com.atproto.server.getAccountInviteCodes com.atproto.server.getSession
  com.atproto.server.listAppPasswords com.atproto.server.requestAccountDelete
  com.atproto.server.requestEmailConfirmation com.atproto.server.requestEmailUpdate
  com.atproto.server.revokeAppPassword com.atproto.server.updateEmail`
    .toLowerCase()
    .split(/\s+/),
)

/** What an app password may do only when it was made with privileges: direct messages, and moving the account. */
const isPrivileged = (method: string): boolean =>
  method.startsWith('chat.bsky.') || method === 'com.atproto.server.createaccount'

/** What the owner of an account that was taken down may still do: take it elsewhere, and say that it was a mistake. */
const ofTakendown = new Set(['com.atproto.server.createaccount', 'com.atproto.moderation.createreport'])

/**
 * Throws `Refusal` when a session of this scope may not have `lxm` called; without `lxm` the token is for any.
 * `way`: whether this server calls, or hands out the token to do so; the official server words the refusals so.
 */
export function demandCallable(scope: CallerScope, lxm: string | undefined, way: 'proxied' | 'by token'): void {
  const method = lxm?.toLowerCase()
  if (method !== undefined && ownMethods.has(method)) {
    const reason = way === 'by token' ? 'own-method' : 'own-method-proxied'
    throw new Refusal(reason, `${lxm} can only be called on this server.`)
  }
  if (scope === 'com.atproto.takendown' && !ofTakendown.has(method ?? '')) {
    throw new Refusal('takendown-session', 'An account that was taken down can only be moved to another server.')
  }
  if (scope === 'com.atproto.appPass' && (method === undefined || isPrivileged(method))) {
    const wanted = lxm ?? 'A token for any method'
    const reason = way === 'by token' && method !== undefined ? 'token-needs-privilege' : 'needs-privilege'
    throw new Refusal(reason, `${wanted} needs the account password, or a privileged app password.`)
  }
}

/** A token is good for a minute and used again for half of one. */
const reuseMs = 30_000
const keptMax = 10_000
const readyMax = 2_000

const keptTokens = ({now}: Pick<World, 'now'>): Lru<string, string> => new Lru({countMax: keptMax, ttlMs: reuseMs, now})

export class ServiceTokens {
  readonly #keys: Pick<KeyStore, 'signingKey'>
  readonly #world: Pick<World, 'now' | 'random'>
  #kept: Lru<string, string>
  /** Keys as they are stored, and ready to sign: to make one ready takes nearly as long as to sign. */
  readonly #ready: Lru<Did, {readonly stored: Uint8Array; readonly keypair: Keypair}>

  constructor(keys: Pick<KeyStore, 'signingKey'>, world: Pick<World, 'now' | 'random'>) {
    this.#keys = keys
    this.#world = world
    this.#kept = keptTokens(world)
    this.#ready = new Lru({countMax: readyMax, now: world.now})
  }

  /** A key has changed: none that was given before is used again. */
  forget(): void {
    this.#kept = keptTokens(this.#world)
  }

  /** A token of its own, good until `exp` (seconds since 1970), or for a minute. Throws when the account has no key. */
  async mint(iss: Did, aud: string, lxm: Nsid | undefined, exp?: number): Promise<string> {
    const key = await this.#keys.signingKey(iss)
    if (!key) throw new Refusal('key-missing', `${iss} has no key here to sign with.`)
    return mintServiceToken(this.#world, {iss, aud, lxm, exp, keypair: this.#keypair(iss, key)})
  }

  /** The key of an account may be another than the last time. */
  #keypair(did: Did, stored: Uint8Array): Keypair {
    const ready = this.#ready.get(did)
    if (ready && equalBytes(ready.stored, stored)) return ready.keypair
    const keypair = Keypair.import('k256', stored)
    this.#ready.set(did, {stored, keypair})
    return keypair
  }

  /** One that was given before, while it is good: only for a service that is known to take a token more than once. */
  async reusable(iss: Did, aud: string, lxm: Nsid): Promise<string> {
    const name = `${iss} ${aud} ${lxm}`
    const kept = this.#kept.get(name)
    if (kept !== undefined) return kept
    const token = await this.mint(iss, aud, lxm)
    this.#kept.set(name, token)
    return token
  }
}
