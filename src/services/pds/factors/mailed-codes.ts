/**
 * Codes by mail as a second factor. One is sent at the word of somebody who has shown no more than a password, so no
 * account gets more than so many.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Emails} from '../mail/emails.ts'
import {Refusal} from '../refusal.ts'

export interface MailedCodesOptions {
  emails: Pick<Emails, 'sendCode'>
  /** Whether one more mail may go to this account. */
  mayMail: (did: Did) => Promise<boolean>
}

export class MailedCodes {
  readonly #options: MailedCodesOptions

  constructor(options: MailedCodesOptions) {
    this.#options = options
  }

  /** Sends a code; the one before it is void. False when too many were sent: then the newest is still good. */
  async offer(did: Did): Promise<boolean> {
    const {emails, mayMail} = this.#options
    if (!(await mayMail(did))) return false
    await emails.sendCode(did, 'sign_in')
    return true
  }

  /** The same for whoever asks for one. Throws `Refusal` `too-many-mails`. */
  async send(did: Did): Promise<void> {
    if (await this.offer(did)) return
    throw new Refusal('too-many-mails', 'Too many emails were sent. Use the newest code, or try again in an hour.')
  }
}
