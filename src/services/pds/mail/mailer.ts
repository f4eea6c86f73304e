/**
 * Sends mail to the people of this server. Without a mail server each message is a file that whoever runs this server
 * can read, and nobody else: messages hold codes, so they never go into a log.
 */
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {toHex} from '#std/bytes.ts'
import type {World} from '#std/world.ts'

export interface Mail {
  to: string
  subject: string
  text: string
  html: string
}

export interface Mailer {
  /** Resolves when the message is on its way. Rejects when it is not. */
  send(mail: Mail): Promise<void>
  /** Rejects when a message would not be taken now, as far as can be told without one. */
  check?(): Promise<void>
}

const nameShape = /^[\w.@+-]+$/

/** Writes each message into files of its own under `folder`, mode 0600, named so that the newest is the last. */
export const fileMailer = (folder: string, world: Pick<World, 'now' | 'random'>): Mailer => ({
  async send({to, subject, text, html}) {
    const when = new Date(world.now()).toISOString().replace(/[:.]/g, '-')
    const name = `${when}-${to.replace(/[^\w.@+-]/g, '_').slice(0, 100)}-${toHex(world.random(3))}`
    const plain = subject.replaceAll(/[\r\n]+/g, ' ')
    await mkdir(folder, {recursive: true, mode: 0o700})
    await writeFile(join(folder, `${name}.html`), html, {mode: 0o600, flag: 'wx'})
    await writeFile(join(folder, `${name}.txt`), `To: ${to}\nSubject: ${plain}\n\n${text}\n`, {mode: 0o600, flag: 'wx'})
  },
})

/** A message that was written to a file. */
export interface KeptMail {
  /** Of its files, without what they end in. */
  name: string
  to: string
  subject: string
}

/** The messages that `fileMailer` has written. */
export class MailFolder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The newest first. */
  async list(limit: number): Promise<readonly KeptMail[]> {
    const files = await readdir(this.#folder).catch((): string[] => [])
    const names = files.filter(file => file.endsWith('.txt')).map(file => file.slice(0, -'.txt'.length))
    const newest = names.toSorted().toReversed().slice(0, limit)
    return Promise.all(
      newest.map(async name => {
        const text = (await this.read(name, 'txt')) ?? ''
        const header = (field: string): string => new RegExp(`^${field}: (.*)$`, 'm').exec(text)?.[1] ?? ''
        return {name, to: header('To'), subject: header('Subject')}
      }),
    )
  }

  async read(name: string, form: 'txt' | 'html'): Promise<string | undefined> {
    if (!nameShape.test(name) || name.startsWith('.')) return undefined
    return readFile(join(this.#folder, `${name}.${form}`), 'utf8').catch(() => undefined)
  }
}

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
  check: async () => mailer.check?.(),
})
