/** The factors of an account as their owner changes them, and what it takes. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {Device} from '../../../../test/passkey.ts'
import {factorRooms, home, password} from '../../../../test/pds-factors.ts'
import {alice, bob} from '../../../../test/pds-stores.ts'

const none = {
  totp: undefined,
  passkeys: [],
  email: undefined,
  recoveryCodesLeft: 0,
  hasPassword: true,
  proofs: ['password'],
}

test('an authenticator app is there once a code of it was shown', async context => {
  const {factors, prove, addApp, clock} = await factorRooms(context)
  deepEqual(await factors.list(alice), none)
  const pass = await prove()
  const {uri} = await factors.beginTotp(alice, pass)
  match(uri, /^otpauth:\/\/totp\/pds\.example\.com:alice\.test\?issuer=pds\.example\.com&secret=[A-Z2-7]{32}/)
  await rejects(factors.confirmTotp(alice, pass, '000000'), {reason: 'wrong-factor'})
  deepEqual(await factors.list(alice), none)
  const at = clock.ms
  await addApp()
  deepEqual(await factors.list(alice), {...none, totp: {sinceMs: at}, proofs: ['totp']})
  await rejects(factors.beginTotp(alice, pass), {reason: 'bad-factor'}, 'one at a time')
  await rejects(factors.confirmTotp(alice, pass, '000000'), {reason: 'bad-factor'}, 'no place to try codes uncounted')
})

test('passkeys have names, are told apart, and say when they were used', async context => {
  const {factors, addPasskey, clock} = await factorRooms(context)
  const {device, pass} = await addPasskey()
  const creation = await factors.passkeyCreation(alice, pass)
  deepEqual(
    creation.excludeCredentials?.map(({id}) => id),
    [device.id],
  )
  await rejects(factors.addPasskey(alice, pass, 'again', device.create(creation)), {reason: 'bad-factor'})
  for (const name of ['', ' ', 'x'.repeat(65)]) {
    await rejects(factors.addPasskey(alice, pass, name, device.create(creation)), {reason: 'bad-factor'}, name)
  }
  await factors.renamePasskey(alice, device.id, ' laptop ')
  deepEqual((await factors.list(alice)).passkeys, [
    {id: device.id, name: 'laptop', createdMs: clock.ms, lastUsedMs: null},
  ])
  await rejects(factors.renamePasskey(bob, device.id, 'mine'), {reason: 'bad-factor'})
  await factors.removePasskey(alice, pass, device.id)
  await rejects(factors.removePasskey(alice, pass, device.id), {reason: 'bad-factor'})
})

test('a passkey that was made elsewhere, or for somebody else, is not taken', async context => {
  const {factors, prove} = await factorRooms(context)
  const pass = await prove()
  const device = new Device()
  const rows = {
    'another page': device.create(await factors.passkeyCreation(alice, pass), {origin: 'https://evil.example'}),
    'another host name': device.create(await factors.passkeyCreation(alice, pass), {rpId: 'evil.example'}),
    'another account': device.create(await factors.passkeyCreation(bob, await prove(bob))),
    'no challenge of ours': device.create({challenge: 'AAAA'} as never),
    nonsense: {id: 'x'} as never,
  }
  for (const [what, response] of Object.entries(rows)) {
    await rejects(factors.addPasskey(alice, pass, 'x', response), {reason: 'wrong-factor'}, what)
  }
  const good = device.create(await factors.passkeyCreation(alice, pass))
  await factors.addPasskey(alice, pass, 'x', good)
  await factors.removePasskey(alice, pass, device.id)
  await rejects(factors.addPasskey(alice, pass, 'x', good), {reason: 'wrong-factor'}, 'the same answer twice')
})

test('every change takes a pass, of a factor where there is one, and is told by mail', async context => {
  const {factors, addApp, addPasskey, prove, sent, mailedCode, clock} = await factorRooms(context)
  const device = new Device()
  const creation = device.create({challenge: 'x'} as never)
  const attempts: [string, (pass: string) => Promise<unknown>][] = [
    ['beginTotp', pass => factors.beginTotp(alice, pass)],
    ['confirmTotp', pass => factors.confirmTotp(alice, pass, '1')],
    ['removeTotp', pass => factors.removeTotp(alice, pass)],
    ['passkeyCreation', pass => factors.passkeyCreation(alice, pass)],
    ['addPasskey', pass => factors.addPasskey(alice, pass, 'x', creation)],
    ['removePasskey', pass => factors.removePasskey(alice, pass, 'x')],
    ['renewRecoveryCodes', pass => factors.renewRecoveryCodes(alice, pass)],
    ['setEmail', pass => factors.setEmail(alice, pass, true)],
    ['dropPassword', pass => factors.dropPassword(alice, pass)],
  ]
  const ofBob = await prove(bob)
  for (const [name, attempt] of attempts) {
    for (const pass of ['', ofBob]) await rejects(attempt(pass), {reason: 'proof-needed'}, name)
  }
  const {code, pass} = await addApp()
  await addPasskey(alice, pass)
  await factors.renewRecoveryCodes(alice, pass)
  await factors.setEmail(alice, pass, true)
  await factors.removeTotp(alice, pass)
  deepEqual(
    sent.map(({to, subject}) => `${to}: ${subject}`),
    [
      'An authenticator app was added',
      'The passkey “phone” was added',
      'New recovery codes were made',
      'Sign-in codes by email were turned on',
      'The authenticator app was removed',
    ].map(subject => `me@alice.test: ${subject}`),
  )
  await rejects(factors.prove(alice, {kind: 'totp', code: code()}, home), {reason: 'wrong-factor'}, 'it is gone')
  await factors.sendCode(alice)
  ok(await factors.isPass(alice, await factors.prove(alice, {kind: 'email', code: mailedCode()}, home)))
  clock.ms += 10 * 60_000
  equal(await factors.isPass(alice, pass), false, 'ten minutes later')
})

test('a passkey proves its owner, by a challenge of his own', async context => {
  const {factors, signIn, addPasskey} = await factorRooms(context)
  const {device} = await addPasskey()
  ok(await factors.prove(alice, {kind: 'passkey', response: device.get(await factors.passkeyOptions(alice))}, home))
  const elsewhere = device.get(await signIn.passkeyOptions())
  await rejects(factors.prove(alice, {kind: 'passkey', response: elsewhere}, home), {reason: 'wrong-factor'})
})

test('recovery codes stand in for a factor, ten at a time, and go with the last', async context => {
  const {factors, addApp, prove} = await factorRooms(context)
  await rejects(factors.renewRecoveryCodes(alice, await prove()), {reason: 'bad-factor'})
  const {pass} = await addApp()
  const codes = await factors.renewRecoveryCodes(alice, pass)
  equal(new Set(codes).size, 10)
  for (const code of codes) match(code, /^[a-z2-7]{6}-[a-z2-7]{6}$/)
  await factors.renewRecoveryCodes(alice, pass)
  await rejects(factors.prove(alice, {kind: 'recovery', code: codes[0]}, home), {reason: 'wrong-factor'}, 'void')
  equal((await factors.list(alice)).recoveryCodesLeft, 10)
  await factors.removeTotp(alice, pass)
  deepEqual(await factors.list(alice), none)
})

test('codes by mail go to a confirmed address, and end with it', async context => {
  const {factors, stores, emails, prove, mailedCode, sent} = await factorRooms(context)
  const turnOn = {email: 'ME@alice.test', emailAuthFactor: true}
  await stores.accounts.setEmail(alice, 'me@alice.test', null)
  await rejects(factors.updateEmail(alice, turnOn), {reason: 'bad-factor'})
  await stores.accounts.setEmail(alice, 'me@alice.test', 1)
  await rejects(factors.updateEmail(alice, {...turnOn, email: 'new@alice.test'}), {reason: 'bad-factor'})
  await factors.updateEmail(alice, turnOn)
  deepEqual((await factors.list(alice)).proofs, ['email'])
  const turnOff = {email: 'me@alice.test', emailAuthFactor: false}
  await rejects(factors.updateEmail(alice, turnOff), {reason: 'code-needed'})
  await rejects(factors.updateEmail(alice, {...turnOff, token: 'AAAAA-AAAAA'}), {reason: 'wrong-code'})
  equal(await emails.requestChange(alice), true)
  await factors.updateEmail(alice, {...turnOff, token: mailedCode()})
  deepEqual(await factors.list(alice), none)
  equal(sent.at(-1)?.subject, 'Sign-in codes by email were turned off')
  await factors.setEmail(alice, await prove(), true)
  await emails.requestChange(alice)
  await factors.updateEmail(alice, {email: 'new@alice.test', token: mailedCode()})
  equal((await stores.accounts.byDid(alice))?.emailFactorMs, null, 'the new address is not confirmed')
})

test('a code that turns codes by mail off is good once, of two who send it at once', async context => {
  const {factors, emails, prove, mailedCode, stores} = await factorRooms(context)
  await stores.accounts.setEmail(alice, 'me@alice.test', 1)
  await factors.setEmail(alice, await prove(), true)
  await emails.requestChange(alice)
  const token = mailedCode()
  const ends = await Promise.allSettled([
    factors.updateEmail(alice, {email: 'me@alice.test', emailAuthFactor: false, token}),
    factors.updateEmail(alice, {email: 'evil@alice.test', token}),
  ])
  deepEqual(ends.map(({status}) => status).toSorted(), ['fulfilled', 'rejected'])
})

test('an account goes without a password once a lost passkey leaves a way in', async context => {
  const {factors, signIn, logIn, logins, addPasskey, prove, sent} = await factorRooms(context)
  await rejects(factors.dropPassword(alice, await prove()), {reason: 'bad-factor'})
  const {device, pass} = await addPasskey()
  await rejects(factors.dropPassword(alice, pass), {reason: 'bad-factor', message: /recovery codes/})
  const [code] = await factors.renewRecoveryCodes(alice, pass)
  const session = await logIn(password, code)
  await factors.dropPassword(alice, pass)
  equal(sent.at(-1)?.subject, 'The password was removed')
  await rejects(signIn.begin('alice.test', password, home), {reason: 'wrong-login'})
  await rejects(logins.refresh(session.refreshJwt), {reason: 'session-ended'})
  equal((await signIn.withPasskey(device.get(await signIn.passkeyOptions()))).account.did, alice)
  const response = device.get(await factors.passkeyOptions(alice))
  const fresh = await factors.prove(alice, {kind: 'passkey', response}, home)
  await rejects(factors.removePasskey(alice, fresh, device.id), {reason: 'bad-factor', message: /all that lets you in/})
  deepEqual((await factors.list(alice)).hasPassword, false)
})
