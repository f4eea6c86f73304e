/** Mail by SMTP: `smtps://user:password@mail.example.com` or `smtp://…:587`, which is made safe by STARTTLS. */
import {createTransport} from 'nodemailer'
import type {Mailer} from './mailer.ts'

const connectMs = 10_000
const answerMs = 30_000

/** A local server may speak in the clear; any other must not, since messages hold codes. */
const isLocal = (hostname: string): boolean => hostname === 'localhost' || hostname.startsWith('127.')

function transportTo({protocol, hostname, port, username, password}: URL) {
  const secure = protocol === 'smtps:'
  return createTransport({
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
}

/** What stands against sending mail through this server: it is called, and let in or not. Undefined when it would. */
export async function smtpFault(server: URL): Promise<string | undefined> {
  const transport = transportTo(server)
  try {
    await transport.verify()
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    transport.close()
  }
}

export function smtpMailer(server: URL, from: string): Mailer {
  const transport = transportTo(server)
  return {
    async send({to, subject, text}) {
      await transport.sendMail({from, to, subject, text})
    },
  }
}
