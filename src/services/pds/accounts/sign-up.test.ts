/** How accounts are made, taken over and renamed: what is asked of whom, in which order, and what is left when it fails. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {sha256} from '#atp/crypto/engine.ts'
import {toUtf8} from '#std/text.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {realWorld} from '#std/world.ts'
import {alice, bob, carol, eventsAfter, newAccount} from '../../../../test/pds-stores.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {Refusal} from '../refusal.ts'
import {Passwords} from './passwords.ts'
import {Accounts, type AccountsOptions, type SignUp} from './accounts.ts'

const plcDid = 'did:plc:z72i7hdynmk6r22z27h6tvur' as Did
const dayMs = 24 * 3_600_000
const begun = 'did:plc:44ybard66vv44zksje25o7dz' as Did
const identity = {alsoKnownAs: ['at://dave.test'], verificationMethods: {}, services: {}}
const firstToken = {id: 'first', appPassword: null, expiresMs: 9e12, madeMs: 1, userAgent: ''}

const noPlace = () => Promise.reject(new Overloaded('full'))

async function opened(
  context: TestContext,
  more: {taken?: boolean; refused?: boolean; brokenHash?: boolean; leadsTo?: Did} = {},
) {
  const {stores} = await pdsRepo(context)
  for (const did of [alice, bob]) await stores.accounts.create(newAccount(did))
  const told: string[] = []
  const note = (text: string): void => void told.push(text)
  const world = {
    ...realWorld,
    now: () => 1_000,
    random: (size: number) => new Uint8Array(size).fill(99),
    slowHash: async (word: string, salt: Uint8Array, size: number) => {
      note('hash begins')
      await new Promise(setImmediate)
      note('hash ends')
      if (more.brokenHash) throw new Error('out of memory')
      return Buffer.concat([sha256(toUtf8(word)), sha256(salt)]).subarray(0, size)
    },
  }
  const options: AccountsOptions = {
    store: {
      ...stores.accounts,
      create: async account => (more.taken ? 'handle-taken' : stores.accounts.create(account)),
    },
    keys: stores.keys,
    plc: {
      begin: () => ({did: begun, operation: identity as never}),
      submit: async (did: Did) => {
        note(`submit ${did}`)
        if (more.refused) throw new Refusal('directory-refused', 'No.')
      },
      abandon: async (did: Did) => note(`abandon ${did}`),
      changeHandle: async (did: Did, handle: Handle) => note(`directory ${did} ${handle}`),
    } as unknown as AccountsOptions['plc'],
    logins: {
      firstSession: async did => ({token: {...firstToken, did}, accessJwt: 'a', refreshJwt: 'r'}),
      appPasswords: did => stores.sessions.appPasswords(did),
    },
    passwords: new Passwords(world),
    identities: {
      forget: did => note(`forget ${did}`),
      learn: async (did, {alsoKnownAs}) => note(`learn ${did} ${String(alsoKnownAs)}`),
    },
    strangers: {
      handleDid: async handle =>
        more.leadsTo ? {ok: true, value: more.leadsTo} : ({ok: false, reason: 'not-found', detail: handle} as never),
      forget: () => {},
    },
    world,
    handles: {domains: ['.test'], reserved: new Set(['admin'])},
    barredEmailDomains: ['thrown.example'],
    tell: async (did, what, more) => note([`${did}: ${what}`, ...(more === undefined ? [] : [more])].join('. ')),
    onEvent: () => note('event'),
  }
  return {stores, told, accounts: new Accounts(options), options}
}

const wanted = (told: string[], more: Partial<SignUp> = {}): SignUp => ({
  handle: 'dave.test',
  email: 'dave@example.com',
  password: 'correct horse',
  invitation: {code: undefined, [Symbol.dispose]: () => void told.push('place given back')},
  recoveryKey: undefined,
  asker: '203.0.113.1',
  ...more,
})

test('a new account has its identity and its hash at once, then its rows, and then the firehose hears of it', async context => {
  const {stores, accounts, told} = await opened(context)
  const {account} = await accounts.signUp(wanted(told))
  const identified = ['hash begins', `submit ${begun}`, 'hash ends']
  deepEqual(told, [...identified, 'place given back', 'event', `learn ${begun} at://dave.test`])
  equal((await stores.sessions.token('first'))?.did, begun, 'its first session is there with it')
  deepEqual([account.handle, account.email, account.deactivatedMs], ['dave.test', 'dave@example.com', null])
  const events = ['#identity', '#account', '#commit', '#sync'].map(type => `${type} ${account.did}`)
  deepEqual(await eventsAfter(stores), events)
})

test('an address is kept in lower case', async context => {
  const {accounts, told} = await opened(context)
  const {account} = await accounts.signUp(wanted(told, {email: ' Dave@Example.COM '}))
  equal(account.email, 'dave@example.com')
})

test('an identity that was begun for an account which could not be made is ended', async context => {
  const {accounts, told} = await opened(context, {taken: true})
  await rejects(accounts.signUp(wanted(told)), {reason: 'handle-taken'})
  deepEqual(told, ['hash begins', `submit ${begun}`, 'hash ends', `abandon ${begun}`])
  const broken = await opened(context, {brokenHash: true})
  await rejects(broken.accounts.signUp(wanted(broken.told)), /out of memory/)
  deepEqual(broken.told, told)
  equal(await broken.stores.accounts.byDid(begun), undefined)
})

test('without a place for its hash no identity is begun, and without the identity there is no account', async context => {
  const {accounts, told, options, stores} = await opened(context, {refused: true})
  await rejects(accounts.signUp(wanted(told)), {reason: 'directory-refused'})
  deepEqual(told, ['hash begins', `submit ${begun}`, 'hash ends'])
  equal(await stores.accounts.byDid(begun), undefined)
  told.length = 0
  const full = new Accounts({...options, passwords: {...options.passwords, begin: noPlace}})
  await rejects(full.signUp(wanted(told)), Overloaded)
  deepEqual(told, [])
})

test('what a newcomer gives is judged before anything is begun', async context => {
  const {accounts, told} = await opened(context)
  const rows: [Partial<SignUp>, string][] = [
    [{handle: 'x'}, 'bad-handle'],
    [{handle: 'dave.example.com'}, 'unsupported-domain'],
    [{handle: 'admin.test'}, 'handle-taken'],
    [{handle: 'alice.test'}, 'handle-taken'],
    [{email: undefined}, 'bad-email'],
    [{email: 'dave'}, 'bad-email'],
    [{email: 'ME@alice.test'}, 'email-taken'],
    [{email: 'dave@Thrown.Example'}, 'bad-email'],
    [{email: 'dave@mx.thrown.example'}, 'bad-email'],
    [{email: 'x<dave@thrown.example>'}, 'bad-email'],
    [{email: 'x,dave@example.com'}, 'bad-email'],
    [{email: 'dave@example.com,'}, 'bad-email'],
    [{email: 'group:dave@example.com;'}, 'bad-email'],
    [{email: 'dave@example.com(again)'}, 'bad-email'],
    [{handle: 'kept.test'}, 'handle-taken'],
    [{password: undefined}, 'bad-password'],
    [{password: 'x'.repeat(7)}, 'bad-password'],
    [{password: 'x'.repeat(257)}, 'bad-password'],
  ]
  await accounts.reserveHandle('Kept.test')
  for (const [more, reason] of rows) {
    await rejects(accounts.signUp(wanted(told, more)), {reason}, JSON.stringify(more))
  }
  deepEqual(told, [])
  ok(await accounts.signUp(wanted(told, {password: 'x'.repeat(256)})))
})

test('an account that is taken over rests until its repository is here, and goes after three days', async context => {
  const {stores, accounts, told} = await opened(context)
  const key = new Uint8Array(32).fill(5)
  const reserved = {publicKey: 'k', privateKey: key, did: plcDid, asker: 'x', reservedMs: 1}
  await stores.keys.reserve(reserved, {ofAsker: 9, all: 9, beforeMs: 0})
  const {account} = await accounts.takeOver(plcDid, wanted(told))
  deepEqual([account.did, account.deactivatedMs, account.deleteAfterMs], [plcDid, 1_000, 1_000 + 3 * dayMs])
  deepEqual(await stores.keys.signingKey(plcDid), key, 'the key that was reserved for it')
  equal(await stores.keys.reserved(plcDid), undefined)
  deepEqual(await eventsAfter(stores), [], 'the firehose hears of it when it becomes active')
  await rejects(accounts.takeOver(plcDid, wanted(told, {handle: 'erin.test', email: 'e@example.com'})), {
    reason: 'did-taken',
  })
})

test('a handle of another domain is its owner’s, and nobody else’s', async context => {
  const {accounts, told} = await opened(context, {leadsTo: plcDid})
  await rejects(accounts.changeHandle(alice, 'dave.example.com'), {reason: 'bad-handle', message: /does not point to/})
  const {account} = await accounts.takeOver(plcDid, wanted(told, {handle: 'Dave.Example.com'}))
  equal(account.handle, 'dave.example.com')
  const nowhere = await opened(context)
  await rejects(nowhere.accounts.changeHandle(alice, 'dave.example.com'), {reason: 'bad-handle'})
})

test('no account is named by what nobody can own, wherever it leads', async context => {
  const {accounts} = await opened(context, {leadsTo: alice})
  for (const handle of ['dave.example', 'dave.local', 'dave.onion', 'dave.INTERNAL', 'dave.alt']) {
    await rejects(accounts.changeHandle(alice, handle), {reason: 'bad-handle', message: /Nobody can own/}, handle)
  }
})

test('a name that is kept back is the admin’s to give', async context => {
  const {stores, accounts} = await opened(context)
  await accounts.reserveHandle('kept.test')
  await rejects(accounts.reserveHandle('kept'), {reason: 'bad-handle'})
  for (const handle of ['kept.test', 'admin.test']) {
    await rejects(accounts.changeHandle(alice, handle), {reason: 'handle-taken'}, handle)
    ok(!(await accounts.judgeWish(handle, {})).free)
    await accounts.changeHandle(alice, handle, {reserved: true})
    equal((await stores.accounts.byDid(alice))?.handle, handle)
  }
  await rejects(
    accounts.changeHandle(alice, 'x.test', {reserved: true}),
    {reason: 'bad-handle'},
    'the rest still holds',
  )
})

test('a handle is changed in the directory, here and on the firehose, in this order', async context => {
  const {stores, accounts, told} = await opened(context)
  await accounts.takeOver(plcDid, wanted(told))
  told.length = 0
  await accounts.changeHandle(plcDid, 'newer.test')
  deepEqual(told, [`directory ${plcDid} newer.test`, `forget ${plcDid}`, 'event'])
  equal((await stores.accounts.byDid(plcDid))?.handle, 'newer.test')
  deepEqual(await eventsAfter(stores), [`#identity ${plcDid}`])
  await rejects(accounts.changeHandle(plcDid, 'alice.test'), {reason: 'handle-taken'})
  told.length = 0
  await accounts.changeHandle(plcDid, 'newer.test')
  deepEqual(told, ['event'], 'what it has already is told again, and not to the directory')
  await accounts.changeHandle(alice, 'alicia.test')
  deepEqual(told, ['event', 'event'], 'a did:web has no directory')
})

test('a new password ends the sessions of its account', async context => {
  const {stores, accounts, told} = await opened(context)
  await stores.sessions.addToken(
    {id: 'a', did: alice, appPassword: null, expiresMs: 9e12, madeMs: 1, userAgent: ''},
    0,
    9,
  )
  for (const word of ['x'.repeat(7), 'x'.repeat(257)]) {
    await rejects(accounts.changePassword(alice, word), {reason: 'bad-next-password'})
  }
  ok(await stores.sessions.token('a'))
  await accounts.changePassword(alice, 'x'.repeat(8))
  deepEqual(told.splice(0, 2), ['hash begins', 'hash ends'])
  deepEqual(told, [`${alice}: The password was changed`])
  equal(await stores.sessions.token('a'), undefined)
  match((await stores.accounts.byDid(alice))?.passwordHash ?? '', /^[0-9a-f]{32}:[0-9a-f]{128}$/)
})

test('of handles near to one that is taken those are told that are free, five at most', async context => {
  const {stores, accounts} = await opened(context)
  deepEqual(await accounts.judgeWish('dave.test', {}), {free: true})
  const near = async () => {
    const judged = await accounts.judgeWish('alice.test', {
      email: 'liddell@example.com',
      birthDate: '1985-05-04T00:00:00Z',
    })
    return judged.free ? [] : judged.ideas.map(({handle}) => handle)
  }
  const first = await near()
  equal(first.length, 5)
  deepEqual(first.slice(0, 3), ['alice85.test', 'alice1985.test', 'liddell.test'])
  ok(first.includes('alice07.test' as Handle) && first.includes('alice507.test' as Handle), String(first))
  await stores.accounts.create(newAccount(carol, {handle: 'alice85.test' as Handle}))
  const second = await near()
  ok(!second.includes('alice85.test' as Handle) && second.length === 5)
})

test('whoever reserves too many keys is told to wait', async context => {
  const {accounts} = await opened(context)
  const key = await accounts.reserveKey(plcDid, '203.0.113.1')
  equal(await accounts.reserveKey(plcDid, '203.0.113.2'), key, 'the same one, whoever asks')
  const {options} = await opened(context)
  const full = new Accounts({...options, keys: {...options.keys, reserve: async () => undefined}})
  await rejects(
    full.reserveKey(undefined, 'x'),
    (error: Error) => error instanceof Refusal && error.reason === 'too-many-keys',
  )
})

test('app passwords outlast a new password or end with it, as was chosen, and the owner is told which', async context => {
  const {stores, accounts, told} = await opened(context)
  const add = (did: Did, name: string) =>
    stores.sessions.addAppPassword(did, {name, passwordHash: name, privileged: false, createdMs: 1}, 9)
  const left = async (did: Did) => (await stores.sessions.appPasswords(did)).length
  for (const name of ['phone', 'bot']) await add(alice, name)
  await add(bob, 'bot')
  await accounts.changePassword(alice, 'x'.repeat(8))
  equal(await left(alice), 2, 'as the official server has it')
  await accounts.changePassword(alice, 'x'.repeat(8), {appPasswords: 'ended'})
  deepEqual([await left(alice), await left(bob)], [0, 1])
  await accounts.changePassword(alice, 'x'.repeat(8), {appPasswords: 'ended'})
  const mails = told.filter(text => text.startsWith(alice))
  match(mails[0], /The password was changed. Apps still come in by the 2 app passwords .* under Apps, on the pages/)
  deepEqual(mails.slice(1), [
    `${alice}: The password was changed. All app passwords were ended with it.`,
    `${alice}: The password was changed`,
  ])
})
