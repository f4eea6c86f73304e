/**
 * The second factors of an account, as their owner sees and changes them. Whoever changes one shows again that he is
 * the owner: by a factor that the account has, or by its password while it has none. So neither a session nor a
 * password that was stolen takes a factor away. For ten minutes that does (`prove` gives a pass), and the owner is told
 * of each change by mail.
 */
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import {appPasswordsLeft} from '../accounts/accounts.ts'
import type {Logins} from '../accounts/logins.ts'
import {wrongCode} from '../mail/email-tokens.ts'
import type {Emails} from '../mail/emails.ts'
import {accountGone, Refusal} from '../refusal.ts'
import type {Account, AccountStore} from '../store/accounts/account-store.ts'
import type {FactorStore, Passkey} from '../store/factors/factor-store.ts'
import type {MailCode} from '../store/sessions/session-store.ts'
import {forgetMs, kindsOf, type FactorAnswer, type FactorChecks} from './factor-checks.ts'
import type {MailedCodes} from './mailed-codes.ts'
import type {PasskeyCreation, PasskeyRequest, Passkeys, PasskeyMade} from './passkeys.ts'
import type {RecoveryCodes} from './recovery-codes.ts'
import {markOf, Tickets} from './tickets.ts'
import type {Authenticators, TotpSetUp} from './totp.ts'

/** How long `prove` is good for. */
export const passLifeMs = 10 * 60_000
const passkeysMax = 20
/** Secrets of authenticator apps that nobody has confirmed, and who was let in, are remembered for so long. */
const [unconfirmedLifeMs, knownLifeMs] = [24 * 3_600_000, 365 * 24 * 3_600_000]
export const passkeyNameLengthMax = 64

/** What the owner shows: the password, where nothing more is asked for. */
export type Proof = FactorAnswer | {kind: 'password'; password: string}

export interface FactorList {
  /** Since when. */
  totp: {sinceMs: number} | undefined
  passkeys: readonly Pick<Passkey, 'id' | 'name' | 'createdMs' | 'lastUsedMs'>[]
  email: {sinceMs: number} | undefined
  recoveryCodesLeft: number
  /** False for an account that passkeys alone sign in to. */
  hasPassword: boolean
  /** What `prove` takes. */
  proofs: readonly Proof['kind'][]
}

export interface EmailUpdate {
  email: string
  token?: string
  emailAuthFactor?: boolean
}

export interface FactorsOptions {
  accounts: Pick<AccountStore, 'byDid' | 'setEmailFactor' | 'setPassword'>
  store: FactorStore
  logins: Pick<Logins, 'isOwner' | 'appPasswords'>
  checks: FactorChecks
  authenticators: Authenticators
  passkeys: Passkeys
  recoveryCodes: RecoveryCodes
  mailedCodes: Pick<MailedCodes, 'send'>
  emails: Pick<Emails, 'notify' | 'change' | 'demandChange'>
  world: Pick<World, 'now' | 'random'>
}

export class Factors {
  readonly #options: FactorsOptions
  readonly #passes: Tickets

  constructor(options: FactorsOptions) {
    this.#options = options
    this.#passes = new Tickets({lifeMs: passLifeMs, triesMax: Infinity}, options.world)
  }

  async list(did: Did): Promise<FactorList> {
    const account = await this.#account(did)
    const kept = await this.#options.store.of(did)
    const {totp, passkeys, recoveryCodesLeft} = kept
    const kinds = kindsOf(account, kept)
    return {
      totp: totp && totp.confirmedMs !== null ? {sinceMs: totp.confirmedMs} : undefined,
      passkeys: passkeys.map(({id, name, createdMs, lastUsedMs}) => ({id, name, createdMs, lastUsedMs})),
      email: account.emailFactorMs === null ? undefined : {sinceMs: account.emailFactorMs},
      recoveryCodesLeft,
      hasPassword: account.passwordHash !== null,
      proofs: kinds.length > 0 ? kinds : ['password'],
    }
  }

  /** For a page on which the owner shows a passkey of his. */
  async passkeyOptions(did: Did): Promise<PasskeyRequest> {
    return this.#options.passkeys.request({use: 'proof', subject: did}, (await this.#options.store.of(did)).passkeys)
  }

  /** Sends the code that `prove` takes as `email`. Throws `Refusal`. */
  async sendCode(did: Did): Promise<void> {
    await this.#options.mailedCodes.send(did)
  }

  /**
   * Whoever is signed in shows that he is the owner. Gives what the methods below ask for, good for ten minutes. Throws
   * `Refusal` `wrong-factor`, `factor-locked`, or `wrong-login` for the password.
   */
  async prove(did: Did, proof: Proof, asker: string): Promise<string> {
    const {checks, logins} = this.#options
    const account = await this.#account(did)
    if (proof.kind !== 'password') {
      await checks.demand(account, proof, asker, {use: 'proof', subject: did})
    } else {
      const needs = await checks.needs(account)
      if (needs.length > 0) throw new Refusal('wrong-factor', 'Show a second factor: the password is not enough.')
      await checks.counted(did, asker, true, async () => {
        if (!(await logins.isOwner(did, proof.password, asker)))
          throw new Refusal('wrong-login', 'The password is wrong.')
      })
    }
    return this.#passes.issue(did, markOf(account), asker)
  }

  /** Whether this pass is still good for the account. */
  async isPass(did: Did, pass: string): Promise<boolean> {
    const held = this.#passes.owner(pass)
    return held?.did === did && held.mark === markOf(await this.#account(did))
  }

  /** Makes a secret for an authenticator app, which `confirmTotp` puts to work. Throws `Refusal`. */
  async beginTotp(did: Did, pass: string): Promise<TotpSetUp> {
    await this.#demandPass(did, pass)
    const {handle} = await this.#account(did)
    const made = await this.#options.authenticators.setUp(did, handle ?? did)
    if (!made) throw new Refusal('bad-factor', 'This account has an authenticator app already. Remove it first.')
    return made
  }

  /** With a code that the app shows now. Throws `Refusal`. */
  async confirmTotp(did: Did, pass: string, code: string): Promise<void> {
    await this.#demandPass(did, pass)
    const {totp} = await this.#options.store.of(did)
    if (!totp || totp.confirmedMs !== null) throw new Refusal('bad-factor', 'There is no authenticator app to confirm.')
    if (!(await this.#options.authenticators.take(did, totp, code.replaceAll(/\s/g, '')))) {
      throw new Refusal('wrong-factor', 'This code is wrong. See that the clock of your device is right.')
    }
    await this.#told(did, 'An authenticator app was added')
  }

  async removeTotp(did: Did, pass: string): Promise<void> {
    await this.#demandPass(did, pass)
    await this.#options.store.removeTotp(did)
    await this.#told(did, 'The authenticator app was removed')
  }

  /** For a page on which a device makes a passkey. */
  async passkeyCreation(did: Did, pass: string): Promise<PasskeyCreation> {
    await this.#demandPass(did, pass)
    const {handle} = await this.#account(did)
    return this.#options.passkeys.creation(did, handle ?? invalidHandle, (await this.#options.store.of(did)).passkeys)
  }

  /** Throws `Refusal`. */
  async addPasskey(did: Did, pass: string, name: string, response: PasskeyMade): Promise<void> {
    await this.#demandPass(did, pass)
    const made = await this.#options.passkeys.made(did, named(name), response)
    const outcome = await this.#options.store.addPasskey(made, passkeysMax)
    if (outcome === 'taken') throw new Refusal('bad-factor', 'This passkey is there already.')
    if (outcome === 'too-many') throw new Refusal('bad-factor', `You can have at most ${passkeysMax} passkeys.`)
    await this.#told(did, `The passkey “${made.name}” was added`)
  }

  /** A name lets nobody in, so it takes no pass. */
  async renamePasskey(did: Did, id: string, name: string): Promise<void> {
    if (!(await this.#options.store.renamePasskey(did, id, named(name)))) throw noPasskey()
  }

  async removePasskey(did: Did, pass: string, id: string): Promise<void> {
    await this.#demandPass(did, pass)
    const {passkeys, hasPassword} = await this.list(did)
    if (!hasPassword && passkeys.length === 1) {
      throw new Refusal('bad-factor', 'This passkey is all that lets you in. Set a password first, by a reset.')
    }
    if (!(await this.#options.store.removePasskey(did, id))) throw noPasskey()
    await this.#told(did, 'A passkey was removed')
  }

  /**
   * From here on passkeys alone sign in to this account: its password is gone, and all that it had let in is out. A new
   * one is set by a reset, which asks for a second factor as ever. Throws `Refusal` unless the loss of one passkey leaves
   * a way in.
   */
  async dropPassword(did: Did, pass: string): Promise<void> {
    await this.#demandPass(did, pass)
    const {passkeys, recoveryCodesLeft} = await this.#options.store.of(did)
    if (passkeys.length === 0 || (passkeys.length === 1 && recoveryCodesLeft === 0)) {
      throw new Refusal('bad-factor', 'Have two passkeys first, or one and recovery codes.')
    }
    await this.#options.accounts.setPassword(did, null)
    const {length} = await this.#options.logins.appPasswords(did)
    await this.#options.emails.notify(did, 'password', 'The password was removed', appPasswordsLeft(length))
  }

  /** Ten new codes, shown this once; those before are void. */
  async renewRecoveryCodes(did: Did, pass: string): Promise<readonly string[]> {
    await this.#demandPass(did, pass)
    const {totp, passkeys} = await this.#options.store.of(did)
    const {emailFactorMs} = await this.#account(did)
    if (kindsOf({emailFactorMs}, {totp, passkeys, recoveryCodesLeft: 0}).length === 0) {
      throw new Refusal('bad-factor', 'Recovery codes stand in for a second factor: add one first.')
    }
    const codes = await this.#options.recoveryCodes.renew(did)
    await this.#told(did, 'New recovery codes were made')
    return codes
  }

  /** Whether a code by mail is asked for beside the password. Throws `Refusal`. */
  async setEmail(did: Did, pass: string, isOn: boolean): Promise<void> {
    await this.#demandPass(did, pass)
    await this.#switchEmail(did, isOn)
  }

  /**
   * Both that `updateEmail` changes, as official clients ask for it: codes by mail are turned on with a confirmed
   * address and no more, since they are sent to its owner, and off by a code that went there. Throws `Refusal`.
   */
  async updateEmail(did: Did, {email, token, emailAuthFactor}: EmailUpdate): Promise<void> {
    const {emails} = this.#options
    const account = await this.#account(did)
    const isSame = account.email?.toLowerCase() === email.trim().toLowerCase()
    if (emailAuthFactor === true) {
      if (isSame) return this.#switchEmail(did, true)
      throw new Refusal('bad-factor', 'Confirm your new email address before you have codes sent there.')
    }
    if (isSame && emailAuthFactor === false && account.emailFactorMs !== null) {
      const code = await emails.demandChange(did, token)
      return code === 'unconfirmed' ? undefined : this.#switchEmail(did, false, code)
    }
    await emails.change(did, email, token)
  }

  /** Throws away what nobody has ended. True while there is more. */
  sweep(): Promise<boolean> {
    const {store, world} = this.#options
    const nowMs = world.now()
    return store.sweep({
      unconfirmedMs: nowMs - unconfirmedLifeMs,
      strangersMs: nowMs - forgetMs,
      knownMs: nowMs - knownLifeMs,
    })
  }

  async #switchEmail(did: Did, isOn: boolean, code?: MailCode): Promise<void> {
    const {accounts, world} = this.#options
    const {emailConfirmedMs} = await this.#account(did)
    if (isOn && emailConfirmedMs === null) throw new Refusal('bad-factor', 'Confirm your email address first.')
    const outcome = await accounts.setEmailFactor(did, isOn ? world.now() : null, code)
    if (outcome === 'wrong-code') throw wrongCode()
    if (outcome === 'done')
      await this.#told(did, isOn ? 'Sign-in codes by email were turned on' : 'Sign-in codes by email were turned off')
  }

  async #told(did: Did, what: string): Promise<void> {
    await this.#options.emails.notify(did, 'factors', what)
  }

  async #demandPass(did: Did, pass: string): Promise<void> {
    if (!(await this.isPass(did, pass))) throw new Refusal('proof-needed', 'Confirm that it is you first.')
  }

  async #account(did: Did): Promise<Account> {
    const account = await this.#options.accounts.byDid(did)
    if (!account) throw accountGone()
    return account
  }
}

const noPasskey = (): Refusal => new Refusal('bad-factor', 'There is no such passkey.')

function named(text: string): string {
  const name = text.trim()
  if (name !== '' && name.length <= passkeyNameLengthMax) return name
  throw new Refusal('bad-factor', `Give the passkey a name of 1 to ${passkeyNameLengthMax} characters.`)
}
