/** What moderators act on: an account, a record, a blob, each where it is kept, and nothing that is not here. */
import {deepEqual, equal, ok, rejects, throws} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {cidOf, codecs, parseCid} from '#atp/data/cid.ts'
import {alice, bob, carol, commit, newAccount} from '../../../../test/pds-stores.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {recordSubject, subjectOf, Subjects} from './subjects.ts'

const blob = cidOf(codecs.raw, Uint8Array.of(1))
const path = 'app.bsky.feed.post/self'

async function opened(context: TestContext) {
  const {stores} = await pdsRepo(context)
  for (const did of [alice, bob]) {
    await stores.accounts.create(newAccount(did))
    await stores.blobs.add(did, {cid: blob, mimeType: 'image/png', size: 1, stage: 's', uploadedMs: 1})
    await commit(stores, did, [{path}])
  }
  const told: unknown[] = []
  const note =
    (name: string) =>
    async (...all: unknown[]): Promise<void> =>
      void told.push([name, ...all])
  const subjects = new Subjects({
    accounts: stores.accounts,
    blobs: stores.blobs,
    records: stores.repos,
    bytes: {settle: (did, cids) => void told.push(['settle', did, cids.map(String)])},
    standing: {
      takeDown: note('takeDown'),
      activate: note('activate'),
      deactivate: note('deactivate'),
      tell: note('tell'),
    },
  })
  return {stores, subjects, told}
}

const down = {applied: true, ref: 'why'}
const up = {applied: false}

test('a record is taken down where it is, and nothing else with it', async context => {
  const {stores, subjects, told} = await opened(context)
  const cid = (await stores.repos.record(alice, path))!.cid.toString()
  deepEqual(await subjects.marks({did: alice, record: path}), {takedown: up, deactivated: undefined, cid})
  await subjects.takeDown({did: alice, record: path}, down)
  deepEqual((await subjects.marks({did: alice, record: path})).takedown, down)
  deepEqual((await subjects.marks({did: bob, record: path})).takedown, up)
  equal(await stores.repos.record(alice, path), undefined)
  await subjects.takeDown({did: alice, record: path}, up)
  deepEqual((await subjects.marks({did: alice, record: path})).takedown, up)
  deepEqual(told, [], 'of its account nothing is told')
})

test('a blob is taken down for its account alone, and by the word of an admin where none is given', async context => {
  const {stores, subjects, told} = await opened(context)
  await subjects.takeDown({did: alice, blob: blob.toString()}, {applied: true})
  deepEqual((await subjects.marks({did: alice, blob: blob.toString()})).takedown, {applied: true, ref: 'admin'})
  equal((await stores.blobs.row(bob, blob))?.takedownRef, null)
  await subjects.takeDown({did: alice, blob: blob.toString()}, up)
  equal((await stores.blobs.row(alice, blob))?.takedownRef, null)
  const settled = ['settle', alice, [blob.toString()]]
  deepEqual(told, [settled, settled], 'and its bytes follow')
})

test('an account is taken down, put at rest and told of by its standing', async context => {
  const {stores, subjects, told} = await opened(context)
  await subjects.takeDown({did: alice}, down)
  await subjects.takeDown({did: alice}, up)
  await subjects.deactivate({did: alice}, down)
  await subjects.deactivate({did: alice}, up)
  await subjects.tell({did: alice})
  deepEqual(told, [
    ['takeDown', alice, 'why'],
    ['takeDown', alice, null],
    ['deactivate', alice, null],
    ['activate', alice],
    ['tell', alice],
  ])
  await stores.accounts.setTakedown(alice, 'why', [])
  await stores.accounts.deactivate(alice, 1, null, [])
  deepEqual(await subjects.marks({did: alice}), {takedown: down, deactivated: {applied: true}, cid: undefined})
})

test('a record and a blob are neither put at rest nor told of', async context => {
  const {subjects, told} = await opened(context)
  for (const part of [{record: path}, {blob: blob.toString()}]) {
    await subjects.deactivate({did: alice, ...part}, down)
    await subjects.tell({did: alice, ...part})
  }
  deepEqual(told, [])
})

const missing = {did: alice, blob: cidOf(codecs.raw, Uint8Array.of(2)).toString()}

test('of what is not here nothing is said and nothing done', async context => {
  const {subjects, told} = await opened(context)
  const bad = [{did: carol}, {did: alice, record: 'app.bsky.feed.post/other'}, missing, {did: alice, blob: 'no CID'}]
  for (const subject of bad) {
    await rejects(subjects.marks(subject), {reason: 'subject-missing'})
    await rejects(subjects.tell(subject), {reason: 'subject-missing'})
    await rejects(subjects.deactivate(subject, down), {reason: 'subject-missing'})
  }
  for (const subject of [
    {did: carol},
    {did: carol, record: path},
    {...missing, did: carol},
    {did: alice, blob: 'no CID'},
  ]) {
    await rejects(subjects.takeDown(subject, down), {reason: 'subject-missing'})
  }
  deepEqual(told, [])
})

test('what was deleted before it could be taken down does not come back', async context => {
  const {stores, subjects} = await opened(context)
  const record = 'app.bsky.feed.post/deleted'
  deepEqual(await subjects.takeDown({did: alice, record}, down), down)
  deepEqual(await subjects.takeDown(missing, {applied: true}), {applied: true, ref: 'admin'})
  const upload = {cid: parseCid(missing.blob), mimeType: 'image/png', size: 1, stage: 's', uploadedMs: 1}
  deepEqual(await stores.blobs.add(alice, upload), {ok: false, reason: 'taken-down'})
  await commit(stores, alice, [{path: record}])
  equal(await stores.repos.record(alice, record), undefined)
  deepEqual(await subjects.takeDown({did: alice, record}, up), up)
  await subjects.takeDown(missing, up)
  ok((await stores.blobs.add(alice, upload)).ok && (await stores.repos.record(alice, record)))
})

test('what a call names is read from each form of it', () => {
  const defs = 'com.atproto.admin.defs'
  const uri = `at://${alice}/${path}`
  deepEqual(subjectOf({$type: `${defs}#repoRef`, did: alice}), {did: alice})
  deepEqual(subjectOf({$type: `${defs}#repoBlobRef`, did: alice, cid: 'x'}), {did: alice, blob: 'x'})
  deepEqual(subjectOf({$type: 'com.atproto.repo.strongRef', uri}), {did: alice, record: path})
  throws(() => subjectOf({$type: 'com.example.other'}), {reason: 'bad-subject'})
  for (const bad of [`at://${alice}`, `at://${alice}/app.bsky.feed.post`, 'at://alice.test/app.bsky.feed.post/self']) {
    throws(() => recordSubject(bad), {reason: 'bad-subject'}, bad)
  }
})
