/** Sessions: how they begin, go on and end, with what is kept of them in memory. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {sha256} from '#atp/crypto/engine.ts'
import {toUtf8} from '#std/text.ts'
import {realWorld} from '#std/world.ts'
import {alice, bob, newAccount} from '../../../../test/pds-stores.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {Logins} from './logins.ts'
import {Passwords} from './passwords.ts'
import {refreshGraceMs, refreshLifeMs, Tokens} from './tokens.ts'

/** Quick, where the real one is slow on purpose. */
const slowHash = async (password: string, salt: Uint8Array, size: number): Promise<Uint8Array> =>
  Buffer.concat([sha256(toUtf8(password)), sha256(salt)]).subarray(0, size)

const password = 'correct horse'
const home = '203.0.113.1'

async function opened(context: TestContext) {
  const {stores} = await pdsRepo(context)
  const clock = {ms: 1_700_000_000_000}
  const slept: number[] = []
  const world = {
    now: () => clock.ms,
    random: realWorld.random,
    slowHash,
    sleep: async (ms: number) => void slept.push(ms),
  }
  const passwords = new Passwords(world)
  const passwordHash = await passwords.hash(password, home)
  for (const did of [alice, bob]) await stores.accounts.create(newAccount(did, {passwordHash}))
  const tokens = new Tokens(new Uint8Array(32).fill(1), 'did:web:pds.test' as typeof alice, world)
  const told: string[] = []
  const tell = async (did: string, what: string) => void told.push(`${did}: ${what}`)
  const logins = new Logins({accounts: stores.accounts, sessions: stores.sessions, tokens, passwords, world, tell})
  const logIn = async (word: string, takendown?: boolean) =>
    logins.admit(await logins.check(await stores.accounts.byDid(alice), word, home), {takendown, userAgent: 'Sky/1.0'})
  return {stores, clock, slept, tokens, logins, logIn, told}
}

test('an account is found by whatever its owner calls it', async context => {
  const {logins} = await opened(context)
  for (const name of [alice, 'alice.test', '@Alice.Test', ' alice.test ', 'me@alice.test']) {
    equal((await logins.find(name))?.did, alice, name)
  }
  for (const name of ['', 'alice', 'did:web:carol.test', 'me@carol.test', '@']) {
    equal(await logins.find(name), undefined, name)
  }
})

test('a wrong password and an account that is not there are answered alike, and late', async context => {
  const {logins, logIn, slept} = await opened(context)
  await rejects(logIn('wrong'), {reason: 'wrong-login'})
  await rejects(logins.check(undefined, password, home), {reason: 'wrong-login'})
  deepEqual(slept, [350, 350])
  equal(await logins.isOwner(alice, password, home), true)
  equal(await logins.isOwner(alice, 'wrong', home), false)
  equal(await logins.isOwner('did:web:carol.test' as typeof alice, password, home), false)
})

test('an app password lets in for less, and no longer once it was revoked', async context => {
  const {logins, logIn, tokens} = await opened(context)
  const plain = await logins.addAppPassword(alice, 'bot', false)
  const privileged = await logins.addAppPassword(alice, 'chat', true)
  const scopeOf = async (word: string) => (await tokens.verifyAccess((await logIn(word)).accessJwt)).scope
  deepEqual(
    [await scopeOf(password), await scopeOf(plain.password), await scopeOf(privileged.password)],
    ['com.atproto.access', 'com.atproto.appPass', 'com.atproto.appPassPrivileged'],
  )
  await rejects(logins.check(undefined, plain.password, home), {reason: 'wrong-login'}, 'nobody has it')
  const session = await logIn(plain.password)
  await logins.revokeAppPassword(alice, 'bot')
  await rejects(logIn(plain.password), {reason: 'wrong-login'})
  await rejects(logins.refresh(session.refreshJwt), {reason: 'session-ended'})
  deepEqual(
    (await logins.appPasswords(alice)).map(({name}) => name),
    ['chat'],
  )
})

test('the owner is told of each app password that comes and goes, not by its name, which somebody else may have made up', async context => {
  const {logins, told} = await opened(context)
  await logins.addAppPassword(alice, 'go to evil.example', false)
  await rejects(logins.addAppPassword(alice, 'go to evil.example', false))
  await logins.revokeAppPassword(alice, 'go to evil.example')
  await logins.revokeAppPassword(alice, 'go to evil.example')
  await logins.revokeAppPassword(alice, 'never there')
  deepEqual(told, [`${alice}: An app password was added`, `${alice}: An app password was revoked`])
})

test('an app password has a name of its own, and there are at most a hundred', async context => {
  const {logins} = await opened(context)
  for (const name of ['', '  ', 'x'.repeat(65)]) {
    await rejects(logins.addAppPassword(alice, name, false), {reason: 'bad-app-password-name'}, name)
  }
  await logins.addAppPassword(alice, 'x'.repeat(64), false)
  await rejects(logins.addAppPassword(alice, 'x'.repeat(64), true), {reason: 'bad-app-password-name'})
  for (let i = 1; i < 100; i++) await logins.addAppPassword(alice, `${i}`, false)
  await rejects(logins.addAppPassword(alice, 'one more', false), {reason: 'too-many-app-passwords'})
  ok(await logins.addAppPassword(bob, 'one more', false))
})

test('a session goes on with the right of its login, and used again it gives the same successor for a while', async context => {
  const {logins, logIn, tokens, clock, stores} = await opened(context)
  const {password: word} = await logins.addAppPassword(alice, 'bot', false)
  const first = await logIn(word)
  clock.ms += 1_000
  const second = await logins.refresh(first.refreshJwt)
  equal((await tokens.verifyAccess(second.accessJwt)).scope, 'com.atproto.appPass')
  const idOf = async (token: string) => (await tokens.verifyRefresh(token)).id
  clock.ms += refreshGraceMs - 1_000
  equal(await idOf((await logins.refresh(first.refreshJwt)).refreshJwt), await idOf(second.refreshJwt))
  clock.ms += 2_000
  await rejects(logins.refresh(first.refreshJwt), {reason: 'session-ended'})
  clock.ms += refreshLifeMs
  await rejects(logins.refresh(second.refreshJwt), {reason: 'token-expired'})
  equal((await stores.accounts.byDid(alice))?.did, alice)
})

test('sessions are listed by what apps call themselves, with when they began and were last renewed', async context => {
  const {logins, logIn, clock} = await opened(context)
  const beganMs = clock.ms
  const session = await logIn(password)
  clock.ms += 5_000
  await logins.refresh(session.refreshJwt)
  const [listed, ...others] = await logins.sessions(alice)
  deepEqual(
    {...listed, id: ''},
    {
      id: '',
      appPassword: null,
      userAgent: 'Sky/1.0',
      madeMs: beganMs,
      renewedMs: beganMs + 5_000,
    },
  )
  equal(others.length, 0)
  await logins.endSession(bob, listed.id)
  equal((await logins.sessions(alice)).length, 1, 'not by another')
  await logins.endSession(alice, listed.id)
  equal((await logins.sessions(alice)).length, 0)
  await rejects(logins.refresh(session.refreshJwt), {reason: 'session-ended'})
})

test('who logs out has logged out, with a token that is old as well', async context => {
  const {logins, logIn, clock} = await opened(context)
  const session = await logIn(password)
  const next = await logins.refresh(session.refreshJwt)
  clock.ms += refreshLifeMs + 1_000
  await logins.logOut(session.refreshJwt)
  clock.ms -= refreshLifeMs
  await rejects(logins.refresh(next.refreshJwt), {reason: 'session-ended'})
})

test('whoever was taken down may only log in to leave, and by the account password', async context => {
  const {logins, logIn, tokens, stores} = await opened(context)
  const session = await logIn(password)
  const {password: word} = await logins.addAppPassword(alice, 'bot', true)
  await stores.accounts.setTakedown(alice, 'why', [])
  await rejects(logIn(password), {reason: 'account-takendown'})
  await rejects(logIn(word, true), {reason: 'account-takendown'})
  await rejects(logins.refresh(session.refreshJwt), {reason: 'account-takendown'})
  const leaving = await logIn(password, true)
  equal((await tokens.verifyAccess(leaving.accessJwt)).scope, 'com.atproto.takendown')
})

test('a session of an account that is gone has ended', async context => {
  const {logins, logIn, stores} = await opened(context)
  const session = await logIn(password)
  await stores.accounts.remove(alice, [])
  await rejects(logins.refresh(session.refreshJwt), {reason: 'session-ended'})
})
