/** Repositories brought along from elsewhere: all of it arrives, in any order of blocks, or nothing is changed. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test, type TestContext} from 'node:test'
import type {AtpAgent} from '@atproto/api'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {BlockMap, type Block} from '#atp/mst/blocks.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {commitBlock, repoVersion, signCommit} from '#atp/repo/commit.ts'
import {exportRepo} from '#atp/repo/export.ts'
import {pathOf, Repo} from '#atp/repo/repo.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import type {VerifiedRepo} from '#atp/repo/verification.ts'
import {cidOf, codecs, parseCid, type Cid} from '#atp/data/cid.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {realWorld} from '#std/world.ts'
import {pdsNetwork as network, signUp} from '../../../../test/pds-network.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {fill, sweep} from '../../../../test/pds-stores.ts'
import {cidFor} from '../../../../test/random.ts'
import {inChunks, joined, made, madeRepo, signingAt, store, testDid, testKey, writeOf} from '../../../../test/repos.ts'
import {needVectors, vector} from '../../../../test/vectors.ts'
import {sqliteImportStore} from '../store/imports/import-store.sqlite.ts'
import {RepoImports} from './repo-import.ts'
import {Repos} from './repos.ts'
import {pdsMigrations} from '../store/schema.ts'

const encoding = 'application/vnd.ipld.car'
const bringIn = (agent: AtpAgent, car: Uint8Array) => agent.com.atproto.repo.importRepo(car, {encoding})

async function verified(car: Uint8Array): Promise<VerifiedRepo> {
  const verdict = await verifyRepo(car)
  assert.ok(verdict.ok, verdict.ok ? '' : verdict.detail)
  return verdict
}

async function exported(agent: AtpAgent): Promise<VerifiedRepo> {
  const {data} = await agent.com.atproto.sync.getRepo({did: agent.assertDid})
  return verified(data)
}

const carOf = (repo: Repo, blocks: BlockMap): Promise<Uint8Array> => joined(exportRepo(repo.root, blocks))

test('an import gives the same data under a commit of this server, and the firehose tells of it', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  await agent.post({text: 'gone after the import'})
  const {repo, blocks} = madeRepo(2_000)
  await bringIn(agent, await carOf(repo, blocks))

  const {did, data, rev, recordCount, isPreorder} = await exported(agent)
  assert.deepEqual(
    {did, data, recordCount, isPreorder},
    {did: agent.did, data: repo.data, recordCount: 2_000, isPreorder: true},
  )
  assert.ok(rev > repo.rev)
  const [collection, rkey] = ['app.bsky.feed.post', tidOf(1_600_000_000_000_000, 1)]
  const read = await agent.com.atproto.repo.getRecord({repo: agent.assertDid, collection, rkey})
  assert.equal((read.data.value as {text: string}).text, 'record 0')
  // It goes on from there.
  await agent.post({text: 'the first one here'})
  assert.equal((await exported(agent)).recordCount, 2_001)
})

test('blocks in any other order give the same, as do records that several paths share', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  const collection = 'app.bsky.feed.post' as Nsid
  const writes = Array.from({length: 1_500}, (_, n) => {
    const record: ValueMap = {$type: collection, text: `one of ${n % 700}`}
    return {action: 'create' as const, collection, rkey: tidOf(1_600_000_000_000_000 + n, 1) as RecordKey, record}
  })
  const blocks = new BlockMap()
  const change = made(Repo.create(testDid, signingAt(0), writes))
  store(change, blocks)
  const all = [...blocks]
  const orders: Record<string, Block[]> = {
    'by CID': all.toSorted((a, b) => (a.cid.toString() < b.cid.toString() ? -1 : 1)),
    backwards: all.toReversed(),
    'each once, in preorder': all,
  }
  for (const [order, list] of Object.entries(orders)) {
    await bringIn(agent, encodeCar([change.commit.cid], list))
    const {data, recordCount} = await exported(agent)
    assert.deepEqual({data, recordCount}, {data: change.data, recordCount: 1_500}, order)
  }
})

test('an export since the last import is enough to bring the account up to date', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  const {repo, blocks} = madeRepo(1_000)
  await bringIn(agent, await carOf(repo, blocks))
  const next = made(repo.apply([writeOf('delete', 5, ''), writeOf('create', 5_000, 'new')], signingAt(1)))
  await bringIn(agent, encodeCar([next.commit.cid], next.newBlocks))
  const {data, recordCount} = await exported(agent)
  assert.deepEqual({data, recordCount}, {data: next.data, recordCount: 1_000})
})

test('records of any size are exported in preorder', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  const collection = 'com.example.note' as Nsid
  const writes = [1, 8_100, 8_192, 9_000, 100, 900_000, 2, 30_000].map((size, n) => {
    const record: ValueMap = {$type: collection, text: 'x'.repeat(size)}
    return {action: 'create' as const, collection, rkey: tidOf(1_600_000_000_000_000 + n, 1) as RecordKey, record}
  })
  const change = made(Repo.create(testDid, signingAt(0), writes))
  await bringIn(agent, encodeCar([change.commit.cid], change.newBlocks))
  const {data, isPreorder} = await exported(agent)
  assert.deepEqual({data, isPreorder}, {data: change.data, isPreorder: true})
})

test('the published repository arrives with its data root', needVectors, async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  const car = readFileSync(vector('repo/repo.car'))
  await bringIn(agent, car)
  assert.deepEqual((await exported(agent)).data, (await verified(car)).data)
})

/** A repository of one record at such a key. */
function keyed(collection: string, rkey: string): Uint8Array {
  const write = {action: 'create', collection: collection as Nsid, rkey: rkey as RecordKey, record: {}} as const
  const change = made(Repo.create(testDid, signingAt(0), [write]))
  return encodeCar([change.commit.cid], change.newBlocks)
}

/** A repository whose one record is this block. */
function listRepo(record: Block): {root: Cid; blocks: Block[]} {
  const k = new TextEncoder().encode('com.example.note/a')
  const bytes = encodeCbor({l: null, e: [{p: 0, k, v: record.cid, t: null}]})
  const node = {cid: cidOf(codecs.cbor, bytes), bytes}
  const {signer, rev} = signingAt(0)
  const commit = commitBlock(signCommit({did: testDid, version: repoVersion, data: node.cid, rev, prev: null}, signer))
  return {root: commit.cid, blocks: [commit, node, record]}
}

test('what is broken is refused with the reason, and changes nothing', async context => {
  const {agent: newAgent} = await network(context, {PDS_IMPORT_SIZE_MAX: '1MB'})
  const agent = newAgent()
  await signUp(agent, 'alice')
  await agent.post({text: 'still there'})
  const before = await exported(agent)
  const {repo, blocks} = madeRepo(800)
  const car = await carOf(repo, blocks)
  const changed = car.slice()
  changed[car.length - 10] ^= 1
  const future = made(Repo.create(testDid, {signer: testKey, rev: tidOf((Date.now() + 3_600_000) * 1000, 1)}))
  const list = Uint8Array.of(0x81, 0x01)
  const notARecord = {cid: cidOf(codecs.cbor, list), bytes: list}
  const listed = listRepo(notARecord)
  const refusals: [string, Uint8Array, RegExp][] = [
    ['truncated', car.subarray(0, car.length - 100), /car-truncated/],
    ['changed', changed, /car-wrong-hash/],
    ['no CAR', new TextEncoder().encode('hello, this is not a repository'), /car-/],
    ['without a record', encodeCar([repo.root], [...blocks].slice(0, -1)), /mst-missing-block/],
    ['a record that is a list', encodeCar([listed.root], listed.blocks), /repo-bad-record/],
    ['without a commit', encodeCar([notARecord.cid], [...blocks]), /repo-no-root/],
    ['a commit that is none', encodeCar([notARecord.cid], [notARecord]), /commit-not-a-commit/],
    ['a key that is no collection', keyed('__proto__', 'x'), /repo-bad-path/],
    ['a collection that is none', keyed('app.bsky', 'x'), /repo-bad-path/],
    ['a key that is no record key', keyed('app.bsky.feed.post', 'x'.repeat(513)), /repo-bad-path/],
    ['from the future', encodeCar([future.commit.cid], future.newBlocks), /repo-rev-in-future/],
  ]
  for (const [what, bytes, reason] of refusals) {
    await assert.rejects(bringIn(agent, bytes), {error: 'InvalidRequest', message: reason}, what)
  }
  await assert.rejects(bringIn(agent, new Uint8Array(1_000_001)), {error: 'PayloadTooLarge'})
  assert.deepEqual((await exported(agent)).root, before.root)
})

test('blobs that came with no bytes are listed until they are uploaded', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  const bytes = Uint8Array.from({length: 3_000}, (_, i) => i & 255)
  const ref = cidOf(codecs.raw, bytes)
  const collection = 'app.bsky.feed.post' as Nsid
  const blob = {$type: 'blob', ref, mimeType: 'image/png', size: bytes.length} as unknown as ValueMap
  const record: ValueMap = {
    $type: collection,
    text: 'look',
    embed: {$type: 'app.bsky.embed.images', images: [{image: blob, alt: ''}]},
  }
  const rkey = tidOf(1_600_000_000_000_000, 1) as RecordKey
  const change = made(Repo.create(testDid, signingAt(0), [{action: 'create', collection, rkey, record}]))
  await bringIn(agent, encodeCar([change.commit.cid], change.newBlocks))

  const missing = async () => (await agent.com.atproto.repo.listMissingBlobs()).data
  const cid = ref.toString()
  assert.deepEqual(await missing(), {blobs: [{cid, recordUri: `at://${agent.did}/${collection}/${rkey}`}], cursor: cid})
  await agent.uploadBlob(bytes, {encoding: 'image/png'})
  assert.deepEqual(await missing(), {blobs: []})
  assert.deepEqual((await agent.com.atproto.sync.getBlob({did: agent.assertDid, cid})).data, bytes)
})

const refOf = ({ref, mimeType, size}: {ref: {toString(): string}; mimeType: string; size: number}) => ({
  $type: 'blob',
  ref: parseCid(ref.toString()),
  mimeType,
  size,
})

test('an import lets go what only the repository of before referred to, and takes what was uploaded for it', async context => {
  const {agent: newAgent} = await network(context)
  const agent = newAgent()
  const did = await signUp(agent, 'alice')
  const upload = async (text: string) =>
    (await agent.uploadBlob(new TextEncoder().encode(text), {encoding: 'text/plain'})).data.blob
  const put = (rkey: string, ...files: unknown[]) =>
    agent.com.atproto.repo.putRecord({repo: did, collection: 'com.example.note', rkey, record: {files}})
  const [both, before, after] = [await upload('both'), await upload('before'), await upload('after')]
  await put('one', both, before)
  const legacy = cidOf(codecs.raw, new TextEncoder().encode('legacy'))
  const old = {cid: legacy.toString(), mimeType: 'text/plain'}
  const [collection, rkey] = ['com.example.note' as Nsid, 'two' as RecordKey]
  const two = {$type: collection, files: [refOf(both), refOf(after), old]} as ValueMap
  const change = made(Repo.create(testDid, signingAt(0), [{action: 'create', collection, rkey, record: two}]))
  await bringIn(agent, encodeCar([change.commit.cid], change.newBlocks))

  const has = async (cid: string): Promise<boolean> =>
    agent.com.atproto.sync.getBlob({did, cid}).then(
      () => true,
      () => false,
    )
  const found = [both, before, after].map(({ref}) => has(ref.toString()))
  assert.deepEqual(await Promise.all(found), [true, false, true])
  // References of the form before 2023 are to blobs that move along, too.
  const {blobs} = (await agent.com.atproto.repo.listMissingBlobs()).data
  assert.deepEqual(
    blobs.map(({cid}) => cid),
    [legacy.toString()],
  )
  await upload('legacy')
  const listed = (await agent.com.atproto.sync.listBlobs({did})).data.cids
  assert.deepEqual(listed.toSorted(), [both.ref, after.ref, legacy].map(String).toSorted())
})

test('a tree that no repository has is swept away, one that is being filled is not', async () => {
  const sql = openSqlite(undefined, {migrations: pdsMigrations})
  try {
    const imports = sqliteImportStore(sql)
    const place = await imports.begin()
    const nodes = [...madeRepo(2_500).blocks]
    await fill(imports, place, {nodes, early: nodes.slice(0, 10)})
    const rows = () => sql.read(tx => tx.get<{count: number}>('SELECT count(*) AS count FROM node'))?.count
    await sweep({imports})
    assert.equal(rows(), nodes.length + 10)
    // As after a restart, which knows of no import.
    await sweep({imports: sqliteImportStore(sql)})
    assert.equal(rows(), 0)
    assert.equal(sql.read(tx => tx.get<{count: number}>('SELECT count(*) AS count FROM tree'))?.count, 0)
  } finally {
    await sql.close()
  }
})

test('an import that could not begin keeps no place from the next', async () => {
  const {repo, blocks} = madeRepo(1)
  const sql = openSqlite(undefined, {migrations: pdsMigrations})
  const imports = new RepoImports({
    imports: {...sqliteImportStore(sql), begin: () => Promise.reject(new OutOfSpace())},
    store: {
      head: async () => ({root: repo.root, data: repo.data, rev: repo.rev}),
      blocks: async () => [],
    },
    keys: {signingKey: async () => testKey.export()},
    repos: {nextRev: after => after, forget: () => {}},
    blobs: {settleAll: () => {}},
    world: realWorld,
    onEvent: () => {},
    sizeMax: Infinity,
  })
  const car = await carOf(repo, blocks)
  const bytes = async function* () {
    yield car
  }
  for (let i = 0; i < 20; i++) await assert.rejects(imports.run(testDid, bytes()), OutOfSpace)
  await sql.close()
})

/** Imports into the one repository of a PDS with nothing around it. */
async function alone(context: TestContext, more: Partial<ConstructorParameters<typeof RepoImports>[0]> = {}) {
  const parts = await pdsRepo(context)
  const {stores, store: repoStore, keys, blobRows} = parts
  const repos = new Repos(repoStore, keys, blobRows, realWorld, 1, () => {})
  const nothing = {blobs: {settleAll: () => {}}, onEvent: () => {}, sizeMax: Infinity}
  const all = {imports: stores.imports, store: repoStore, keys, repos, world: realWorld, ...nothing, ...more}
  return {...parts, repos, imports: new RepoImports(all)}
}

test('what an import took away is written anew when it is put again', async context => {
  const {store: repoStore, repos, imports} = await alone(context)
  const put = writeOf('put', 1, 'gone and back')
  assert.ok((await repos.write(testDid, [put])).ok)
  const {repo, blocks} = madeRepo(1)
  await imports.run(testDid, exportRepo(repo.root, blocks))
  assert.equal(await repoStore.record(testDid, pathOf(put)), undefined)
  const again = await repos.write(testDid, [put])
  assert.ok(again.ok && again.commit)
  assert.ok(await repoStore.record(testDid, pathOf(put)))
})

/** The creation of a record that names this file. */
function createWith(cid: Cid) {
  const [collection, rkey] = ['com.example.note' as Nsid, 'one' as RecordKey]
  const file = refOf({ref: cid, mimeType: 'image/png', size: 1})
  return {action: 'create', collection, rkey, record: {$type: collection, file} as ValueMap} as const
}

test('after an import the files are seen to of blobs that it took or let go', async context => {
  let found: Promise<readonly {cid: Cid}[]> | undefined
  const settleAll = () => (found = blobRows.unsettled(undefined, 9))
  const {blobRows, repos, imports} = await alone(context, {blobs: {settleAll}})
  const [before, after] = ['before', 'after'].map(cidFor)
  for (const cid of [before, after]) {
    await blobRows.add(testDid, {cid, mimeType: 'image/png', size: 1, stage: `${cid}`, uploadedMs: 1})
  }
  assert.ok((await repos.write(testDid, [createWith(before)])).ok)
  await blobRows.moved(testDid, before)
  const change = made(Repo.create(testDid, signingAt(0), [createWith(after)]))
  await imports.run(testDid, inChunks(encodeCar([change.commit.cid], change.newBlocks), 100))
  const cids = (await found)?.map(({cid}) => cid.toString())
  assert.deepEqual(cids?.toSorted(), [before, after].map(String).toSorted())
})

test('a write in the middle of an import stands, and the import changes nothing', async context => {
  const {store: repoStore, repos, imports, stores} = await alone(context)
  const {repo, blocks} = madeRepo(3)
  const car = await carOf(repo, blocks)
  const put = writeOf('put', 9, 'in the middle')
  const bytes = async function* () {
    yield car.subarray(0, 200)
    assert.ok((await repos.write(testDid, [put])).ok)
    yield car.subarray(200)
  }
  await assert.rejects(imports.run(testDid, bytes()), {reason: 'stale'})
  assert.ok(await repoStore.record(testDid, pathOf(put)))
  assert.deepEqual(await stores.imports.strays(), [], 'what was filled is swept')
})
