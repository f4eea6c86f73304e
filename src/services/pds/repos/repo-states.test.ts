/** What is held in memory of a repository: on what it is made, for how long it holds, and what is told of it. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {addRepo, pdsRepo} from '../../../../test/pds-repo.ts'
import {cidFor} from '../../../../test/random.ts'
import {testDid as did} from '../../../../test/repos.ts'
import type {ValueMap} from '#atp/data/value.ts'
import type {RepoWrite} from '#atp/repo/repo.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {realWorld} from '#std/world.ts'
import type {RepoStore} from '../store/repos/repo-store.ts'
import {Repos, type Written} from './repos.ts'

const post = 'app.bsky.feed.post' as Nsid
const write = (action: 'create' | 'put', rkey: string, text = '', more: ValueMap = {}): RepoWrite => ({
  action,
  collection: post,
  rkey: rkey as RecordKey,
  record: {$type: post, text, ...more},
})

async function opened(context: TestContext, more: (store: RepoStore) => Partial<RepoStore> = () => ({})) {
  const parts = await pdsRepo(context)
  const {store, keys, blobRows} = parts
  return {...parts, repos: new Repos({...store, ...more(store)}, keys, blobRows, realWorld, 1, () => {})}
}

const outcome = (written: Written): string =>
  written.ok ? (written.commit ? 'written' : 'nothing to do') : written.reason

test('what a commit would have made that was not stored is neither shown nor taken for done', async context => {
  let isFull = false
  const {repos, store} = await opened(context, ({commit}) => ({
    commit: change => (isFull ? Promise.reject(new Error('disk full')) : commit(change)),
  }))
  await repos.write(did, [write('put', 'k', 'a')])
  isFull = true
  await assert.rejects(repos.write(did, [write('put', 'k', 'b')]), /disk full/)
  const {root} = (await store.head(did))!
  assert.ok((await repos.proof(did, `${post}/k`))?.root.equals(root))
  isFull = false
  assert.equal(outcome(await repos.write(did, [write('put', 'k', 'b')])), 'written')
})

test('the end of an older state takes no newer one away', async context => {
  const gates = new Map(['first', 'second'].map(rkey => [`${post}/${rkey}`, Promise.withResolvers<void>()]))
  let reads = 0
  const {repos} = await opened(context, ({commit, head}) => ({
    head: who => {
      reads++
      return head(who)
    },
    commit: async change => {
      const [{path}] = change.put
      await gates.get(path)?.promise
      if (path.endsWith('first')) throw new Error('disk full')
      return commit(change)
    },
  }))
  const [first, second] = ['first', 'second'].map(rkey => repos.write(did, [write('put', rkey)]))
  await new Promise(setImmediate)
  gates.get(`${post}/first`)?.resolve()
  await assert.rejects(first, /disk full/)
  assert.equal(outcome(await repos.write(did, [write('put', 'third')])), 'written')
  gates.get(`${post}/second`)?.resolve()
  assert.equal(outcome(await second), 'written')
  assert.equal(reads, 2, 'the second goes on from where the third is')
})

test('a commit that is gone between two reads is looked for again, five times in all', async context => {
  for (const [lost, expected] of [
    [4, 'nothing to do'],
    [9, 'failed'],
  ] as const) {
    let reads = 0
    const {repos} = await opened(context, ({blocks}) => ({
      blocks: async (who, cids) => (++reads <= lost ? [] : blocks(who, cids)),
    }))
    const written = repos.write(did, [], {swapRecords: new Map()}).then(outcome, () => 'failed')
    assert.deepEqual([await written, reads], [expected, 5])
  }
})

test('a repository that could not be read, or was not there, is asked for again', async context => {
  let fault: Error | undefined = new Error('disk gone')
  const {repos, accounts} = await opened(context, ({head}) => ({
    head: async who => {
      if (fault) throw fault
      return head(who)
    },
  }))
  await assert.rejects(repos.write(did, [write('put', 'k')]), /disk gone/)
  fault = undefined
  assert.equal(outcome(await repos.write(did, [write('put', 'k')])), 'written')
  const later = 'did:web:later.test' as typeof did
  assert.equal(outcome(await repos.write(later, [write('put', 'k')])), 'repo-missing')
  await addRepo(accounts, later)
  assert.equal(outcome(await repos.write(later, [write('put', 'k')])), 'written')
})

test('who asks for a proof while another changes the repository at each try is told that it is busy', async context => {
  let tries = 0
  const {repos, store, keys, blobRows} = await opened(context, ({blocks, head}) => ({
    blocks: async (who, cids) => {
      if (!cids[0].equals((await head(who))?.root)) await others.write(did, [write('put', 'k', `${++tries}`)])
      return blocks(who, cids)
    },
  }))
  const others = new Repos(store, keys, blobRows, realWorld, 2, () => {})
  await assert.rejects(repos.proof(did, `${post}/k`), {reason: 'repo-busy'})
  assert.equal(tries, 5)
})

test('after each commit, and only then, it is told whose blobs are to be seen to', async context => {
  const {store, keys, blobRows} = await opened(context)
  const told: [string, string[]][] = []
  const repos = new Repos(store, keys, blobRows, realWorld, 1, (who, cids) => told.push([who, cids.map(String)]))
  const cid = cidFor('picture')
  await blobRows.add(did, {cid, mimeType: 'image/png', size: 1, stage: 's', uploadedMs: 1})
  const image = {$type: 'blob', ref: cid, mimeType: 'image/png', size: 1} as unknown as ValueMap
  await repos.write(did, [write('put', 'k', 'a')])
  await repos.write(did, [write('put', 'k', 'a')])
  await repos.write(did, [write('create', 'm', '', {image})])
  assert.deepEqual(told, [
    [did, []],
    [did, [cid.toString()]],
  ])
})

test('writes that need many nodes of a tree that is opened anew are all made', async context => {
  const {repos, store} = await opened(context)
  const keys = Array.from({length: 200}, (_, i) => `${i}`)
  for (let round = 0; round < 4; round++) {
    await repos.write(
      did,
      keys.map(key => write('put', `${round}-${key}`, `${round}`)),
    )
  }
  repos.forget(did)
  assert.equal(
    outcome(
      await repos.write(
        did,
        keys.map(key => write('put', `2-${key}`, 'changed')),
      ),
    ),
    'written',
  )
  const {records} = await store.records(did, {collection: post, after: undefined, limit: 1_000, ascending: true})
  assert.equal(records.length, 800)
})
