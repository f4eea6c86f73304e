/**
 * Whether somebody who gives a second factor has it. The one place that looks at codes and passkeys, so that each try
 * is counted before it is looked at, whoever asks and whatever for.
 *
 * Codes of an app can be guessed, so tries are counted for the account and whoever asks, and for the account and all
 * together who were never let in. After five failures each one more doubles the time until the next try, up to an hour:
 * a month of it is a chance of one in five hundred, and nobody is locked out for ever. Recovery codes, mailed codes and
 * passkeys cannot be guessed, so failures of others never hold up an owner who has one.
 */
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {EmailTokens} from '../mail/email-tokens.ts'
import {Refusal} from '../refusal.ts'
import type {Account} from '../store/accounts/account-store.ts'
import type {BackOff, FactorStore, KeptFactors} from '../store/factors/factor-store.ts'
import type {PasskeyAnswer, PasskeyDemand, Passkeys} from './passkeys.ts'
import type {RecoveryCodes} from './recovery-codes.ts'
import type {Authenticators} from './totp.ts'

/** What can be asked for beside the password. */
export type FactorKind = 'totp' | 'passkey' | 'recovery' | 'email'

export type FactorAnswer =
  | {kind: Exclude<FactorKind, 'passkey'>; code: string}
  | {kind: 'passkey'; response: PasskeyAnswer}

const warnEveryMs = 24 * 3_600_000
const warnedMax = 10_000
/** After this long without a try, failures are forgotten. */
export const forgetMs = 24 * 3_600_000
const backOff: BackOff = {free: 5, firstMs: 30_000, maxMs: 3_600_000, forgetMs}

export interface FactorChecksOptions {
  store: FactorStore
  authenticators: Pick<Authenticators, 'take'>
  recoveryCodes: Pick<RecoveryCodes, 'take'>
  passkeys: Pick<Passkeys, 'take'>
  emailTokens: Pick<EmailTokens, 'take'>
  /** Tells the owner, whom somebody pretends to be who has the password. */
  warn: (did: Did) => Promise<void>
  world: Pick<World, 'now'>
}

/** What this account is asked for beside its password, the surest first; nothing unless its owner wants it so. */
export function kindsOf(account: Pick<Account, 'emailFactorMs'>, {totp, passkeys, recoveryCodesLeft}: KeptFactors) {
  const kinds: FactorKind[] = []
  if (passkeys.length > 0) kinds.push('passkey')
  if (totp && totp.confirmedMs !== null) kinds.push('totp')
  if (account.emailFactorMs !== null) kinds.push('email')
  if (kinds.length > 0 && recoveryCodesLeft > 0) kinds.push('recovery')
  return kinds
}

export class FactorChecks {
  readonly #options: FactorChecksOptions
  /** Whose owners were told today. */
  readonly #warned: Lru<Did, true>

  constructor(options: FactorChecksOptions) {
    this.#options = options
    this.#warned = new Lru({countMax: warnedMax, ttlMs: warnEveryMs, now: options.world.now})
  }

  async needs(account: Account): Promise<readonly FactorKind[]> {
    return kindsOf(account, await this.#options.store.of(account.did))
  }

  /**
   * Throws `Refusal` unless the account has this factor and the answer is right: `wrong-factor`, or `factor-locked`
   * after too many tries. `demand` is what a passkey's challenge was made for.
   */
  async demand(account: Account, answer: FactorAnswer, asker: string, demand: PasskeyDemand): Promise<void> {
    const {store} = this.#options
    const {did} = account
    const isGuessable = answer.kind === 'totp'
    await this.counted(did, asker, isGuessable, async () => {
      const kept = await store.of(did)
      if (!kindsOf(account, kept).includes(answer.kind)) throw wrongCode(answer.kind)
      if (answer.kind === 'passkey') await this.#options.passkeys.take(answer.response, {...demand, did})
      else if (!(await this.#isCode(did, kept, answer))) throw wrongCode(answer.kind)
    })
  }

  /** Does what may be a guess: it is counted, and no longer once it has come to a good end. */
  async counted<T>(did: Did, asker: string, shared: boolean, act: () => Promise<T>): Promise<T> {
    const {store, world} = this.#options
    const tried = {did, asker, shared}
    const waitMs = await store.begin(tried, backOff, world.now())
    if (waitMs > 0) {
      if (shared) await this.#warn(did)
      const seconds = Math.ceil(waitMs / 1_000)
      const time = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
      throw new Refusal('factor-locked', `Too many wrong codes. Try again in ${time}, or use another way to sign in.`)
    }
    const done = await act()
    await store.right(tried, world.now())
    return done
  }

  async #warn(did: Did): Promise<void> {
    if (this.#warned.get(did)) return
    this.#warned.set(did, true)
    await this.#options.warn(did)
  }

  async #isCode(did: Did, {totp}: KeptFactors, {kind, code}: Exclude<FactorAnswer, {kind: 'passkey'}>) {
    const {authenticators, recoveryCodes, emailTokens} = this.#options
    if (kind === 'recovery') return recoveryCodes.take(did, code)
    if (kind === 'email') return emailTokens.take(did, 'sign_in', code)
    return totp !== undefined && authenticators.take(did, totp, code.replaceAll(/\s/g, ''))
  }
}

/** Whoever has just set an app up, or signed in elsewhere, has used up the code that it still shows. */
const wrongCode = (kind: FactorKind): Refusal => {
  const hint = kind === 'totp' ? ' If you have used it just now, wait for the next code.' : ''
  return new Refusal('wrong-factor', `This code is wrong, too old, or has already been used.${hint}`)
}
