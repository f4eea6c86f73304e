/** Authenticator apps: six digits that change every thirty seconds (RFC 6238), made of a secret that both sides have. */
import {Secret, TOTP} from 'otpauth'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {FactorStore, Totp} from '../store/factors/factor-store.ts'
import type {Seal} from './seal.ts'

const secretSize = 20
const stepSeconds = 30
/** Steps before and after that pass too, since clocks differ. */
const window = 1

export interface TotpSetUp {
  /** The secret as people type it (base32). */
  secret: string
  /** The same for a picture that apps read (`otpauth://totp/…`). */
  uri: string
}

export interface AuthenticatorsOptions {
  store: Pick<FactorStore, 'putTotp' | 'takeTotp'>
  seal: Seal
  world: Pick<World, 'now' | 'random'>
  /** What the app calls this server. */
  issuer: string
}

const appOf = (secret: Uint8Array, more: {issuer?: string; label?: string} = {}): TOTP =>
  new TOTP({
    ...more,
    secret: new Secret({buffer: new Uint8Array(secret).buffer}),
    digits: 6,
    period: stepSeconds,
    algorithm: 'SHA1',
  })

export class Authenticators {
  readonly #options: AuthenticatorsOptions

  constructor(options: AuthenticatorsOptions) {
    this.#options = options
  }

  /** Makes a secret, which a first code is to confirm. Undefined when the account has a confirmed one. */
  async setUp(did: Did, label: string): Promise<TotpSetUp | undefined> {
    const {store, seal, world, issuer} = this.#options
    const secret = world.random(secretSize)
    if (!(await store.putTotp(did, seal.close(secret, did), world.now()))) return undefined
    const app = appOf(secret, {issuer, label})
    return {secret: app.secret.base32, uri: app.toString()}
  }

  /** Whether this code is of about now, and was not taken before. The first one that is confirms the secret. */
  async take(did: Did, {secret}: Totp, code: string): Promise<boolean> {
    const {store, seal, world} = this.#options
    const nowMs = world.now()
    const delta = appOf(seal.open(secret, did)).validate({token: code, timestamp: nowMs, window})
    if (delta === null) return false
    return store.takeTotp(did, secret, Math.floor(nowMs / 1_000 / stepSeconds) + delta, nowMs)
  }
}
