/** Mail by SMTP: `smtps://user:password@mail.example.com` or `smtp://…:587`, which is made safe by STARTTLS. */
import type {Mailer} from './mailer.ts'
import {isLoopbackHost} from '#std/wire/loopback.ts'

const connectMs = 10_000
const answerMs = 30_000

/** The library is loaded with the first mail. */
async function transportTo({protocol, hostname, port, username, password}: URL) {
  const {createTransport} = await import('nodemailer')
  const secure = protocol === 'smtps:'
  return createTransport({
    host: hostname,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    // A server of this machine may speak in the clear; any other must not, since messages hold codes.
    requireTLS: !secure && !isLoopbackHost(hostname),
    ...(username !== '' && {auth: {user: decodeURIComponent(username), pass: decodeURIComponent(password)}}),
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: answerMs,
    // Mail is text that is handed in whole: nothing of it is ever fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

export function smtpMailer(server: URL, from: string): Mailer {
  let transport: ReturnType<typeof transportTo> | undefined
  return {
    async send({to, subject, text, html}) {
      transport ??= transportTo(server)
      // Not to be answered by machines: two of them would never end.
      const headers = {'Auto-Submitted': 'auto-generated'}
      // As one address, whatever is in it: a text would be read as a list of some.
      await (await transport).sendMail({from, to: {name: '', address: to}, subject, text, html, headers})
    },
    async check() {
      transport ??= transportTo(server)
      await (await transport).verify()
    },
  }
}

/** What somebody who runs a server can do, by the code that the library gives. */
const advice: Readonly<Record<string, string>> = {
  EAUTH:
    'The mail server does not know this user and password: see PDS_SMTP_URL. Special characters are percent-encoded.',
  ECONNECTION: 'The mail server cannot be reached: see its name and port in PDS_SMTP_URL. Many hosters close port 25.',
  EDNS: 'The name of the mail server in PDS_SMTP_URL leads nowhere.',
  EENVELOPE: 'The mail server refused the sender or the recipient: see PDS_MAIL_FROM, which it must send for.',
  EMESSAGE: 'The mail server refused the message; its answer says why.',
  ESOCKET: 'The connection to the mail server broke: port 465 is for smtps://, 587 for smtp://.',
  ETIMEDOUT: 'The mail server did not answer in time: see its port in PDS_SMTP_URL. Many hosters close port 25.',
  ETLS: 'The mail server offers no encryption, or with a certificate that is not its own. Use smtps://, or another one.',
}

/** As the codes in mails are written. */
const codeShape = /\b[A-Z2-7]{5}-[A-Z2-7]{5}\b/gi

/**
 * The cause in a sentence, with what to do. It holds no secret: the answer of a mail server names no password, and a code
 * that it cites from the mail is left out.
 */
export function smtpAdvice(error: unknown): string {
  const {code, response, message} = error as {code?: string; response?: string; message?: string}
  const said = response ?? message ?? 'no reason given'
  return `${advice[code ?? ''] ?? 'The mail server took no mail.'} It said: ${said.replaceAll(codeShape, '…').slice(0, 300)}`
}
