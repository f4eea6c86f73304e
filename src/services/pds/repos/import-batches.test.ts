/** What an import writes in one act, what it asks the repository here for, and the revision that comes of it. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {BlockMap, type Block} from '#atp/mst/blocks.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {Repo, type RepoWrite} from '#atp/repo/repo.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {realWorld} from '#std/world.ts'
import {NotedBatch} from '../../../../test/noted-batch.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {
  createOf,
  inChunks,
  made,
  madeRepo,
  signingAt,
  store as keep,
  testDid as did,
  testKey,
  writeOf,
} from '../../../../test/repos.ts'
import type {ImportPlace} from '../store/imports/import-store.ts'
import {RepoImports} from './repo-import.ts'
import {Repos} from './repos.ts'

/** Imports into a repository, with all that they write, and how often they ask it for a block. */
async function opened(context: TestContext) {
  const {stores, store, keys, blobRows} = await pdsRepo(context)
  const batches: NotedBatch[] = []
  const places: ImportPlace[] = []
  let asked = 0
  const repos = new Repos(store, keys, blobRows, realWorld, 1, () => {})
  const imports = new RepoImports({
    imports: {
      ...stores.imports,
      begin: async () => {
        places.push(await stores.imports.begin())
        return places.at(-1)!
      },
      batch: place => new NotedBatch(stores.imports.batch(place)),
      fill: batch => {
        assert.ok(batch instanceof NotedBatch)
        batches.push(batch)
        return stores.imports.fill(batch.inner)
      },
    },
    store: {
      head: store.head,
      blocks: (of, cids) => {
        asked++
        return store.blocks(of, cids)
      },
    },
    keys,
    repos,
    blobs: {settleAll: () => {}},
    world: realWorld,
    onEvent: () => {},
    sizeMax: Infinity,
  })
  const run = (root: Block['cid'], blocks: Iterable<Block>) =>
    imports.run(did, inChunks(encodeCar([root], blocks), 9_000))
  return {run, batches, places, head: () => store.head(did), asked: () => asked}
}

function repoOf(writes: readonly RepoWrite[]) {
  const blocks = new BlockMap()
  const change = made(Repo.create(did, signingAt(0), writes))
  keep(change, blocks)
  return {root: change.commit.cid, blocks: [...blocks]}
}

/** Its blocks, each once: one may be kept for its turn and find its place in the same act. */
const blocksOf = ({nodes, records, earlyBlocks}: NotedBatch): Block[] => [
  ...new Map([...nodes, ...records, ...earlyBlocks].map(block => [block.cid.key, block])).values(),
]
const sizeOf = (batch: NotedBatch): number => blocksOf(batch).reduce((sum, {bytes}) => sum + bytes.length, 0)

test('an act writes five hundred blocks at most, in whatever order they come', async context => {
  const {run, batches} = await opened(context)
  const {root, blocks} = madeRepo(3_000)
  for (const list of [[...blocks], [...blocks].toReversed()]) {
    batches.length = 0
    await run(root, list)
    assert.ok(batches.length > 5 && batches.length < 20, `${batches.length} acts`)
    for (const batch of batches) assert.ok(blocksOf(batch).length <= 500, `${blocksOf(batch).length} in one act`)
  }
})

test('an act writes half a megabyte and one block more at most', async context => {
  const {run, batches} = await opened(context)
  const size = 100_000
  const large = Array.from({length: 60}, (_, i) => createOf('com.example.note', `k${i}`, {text: `${i}`.padEnd(size)}))
  const {root, blocks} = repoOf(large)
  for (const list of [blocks, blocks.toReversed()]) {
    batches.length = 0
    await run(root, list)
    assert.ok(batches.length > 9)
    for (const batch of batches) assert.ok(sizeOf(batch) < 512 * 1024 + 2 * size, `${sizeOf(batch)} bytes in one act`)
  }
})

test('rows that are found by CID are written in the order of their hashes', async context => {
  const {run, batches} = await opened(context)
  const {root, blocks} = repoOf(
    Array.from({length: 3_000}, (_, i) => createOf('com.example.note', `k${i}`, {text: `${i}`})),
  )
  await run(root, blocks)
  for (const kind of ['nodes', 'cids'] as const) {
    const hashes = batches.flatMap(batch => batch[kind].map(({cid}) => Buffer.from(cid.bytes).toString('hex')))
    assert.ok(hashes.length > 500)
    assert.deepEqual(hashes, hashes.toSorted())
  }
})

test('a record that is at another path, of an act long past, is found again', async context => {
  const {run, batches} = await opened(context)
  const count = 1_500
  const texts = Array.from({length: count}, (_, i) => (i === count - 1 ? '0' : `${i}`))
  const {root, blocks} = repoOf(texts.map((text, i) => createOf('com.example.note', `k${i + 1e6}`, {text})))
  await run(root, blocks)
  const again = batches.flatMap(batch => batch.records).filter(({bytes}) => bytes.at(-1) === 48 && bytes.length < 9)
  assert.deepEqual(
    again.map(({path}) => path),
    [`com.example.note/k${1e6}`, `com.example.note/k${1e6 + count - 1}`],
  )
})

test('CIDs go on to another run after some thousand, and not where they are told for the sake of one', async context => {
  const {run, places} = await opened(context)
  for (const [count, times] of [
    [4_000, 1],
    [900, 2],
  ]) {
    const texts = Array.from({length: count}, (_, i) => `${Math.floor(i / times)}`)
    const {root, blocks} = repoOf(texts.map((text, i) => createOf('com.example.note', `k${i}`, {text})))
    await run(root, blocks)
  }
  assert.deepEqual(
    places.map(place => place.run),
    [1, 0],
  )
})

test('the repository here is asked once for a block that it has not, however many come before their turn', async context => {
  const {run, asked} = await opened(context)
  const {root, blocks} = madeRepo(400)
  const [commit, ...rest] = blocks
  await run(root, [commit, ...rest.toReversed()])
  assert.ok(asked() < 5, `${asked()} times`)
})

test('others have a turn after some dozens of blocks that are here already', async context => {
  const {run, asked} = await opened(context)
  const {root, blocks} = madeRepo(300)
  await run(root, blocks)
  let [before, most] = [asked(), 0]
  let ticking = setImmediate(function tick() {
    most = Math.max(most, asked() - before)
    before = asked()
    ticking = setImmediate(tick)
  })
  await run(root, [...blocks].slice(0, 1))
  clearImmediate(ticking)
  assert.ok(asked() > 300 && most <= 64, `${most} of ${asked()}`)
})

test('a record is written with what it is about, so that a like finds the one that it replaces', async context => {
  const {run, batches} = await opened(context)
  const subject = {uri: 'at://did:plc:a/app.bsky.feed.post/1', cid: 'x'}
  const {root, blocks} = repoOf([
    createOf('app.bsky.feed.like', 'a', {subject}),
    createOf('com.example.note', 'b', {subject}),
  ])
  await run(root, blocks)
  const found = batches.flatMap(({links}) => links)
  assert.deepEqual(found, [{path: 'app.bsky.feed.like/a', subject: subject.uri}])
})

test('the revision lies above that of what came, and an import of before puts nothing back', async context => {
  const {run, head} = await opened(context)
  const at = (minutes: number) => {
    const rev = tidOf((Date.now() + minutes * 60_000) * 1000, 1)
    const {commit, newBlocks} = made(Repo.create(did, {signer: testKey, rev}, [writeOf('create', minutes, '')]))
    return {rev, run: () => run(commit.cid, newBlocks)}
  }
  const ahead = at(4)
  await ahead.run()
  const after = await head()
  assert.ok(after && after.rev > ahead.rev, `${after?.rev} is above ${ahead.rev}`)
  // What is older than the repository here does not put it back.
  await at(-60).run()
  assert.ok((await head())!.rev > after.rev)
})

test('a block that comes twice counts once, and one that belongs to nothing is left out', async context => {
  const {run, batches} = await opened(context)
  const {root, blocks} = madeRepo(10)
  const list = [...blocks]
  const stray = Uint8Array.of(0xa0)
  await run(root, [...list, ...list, {cid: cidOf(codecs.cbor, stray), bytes: stray}])
  const records = batches.flatMap(batch => batch.records)
  assert.equal(records.length, 10)
  const early = batches.flatMap(batch => batch.earlyBlocks)
  assert.equal(new Set(early.map(({cid}) => cid.key)).size, early.length)
})
