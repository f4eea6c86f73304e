import assert from 'node:assert/strict'
import {test} from 'node:test'
import * as lex from '@atproto/lex-cbor'
import * as official from '@atproto/repo'
import {made, madeRepo, signingAt, store, testDid, testKey, writeOf} from '../../../test/repos.ts'
import {runSeed, seeded, shuffled} from '../../../test/random.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {BlockMap, MissingBlock} from '../mst/blocks.ts'
import {diffTrees} from '../mst/diff.ts'
import {invertOps} from '../mst/proof.ts'
import type {TreeOp} from '../mst/tree-op.ts'
import {Tree} from '../mst/tree.ts'
import {readCar} from './car-read.ts'
import {encodeCar} from './car-write.ts'
import {decodeCommit, verifyCommitSignature} from './commit.ts'
import {verifyRecordProof} from './record-proof.ts'
import {Repo} from './repo.ts'
import type {RepoWrite} from './repo.ts'

test('a new repository is one signed commit over an empty tree', () => {
  const change = made(Repo.create(testDid, signingAt(0)))
  assert.equal(change.newBlocks.length, 2)
  assert.equal(change.since, null)
  assert.equal(change.prevData, null)
  const commit = decodeCommit(change.commit.bytes)
  assert.equal(commit.did, testDid)
  assert.ok(verifyCommitSignature(commit, testKey.publicKey))
})

test('writes that cannot be are refused, and leave all as it was', () => {
  const {repo} = madeRepo(10)
  const conflict = (...writes: RepoWrite[]): unknown => {
    const outcome = repo.apply(writes, signingAt(1))
    return outcome.ok ? 'ok' : outcome.reason
  }
  assert.equal(conflict(writeOf('create', 3, 'x')), 'record-exists')
  assert.equal(conflict(writeOf('update', 30, 'x')), 'record-missing')
  assert.equal(conflict(writeOf('delete', 3, ''), writeOf('delete', 30, '')), 'record-missing')
  assert.equal(conflict(writeOf('delete', 3, ''), writeOf('create', 3, 'x')), 'duplicate-path')
  assert.equal([...repo.records()].length, 10)
})

test('an update that changes nothing is no operation', () => {
  const {repo} = madeRepo(10)
  const change = made(repo.apply([writeOf('update', 3, 'record 3')], signingAt(1)))
  assert.deepEqual(change.ops, [])
  assert.ok(change.data.equals(repo.data))
  assert.deepEqual(change.oldCids.map(String), [String(repo.root)])
})

test('a put makes or replaces, and what is removed need not be there', () => {
  const {repo} = madeRepo(10)
  const writes = [writeOf('put', 3, 'x'), writeOf('put', 30, 'x'), writeOf('put', 4, 'record 4')]
  const change = made(repo.apply([...writes, writeOf('remove', 5, ''), writeOf('remove', 50, '')], signingAt(1)))
  assert.deepEqual(
    change.ops.map(({action}) => action),
    ['update', 'create', 'delete'],
  )
  assert.equal([...change.repo.records()].length, 10)
})

test(`every commit can be undone from its frame, and the store keeps just what is in use (seed ${runSeed})`, () => {
  const random = seeded(runSeed)
  const blocks = new BlockMap()
  let {repo} = madeRepo(40, blocks)
  const present = new Set(Array.from({length: 40}, (_, n) => n))
  for (let step = 1; step <= 150; step++) {
    const writes = randomWrites(random, present, step)
    const change = made(repo.apply(writes, signingAt(step)))
    const {roots, blocks: frame} = readCar(encodeCar([change.commit.cid], change.frameBlocks))
    const commit = decodeCommit(frame.get(roots[0]) ?? new Uint8Array())
    assert.ok(commit.data.equals(change.data) && verifyCommitSignature(commit, testKey.publicKey))

    const inverted = invertOps(Tree.load(commit.data, frame), shuffled(change.ops, random))
    assert.ok(inverted.ok && inverted.root.equals(repo.data), JSON.stringify(inverted))
    for (const op of change.ops) if (op.cid) assert.ok(frame.has(op.cid))

    store(change, blocks)
    assertSameOps(diffTrees(repo.data, change.data, blocks).ops, change.ops)
    for (const cid of change.oldCids) assert.ok(blocks.delete(cid))
    // From memory or from the store, it is the same repository.
    repo = step % 3 === 0 ? Repo.load(change.repo.root, blocks) : change.repo
  }
  const used = new Set([repo.root.key])
  for (const [path, cid] of repo.records()) {
    used.add(cid.key)
    for (const node of repo.proofNodes([path])) used.add(node.cid.key)
  }
  assert.deepEqual(new Set([...blocks].map(({cid}) => cid.key)), used)
})

function randomWrites(random: () => number, present: Set<number>, step: number): RepoWrite[] {
  const writes = new Map<number, RepoWrite>()
  for (let i = 0; i < 1 + random() * 8; i++) {
    const n = Math.floor(random() * 80)
    if (writes.has(n)) continue
    const action = !present.has(n) ? 'create' : random() < 0.6 ? 'delete' : 'update'
    if (action === 'delete') present.delete(n)
    else present.add(n)
    // Texts tell records apart, so that none is at two paths.
    writes.set(n, writeOf(action, n, `${n} of ${step}`))
  }
  return [...writes.values()]
}

const assertSameOps = (a: readonly TreeOp[], b: readonly TreeOp[]): void =>
  assert.deepEqual(a.map(opText).toSorted(), b.map(opText).toSorted())
const opText = (op: TreeOp): string => `${op.action} ${op.path} ${op.cid} ${op.prev}`

test('a repository can be written while its blocks come one by one', () => {
  const {root, blocks} = madeRepo(300)
  const some = new BlockMap()
  const fetchAnd = <T>(act: () => T): T => {
    for (;;) {
      try {
        return act()
      } catch (error) {
        if (!(error instanceof MissingBlock)) throw error
        some.set(error.cid, blocks.get(error.cid) ?? assert.fail())
      }
    }
  }
  const repo = fetchAnd(() => Repo.load(root, some))
  const writes = [writeOf('delete', 5, ''), writeOf('update', 100, 'new'), writeOf('create', 1000, 'newer')]
  const change = fetchAnd(() => made(repo.apply(writes, signingAt(1))))
  assert.ok(change.data.equals(made(Repo.load(root, blocks).apply(writes, signingAt(1))).data))
  assert.ok(some.size < 25, 'only the paths to what is written are read')
})

test('a record at two paths stays one block, and is old only when it left the commit', () => {
  const {repo} = madeRepo(3)
  const moved = writeOf('create', 300, 'record 0')
  const change = made(repo.apply([writeOf('delete', 0, ''), moved], signingAt(1)))
  const record = change.ops[1].cid ?? assert.fail()
  assert.ok(record.equals(change.ops[0].prev))
  assert.ok(!change.oldCids.some(cid => cid.equals(record)))
  assert.ok(change.newBlocks.some(({cid}) => cid.equals(record)))
})

test('the official package makes the same trees and reads our commits', async () => {
  const {repo, root, blocks} = madeRepo(200)
  let tree = await official.MST.create(new official.MemoryBlockstore())
  for (const [path, cid] of repo.records())
    tree = await tree.add(path, lex.decode(encodeCbor(cid)) as official.MST['pointer'])
  assert.equal(String(await tree.getPointer()), String(repo.data))

  const verified = await official.verifyRepoCar(encodeCar([root], blocks), testDid, testKey.didKey)
  assert.equal(verified.creates.length, 200)
  assert.equal(String(verified.commit.cid), String(root))
})

test('a record, and the lack of one, is proven by the nodes on the way', async () => {
  const {repo, root, blocks} = madeRepo(200)
  const commit = {cid: root, bytes: blocks.get(root) ?? assert.fail()}
  const claim = {did: testDid, key: testKey.publicKey}
  for (const [path, cid] of [...repo.records()].slice(0, 50)) {
    const record = {cid, bytes: blocks.get(cid) ?? assert.fail()}
    const nodes = [...repo.proofNodes([path])]
    const proof = verifyRecordProof(encodeCar([root], [commit, ...nodes, record]), {...claim, path})
    assert.ok(proof.ok && proof.cid?.equals(cid))
    const absent = `${path}x`
    const lack = encodeCar([root], [commit, ...repo.proofNodes([absent])])
    const proofOfLack = verifyRecordProof(lack, {...claim, path: absent})
    assert.ok(proofOfLack.ok && proofOfLack.cid === null)
    const withoutNode = encodeCar([root], [commit, ...nodes.slice(1), record])
    const broken = verifyRecordProof(withoutNode, {...claim, path})
    assert.ok(!broken.ok && broken.reason === 'missing-block')
  }
  const car = encodeCar([root], [commit])
  const path = 'a/b'
  const other = {did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as typeof testDid}
  assert.deepEqual(
    [
      verifyRecordProof(car, {...claim, path: 'a'}),
      verifyRecordProof(encodeCar([], [commit]), {...claim, path}),
      verifyRecordProof(car, {...claim, ...other, path}),
      verifyRecordProof(car, {...claim, path}),
      verifyRecordProof(car.subarray(0, 90), {...claim, path}),
    ].map(proof => !proof.ok && proof.reason),
    ['bad-path', 'no-root', 'wrong-did', 'missing-block', 'car-truncated'],
  )
})
