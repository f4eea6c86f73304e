/** Who is let in by what: the password, and beside it what the account asks for. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {Device} from '../../../../test/passkey.ts'
import {factorRooms, home, password} from '../../../../test/pds-factors.ts'
import {alice, bob} from '../../../../test/pds-stores.ts'

test('the password does for an account without a second factor, and nothing less', async context => {
  const {signIn, logins} = await factorRooms(context)
  const begun = await signIn.begin('@Alice.test', password, home)
  ok('account' in begun && begun.account.did === alice)
  await rejects(signIn.begin('alice.test', 'wrong', home), {reason: 'wrong-login'})
  const app = await logins.addAppPassword(alice, 'bot', true)
  await rejects(signIn.begin('alice.test', app.password, home), {reason: 'wrong-login'}, 'app passwords are for apps')
})

test('an account that was taken down is not let in', async context => {
  const {signIn, stores, addPasskey} = await factorRooms(context)
  await stores.accounts.setTakedown(bob, 'why', [])
  await rejects(signIn.begin('bob.test', password, home), {reason: 'account-takendown'})
  const {device} = await addPasskey()
  const response = device.get(await signIn.passkeyOptions())
  await stores.accounts.setTakedown(alice, 'why', [])
  await rejects(signIn.withPasskey(response), {reason: 'account-takendown'})
})

test('each factor that the account has finishes the sign-in, once', async context => {
  const rooms = await factorRooms(context)
  const {signIn, factors, ticket, addApp, addPasskey, mailedCode, clock} = rooms
  const {code, pass} = await addApp()
  const {device} = await addPasskey(alice, pass)
  await factors.setEmail(alice, pass, true)
  const [recovery] = await factors.renewRecoveryCodes(alice, pass)
  const begun = await signIn.begin('alice.test', password, home)
  deepEqual('needs' in begun && begun.needs, ['passkey', 'totp', 'email', 'recovery'])

  const totp = await ticket()
  deepEqual(await signIn.needs(totp), ['passkey', 'totp', 'email', 'recovery'])
  const {account} = await signIn.finish(totp, {kind: 'totp', code: ` ${code().slice(0, 3)} ${code().slice(3)}`}, home)
  equal(account.did, alice)
  clock.ms += 30_000
  await rejects(signIn.finish(totp, {kind: 'totp', code: code()}, home), {reason: 'ticket-ended'})

  const paper = await ticket()
  await signIn.finish(paper, {kind: 'recovery', code: recovery.toUpperCase().replace('-', ' ')}, home)
  await rejects(signIn.finish(await ticket(), {kind: 'recovery', code: recovery}, home), {reason: 'wrong-factor'})

  const mail = await ticket()
  await signIn.sendCode(mail)
  await signIn.finish(mail, {kind: 'email', code: mailedCode()}, home)
  await rejects(signIn.finish(await ticket(), {kind: 'email', code: mailedCode()}, home), {reason: 'wrong-factor'})

  const key = await ticket()
  const response = device.get(await signIn.passkeyOptions(key), {verified: false})
  equal((await signIn.finish(key, {kind: 'passkey', response}, home)).account.did, alice)
})

test('a passkey alone signs in, if its device has made sure of the person', async context => {
  const {signIn, addPasskey, stores, clock} = await factorRooms(context)
  const {device} = await addPasskey()
  const options = await signIn.passkeyOptions()
  equal(options.allowCredentials, undefined, 'nothing is told of who has which passkey')
  await rejects(signIn.withPasskey(device.get(options, {verified: false})), {reason: 'wrong-factor'})
  equal((await signIn.withPasskey(device.get(await signIn.passkeyOptions()))).account.did, alice)
  equal((await stores.factors.of(alice)).passkeys[0].lastUsedMs, clock.ms)
  const stranger = new Device()
  await rejects(signIn.withPasskey(stranger.get(await signIn.passkeyOptions())), {reason: 'wrong-factor'})
  for (const nonsense of [{}, {id: 5}, {id: device.id}, {...device.get(options), response: {}}]) {
    await rejects(signIn.withPasskey(nonsense as never), {reason: 'wrong-factor'})
  }
})

test('a ticket is good for ten minutes and five answers', async context => {
  const {signIn, ticket, addApp} = await factorRooms(context)
  const {code} = await addApp()
  const first = await ticket()
  for (let i = 0; i < 5; i++) {
    await rejects(signIn.finish(first, {kind: 'recovery', code: 'x'}, `198.51.100.${i}`), {reason: 'wrong-factor'})
  }
  await rejects(signIn.finish(first, {kind: 'totp', code: code()}, home), {reason: 'ticket-ended'})
  await rejects(signIn.finish('nonsense', {kind: 'totp', code: code()}, home), {reason: 'ticket-ended'})
})

test('a ticket that is too old asks for the password again', async context => {
  const {signIn, ticket, addApp, clock} = await factorRooms(context)
  const {code} = await addApp()
  const first = await ticket()
  clock.ms += 10 * 60_000
  await rejects(signIn.finish(first, {kind: 'totp', code: code()}, home), {reason: 'ticket-ended'})
  await rejects(signIn.passkeyOptions(first), {reason: 'ticket-ended'})
})

test('a session for an app wants the second factor as one text, and an app password none', async context => {
  const {logIn, logins, factors, addApp, sent, mailedCode, mailsLeft, clock, prove} = await factorRooms(context)
  ok((await logIn(password)).accessJwt)
  const {code, pass} = await addApp()
  await rejects(logIn(password), {reason: 'factor-needed', message: /authenticator app/})
  ok((await logIn(password, code())).refreshJwt)
  for (const word of ['123', 'abcdef-abcdef', 'AAAAA-AAAAA']) {
    await rejects(logIn(password, word), {reason: 'wrong-factor', message: /^Token is invalid/}, word)
  }
  const [recovery] = await factors.renewRecoveryCodes(alice, pass)
  ok(await logIn(password, recovery))
  ok(await logIn((await logins.addAppPassword(alice, 'bot', false)).password))

  await factors.setEmail(bob, await prove(bob), true)
  sent.length = 0
  await rejects(logIn(password, undefined, bob), {reason: 'factor-needed', message: /sent to your email address/})
  equal(sent[0].to, 'me@bob.test')
  ok(await logIn(password, mailedCode().toLowerCase(), bob))
  mailsLeft.count = 0
  await rejects(logIn(password, undefined, bob), {reason: 'factor-needed'})
  equal(sent.length, 1, 'no more mails than may be sent')
  clock.ms += 1
})

test('who has a passkey only is told how to get into an app', async context => {
  const {logIn, factors, addPasskey} = await factorRooms(context)
  const {pass} = await addPasskey()
  await rejects(logIn(password), {reason: 'factor-needed', message: /app password in this app/})
  await factors.renewRecoveryCodes(alice, pass)
  await rejects(logIn(password), (error: Error) => (match(error.message, /recovery code/), true))
})
