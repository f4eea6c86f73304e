/** What goes to people by mail, and what a code from a mail is good for. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {silentLog} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {alice, bob, carol, newAccount} from '../../../../test/pds-stores.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {EmailTokens} from './email-tokens.ts'
import {Emails} from './emails.ts'
import type {Mail} from './mailer.ts'

const minuteMs = 60_000

async function opened(context: TestContext) {
  const {stores} = await pdsRepo(context)
  for (const did of [alice, bob]) await stores.accounts.create(newAccount(did))
  const clock = {ms: 1_000_000}
  const world = {...realWorld, now: () => clock.ms}
  const tokens = new EmailTokens(stores.sessions, world)
  const sent: Mail[] = []
  const may: {notify: 'yes' | 'last' | 'no'} = {notify: 'yes'}
  const logged: string[] = []
  const mailer = {isDown: false, says: 'no route', send: async (mail: Mail) => void sent.push(mail)}
  const emails = new Emails({
    store: stores.accounts,
    tokens,
    mailer: {
      send: mail => (mailer.isDown ? Promise.reject(new Error(mailer.says)) : mailer.send(mail)),
      check: () => (mailer.isDown ? Promise.reject(new Error('no route')) : Promise.resolve()),
    },
    world,
    hostname: 'pds.example.com',
    barredDomains: ['thrown.example'],
    log: {...silentLog, error: (_: string, fields?: object) => void logged.push(JSON.stringify(fields))},
    notes: stores.mailNotes,
    mayNotify: async () => may.notify,
  })
  const code = (): string => /[A-Z2-7]{5}-[A-Z2-7]{5}/.exec(sent.at(-1)?.text ?? '')?.[0] ?? ''
  const account = async (did = alice) => (await stores.accounts.byDid(did))!
  return {may, logged, stores, clock, tokens, sent, mailer, emails, code, account}
}

test('a code is good for its account and its purpose, once, for a quarter of an hour', async context => {
  const {tokens, clock} = await opened(context)
  const code = await tokens.issue(alice, 'reset_password')
  match(code, /^[A-Z2-7]{5}-[A-Z2-7]{5}$/)
  equal(await tokens.ownerOf('reset_password', code), alice)
  equal(await tokens.ownerOf('reset_password', ` ${code.toLowerCase()} `), alice, 'as people type it')
  await tokens.demand(alice, 'reset_password', code)
  await rejects(tokens.demand(bob, 'reset_password', code), {reason: 'wrong-code'})
  await rejects(tokens.demand(alice, 'delete_account', code), {reason: 'wrong-code'})
  clock.ms += 15 * minuteMs
  await tokens.demand(alice, 'reset_password', code)
  clock.ms += 1
  await rejects(tokens.demand(alice, 'reset_password', code), {reason: 'code-expired'})
  clock.ms -= 1
  equal(await tokens.take(alice, 'reset_password', code), true)
  await rejects(tokens.ownerOf('reset_password', code), {reason: 'wrong-code'})
})

test('a newer code makes the one before void, and after a day nothing is left of it', async context => {
  const {tokens, clock} = await opened(context)
  const first = await tokens.issue(alice, 'confirm_email')
  const second = await tokens.issue(alice, 'confirm_email')
  await rejects(tokens.ownerOf('confirm_email', first), {reason: 'wrong-code'})
  clock.ms += 24 * 60 * minuteMs
  await tokens.sweep()
  await rejects(tokens.ownerOf('confirm_email', second), {reason: 'code-expired'})
  clock.ms += 1
  await tokens.sweep()
  await rejects(tokens.ownerOf('confirm_email', second), {reason: 'wrong-code'})
})

test('a code goes to the address of the account, with what it is for and whose server it is', async context => {
  const {emails, sent, code} = await opened(context)
  for (const [purpose, subject] of [
    ['confirm_email', /^Confirm your email address$/],
    ['update_email', /^Change your email address$/],
    ['reset_password', /^Reset your password$/],
    ['delete_account', /^Delete your account$/],
    ['plc_operation', /^Change your identity$/],
    ['sign_in', /^Your sign-in code$/],
  ] as const) {
    await emails.sendCode(alice, purpose)
    const {to, subject: said, text} = sent.at(-1)!
    equal(to, 'me@alice.test')
    match(said, subject)
    match(text, /^Hello alice\.test,\n/)
    match(text, /15 minutes/)
    match(text, /pds\.example\.com$/)
    ok(code() !== '')
    const {html} = sent.at(-1)!
    ok(html.includes(`>${code()}<`) && html.includes('alice.test'), 'and the same as HTML')
  }
})

test('without an address, an account or a mail server it is said that no mail goes', async context => {
  const {emails, stores, mailer} = await opened(context)
  await stores.accounts.create(newAccount(carol, {email: null}))
  await rejects(emails.sendCode(carol, 'confirm_email'), {reason: 'no-email'})
  await rejects(emails.sendCode('did:web:nobody.test' as Did, 'confirm_email'), {reason: 'account-gone'})
  mailer.isDown = true
  await rejects(emails.sendCode(alice, 'confirm_email'), {reason: 'mail-failed', message: /try again/})
  await emails.notify(alice, 'factors', 'A passkey was added')
})

test(
  'a mail that nobody waits for is waited for when the server stops, but not for ever',
  {timeout: 60_000},
  async context => {
    const {emails, sent, mailer} = await opened(context)
    emails.requestPasswordReset('me@alice.test', async () => true)
    await emails.settled(5_000)
    equal(sent.length, 1)
    mailer.send = () => new Promise(() => {})
    emails.requestPasswordReset('me@alice.test', async () => true)
    await emails.settled(1)
  },
)

test('whoever runs the server sees which mails went, and why not, and nothing of what was in them', async context => {
  const {emails, mailer, stores, logged, code} = await opened(context)
  await emails.sendCode(alice, 'sign_in')
  const secret = code()
  mailer.isDown = true
  mailer.says = `550 spam: ${secret} is no word`
  await emails.notify(alice, 'factors', 'A passkey was added')
  await emails.settled(5_000)
  mailer.says = 'no route'
  await emails.check()
  const notes = await stores.mailNotes.notes({before: undefined, limit: 9})
  const [failed, went] = notes
  deepEqual({...went, id: 0}, {id: 0, atMs: 1_000_000, did: alice, kind: 'sign_in', fault: null})
  match(failed.fault ?? '', /It said: 550 spam: … is no word/)
  deepEqual(
    logged.map(line => /no route/.test(line)),
    [false, true],
    'one that failed, and the look at the start',
  )
  ok(!JSON.stringify([notes, logged]).includes(secret))
})

test('an address is confirmed by the code that went there', async context => {
  const {emails, code, account} = await opened(context)
  await emails.sendCode(alice, 'confirm_email')
  await rejects(emails.confirm(alice, 'other@alice.test', code()), {reason: 'wrong-email'})
  await rejects(emails.confirm(alice, 'me@alice.test', 'AAAAA-AAAAA'), {reason: 'wrong-code'})
  await emails.confirm(alice, ' ME@alice.test', code())
  equal((await account()).emailConfirmedMs, 1_000_000)
  await rejects(emails.confirm(alice, 'me@alice.test', code()), {reason: 'wrong-code'}, 'it is spent')
})

test('an address that was confirmed changes only by a code that went there', async context => {
  const {emails, code, account, sent} = await opened(context)
  equal(await emails.requestChange(alice), false)
  equal(sent.length, 0)
  await emails.change(alice, 'two@alice.test', undefined)
  await emails.sendCode(alice, 'confirm_email')
  await emails.confirm(alice, 'two@alice.test', code())
  equal(await emails.requestChange(alice), true)
  await rejects(emails.change(alice, 'three@alice.test', undefined), {reason: 'code-needed'})
  await rejects(emails.change(alice, 'three@alice.test', 'AAAAA-AAAAA'), {reason: 'wrong-code'})
  for (const bad of ['nonsense', 'x@thrown.example']) {
    await rejects(emails.change(alice, bad, code()), {reason: 'bad-email'}, bad)
  }
  await rejects(emails.change(alice, 'me@bob.test', code()), {reason: 'email-taken'})
  await emails.change(alice, 'Three@Alice.test', code())
  const {email, emailConfirmedMs} = await account()
  deepEqual([email, emailConfirmedMs], ['three@alice.test', null], 'and is to be confirmed')
})

test('codes that went to an address are void once there is another, and one that was confirmed meanwhile takes a code', async context => {
  const {emails, code, account, stores, tokens, sent} = await opened(context)
  await emails.sendCode(alice, 'reset_password')
  const [reset, before] = [code(), sent.length]
  await emails.change(alice, 'me@alice.test', undefined)
  await tokens.demand(alice, 'reset_password', reset)
  equal(sent.length, before, 'the same address is no news')
  await emails.change(alice, 'two@alice.test', undefined)
  await rejects(tokens.demand(alice, 'reset_password', reset), {reason: 'wrong-code'})
  deepEqual([sent.at(-1)?.to, sent.at(-1)?.subject], ['me@alice.test', 'The email address was changed'])
  // Between the look at the address and the act somebody confirms it.
  equal(await emails.demandChange(alice, undefined), 'unconfirmed')
  await stores.accounts.setEmail(alice, 'two@alice.test', 5)
  equal(await stores.accounts.setEmail(alice, 'three@alice.test', null, 'unconfirmed'), 'code-needed')
  equal((await account()).email, 'two@alice.test')
})

test('the owner is told what was done and more of it, of no more changes than may be told, and of the last that it is', async context => {
  const {emails, sent, may} = await opened(context)
  const told = async (notify: typeof may.notify) => {
    may.notify = notify
    await emails.notify(alice, 'password', 'The password was changed', 'Apps still come in.')
    await emails.settled(5_000)
    return sent.at(-1)?.text ?? ''
  }
  const first = await told('yes')
  match(first, /The password was changed on your account\.\n\nApps still come in\.\n\nIf it was not you/)
  ok(!first.includes('many such changes'))
  match(await told('last'), /many such changes/)
  await told('no')
  equal(sent.length, 2)
})

test('an admin changes an address without a code, but to none that is another’s', async context => {
  const {emails, account} = await opened(context)
  await rejects(emails.replace(alice, 'me@bob.test'), {reason: 'email-taken'})
  await rejects(emails.replace(alice, 'x'), {reason: 'bad-email'})
  await emails.replace(alice, 'new@alice.test')
  equal((await account()).email, 'new@alice.test')
})

test('whoever asks for a new password learns nothing of who is here', async context => {
  const {emails, sent} = await opened(context)
  equal(
    emails.requestPasswordReset('nobody@alice.test', async () => true),
    undefined,
  )
  equal(
    emails.requestPasswordReset('me@alice.test', async () => false),
    undefined,
  )
  await emails.settled(5_000)
  equal(sent.length, 0)
  equal(
    emails.requestPasswordReset(' Me@Alice.Test', async did => did === alice),
    undefined,
  )
  equal(sent.length, 0, 'nobody waits for it')
  await emails.settled(5_000)
  equal(sent[0].subject, 'Reset your password')
})
