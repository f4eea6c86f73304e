/** Wires what goes by mail: the codes, the mails, and what they are sent by. */
import type {Log} from '#std/log.ts'
import {isLoopbackHost} from '#std/wire/loopback.ts'
import type {World} from '#std/world.ts'
import {smtpSetting, type PdsConfig} from '../config.ts'
import type {PdsStores} from '../store/stores.ts'
import {EmailTokens} from './email-tokens.ts'
import {Emails, type EmailsOptions} from './emails.ts'
import {countingMailer, fileMailer, MailFolder} from './mailer.ts'
import {smtpMailer} from './smtp.ts'

export interface MailPartsOptions {
  config: Pick<PdsConfig, 'publicUrl' | 'smtpUrl' | 'mailFrom' | 'mailFolder' | 'barredEmailDomains'>
  stores: Pick<PdsStores, 'accounts' | 'sessions' | 'mailNotes'>
  mayNotify: EmailsOptions['mayNotify']
  world: World
  log: Log
  /** Told of each mail, and whether it went. */
  onMail: (isSent: boolean) => void
}

export function mailParts({config, stores, mayNotify, world, log, onMail}: MailPartsOptions) {
  const {publicUrl, smtpUrl, mailFrom, mailFolder: folder, barredEmailDomains: barredDomains} = config
  const {hostname} = new URL(publicUrl)
  const {accounts: store, mailNotes: notes} = stores
  const tokens = new EmailTokens(stores.sessions, world)
  const mailer = countingMailer(
    smtpUrl ? smtpMailer(smtpSetting(smtpUrl), mailFrom) : fileMailer(folder, world),
    onMail,
  )
  return {
    emails: new Emails({store, tokens, mailer, world, hostname, log, barredDomains, notes, mayNotify}),
    emailTokens: tokens,
    mailNotes: notes,
    // Codes are in it: for a server that only this machine reaches.
    mailFolder: isLoopbackHost(hostname) && !smtpUrl ? new MailFolder(folder) : undefined,
  }
}
