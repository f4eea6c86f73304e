/** How an account stands, and what the firehose is told when that changes. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {realWorld} from '#std/world.ts'
import {alice, bob, carol, commit, eventBodiesAfter, eventsAfter, newAccount} from '../../../../test/pds-stores.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import type {IdentityFault} from '../identity/own-identities.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import type {PdsStores} from '../store/stores.ts'
import {Standing, statusOf} from './standing.ts'

const elsewhere: IdentityFault = {detail: 'It leads elsewhere.', passing: false}

async function opened(
  context: TestContext,
  fault?: IdentityFault,
  otherwise: Partial<AccountStore> = {},
  given?: PdsStores,
) {
  const stores = given ?? (await pdsRepo(context)).stores
  for (const did of [alice, bob]) await stores.accounts.create(newAccount(did))
  const clock = {ms: 1_000}
  const told: string[] = []
  const found = {fault}
  const standing = new Standing({
    accounts: {...stores.accounts, ...otherwise},
    repoStore: stores.repos,
    keys: stores.keys,
    repos: {forget: did => void told.push(`forget ${did}`)},
    preferences: stores.preferences,
    blobs: {settleAll: () => void told.push('blobs')},
    identities: {fault: async () => found.fault},
    events: stores.events,
    world: {...realWorld, now: () => clock.ms},
    onEvent: () => void told.push('event'),
  })
  return {stores, standing, clock, told, given: found}
}

test('where an account stands is spelled as the lexicons do, a takedown before a rest', () => {
  deepEqual(statusOf({takedownRef: null, deactivatedMs: null}), {active: true})
  deepEqual(statusOf({takedownRef: null, deactivatedMs: 1}), {active: false, status: 'deactivated'})
  deepEqual(statusOf({takedownRef: 'why', deactivatedMs: 1}), {active: false, status: 'takendown'})
})

test('an account is put at rest and comes back, with its identity and its commit', async context => {
  const {stores, standing, told} = await opened(context)
  await standing.deactivate(alice, 5_000)
  const {deactivatedMs, deleteAfterMs} = (await stores.accounts.byDid(alice))!
  deepEqual([deactivatedMs, deleteAfterMs], [1_000, 5_000])
  await standing.activate(alice)
  deepEqual(statusOf((await stores.accounts.byDid(alice))!), {active: true})
  deepEqual(await eventsAfter(stores), [
    `#account ${alice}`,
    `#account ${alice}`,
    `#identity ${alice}`,
    `#sync ${alice}`,
  ])
  const [rest, back, identity, sync] = await eventBodiesAfter(stores)
  deepEqual([rest.active, rest.status, back.active, back.status], [false, 'deactivated', true, undefined])
  deepEqual([identity.handle, sync.rev], ['alice.test', (await stores.repos.head(alice))?.rev])
  equal(told.length, 2)
  await standing.activate(alice)
  equal(told.length, 3, 'who is active already is told of once more')
})

test('an account whose document leads elsewhere stays at rest', async context => {
  const {stores, standing, given} = await opened(context, elsewhere)
  await standing.deactivate(alice, null)
  await rejects(standing.activate(alice), {reason: 'not-here', message: 'It leads elsewhere.'})
  given.fault = {detail: 'The directory does not answer.', passing: true}
  await rejects(standing.activate(alice), {reason: 'directory-failed', message: 'The directory does not answer.'})
  equal((await stores.accounts.byDid(alice))?.deactivatedMs, 1_000)
  given.fault = undefined
  await standing.activate(alice)
  equal((await stores.accounts.byDid(alice))?.deactivatedMs, null)
})

test('what was taken down is not activated until that ends, and is told of as taken down whatever is said', async context => {
  const {stores, standing} = await opened(context)
  await standing.deactivate(alice, null)
  await standing.takeDown(alice, 'why')
  await rejects(standing.activate(alice), {reason: 'account-gone'})
  await standing.deactivate(alice, 9_000)
  await standing.takeDown(alice, 'why')
  await standing.takeDown(alice, null)
  await standing.activate(alice)
  const told = (await eventBodiesAfter(stores)).map(({active, status}) => (active === true ? 'active' : status))
  // The last two are its identity and its commit.
  deepEqual(told, ['deactivated', 'takendown', 'takendown', 'takendown', 'deactivated', 'active', undefined, undefined])
  deepEqual(statusOf((await stores.accounts.byDid(alice))!), {active: true})
})

test('of an account that is not here nothing is told, and nothing can be', async context => {
  const {stores, standing, told} = await opened(context)
  await standing.takeDown(carol, 'why')
  await standing.tell(carol)
  await rejects(standing.deactivate(carol, null), {reason: 'no-repo'})
  deepEqual([await eventsAfter(stores), told], [[], []])
  await rejects(standing.check(carol), {reason: 'no-repo'})
  await rejects(standing.signingKey(carol), {reason: 'no-repo'})
  await rejects(standing.activate(carol), {reason: 'no-repo'})
})

test('how it stands, and that its document may have changed, is told as often as somebody says so', async context => {
  const {stores, standing} = await opened(context)
  await standing.tell(alice)
  await standing.tell(alice)
  await standing.announceIdentity(alice)
  deepEqual(await eventsAfter(stores), [`#account ${alice}`, `#account ${alice}`, `#identity ${alice}`])
})

test('how far an account is on its way here is counted', async context => {
  const {stores, standing, given} = await opened(context)
  await stores.preferences.putPreferences(alice, 'app.bsky', [{$type: 'app.bsky.a'}], [])
  await commit(stores, alice, [{path: 'a.b.c/1'}])
  const {root, rev} = (await stores.repos.head(alice))!
  const {repoBlocks: _, ...counts} = await standing.check(alice)
  deepEqual(counts, {
    activated: true,
    validDid: true,
    repoCommit: root.toString(),
    repoRev: rev,
    indexedRecords: 1,
    privateStateValues: 1,
    expectedBlobs: 0,
    importedBlobs: 0,
  })
  given.fault = elsewhere
  equal((await standing.check(alice)).validDid, false)
})

test('with an account all that was told of it goes, but that it is gone', async context => {
  const {stores, standing, told} = await opened(context)
  await commit(stores, alice, [{path: 'a.b.c/1'}])
  await commit(stores, bob, [{path: 'a.b.c/1'}])
  await standing.remove(alice)
  deepEqual(await eventsAfter(stores), [`#commit ${bob}`, `#account ${alice}`])
  const {active, status} = (await eventBodiesAfter(stores))[1]
  deepEqual([active, status], [false, 'deleted'])
  deepEqual(told, [`forget ${alice}`, 'event', 'blobs'])
  equal(await stores.accounts.byDid(alice), undefined)
})

test('an account is deleted by a code once, of two who send it at once, and by none that was spent', async context => {
  const {stores, standing} = await opened(context)
  const code = {purpose: 'delete_account', hash: 'of the code'} as const
  await rejects(standing.remove(alice, code), {reason: 'wrong-code'})
  equal((await stores.accounts.byDid(alice))?.deleteAfterMs, null, 'and nothing of it has begun')
  await stores.sessions.putEmailToken(alice, code.purpose, code.hash, 1)
  const ends = await Promise.allSettled([standing.remove(alice, code), standing.remove(alice, code)])
  deepEqual(ends.map(({status}) => status).toSorted(), ['fulfilled', 'rejected'])
  equal(await stores.accounts.byDid(alice), undefined)
})

test('an account whose end was begun, and cut off, is brought to its end by the next sweep', async context => {
  const {stores, standing} = await opened(context, undefined, {
    remove: async () => {
      throw new Error('the process ends here')
    },
  })
  await commit(stores, alice, [{path: 'a.b.c/1'}])
  await rejects(standing.remove(alice), /ends here/)
  const {standing: next} = await opened(context, undefined, {}, stores)
  await next.sweep()
  equal(await stores.accounts.byDid(alice), undefined)
  deepEqual(await eventsAfter(stores), [`#account ${alice}`])
})

test('who wants to be deleted at a time is deleted then, and nobody else', async context => {
  const {stores, standing, clock} = await opened(context)
  await standing.deactivate(alice, 5_000)
  await standing.deactivate(bob, null)
  await standing.sweep()
  clock.ms = 5_001
  await standing.sweep()
  deepEqual([(await stores.accounts.byDid(alice))?.did, (await stores.accounts.byDid(bob))?.did], [undefined, bob])
  const crowd = Array.from({length: 120}, (_, i) => `did:web:a${i}.test` as Did)
  for (const did of crowd) await stores.accounts.create(newAccount(did, {deactivatedMs: 1, deleteAfterMs: 2}))
  await standing.sweep()
  deepEqual(
    (await stores.accounts.list(undefined, 999)).map(({did}) => did).filter(did => crowd.includes(did)),
    [],
  )
})
