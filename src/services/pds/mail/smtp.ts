/** Mail by SMTP: `smtps://user:password@mail.example.com` or `smtp://…:587`, which is made safe by STARTTLS. */
import {createTransport} from 'nodemailer'
import type {Mailer} from './mailer.ts'

const connectMs = 10_000
const answerMs = 30_000

/** A local server may speak in the clear; any other must not, since messages hold codes. */
const isLocal = (hostname: string): boolean => hostname === 'localhost' || hostname.startsWith('127.')

export function smtpMailer({protocol, hostname, port, username, password}: URL, from: string): Mailer {
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    host: hostname,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isLocal(hostname),
    ...(username !== '' && {auth: {user: decodeURIComponent(username), pass: decodeURIComponent(password)}}),
    connectionTimeout: connectMs,
    socketTimeout: answerMs,
    // Mail is text that is handed in whole: nothing of it is ever fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({to, subject, text}) {
      await transport.sendMail({from, to, subject, text})
    },
  }
}
