/**
 * Sends mail to the people of this server. Without a mail server each message is a file that whoever runs this server
 * can read, and nobody else: messages hold codes, so they never go into a log.
 */
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {toHex} from '#std/bytes.ts'
import type {World} from '#std/world.ts'

export interface Mail {
  to: string
  subject: string
  text: string
}

export interface Mailer {
  /** Resolves when the message is on its way. Rejects when it is not. */
  send(mail: Mail): Promise<void>
}

/** Writes each message into a file of its own under `folder`, mode 0600, named so that the newest is the last. */
export const fileMailer = (folder: string, world: Pick<World, 'now' | 'random'>): Mailer => ({
  async send({to, subject, text}) {
    const when = new Date(world.now()).toISOString().replace(/[:.]/g, '-')
    const name = `${when}-${to.replace(/[^\w.@+-]/g, '_').slice(0, 100)}-${toHex(world.random(3))}.txt`
    await mkdir(folder, {recursive: true, mode: 0o700})
    await writeFile(join(folder, name), `To: ${to}\nSubject: ${subject}\n\n${text}\n`, {mode: 0o600, flag: 'wx'})
  },
})

/** `mailer`, with a word on each mail: whether it went. */
export const countingMailer = (mailer: Mailer, onMail: (isSent: boolean) => void): Mailer => ({
  async send(mail) {
    try {
      await mailer.send(mail)
      onMail(true)
    } catch (error) {
      onMail(false)
      throw error
    }
  },
})
