/** What somebody tries who wants into an account that is not his, and what he gets. */
import {deepEqual, equal, ok, rejects, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {InProcessLimits} from '#engines/limits/in-process.ts'
import {notePeer} from '#runtime/strangers/peer.ts'
import {did} from '../../../../test/pds-endpoints.ts'
import {factorRooms, home, password} from '../../../../test/pds-factors.ts'
import {alice, bob} from '../../../../test/pds-stores.ts'
import {authenticators, type Callers} from '../api/callers.ts'
import {pdsEndpoints} from '../api/index.ts'
import {RateLimits} from '../api/rate-limits.ts'
import {demandCallable} from '../proxy/service-tokens.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const wrongCode = (right: string): string => String((Number(right) + 1) % 1_000_000).padStart(6, '0')
const elsewhere = (i: number): string => `198.51.${i >> 8}.${i & 255}`

test('brute force of passwords: from many addresses an account is closed to strangers, and open to its owner', async () => {
  const limits = new RateLimits(true, {now: () => 0}, new InProcessLimits(() => 0))
  const login = (address: string) => {
    const request = new Request('http://pds.example.com/')
    notePeer(request, address)
    return limits.takeLogin('alice.test', alice, request)
  }
  await (await login(home)).right()
  let tried = 0
  for (let i = 0; i < 500; i++)
    tried += await login(elsewhere(i)).then(
      () => 1,
      () => 0,
    )
  equal(tried, 100)
  await (await login(home)).right()
})

test('brute force of authenticator codes: a month of it, from any number of addresses, is some hundreds of tries', async context => {
  const {logIn, addApp, clock, sent} = await factorRooms(context)
  const {code} = await addApp()
  let tried = 0
  for (let i = 0, end = clock.ms + 30 * dayMs; clock.ms < end; i++, clock.ms += hourMs / 2) {
    const reason = await logIn(password, wrongCode(code()), alice, elsewhere(i)).catch(
      (error: {reason: string}) => error.reason,
    )
    if (reason === 'wrong-factor') tried++
    else equal(reason, 'factor-locked')
  }
  ok(tried > 100 && tried <= 730, `${tried} tries`)
  const warnings = sent.filter(({subject}) => /Wrong codes/.test(subject)).length
  ok(warnings >= 29 && warnings <= 31, `its owner hears of it once a day: ${warnings}`)
})

test('brute force of authenticator codes: a hundred at once are counted one by one', async context => {
  const {logIn, addApp} = await factorRooms(context)
  const {code} = await addApp()
  const tries = Array.from({length: 100}, (_, i) =>
    logIn(password, wrongCode(code()), alice, elsewhere(i)).catch((error: {reason: string}) => error.reason),
  )
  const reasons = await Promise.all(tries)
  equal(reasons.filter(reason => reason === 'wrong-factor').length, 5)
  equal(reasons.filter(reason => reason === 'factor-locked').length, 95)
})

test('brute force of codes locks nobody out: its owner comes in from where he was, or by another factor', async context => {
  const {logIn, addApp, addPasskey, factors, signIn, ticket, clock, mailedCode} = await factorRooms(context)
  const {code, pass} = await addApp()
  const {device} = await addPasskey(alice, pass)
  await factors.setEmail(alice, pass, true)
  const [recovery] = await factors.renewRecoveryCodes(alice, pass)
  ok(await logIn(password, code()))
  for (let i = 0; i < 40; i++) await logIn(password, '000000', alice, elsewhere(i)).catch(() => {})
  clock.ms += 30_000
  await rejects(logIn(password, '000000', alice, elsewhere(40)), {reason: 'wrong-factor'})
  ok(await logIn(password, code()), 'at home')
  const away = '192.0.2.1'
  await rejects(logIn(password, code(), alice, away), {reason: 'factor-locked'})
  ok(await logIn(password, recovery, alice, away), 'away, by a code on paper')
  const farther = '192.0.2.2'
  await logIn(password, undefined, alice, farther).catch(() => {})
  ok(await logIn(password, mailedCode(), alice, farther), 'by a code from a mail')
  const key = await ticket()
  ok(await signIn.finish(key, {kind: 'passkey', response: device.get(await signIn.passkeyOptions(key))}, '192.0.2.3'))
  clock.ms += 2 * hourMs
  ok(await logIn(password, code(), alice, '192.0.2.4'), 'and anywhere after a while')
})

test('brute force of recovery codes and of mailed codes: who guesses waits, and longer each time', async context => {
  const {logIn, factors, addApp, clock} = await factorRooms(context)
  const {pass} = await addApp()
  await factors.setEmail(alice, pass, true)
  await factors.renewRecoveryCodes(alice, pass)
  for (const [wrong, asker] of [
    ['aaaaaa-aaaaaa', '192.0.2.1'],
    ['AAAAA-AAAAA', '192.0.2.2'],
  ]) {
    const outcome = () => logIn(password, wrong, alice, asker).catch((error: {reason: string}) => error.reason)
    for (let i = 0; i < 5; i++) equal(await outcome(), 'wrong-factor')
    for (const waitMs of [30_000, 60_000, 120_000]) {
      clock.ms += waitMs - 1
      equal(await outcome(), 'factor-locked')
      clock.ms += 1
      equal(await outcome(), 'wrong-factor')
    }
  }
})

test('brute force of the password by a stolen session: it is counted as a code is', async context => {
  const {factors} = await factorRooms(context)
  const guess = (i: number) =>
    factors
      .prove(alice, {kind: 'password', password: `${i}`}, elsewhere(i))
      .catch((error: {reason: string}) => error.reason)
  for (let i = 0; i < 5; i++) equal(await guess(i), 'wrong-login')
  equal(await guess(6), 'factor-locked')
})

test('an authenticator code is used twice: the second time it is wrong, at once and later', async context => {
  const {logIn, ticket, signIn, addApp, clock} = await factorRooms(context)
  const {codeAt} = await addApp()
  const code = codeAt(clock.ms)
  const both = await Promise.allSettled([logIn(password, code), logIn(password, code)])
  deepEqual(both.map(({status}) => status).toSorted(), ['fulfilled', 'rejected'])
  await rejects(signIn.finish(await ticket(), {kind: 'totp', code}, home), {reason: 'wrong-factor'})
  await rejects(logIn(password, codeAt(clock.ms - 30_000)), {reason: 'wrong-factor'}, 'an older one neither')
  ok(await logIn(password, codeAt(clock.ms + 30_000)), 'the next is good')
})

test('an authenticator code that is too old, or of the future, is wrong', async context => {
  const {logIn, addApp, clock} = await factorRooms(context)
  const {codeAt} = await addApp()
  clock.ms += 10 * 60_000
  for (const ms of [-60_000, 60_000]) {
    await rejects(logIn(password, codeAt(clock.ms + ms)), {reason: 'wrong-factor'}, String(ms))
  }
})

test('a recovery code, a mailed code or a ticket is used by two at once: one of them has it', async context => {
  const {logIn, factors, signIn, ticket, addApp, mailedCode, clock} = await factorRooms(context)
  const {pass, code} = await addApp()
  await factors.setEmail(alice, pass, true)
  const [recovery] = await factors.renewRecoveryCodes(alice, pass)
  await logIn(password).catch(() => {})
  for (const token of [recovery, mailedCode()]) {
    const both = await Promise.allSettled([logIn(password, token), logIn(password, token)])
    deepEqual(both.map(({status}) => status).toSorted(), ['fulfilled', 'rejected'], token)
  }
  const one = await ticket()
  await signIn.finish(one, {kind: 'totp', code: code()}, home)
  clock.ms += 30_000
  await rejects(signIn.finish(one, {kind: 'totp', code: code()}, home), {reason: 'ticket-ended'})
})

test('a passkey’s answer is replayed: its challenge is used up', async context => {
  const {signIn, factors, addPasskey} = await factorRooms(context)
  const {device} = await addPasskey()
  const alone = device.get(await signIn.passkeyOptions())
  const both = await Promise.allSettled([signIn.withPasskey(alone), signIn.withPasskey(alone)])
  deepEqual(both.map(({status}) => status).toSorted(), ['fulfilled', 'rejected'])
  const proof = {kind: 'passkey', response: device.get(await factors.passkeyOptions(alice))} as const
  await factors.prove(alice, proof, home)
  await rejects(factors.prove(alice, proof, home), {reason: 'wrong-factor'})
})

test('a passkey’s answer to an old challenge, or to one that was made up, is refused', async context => {
  const {signIn, addPasskey, clock} = await factorRooms(context)
  const {device} = await addPasskey()
  const options = await signIn.passkeyOptions()
  const {challenge} = options
  const turned = `${challenge.startsWith('A') ? 'B' : 'A'}${challenge.slice(1)}`
  for (const made of ['', 'AAAA', turned, challenge.slice(1), `${challenge}AAAA`]) {
    await rejects(signIn.withPasskey(device.get({...options, challenge: made})), {reason: 'wrong-factor'}, made)
  }
  clock.ms += 5 * 60_000
  await rejects(signIn.withPasskey(device.get(options)), {reason: 'wrong-factor'})
})

test('a page of a foreign origin, or of a foreign host name, asks for the passkey: its answer is refused', async context => {
  const {signIn, addPasskey, ticket} = await factorRooms(context)
  const {device} = await addPasskey()
  const claims = [
    {origin: 'https://evil.example'},
    {origin: 'http://pds.example.com'},
    {origin: 'https://pds.example.com:444'},
    {origin: 'https://alice.pds.example.com'},
    {rpId: 'evil.example'},
    {rpId: 'example.com'},
    {type: 'webauthn.create'},
  ]
  for (const [i, claim] of claims.entries()) {
    const alone = device.get(await signIn.passkeyOptions(), claim)
    await rejects(signIn.withPasskey(alone), {reason: 'wrong-factor'}, JSON.stringify(claim))
    const key = await ticket()
    const response = device.get(await signIn.passkeyOptions(key), claim)
    await rejects(
      signIn.finish(key, {kind: 'passkey', response}, elsewhere(i)),
      {reason: 'wrong-factor'},
      JSON.stringify(claim),
    )
  }
})

test('a passkey’s counter goes back, or stands still: it was copied, and is refused', async context => {
  const {signIn, addPasskey} = await factorRooms(context)
  const {device} = await addPasskey()
  await signIn.withPasskey(device.get(await signIn.passkeyOptions(), {counter: 7}))
  for (const counter of [6, 7, 0]) {
    const response = device.get(await signIn.passkeyOptions(), {counter})
    await rejects(signIn.withPasskey(response), {reason: 'wrong-factor'}, String(counter))
  }
  ok(await signIn.withPasskey(device.get(await signIn.passkeyOptions(), {counter: 8})))
})

test('a ticket of one account is used with the factors of another', async context => {
  const {signIn, ticket, addApp, addPasskey, factors, clock} = await factorRooms(context)
  const ofAlice = await addApp(alice)
  const ofBob = await addApp(bob)
  const {device} = await addPasskey(bob, ofBob.pass)
  const [paper] = await factors.renewRecoveryCodes(bob, ofBob.pass)
  const own = await ticket('alice.test')
  const other = await ticket('bob.test')
  clock.ms += 30_000
  await rejects(signIn.finish(own, {kind: 'totp', code: ofBob.code()}, home), {reason: 'wrong-factor'})
  await rejects(signIn.finish(own, {kind: 'recovery', code: paper}, home), {reason: 'wrong-factor'})
  const key = device.get(await signIn.passkeyOptions(other))
  await rejects(signIn.finish(own, {kind: 'passkey', response: key}, home), {reason: 'wrong-factor'})
  const alone = device.get(await signIn.passkeyOptions())
  await rejects(signIn.finish(other, {kind: 'passkey', response: alone}, home), {reason: 'wrong-factor'}, 'another use')
  const forged = `${alice} ${other.split(' ')[1]}`
  await rejects(signIn.finish(forged, {kind: 'totp', code: ofAlice.code()}, home), {reason: 'ticket-ended'})
  equal((await signIn.finish(own, {kind: 'totp', code: ofAlice.code()}, home)).account.did, alice)
})

test('whoever had the old password goes on with it: tickets, passes and sessions end with it', async context => {
  const {signIn, factors, stores, ticket, addApp, logIn, logins, clock} = await factorRooms(context)
  const {code, pass} = await addApp()
  const session = await logIn(password, code())
  const half = await ticket()
  clock.ms += 30_000
  await stores.accounts.setPassword(alice, (await stores.accounts.byDid(alice))?.passwordHash ?? '')
  await rejects(signIn.finish(half, {kind: 'totp', code: code()}, home), {reason: 'ticket-ended'})
  await rejects(factors.removeTotp(alice, pass), {reason: 'proof-needed'})
  await rejects(logins.refresh(session.refreshJwt), {reason: 'session-ended'})
})

test('who logs in with the old password at the very moment of a new one is not in', async context => {
  const {stores, logins, factors} = await factorRooms(context)
  const found = await logins.check(await stores.accounts.byDid(alice), password, home)
  const {password: word} = await logins.addAppPassword(alice, 'bot', false)
  const byApp = await logins.check(await stores.accounts.byDid(alice), word, home)
  await logins.revokeAppPassword(alice, 'bot')
  await rejects(logins.admit(byApp), {reason: 'session-ended'}, 'an app password that was just revoked')
  await stores.accounts.setPassword(alice, 'another')
  await rejects(logins.admit(found), {reason: 'session-ended'})
  deepEqual([await logins.sessions(alice), (await factors.list(alice)).proofs], [[], ['password']])
})

test('a factor is removed by a stolen session: it has no pass, and the password alone gives none', async context => {
  const {factors, addApp, stores} = await factorRooms(context)
  await addApp()
  for (const pass of ['', 'x', alice, `${alice} `, `${alice} aaaa`]) {
    await rejects(factors.removeTotp(alice, pass), {reason: 'proof-needed'}, pass)
  }
  await rejects(factors.prove(alice, {kind: 'password', password}, home), {reason: 'wrong-factor'})
  await rejects(factors.updateEmail(alice, {email: 'thief@example.com'}), {reason: 'code-needed'})
  ok((await stores.factors.of(alice)).totp?.confirmedMs)
})

test('whoever has the password alone pushes out none of the tickets of the owner', async context => {
  const {signIn, ticket, addApp} = await factorRooms(context)
  const {code} = await addApp()
  const own = await ticket()
  for (let i = 0; i < 30; i++) await ticket('alice.test', `thief ${i % 3}`)
  equal((await signIn.finish(own, {kind: 'totp', code: code()}, home)).account.did, alice)
  const [first] = [await ticket(), ...(await Promise.all(Array.from({length: 5}, () => ticket())))]
  await rejects(signIn.needs(first), {reason: 'ticket-ended'}, 'five for each who asks')
})

test('the time of an answer does not tell whether there is such an account, or such a password of an app', async context => {
  const {logIn, signIn, logins, slept} = await factorRooms(context)
  await logins.addAppPassword(alice, 'bot', false)
  const attempts = [
    () => signIn.begin('alice.test', 'wrong', home),
    () => signIn.begin('nobody.test', 'wrong', home),
    () => signIn.begin('nobody@example.com', password, home),
    () => logIn('wrong'),
    () => logIn('wrong', '123456'),
    () => logIn('aaaa-bbbb-cccc-dddd'),
    () => signIn.session(undefined, password, {token: '123456', takendown: true, asker: home}),
    () => signIn.session(undefined, 'aaaa-bbbb-cccc-dddd', {token: undefined, takendown: false, asker: home}),
  ]
  const messages = new Set<string>()
  for (const attempt of attempts) {
    await rejects(
      attempt(),
      (error: Error & {reason: string}) => (messages.add(error.message), error.reason === 'wrong-login'),
    )
  }
  deepEqual(
    slept,
    attempts.map(() => 350),
  )
  equal(messages.size, 1)
})

test('a copy of the database holds no secret of an app, and no code', async context => {
  const {stores, addApp, factors, seal} = await factorRooms(context)
  const {pass} = await addApp()
  const codes = await factors.renewRecoveryCodes(alice, pass)
  const {totp} = await stores.factors.of(alice)
  equal(totp?.secret.length, 12 + 20 + 16)
  equal(seal.open(totp.secret, alice).length, 20)
  const turned = totp.secret.map((byte, i) => (i === 20 ? byte ^ 1 : byte))
  throws(() => seal.open(totp.secret, bob), /does not open/, 'as of another account')
  throws(() => seal.open(turned, alice), /does not open/)
  equal(await stores.factors.takeRecoveryCode(alice, Buffer.from(codes[0])), false)
})

/** Who may call each method that an app password must not reach. */
const privileged = {
  'com.atproto.server': `activateAccount createAppPassword deactivateAccount getAccountInviteCodes listAppPasswords
    requestAccountDelete requestEmailUpdate revokeAppPassword updateEmail`,
  'com.atproto.identity': 'requestPlcOperationSignature signPlcOperation updateHandle',
}
/** The callers that a session of this scope passes for. */
const auth = (scope: string) =>
  authenticators(
    {verifyAccess: async () => ({did, scope, epoch: 0})} as never,
    {byDid: async () => ({takedownRef: null, sessionEpoch: 0}) as never},
    {takeCall: async () => {}, takeAdmin: async () => ({right: async () => {}})},
    {demand: () => {}, isModerator: async () => false} as never,
    {owner: async () => undefined},
    {} as never,
  )

test('an app password reaches a privileged method: each refuses it, and every other kind of narrow session', async () => {
  const endpoints = new Map(
    pdsEndpoints(new Proxy({}, {get: () => ({})}) as never).map(one => [one.lexicon.nsid as string, one]),
  )
  const request = new Request('http://localhost/', {headers: {authorization: 'Bearer x'}})
  for (const [group, names] of Object.entries(privileged)) {
    for (const name of names.split(/\s+/)) {
      const nsid = `${group}.${name}`
      const kind = endpoints.get(nsid)?.auth as keyof Callers
      ok(kind, nsid)
      for (const scope of ['com.atproto.appPass', 'com.atproto.appPassPrivileged']) {
        await rejects(
          auth(scope)[kind](request, nsid) as Promise<unknown>,
          {error: 'InvalidToken'},
          `${nsid} by ${scope}`,
        )
      }
      await auth('com.atproto.access')[kind](request, nsid)
    }
  }
})

test('an app password has another service do what it may not: no token is made for it', () => {
  const own = Object.entries(privileged).flatMap(([group, names]) => names.split(/\s+/).map(name => `${group}.${name}`))
  for (const scope of ['com.atproto.appPass', 'com.atproto.appPassPrivileged', 'com.atproto.access'] as const) {
    for (const lxm of own) {
      for (const spelled of [lxm, lxm.toUpperCase()]) {
        throws(() => demandCallable(scope, spelled, 'by token'), {reason: 'own-method'}, spelled)
      }
    }
  }
})
