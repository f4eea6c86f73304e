import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import * as official from '@atproto/repo'
import {Malformed} from '#std/malformed.ts'
import {toUtf8} from '#std/text.ts'
import {Keypair} from '../crypto/key.ts'
import {inChunks, joined, made, madeRepo, signingAt, store, testDid, testKey, writeOf} from '../../../test/repos.ts'
import {Room} from '../../../test/room.ts'
import {blockOf, blockOfBytes, record, tree} from '../../../test/nodes.ts'
import {runSeed, seeded, shuffled} from '../../../test/random.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {decodeCbor} from '../data/cbor-decode.ts'
import {cidOf, codecs} from '../data/cid.ts'
import {BlockMap} from '../mst/blocks.ts'
import type {Block} from '../mst/blocks.ts'
import {keyHeight} from '../mst/height.ts'
import {Tree} from '../mst/tree.ts'
import type {Did} from '../syntax/did.ts'
import {readCar} from './car-read.ts'
import {encodeCar} from './car-write.ts'
import {commitBlock, signCommit} from './commit.ts'
import {exportRepo} from './export.ts'
import {Repo} from './repo.ts'
import type {RefusedRepo, VerifiedRepo, VerifyOptions, VerifyProgress} from './verification.ts'
import {verifyRepo} from './verify.ts'

const {repo, root, blocks} = madeRepo(1500)
const preorder = await joined(exportRepo(root, blocks))
const anyOrder = encodeCar([root], shuffled([...blocks], seeded(5)))
const paths = [...repo.records()].map(([path]) => path)

/** The outcomes for a buffer, a file that answers later, and a stream. */
async function verifyEachWay(car: Uint8Array, options: VerifyOptions = {}): Promise<(VerifiedRepo | RefusedRepo)[]> {
  const later = {size: car.length, read: async (at: number, size: number) => car.slice(at, at + size)}
  return [
    await verifyRepo(car, options),
    await verifyRepo(later, options),
    await verifyRepo(inChunks(car, 1000), options),
  ]
}

const counts = (outcome: VerifiedRepo | RefusedRepo): unknown =>
  outcome.ok ? [outcome.recordCount, outcome.spareCount, outcome.isPreorder, String(outcome.data)] : outcome.reason

test('in preorder or any other, from a buffer, a file or a stream', async () => {
  for (const [car, isPreorder] of [
    [preorder, true],
    [anyOrder, false],
  ] as const) {
    for (const decode of [undefined, decodeCbor]) {
      for (const outcome of await verifyEachWay(car, {decode, did: testDid, key: testKey.publicKey})) {
        assert.deepEqual(counts(outcome), [1500, 0, isPreorder, String(repo.data)])
      }
    }
    for (const source of [car, inChunks(car, 777)]) {
      const seen: string[] = []
      const outcome = await verifyRepo(source, {
        decode: decodeCbor,
        onRecord: ({path, cid, bytes, value}) => {
          assert.ok(cid.equals(cidOf(codecs.cbor, bytes)))
          assert.deepEqual(value, decodeCbor(bytes))
          seen.push(path)
        },
      })
      assert.ok(outcome.ok)
      assert.deepEqual(seen, paths)
    }
  }
})

const blocksOf = (car: Uint8Array): Block[] => [...readCar(car).blocks]

test('an export that leaves preorder half way hands out each record once', async () => {
  const all = blocksOf(preorder)
  const half = all.length >> 1
  const car = encodeCar([root], [...all.slice(0, half), ...all.slice(half).toReversed()])
  for (const source of [car, inChunks(car, 777)]) {
    const seen: string[] = []
    const outcome = await verifyRepo(source, {onRecord: ({path}) => void seen.push(path)})
    assert.deepEqual(counts(outcome), [1500, 0, false, String(repo.data)])
    assert.deepEqual(seen, paths)
  }
})

/** Buffers that are filled with something else once all that was in them has been handed on. */
async function* inShortLivedBuffers(bytes: Uint8Array): AsyncGenerator<Buffer> {
  const given: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 4096) {
    given.push(Buffer.from(bytes.subarray(at, at + 4096)))
    yield given.at(-1)!
    // The end of this one may be the beginning of a block of which the next one has the rest.
    given.at(-2)?.fill(0)
  }
}

test('what a stream of Buffers holds before its turn outlives them', async () => {
  const car = encodeCar([root], blocksOf(preorder).toReversed())
  const outcome = await verifyRepo(inShortLivedBuffers(car), {did: testDid, key: testKey.publicKey, decode: decodeCbor})
  assert.deepEqual(counts(outcome), [1500, 0, false, String(repo.data)])
  assert.ok(outcome.ok && outcome.root.equals(root) && outcome.commit.data.equals(repo.data))
})

test('spare and repeated blocks are counted, and no fault', async () => {
  const spare = blockOf({spare: true})
  for (const outcome of await verifyEachWay(encodeCar([root], [...blocksOf(preorder), spare, spare]))) {
    assert.deepEqual(counts(outcome), [1500, 2, true, String(repo.data)])
  }
  const all = blocksOf(preorder)
  const within = encodeCar([root], [spare, ...all.slice(0, 50), spare, ...all.slice(49)])
  for (const outcome of await verifyEachWay(within)) {
    assert.deepEqual(counts(outcome), [1500, 3, false, String(repo.data)])
  }
})

test('a record at two paths may be there once', async () => {
  const twice = made(Repo.create(testDid, signingAt(0), [writeOf('create', 0, 'same'), writeOf('create', 300, 'same')]))
  const once = encodeCar([twice.repo.root], twice.newBlocks)
  for (const outcome of (await verifyEachWay(once)).slice(0, 2)) {
    assert.ok(outcome.ok && outcome.recordCount === 2 && outcome.spareCount === 0)
  }
  const source = new BlockMap()
  store(twice, source)
  const each = await joined(exportRepo(twice.repo.root, source))
  for (const outcome of await verifyEachWay(each)) {
    assert.deepEqual(counts(outcome), [2, 0, true, String(twice.data)])
  }
  // From a stream that has passed it, it cannot be had again, unless it came before its turn.
  assert.equal(counts(await verifyRepo(inChunks(once, 100))), 'missing-block')
  const ahead = encodeCar([twice.repo.root], twice.newBlocks.toReversed())
  assert.ok((await verifyRepo(inChunks(ahead, 100))).ok)
})

test('every missing block is found, every changed one too', async () => {
  const small = blocksOf(await joined(exportRepo(madeRepo(12).root, madeRepo(12).blocks)))
  for (const [i, block] of small.entries()) {
    const rest = small.filter(other => other !== block)
    for (const order of [rest, rest.toReversed()]) {
      for (const outcome of await verifyEachWay(encodeCar([small[0].cid], order), {decode: decodeCbor})) {
        const reasons = i === 0 ? ['missing-block', 'no-root'] : ['missing-block']
        assert.ok(!outcome.ok && reasons.includes(outcome.reason), `without block ${i}`)
      }
    }
    const changed = {cid: block.cid, bytes: block.bytes.with(3, block.bytes[3] ^ 1)}
    for (const outcome of await verifyEachWay(encodeCar([small[0].cid], small.with(i, changed)))) {
      assert.equal(counts(outcome), 'car-wrong-hash')
    }
  }
})

test('an export that is cut off is refused', async () => {
  for (const car of [preorder, anyOrder]) {
    for (let size = 0; size < car.length; size += 9973) {
      for (const outcome of await verifyEachWay(car.subarray(0, size))) {
        assert.ok(!outcome.ok && ['car-truncated', 'missing-block', 'no-root'].includes(outcome.reason))
      }
    }
  }
})

test('the commit is whose it should be', async () => {
  const other = Keypair.import('p256', new Uint8Array(32).fill(9)).publicKey
  for (const car of [preorder, anyOrder]) {
    for (const outcome of await verifyEachWay(car, {key: other})) assert.equal(counts(outcome), 'bad-signature')
    const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
    for (const outcome of await verifyEachWay(car, {did})) assert.equal(counts(outcome), 'wrong-did')
  }
  for (const outcome of await verifyEachWay(encodeCar([], blocks))) assert.equal(counts(outcome), 'no-root')
  const notACommit = blockOf({did: testDid})
  for (const outcome of await verifyEachWay(encodeCar([notACommit.cid], [notACommit]))) {
    assert.equal(counts(outcome), 'commit-wrong-version')
  }
})

test('records that do not decode are refused when the repository uses them', async () => {
  const bad = blockOfBytes(Uint8Array.of(0xf9, 0, 0))
  const good = blockOf({text: 'x'})
  const car = (record: Block): Uint8Array => carOf(tree({e: [{k: 'a/b', v: record}]}), [bad, good])
  for (const decode of [undefined, decodeCbor]) {
    for (const onRecord of [undefined, () => {}]) {
      for (const outcome of await verifyEachWay(car(bad), {decode, onRecord})) {
        assert.equal(outcome.ok || outcome.reason, decode ? 'bad-record' : true)
      }
      for (const outcome of await verifyEachWay(car(good), {decode, onRecord})) assert.ok(outcome.ok)
    }
  }
})

const broken = (): never => {
  throw new TypeError('a bug')
}

test('a fault in what decodes is not taken for a record that does not decode', async () => {
  const block = blockOf({text: 'x'})
  for (const onRecord of [undefined, () => {}]) {
    // In order, and with the record first, before anybody asks for it.
    for (const car of [carOf(tree({e: [{k: 'a/b', v: block}]}), [block]), preorder, anyOrder]) {
      for (const source of [
        car,
        {size: car.length, read: async (at: number, size: number) => car.slice(at, at + size)},
      ])
        await assert.rejects(verifyRepo(source, {decode: broken, onRecord}), /a bug/)
    }
  }
})

test('a stream holds no more than it is told to', async () => {
  const outcome = await verifyRepo(inChunks(anyOrder, 5000), {heldMax: 100_000})
  assert.equal(counts(outcome), 'held-too-much')
  assert.ok((await verifyRepo(inChunks(preorder, 5000), {heldMax: 0})).ok)
})

test('a record of several paths that a stream brings once is there for each, where there is room', async () => {
  const change = made(
    Repo.create(
      testDid,
      signingAt(0),
      [0, 3, 6].map(n => writeOf('create', n, 'the same')),
    ),
  )
  const car = encodeCar([change.repo.root], change.newBlocks.toReversed())
  const seen: string[] = []
  const onRecord = ({path}: {path: string}) => void seen.push(path)
  assert.ok((await verifyRepo(inChunks(car, 50), {heldMax: 0, spill: new Room(), onRecord})).ok)
  assert.equal(seen.length, 3)
})

test('what a stream may not hold is kept elsewhere where there is room, and comes in its turn', async () => {
  const all = shuffled([...blocks], seeded(5))
  const twice = encodeCar([root], [...all, ...all.slice(0, 500)])
  for (const [heldMax, car, spares] of [
    [0, anyOrder, 0],
    [100_000, anyOrder, 0],
    [0, twice, 500],
    [100_000, twice, 500],
  ] as const) {
    const spill = new Room()
    const seen: string[] = []
    const outcome = await verifyRepo(inChunks(car, 5000), {
      heldMax,
      spill,
      onRecord: ({path, cid, bytes}) => {
        assert.ok(cid.equals(cidOf(codecs.cbor, bytes)))
        seen.push(path)
      },
    })
    assert.deepEqual(counts(outcome), [1500, spares, false, String(repo.data)])
    assert.deepEqual(seen, paths)
    assert.ok(spill.size > 100_000)
  }
  const changing = new Room()
  const flipped = {onRecord: () => void (changing.flips = 1), heldMax: 0, spill: changing}
  assert.equal(counts(await verifyRepo(inChunks(anyOrder, 5000), flipped)), 'car-changed')
  const lacking = encodeCar([root], all.slice(0, -1))
  const outcome = await verifyRepo(inChunks(lacking, 5000), {heldMax: 0, spill: new Room()})
  assert.equal(counts(outcome), 'missing-block')
  const unused = new Room()
  assert.ok((await verifyRepo(inChunks(preorder, 5000), {heldMax: 0, spill: unused})).ok)
  assert.equal(unused.size, 0)
})

const fail = (): never => {
  throw new RangeError('mine')
}

test("errors of the source and of callbacks are not the repository's", async () => {
  await assert.rejects(verifyRepo(preorder, {onRecord: fail}), RangeError)
  await assert.rejects(verifyRepo(anyOrder, {onRecord: async () => fail()}), RangeError)
  await assert.rejects(verifyRepo({size: 10, read: fail}), RangeError)
})

test('progress ends at the end', async () => {
  for (const car of [preorder, anyOrder]) {
    const seen: VerifyProgress[] = []
    await verifyRepo(car, {onProgress: progress => void seen.push({...progress})})
    assert.deepEqual(
      seen.filter(({done, total}) => done === total).map(({phase}) => phase),
      car === preorder ? ['reading'] : ['reading', 'walking'],
    )
  }
})

test('progress is told on the way through a large repository, too', async () => {
  const {root: large, blocks: all} = madeRepo(2_000)
  const seen: VerifyProgress[] = []
  const car = encodeCar([large], [...all].toReversed())
  await verifyRepo(car, {onProgress: progress => void seen.push({...progress})})
  const walking = seen.filter(({phase, done, total}) => phase === 'walking' && done > 0 && done < (total ?? 0))
  assert.ok(walking.length > 0 && walking.length < 5, `${walking.length} times`)
})

test('one collection is exported with the proof that it is all of it', async () => {
  for (const collection of ['app.bsky.feed.like', 'app.bsky.feed.post', 'app.bsky.graph.follow', 'a', 'z.y.x']) {
    const car = await joined(exportRepo(root, blocks, {collection}))
    const expected = paths.filter(path => path.startsWith(`${collection}/`))
    for (const source of [car, inChunks(car, 999), encodeCar([root], blocksOf(car).toReversed())]) {
      const seen: string[] = []
      const outcome = await verifyRepo(source, {collection, onRecord: ({path}) => void seen.push(path)})
      assert.ok(outcome.ok && outcome.spareCount === 0)
      assert.deepEqual(seen, expected)
    }
    assert.ok(car.length < preorder.length / 2)
    assert.equal(counts(await verifyRepo(car)), 'missing-block')
    for (const block of blocksOf(car).slice(1)) {
      const less = encodeCar(
        [root],
        blocksOf(car).filter(({cid}) => !cid.equals(block.cid)),
      )
      assert.equal(counts(await verifyRepo(less, {collection})), 'missing-block')
      if (expected.length > 0) break
    }
  }
})

test('an export since a revision has what a follower lacks', async () => {
  const then = new BlockMap()
  let {repo: now} = madeRepo(500, then)
  const newer = new Set<string>()
  const all = new BlockMap()
  for (const {cid, bytes} of then) all.set(cid, bytes)
  const since = now.rev
  for (let step = 1; step < 20; step++) {
    const change = made(
      now.apply([writeOf('create', 1000 + step, 'new'), writeOf('delete', step * 7, '')], signingAt(step)),
    )
    for (const cid of change.oldCids) all.delete(cid)
    store(change, all)
    for (const {cid} of change.newBlocks) newer.add(cid.key)
    now = change.repo
  }
  const diff = await joined(
    exportRepo(now.root, {get: async (cid, since) => (since && !newer.has(cid.key) ? null : all.get(cid))}, {since}),
  )
  assert.ok(diff.length < 20_000)
  const merged = encodeCar([now.root], [...then, ...blocksOf(diff)])
  const outcome = await verifyRepo(merged)
  assert.ok(outcome.ok && outcome.recordCount === 500)
  for (const {cid} of blocksOf(diff)) assert.ok(!then.has(cid))
})

/** A CAR of a signed commit over a tree, blocks in reverse: nearly preorder. */
function carOf(nodes: Block[], more: Block[] = []): Uint8Array {
  const root = nodes.at(-1) ?? assert.fail()
  const {signer, rev} = signingAt(0)
  const commit = commitBlock(signCommit({did: testDid, version: 3, data: root.cid, rev, prev: null}, signer))
  return encodeCar([commit.cid], [commit, ...nodes.toReversed(), record, ...more])
}

/** Keys of each height from 0 to 3 in ascending order, found by trying. */
const keys = Array.from({length: 4}, (_, height) =>
  Array.from({length: 3000}, (_, n) => `c/${String(n).padStart(4, '0')}`).filter(key => keyHeight(key) === height),
)

test('trees that are not the one canonical form are refused by name', async () => {
  const [k0, k1, k2] = keys
  const low = k0.find(key => key > k1[0]) ?? ''
  const hostile: Record<string, Block[][]> = {
    'mst-wrong-height': [
      tree({e: [{k: k1[0]}, {k: low}]}),
      tree({e: [{k: k1[5], t: tree({e: [{k: k1[6]}]})}]}),
      tree({e: [{k: k2[0], t: tree({e: [{k: k0.find(key => key > k2[0]) ?? ''}]})}]}),
    ],
    'mst-key-order': [
      tree({e: [{k: k0[1]}, {k: k0[0]}]}),
      tree({
        e: [
          {k: k0[1], p: 0},
          {k: k0[1], p: k0[1].length},
        ],
      }),
      tree({e: [{k: k1[0], t: tree({e: [{k: k0[0]}]})}]}),
      tree({l: tree({e: [{k: low}]}), e: [{k: k1[0]}]}),
    ],
    'mst-bad-prefix': [tree({e: [{k: k0[0]}, {k: k0[1], p: 0}]}), tree({e: [{k: k0[0]}, {k: k0[1], p: 2}]})],
    'mst-key-too-long': [tree({e: [{k: `a/${'b'.repeat(1023)}`}]})],
    'mst-key-syntax': ['a', 'a/b/c', '/a', 'a/', 'a/é', 'a/ ', './a', 'a/..'].map(k => tree({e: [{k}]})),
    'mst-empty-node': [tree({l: tree({e: []}), e: [{k: k1[0]}]})],
    'mst-untrimmed-root': [tree({l: tree({e: [{k: k0[0]}]}), e: []})],
    'mst-too-deep': [
      tree({l: tree({e: [{k: k0[0]}]}), e: [{k: k0[1]}]}),
      tree({l: tree({l: tree({e: [{k: k0[0]}]}), e: []}), e: [{k: k1[3]}]}),
    ],
    'mst-too-many-entries': [tree({e: Array.from({length: 1025}, (_, n) => ({k: `a/${1000 + n}`}))})],
    'mst-not-a-node': [
      [record],
      [blockOf({e: [], l: null, x: 1})],
      [blockOf({e: [{k: toUtf8('a/b'), p: 0, t: null}], l: null})],
      [blockOf({e: [{k: 'a/b', p: 0, t: null, v: record.cid}], l: null})],
      [blockOf({e: null, l: null})],
    ],
    'mst-truncated': [[blockOfBytes(tree({e: [{k: k0[0]}]})[0].bytes.slice(0, -1))]],
    'mst-trailing-bytes': [[blockOfBytes(Uint8Array.of(...tree({e: [{k: k0[0]}]})[0].bytes, 0))]],
    'mst-bad-link': [[blockOf({e: [], l: cidOf(codecs.raw, new Uint8Array(1))})]],
    'missing-block': [
      tree({l: tree({e: [{k: k0[0]}]}), e: [{k: low}]}).slice(1),
      tree({e: [{k: k0[0], v: blockOf(1)}]}),
    ],
  }
  // Two links that skip a level: the second is right, with an empty node between.
  const skipping = tree({l: tree({e: [{k: k0[0]}]}), e: [{k: k2[4]}]})
  hostile['mst-wrong-height'].push(skipping)
  for (const [reason, trees] of Object.entries(hostile)) {
    for (const nodes of trees) {
      for (const outcome of await verifyEachWay(carOf(nodes))) assert.equal(counts(outcome), reason)
      assertTreeRefuses(nodes, reason.replace('mst-', ''))
    }
  }
  const chained = tree({l: tree({l: tree({e: [{k: k0[0]}]}), e: []}), e: [{k: k2[4]}]})
  for (const outcome of await verifyEachWay(carOf(chained, [record]))) assert.ok(outcome.ok)
})

/** The tree that is read in part refuses what the whole check does, and survives where it is told to trust. */
function assertTreeRefuses(nodes: readonly Block[], reason: string): void {
  const source = new BlockMap()
  for (const {cid, bytes} of nodes) source.set(cid, bytes)
  const root = nodes.at(-1)?.cid ?? assert.fail()
  // Whether the records are there is nothing to the tree.
  if (reason !== 'missing-block') {
    assert.throws(() => [...Tree.load(root, source).entries()], {name: 'Malformed', reason})
  }
  for (const key of keys.flatMap(list => list.slice(0, 15))) {
    const tree = Tree.load(root, source, {trustPlaces: true})
    for (const act of [
      () => tree.get(key),
      () => tree.put(key, record.cid),
      () => tree.remove(key),
      () => tree.root(),
    ]) {
      try {
        act()
      } catch (error) {
        assert.ok(error instanceof Malformed)
      }
    }
  }
}

test('a deep chain of nodes is refused or passed, and never overflows', async () => {
  let chain = tree({e: [{k: keys[0][0]}]})
  for (let i = 0; i < 3000; i++) chain = [...chain, tree({l: chain.slice(-1), e: []}).at(-1) ?? assert.fail()]
  const top = tree({l: chain.slice(-1), e: [{k: keys[3].at(-1) ?? ''}]}).at(-1) ?? assert.fail()
  for (const outcome of await verifyEachWay(carOf([...chain, top]))) assert.equal(counts(outcome), 'mst-too-deep')
})

test('real exports give what another implementation read from them', needVectors, async () => {
  const car = readFileSync(vector('repo/repo.car'))
  const lines: string[] = []
  const outcome = await verifyRepo(car, {
    decode: decodeCbor,
    onRecord: ({path, cid}) => void lines.push(`${path}\t${cid}\n`),
  })
  assert.ok(outcome.ok)
  assert.equal(lines.join(''), readFileSync(vector('repo/car_expected_records.tsv'), 'utf8'))
  const {did, commit, data, rev} = outcome
  const head = [
    `DID: ${did}`,
    `Data CID: ${data}`,
    `Prev CID: ${commit.prev ?? '<nil>'}`,
    `Revision: ${rev}`,
    `ATProto Repo Spec Version: ${commit.version}`,
  ]
  const expected = readFileSync(vector('repo/car_expected_commit.txt'), 'utf8').trim().split('\n')
  assert.deepEqual(head.toSorted(), expected.filter(line => !line.startsWith('Sig')).toSorted())
  const tiny = await verifyRepo(readFileSync(vector('repo/tiny.car')), {decode: decodeCbor})
  assert.ok(tiny.ok && tiny.recordCount === 8 && tiny.spareCount === 0)
})

test(`the official package reads our export (seed ${runSeed})`, async () => {
  const car = encodeCar([root], shuffled([...blocks], seeded(runSeed)))
  for (const bytes of [car, preorder]) {
    const {creates} = await official.verifyRepoCar(bytes, testDid, testKey.didKey)
    assert.equal(creates.length, 1500)
  }
})
