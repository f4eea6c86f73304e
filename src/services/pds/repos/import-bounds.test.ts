/** What an import may bring, how much of it is written at a time, and how many acts wait. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {Repo, type RepoWrite} from '#atp/repo/repo.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {realWorld} from '#std/world.ts'
import {NotedBatch} from '../../../../test/noted-batch.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {createOf, inChunks, made, signingAt, testDid as did, testKey} from '../../../../test/repos.ts'
import {sqliteImportStore} from '../store/imports/import-store.sqlite.ts'
import type {ImportStore} from '../store/imports/import-store.ts'
import {RepoImports} from './repo-import.ts'
import {Repos} from './repos.ts'

const nowMs = 1_800_000_000_000

/** Imports at a moment that stands still. What they write is noted, and how many acts are under way at most. */
async function opened(context: TestContext, more: (imports: ImportStore) => Partial<ImportStore> = () => ({})) {
  const {sql, stores, store, keys, blobRows} = await pdsRepo(context)
  const noted = {batches: [] as NotedBatch[], underWay: 0, size: 0, most: 0, told: 0}
  const world = {...realWorld, now: () => nowMs}
  const fill: ImportStore['fill'] = async batch => {
    assert.ok(batch instanceof NotedBatch)
    noted.batches.push(batch)
    noted.underWay++
    const {size} = batch
    noted.most = Math.max(noted.most, (noted.size += size))
    await new Promise(setImmediate)
    await stores.imports.fill(batch.inner)
    noted.underWay--
    noted.size -= size
  }
  const imports = new RepoImports({
    imports: {
      ...stores.imports,
      batch: place => new NotedBatch(stores.imports.batch(place)),
      fill,
      ...more({...stores.imports, fill}),
    },
    store,
    keys,
    repos: new Repos(store, keys, blobRows, world, 1, () => {}),
    blobs: {settleAll: () => {}},
    world,
    onEvent: () => noted.told++,
    sizeMax: 2 ** 24,
  })
  const run = (writes: readonly RepoWrite[], micros = 1_700_000_000_000_000) => {
    const {commit, newBlocks} = made(Repo.create(did, {signer: testKey, rev: tidOf(micros, 0)}, writes))
    return imports.run(did, inChunks(encodeCar([commit.cid], newBlocks), 50_000))
  }
  /** Trees that no repository has, as the next start would find them. */
  const strays = () => sqliteImportStore(sql).strays()
  return {run, noted, imports, strays, store}
}

test('a thousand rows that find records are written in one act', async context => {
  const {run, noted} = await opened(context)
  const likes = Array.from({length: 2_500}, (_, i) => {
    const subject = {uri: `at://did:plc:a/app.bsky.feed.post/${i}`}
    return createOf('app.bsky.feed.like', `k${i}`, {subject})
  })
  await run(likes)
  for (const kind of ['cids', 'links'] as const) {
    const lengths = noted.batches.flatMap(batch => batch[kind].length || [])
    assert.deepEqual(lengths, [1_000, 1_000, 500], kind)
  }
  assert.deepEqual([noted.underWay, noted.told], [0, 1])
})

test('large records are written some at a time, and not each by itself', async context => {
  const {run, noted} = await opened(context)
  await run(Array.from({length: 60}, (_, i) => createOf('com.example.note', `k${i}`, {text: `${i}`.padEnd(100_000)})))
  const lengths = noted.batches.flatMap(({records}) => records.length || [])
  assert.ok(Math.max(...lengths) === 6, String(lengths))
  // What waits is a mebibyte, and one act more, which is half of one and a record.
  assert.ok(noted.most > 2 ** 20 && noted.most < 2 ** 20 + 2 ** 19 + 2 * 100_100, String(noted.most))
})

test('a block of two mebibytes is taken, and a larger one is not', async context => {
  const {run} = await opened(context)
  const {newBlocks} = made(
    Repo.create(did, signingAt(0), [createOf('com.example.note', 'a', {text: 'x'.repeat(2_000_000)})]),
  )
  const around = Math.max(...newBlocks.map(({bytes}) => bytes.length)) - 2_000_000
  const text = 'x'.repeat(2 * 2 ** 20 - around)
  await run([createOf('com.example.note', 'a', {text})])
  await assert.rejects(run([createOf('com.example.note', 'a', {text: `${text}x`})]), {
    reason: 'bad-repo',
    message: /car-block-too-big/,
  })
})

test('a record under many paths counts for each of them', async context => {
  const {run, noted, strays} = await opened(context)
  const text = 'x'.repeat(2 ** 20)
  const sharing = (count: number) =>
    Array.from({length: count}, (_, i) => createOf('com.example.note', `k${i}`, {text}))
  await run(sharing(15))
  await assert.rejects(run(sharing(16)), {reason: 'bad-repo', message: /repo-too-big/})
  assert.deepEqual([noted.told, await strays()], [1, []])
})

test('a revision may lie five minutes ahead, and not a moment more', async context => {
  const {run, store} = await opened(context)
  const most = (nowMs + 5 * 60_000) * 1000
  await assert.rejects(run([], most + 1), {reason: 'bad-repo', message: /repo-rev-in-future/})
  await run([], most)
  assert.ok((await store.head(did))!.rev > tidOf(most, 0))
})

test('whichever act cannot be written, the import fails by its fault once no other is under way, and leaves nothing', async context => {
  let acts = 0
  let failing = 0
  const {run, noted, strays, store} = await opened(context, ({fill}) => ({
    fill: async (...batch) => {
      if (++acts === failing) throw new OutOfSpace()
      return fill(...batch)
    },
  }))
  const before = await store.head(did)
  const many = Array.from({length: 600}, (_, i) => createOf('com.example.note', `k${i}`, {text: `${i}`}))
  await run(many)
  const all = acts
  assert.ok(all >= 4, `${all} acts`)
  const after = await store.head(did)
  for (failing = 1; failing <= all; failing++) {
    acts = 0
    await assert.rejects(run(many), OutOfSpace, `act ${failing}`)
    assert.deepEqual([await store.head(did), await strays(), noted.underWay, noted.told], [after, [], 0, 1])
  }
  assert.notDeepEqual(before, after)
})

/** Long keys that have little in common. */
const key = (i: number): string => `${(i * 7_919) % 10_007}-${i}-`.repeat(60).slice(0, 500)

test('of a repository whose rows are more than are held at a time each is written, some half a megabyte in an act', async context => {
  const {run, noted, store} = await opened(context)
  const writes = Array.from({length: 4_000}, (_, i) => createOf('app.bsky.feed.like', key(i), {subject: `s${i}`}))
  await run(writes)
  const cids = writes.map(write => cidOf(codecs.cbor, encodeCbor((write as {record: ValueMap}).record)))
  assert.equal((await store.blocks(did, cids)).length, 4_000)
  for (let i = 0; i < 4_000; i += 97) {
    assert.deepEqual(await store.about(did, 'app.bsky.feed.like' as Nsid, `s${i}`), [`app.bsky.feed.like/${key(i)}`])
  }
  const acts = noted.batches.map(({nodes}) => nodes.map(({bytes}) => bytes.length)).filter(act => act.length > 0)
  const sizes = acts.map(act => act.reduce((sum, size) => sum + size, 0))
  const largest = Math.max(...acts.flat())
  for (const size of sizes) assert.ok(size < 512 * 1024 + largest, String(size))
  assert.ok(Math.max(...sizes) > 400 * 1024, String(sizes))
  assert.ok(noted.most <= 2 ** 20 + 2 ** 19 + 2_000, String(noted.most))
})

test('a record that is at two paths is found again while acts are under way, and all have the revision of the import', async context => {
  const {run, store} = await opened(context)
  const before = await store.head(did)
  const texts = Array.from({length: 1_501}, (_, i) => `${i % 1_500}`)
  await run(texts.map((text, i) => createOf('com.example.note', `k${10_000 + i}`, {text})))
  const found = await store.recent(did, 'com.example.note' as Nsid, before!.rev, 2_000)
  assert.equal(found.length, 1_501)
  assert.ok(found[0].cid.equals(found[1_500].cid))
  assert.deepEqual([...new Set(found.map(({rev}) => rev))], [(await store.head(did))?.rev])
})

test('where there is no repository none is taken in', async context => {
  const {imports} = await opened(context)
  await assert.rejects(imports.run('did:web:nobody.test' as typeof did, inChunks(new Uint8Array(1), 1)), {
    reason: 'repo-missing',
  })
})

test('when there is no room to sweep either, it is told why the import failed, and the next sweeps', async context => {
  let isFull = true
  const {run, strays} = await opened(context, ({removeSome, fill}) => ({
    fill: async (...batch) => (isFull ? Promise.reject(new OutOfSpace(undefined, 'while filling')) : fill(...batch)),
    removeSome: async tree => (isFull ? Promise.reject(new OutOfSpace()) : removeSome(tree)),
  }))
  const one = [createOf('com.example.note', 'a', {})]
  await assert.rejects(run(one), /while filling/)
  assert.equal((await strays()).length, 2)
  isFull = false
  await run(one)
  assert.deepEqual(await strays(), [])
})
