/** Everything about an account that goes by mail: its address, and what is asked back before something grave. */
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Account, AccountStore} from '../store/accounts/account-store.ts'
import {emailTaken} from '../accounts/accounts.ts'
import {emailOf} from './addresses.ts'
import type {EmailPurpose, MailCode} from '../store/sessions/session-store.ts'
import type {MailKind, MailNoteStore} from '../store/mail/mail-note-store.ts'
import {mailCode, wrongCode, type EmailTokens} from './email-tokens.ts'
import {letterOf, type LetterPart} from './letter.ts'
import type {Mailer} from './mailer.ts'
import {smtpAdvice} from './smtp.ts'
import {accountGone, Refusal} from '../refusal.ts'

const wording: Readonly<Record<EmailPurpose, {subject: string; text: string}>> = {
  confirm_email: {
    subject: 'Confirm your email address',
    text: 'To confirm your email address, enter this code:',
  },
  update_email: {
    subject: 'Change your email address',
    text: 'To change the email address of your account, enter this code:',
  },
  reset_password: {subject: 'Reset your password', text: 'To reset your password, enter this code:'},
  delete_account: {
    subject: 'Delete your account',
    text: 'To delete your account and everything in it, enter this code:',
  },
  plc_operation: {
    subject: 'Change your identity',
    text: 'Someone asked to change the identity of your account, for example to move it to another server. To allow this, enter this code:',
  },
  sign_in: {
    subject: 'Your sign-in code',
    text: 'Someone signs in to your account with its password. If it is you, enter this code:',
  },
}

/** What a notice is of. Each is counted by itself, so that many of one do not keep another from being told. */
export type NoticeTopic = 'password' | 'email' | 'factors' | 'app-passwords' | 'guesses'

const codeNeeded = (): Refusal =>
  new Refusal('code-needed', 'Enter the code that was sent to your current email address.')

export interface EmailsOptions {
  store: Pick<AccountStore, 'byDid' | 'byEmail' | 'setEmail'>
  tokens: EmailTokens
  mailer: Mailer
  world: Pick<World, 'now' | 'sleep'>
  hostname: string
  /** Domains of mail services that no account may have an address of. */
  barredDomains: readonly string[]
  log: Log
  notes: Pick<MailNoteStore, 'add'>
  /** Whether one more notice of this topic may go to this account. */
  mayNotify: (did: Did, topic: NoticeTopic) => Promise<'yes' | 'last' | 'no'>
}

export class Emails {
  readonly #options: EmailsOptions
  /** Mails that nobody waits for. */
  readonly #going = new Set<Promise<void>>()

  constructor(options: EmailsOptions) {
    this.#options = options
  }

  /** Sends the account a code for this purpose. Throws `Refusal` when it has no address. */
  async sendCode(did: Did, purpose: EmailPurpose): Promise<void> {
    const account = await this.#account(did)
    if (account.email === null) throw new Refusal('no-email', 'This account has no email address.')
    const {subject, text} = wording[purpose]
    const code = await this.#options.tokens.issue(did, purpose)
    const {handle} = account
    await this.#send({did, email: account.email}, purpose, subject, [
      `Hello${handle === null ? '' : ` ${handle}`},`,
      text,
      {code},
      'The code expires in 15 minutes. If you did not request it, ignore this email, and do not share the code with anyone.',
    ])
  }

  /**
   * Tells the owner what was done to the account, if that is still here, and `more` of it. Nobody waits for the mail, and
   * that none goes is in the log. Of one topic only so many go: the last of them says so.
   */
  async notify(did: Did, topic: NoticeTopic, what: string, more?: string): Promise<void> {
    const account = await this.#options.store.byDid(did)
    if (account) this.#later(this.#tell(account, topic, what, more))
  }

  async #tell({did, email, handle}: Account, topic: NoticeTopic, what: string, more?: string): Promise<void> {
    if (email === null) return
    const may = await this.#options.mayNotify(did, topic)
    if (may === 'no') return
    const parts = [
      `Hello${handle === null ? '' : ` ${handle}`},`,
      `${what} on your account.`,
      ...(more === undefined ? [] : [more]),
      'If it was not you, change your password at once and look through your sign-in settings.',
      ...(may === 'last'
        ? ['There have been many such changes. If there are more in the next hours, no email tells you of them.']
        : []),
    ]
    await this.#send({did, email}, 'notice', what, parts).catch(() => {})
  }

  /**
   * Sends the owner of an account what whoever runs the server has written. Throws `Refusal` when there is no such account
   * or address, or the message cannot be handed on.
   */
  async write(did: Did, subject: string, text: string): Promise<void> {
    const {email} = await this.#account(did)
    if (email === null) throw new Refusal('no-email', 'This account has no email address.')
    await this.#send({did, email}, 'message', subject, [text])
  }

  /** Throws `Refusal` when the message cannot be handed on. */
  async #send(
    {did, email: to}: {did: Did; email: string},
    kind: MailKind,
    subject: string,
    parts: readonly LetterPart[],
  ): Promise<void> {
    const {mailer, hostname, log} = this.#options
    try {
      await mailer.send({to, subject, ...letterOf(subject, parts, hostname)})
    } catch (error) {
      const fault = smtpAdvice(error)
      await this.#note(did, kind, fault)
      log.error('an email could not be sent', {subject, fault})
      throw new Refusal('mail-failed', 'The email could not be sent. Please try again later.')
    }
    await this.#note(did, kind, null)
  }

  /** That it cannot be noted, as on a full disk, stops no mail. */
  async #note(did: Did, kind: MailKind, fault: string | null): Promise<void> {
    const {notes, world, log} = this.#options
    await notes.add({atMs: world.now(), did, kind, fault}).catch((error: unknown) => {
      log.warn('what became of a mail could not be noted', {error})
    })
  }

  /** Says in the log, and at the start, what stands against sending mail. */
  async check(): Promise<void> {
    const {mailer, log} = this.#options
    await mailer.check?.().catch((error: unknown) => {
      log.error('the mail server takes no mail: nobody can confirm an address or reset a password', {
        fault: smtpAdvice(error),
      })
    })
  }

  async confirm(did: Did, email: string, code: string): Promise<void> {
    const {store, tokens, world} = this.#options
    const account = await this.#account(did)
    if (account.email?.toLowerCase() !== email.trim().toLowerCase()) {
      throw new Refusal('wrong-email', 'This is not the email address of your account.')
    }
    await tokens.demand(did, 'confirm_email', code)
    const outcome = await store.setEmail(did, account.email, world.now(), mailCode('confirm_email', code))
    if (outcome === 'wrong-code') throw wrongCode()
  }

  /** Says whether a code is needed to change the address, and sends it to the old one if so. */
  async requestChange(did: Did): Promise<boolean> {
    const {emailConfirmedMs} = await this.#account(did)
    if (emailConfirmedMs === null) return false
    await this.sendCode(did, 'update_email')
    return true
  }

  /**
   * Gives the account another address, which is to be confirmed, by the code of `requestChange` where one is needed. The
   * owner is told at the address of before. Throws `Refusal`.
   */
  async change(did: Did, email: string, code: string | undefined): Promise<void> {
    emailOf(email, this.#options.barredDomains)
    await this.#replace(did, email, await this.demandChange(did, code))
  }

  /**
   * The code of `requestChange`, for the act that it is for to spend; `unconfirmed` where none is needed. Throws `Refusal`
   * for another.
   */
  async demandChange(did: Did, code: string | undefined): Promise<MailCode | 'unconfirmed'> {
    if ((await this.#account(did)).emailConfirmedMs === null) return 'unconfirmed'
    if (code === undefined) throw codeNeeded()
    await this.#options.tokens.demand(did, 'update_email', code)
    return mailCode('update_email', code)
  }

  /**
   * Gives the account this address, which is to be confirmed, without asking its owner, who is told as above. Throws
   * `Refusal`.
   */
  replace(did: Did, email: string): Promise<void> {
    return this.#replace(did, email)
  }

  async #replace(did: Did, email: string, code?: MailCode | 'unconfirmed'): Promise<void> {
    const before = await this.#account(did)
    const address = emailOf(email)
    const outcome = await this.#options.store.setEmail(did, address, null, code)
    if (outcome === 'email-taken') throw emailTaken()
    if (outcome === 'wrong-code') throw wrongCode()
    if (outcome === 'code-needed') throw codeNeeded()
    // To the old address: whoever reads the new one knows.
    if (before.email !== address) this.#later(this.#tell(before, 'email', 'The email address was changed'))
  }

  /**
   * Says nothing of whether there is such an account, nor of whether it `mayMail`, that is, has had too many of these.
   * So it does not take longer for one that there is, and tells of no mail that did not go: that is in the log.
   */
  requestPasswordReset(email: string, mayMail: (did: Did) => Promise<boolean>): void {
    this.#later(
      (async () => {
        const account = await this.#options.store.byEmail(email.trim())
        if (account && (await mayMail(account.did))) await this.sendCode(account.did, 'reset_password')
      })(),
    )
  }

  /** Resolves once all mails have gone, or failed, that nobody waits for; after `withinMs` in any case. */
  async settled(withinMs: number): Promise<void> {
    const over = new AbortController()
    const late = this.#options.world.sleep(withinMs, over.signal).catch(() => {})
    await Promise.race([late, Promise.all(this.#going)])
    over.abort()
  }

  #later(mail: Promise<void>): void {
    const going = mail
      .catch((error: unknown) => {
        // What a mail server refuses was told where it did.
        if (error instanceof Refusal) return
        this.#options.log.error('an email could not be made', {error})
      })
      .finally(() => this.#going.delete(going))
    this.#going.add(going)
  }

  async #account(did: Did): Promise<Account> {
    const account = await this.#options.store.byDid(did)
    if (!account) throw accountGone()
    return account
  }
}
