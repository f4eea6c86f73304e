/** The rooms of a PDS that sign people in, on real stores, with a clock that the test sets and mails that it reads. */
import type {TestContext} from 'node:test'
import {Secret, TOTP} from 'otpauth'
import type {Did} from '../src/atp/syntax/did.ts'
import {silentLog} from '../src/std/log.ts'
import {realWorld} from '../src/std/world.ts'
import {Logins} from '../src/services/pds/accounts/logins.ts'
import {Passwords} from '../src/services/pds/accounts/passwords.ts'
import {Tokens} from '../src/services/pds/accounts/tokens.ts'
import {factorParts} from '../src/services/pds/factors/factor-parts.ts'
import {EmailTokens} from '../src/services/pds/mail/email-tokens.ts'
import {Emails} from '../src/services/pds/mail/emails.ts'
import type {Mail} from '../src/services/pds/mail/mailer.ts'
import {Device} from './passkey.ts'
import {alice, bob, newAccount} from './pds-stores.ts'
import {pdsRepo} from './pds-repo.ts'
import {quickHash} from './quick-hash.ts'

export const password = 'correct horse'
export const publicUrl = 'https://pds.example.com'
/** Whoever asks, unless a test says who. */
export const home = '203.0.113.1'

export async function factorRooms(context: TestContext) {
  const {stores} = await pdsRepo(context)
  const clock = {ms: 1_700_000_000_000}
  const slept: number[] = []
  const sent: Mail[] = []
  const mailsLeft = {count: Infinity}
  const world = {
    now: () => clock.ms,
    random: realWorld.random,
    slowHash: quickHash,
    sleep: async (ms: number) => void slept.push(ms),
  }
  const passwords = new Passwords(world)
  const passwordHash = await passwords.hash(password, home)
  for (const did of [alice, bob]) {
    await stores.accounts.create(newAccount(did, {passwordHash}))
    await stores.accounts.setEmail(did, `me@${did.slice(8)}`, 1)
  }
  const {accounts, sessions, factors: store} = stores
  const tokens = new Tokens(new Uint8Array(32).fill(1), 'did:web:pds.example.com' as Did, world)
  const logins = new Logins({accounts, sessions, tokens, passwords, world, tell: async () => {}})
  const emailTokens = new EmailTokens(sessions, world)
  const mailer = {send: async (mail: Mail) => void sent.push(mail)}
  const emails = new Emails({
    store: accounts,
    tokens: emailTokens,
    mailer,
    world,
    hostname: 'pds.example.com',
    barredDomains: [],
    notes: stores.mailNotes,
    mayNotify: async () => 'yes',
    log: silentLog,
  })
  const mayMail = async (): Promise<boolean> => mailsLeft.count-- > 0
  const secret = new Uint8Array(32).fill(2)
  const {signIn, factors, seal} = factorParts({
    accounts,
    store,
    secret,
    logins,
    emails,
    emailTokens,
    mayMail,
    world: {...realWorld, ...world},
    publicUrl,
  })
  const mailedCode = (): string => /[A-Z2-7]{5}-[A-Z2-7]{5}/.exec(sent.at(-1)?.text ?? '')?.[0] ?? ''
  const prove = (did = alice) => factors.prove(did, {kind: 'password', password}, home)

  return {
    stores,
    clock,
    slept,
    sent,
    mailsLeft,
    world,
    tokens,
    logins,
    emails,
    signIn,
    factors,
    mailedCode,
    prove,
    seal,
    /** Gives the account an authenticator app. The code that confirmed it is used up; the next is of half a minute later. */
    async addApp(did = alice) {
      const pass = await prove(did)
      const {secret} = await factors.beginTotp(did, pass)
      const app = new TOTP({secret: Secret.fromBase32(secret)})
      const codeAt = (ms: number): string => app.generate({timestamp: ms})
      await factors.confirmTotp(did, pass, codeAt(clock.ms))
      clock.ms += 30_000
      return {pass, codeAt, code: () => codeAt(clock.ms)}
    },
    async addPasskey(did = alice, pass?: string) {
      const device = new Device(publicUrl)
      const shown = pass ?? (await prove(did))
      await factors.addPasskey(did, shown, 'phone', device.create(await factors.passkeyCreation(did, shown)))
      return {device, pass: shown}
    },
    /** A ticket, for a right password of somebody who is asked for more. */
    async ticket(name = 'alice.test', asker = home): Promise<string> {
      const begun = await signIn.begin(name, password, asker)
      if (!('ticket' in begun)) throw new Error(`${name} is asked for nothing more`)
      return begun.ticket
    },
    /** As `createSession` does it. */
    async logIn(word: string, token?: string, did = alice, asker = home) {
      return signIn.session(await accounts.byDid(did), word, {token, asker})
    },
  }
}
