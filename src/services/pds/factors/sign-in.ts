/**
 * Signing in, on pages and by `createSession`: the one rule of who is let in by what. A password is asked for first;
 * who has a second factor is then asked for that, with a ticket that says that the password was right. A passkey whose
 * device has made sure of its owner does for both. App passwords are for apps: pages never take one, and nobody is
 * asked for more beside it.
 *
 * Passwords are counted by who calls (`RateLimits.takeLogin`), factors here (`factor-checks.ts`). `asker` is whoever
 * asks, as addresses are counted (`strangersAt`).
 */
import type {World} from '#std/world.ts'
import type {Logins, Session} from '../accounts/logins.ts'
import {accountTakendown, Refusal} from '../refusal.ts'
import type {Account, AccountStore} from '../store/accounts/account-store.ts'
import type {FactorStore} from '../store/factors/factor-store.ts'
import type {FactorAnswer, FactorChecks, FactorKind} from './factor-checks.ts'
import type {MailedCodes} from './mailed-codes.ts'
import type {PasskeyAnswer, PasskeyRequest, Passkeys} from './passkeys.ts'
import {looksLikeRecoveryCode} from './recovery-codes.ts'
import {markOf, Tickets, type Held} from './tickets.ts'

const ticketLifeMs = 10 * 60_000
/** Answers to one ticket; then the password is asked for again. */
const ticketTriesMax = 5

/** Who is let in, or what else he is asked for. */
export type Begun = {account: Account} | {needs: readonly FactorKind[]; ticket: string}

/** What comes with a password that an app sends. */
export interface SessionAsk {
  /** The second factor, as one text. */
  token: string | undefined
  /** Lets the owner of an account that was taken down in, to leave. */
  takendown?: boolean | undefined
  asker: string
  userAgent?: string | undefined
}

export interface SignInOptions {
  accounts: Pick<AccountStore, 'byDid'>
  factors: Pick<FactorStore, 'of'>
  logins: Pick<Logins, 'find' | 'check' | 'admit'>
  checks: FactorChecks
  passkeys: Passkeys
  mailedCodes: Pick<MailedCodes, 'offer' | 'send'>
  world: Pick<World, 'now' | 'random'>
}

export class SignIn {
  readonly #options: SignInOptions
  readonly #tickets: Tickets

  constructor(options: SignInOptions) {
    this.#options = options
    this.#tickets = new Tickets({lifeMs: ticketLifeMs, triesMax: ticketTriesMax}, options.world)
  }

  /** With the account's own password. Throws `Refusal` `wrong-login` or `account-takendown`. */
  async begin(identifier: string, password: string, asker: string): Promise<Begun> {
    const {logins, checks} = this.#options
    const {account} = await logins.check(await logins.find(identifier), password, asker, {appPasswords: false})
    demandServed(account)
    const needs = await checks.needs(account)
    return needs.length === 0 ? {account} : {needs, ticket: this.#tickets.issue(account.did, markOf(account), asker)}
  }

  /** What the holder of a ticket may still be asked for. Throws `Refusal` `ticket-ended`. */
  async needs(ticket: string): Promise<readonly FactorKind[]> {
    return this.#options.checks.needs(await this.owner(ticket))
  }

  /** Whose ticket this is. Throws `Refusal` `ticket-ended`. */
  owner(ticket: string): Promise<Account> {
    return this.#ticketAccount(this.#tickets.owner(ticket))
  }

  /** Sends the code that `finish` takes as `email`; the one before it is void. Throws `Refusal`. */
  async sendCode(ticket: string): Promise<void> {
    const account = await this.#ticketAccount(this.#tickets.owner(ticket))
    if (account.emailFactorMs === null) throw new Refusal('no-email', 'This account gets no codes by email.')
    await this.#options.mailedCodes.send(account.did)
  }

  /** With a second factor. Throws `Refusal` `ticket-ended`, `wrong-factor`, `factor-locked` or `account-takendown`. */
  async finish(ticket: string, answer: FactorAnswer, asker: string): Promise<{account: Account}> {
    const account = await this.#ticketAccount(this.#tickets.tryWith(ticket))
    await this.#options.checks.demand(account, answer, asker, {use: 'second-factor', subject: ticket})
    if (!this.#tickets.spend(ticket)) throw ticketEnded()
    demandServed(account)
    return {account}
  }

  /** For a page that asks for a passkey: as the second factor of a ticket, or without one as all that is asked for. */
  async passkeyOptions(ticket?: string): Promise<PasskeyRequest> {
    const {factors, passkeys} = this.#options
    if (ticket === undefined) return passkeys.request({use: 'sign-in', subject: ''})
    const {did} = await this.#ticketAccount(this.#tickets.owner(ticket))
    return passkeys.request({use: 'second-factor', subject: ticket}, (await factors.of(did)).passkeys)
  }

  /** With a passkey alone. Throws `Refusal` `wrong-factor` or `account-takendown`. */
  async withPasskey(response: PasskeyAnswer): Promise<{account: Account}> {
    const {did} = await this.#options.passkeys.take(response, {use: 'sign-in', subject: ''})
    const account = await this.#options.accounts.byDid(did)
    if (!account) throw ticketEnded()
    demandServed(account)
    return {account}
  }

  /**
   * A session for an app, with the account's password or an app password. `token` is the second factor in one text, as
   * official clients send it: a code of an app, from a mail, or from paper. Throws `Refusal` as `begin` and `finish`,
   * and `factor-needed` when the password is right and a token is not there.
   */
  async session(
    account: Account | undefined,
    password: string,
    {token, takendown, asker, userAgent}: SessionAsk,
  ): Promise<Session> {
    const {logins, checks} = this.#options
    const found = await logins.check(account, password, asker)
    const needs = found.appPassword === null ? await checks.needs(found.account) : []
    if (needs.length > 0) await this.#demandToken(found.account, needs, token?.trim() ?? '', asker)
    return logins.admit(found, {takendown, userAgent})
  }

  async #demandToken(account: Account, needs: readonly FactorKind[], token: string, asker: string): Promise<void> {
    if (token === '') {
      if (needs.includes('email')) await this.#options.mailedCodes.offer(account.did)
      throw new Refusal('factor-needed', whatToEnter(needs))
    }
    const answer: FactorAnswer = {kind: kindOfCode(token), code: token}
    try {
      await this.#options.checks.demand(account, answer, asker, {use: 'second-factor', subject: ''})
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'wrong-factor') throw error
      // The official app looks for these words.
      throw new Refusal('wrong-factor', `Token is invalid. ${error.message}`, error)
    }
  }

  /** The password must be the one that was shown for the ticket. */
  async #ticketAccount(held: Held | undefined): Promise<Account> {
    const account = held && (await this.#options.accounts.byDid(held.did))
    if (!account || markOf(account) !== held.mark) throw ticketEnded()
    return account
  }
}

const ticketEnded = (): Refusal =>
  new Refusal('ticket-ended', 'This took too long or was tried too often. Sign in again.')

function demandServed({takedownRef}: Account): void {
  if (takedownRef !== null) throw accountTakendown()
}

function kindOfCode(token: string): 'totp' | 'recovery' | 'email' {
  if (/^\d{3}\s?\d{3}$/.test(token)) return 'totp'
  return looksLikeRecoveryCode(token) ? 'recovery' : 'email'
}

function whatToEnter(needs: readonly FactorKind[]): string {
  if (needs.includes('email')) return 'A sign in code has been sent to your email address.'
  if (needs.includes('totp')) return 'Enter the code that your authenticator app shows.'
  return needs.includes('recovery')
    ? 'This account signs in with a passkey. Enter a recovery code, or use an app password.'
    : 'This account signs in with a passkey. Use an app password in this app.'
}
