import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {asBuffer, assertUntouched} from '../../../test/buffers.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {parseCid} from '../data/cid.ts'
import type {Cid} from '../data/cid.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {Malformed} from '#std/malformed.ts'
import {toUtf8} from '#std/text.ts'
import {BlockMap, MissingBlock} from './blocks.ts'
import {cidFor, randomKey, runSeed, seeded, shuffled} from '../../../test/random.ts'
import {keyHeight} from './height.ts'
import {sharedPrefix} from './node-writer.ts'
import {coveringNodes, invertOps} from './proof.ts'
import type {TreeOp} from './tree-op.ts'
import {Tree} from './tree.ts'

useNativeCrypto()

const json = (path: string): unknown => JSON.parse(readFileSync(vector(path), 'utf8'))

test('key heights as published', needVectors, () => {
  for (const {key, height} of json('interop/mst/key_heights.json') as {key: string; height: number}[]) {
    assert.equal(keyHeight(key), height, key)
  }
})

test('shared prefixes as published', needVectors, () => {
  const cases = json('interop/mst/common_prefix.json') as {left: string; right: string; len: number}[]
  for (const {left, right, len} of cases) {
    const [a, b] = [left, right].map(toUtf8)
    assert.equal(sharedPrefix(a, a.length, b, b.length), len, `${left} and ${right}`)
  }
})

test('the keys of the published example are on the levels their names tell', needVectors, () => {
  const keys = readFileSync(vector('interop/mst/example_keys.txt'), 'utf8').trim().split('\n')
  const tree = Tree.empty()
  for (const key of keys) {
    assert.equal(keyHeight(key), Number(key[1]), key)
    tree.put(key, cidFor(key))
  }
  assert.deepEqual(
    [...tree.entries()].map(([key]) => key),
    keys.toSorted(),
  )
})

interface ProofCase {
  comment: string
  leafValue: string
  keys: string[]
  adds: string[]
  dels: string[]
  rootBeforeCommit: string
  rootAfterCommit: string
  blocksInProof: string[]
}

test('commit proofs as published', needVectors, () => {
  for (const given of json('interop/firehose/commit-proof-fixtures.json') as ProofCase[]) {
    const leaf = parseCid(given.leafValue)
    const tree = Tree.empty()
    for (const key of given.keys) tree.put(key, leaf)
    assert.equal(tree.root().toString(), given.rootBeforeCommit, given.comment)
    for (const key of given.adds) tree.put(key, leaf)
    for (const key of given.dels) assert.ok(tree.remove(key))
    assert.equal(tree.root().toString(), given.rootAfterCommit, given.comment)

    const proof = coveringNodes(tree, [...given.adds, ...given.dels])
    assert.deepEqual(
      [...proof].map(({cid}) => cid.toString()).toSorted(),
      given.blocksInProof.toSorted(),
      given.comment,
    )
    const ops: TreeOp[] = [
      ...given.adds.map(path => ({action: 'create' as const, path, cid: leaf, prev: null})),
      ...given.dels.map(path => ({action: 'delete' as const, path, cid: null, prev: leaf})),
    ]
    const inverted = invertOps(Tree.load(tree.root(), proof), ops)
    assert.deepEqual(inverted.ok && inverted.root.toString(), given.rootBeforeCommit, given.comment)
  }
})

test('an empty tree is one empty node, whatever was in it', () => {
  const tree = Tree.empty()
  assert.equal(tree.root().toString(), 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm')
  tree.put('a/b', cidFor('b'))
  assert.ok(tree.remove('a/b'))
  assert.ok(!tree.remove('a/b'))
  assert.equal(tree.root().toString(), 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm')
})

/** A store that hands out Node's Buffers, as a database or a socket does, and stays what it was. */
class BufferStore extends BlockMap {
  readonly #given: {buffer: Buffer; bytes: Uint8Array}[] = []

  override get(cid: Cid): Uint8Array | undefined {
    const bytes = super.get(cid)
    if (!bytes) return undefined
    const buffer = asBuffer(bytes)
    this.#given.push({buffer, bytes})
    return buffer
  }

  assertUntouched(): void {
    for (const {buffer, bytes} of this.#given.splice(0)) assertUntouched(buffer, bytes)
  }
}

for (const kind of ['Uint8Array', 'Buffer'] as const) {
  test(`random edits against a plain map, in blocks that are each a ${kind} (seed ${runSeed})`, () => randomEdits(kind))
}

function randomEdits(kind: 'Uint8Array' | 'Buffer'): void {
  const random = seeded(runSeed)
  const store = kind === 'Buffer' ? new BufferStore() : new BlockMap()
  let tree = Tree.empty()
  const model = new Map<string, Cid>()
  for (let step = 0; step < 10_000;) {
    const edits = 1 + Math.floor(random() * 20)
    const before = new Map(model)
    const rootBefore = tree.root()
    const touched = new Set<string>()
    for (let i = 0; i < edits; i++, step++) {
      const key = randomKey(random, 600)
      touched.add(key)
      if (random() < 0.45) {
        assert.equal(tree.remove(key)?.key, model.get(key)?.key)
        model.delete(key)
      } else {
        const value = cidFor(String(Math.floor(random() * 5)))
        tree.put(key, value)
        model.set(key, value)
      }
      assert.equal(tree.get(key)?.key, model.get(key)?.key)
    }
    const root = tree.root()
    const ops = [...touched].flatMap(path => opBetween(path, before.get(path), model.get(path)))

    // Another order of edits, to the same content, gives the same root.
    if (step % 2500 < 20)
      assert.ok(
        treeOf(shuffled([...model], random))
          .root()
          .equals(root),
      )
    assertProof(tree, ops, rootBefore, random)
    assertChanges(tree, store, model)
    if (store instanceof BufferStore) store.assertUntouched()
    tree = random() < 0.5 ? tree : Tree.load(root, store)
  }
  assert.deepEqual(
    [...tree.entries()].map(([key]) => key),
    [...model.keys()].toSorted(),
  )
}

function treeOf(entries: readonly (readonly [string, Cid])[]): Tree {
  const tree = Tree.empty()
  for (const [key, value] of entries) tree.put(key, value)
  return tree
}

function opBetween(path: string, prev: Cid | undefined, cid: Cid | undefined): TreeOp[] {
  if (prev && cid) return prev.equals(cid) ? [] : [{action: 'update', path, cid, prev}]
  if (cid) return [{action: 'create', path, cid}]
  return prev ? [{action: 'delete', path, cid: null, prev}] : []
}

/** The covering nodes suffice to undo the operations, in any order, and a lie about any of them shows. */
function assertProof(tree: Tree, ops: readonly TreeOp[], rootBefore: Cid, random: () => number): void {
  const proof = coveringNodes(
    tree,
    ops.map(op => op.path),
  )
  if (ops.length === 0) return assert.ok(tree.root().equals(rootBefore))
  const inverted = invertOps(Tree.load(tree.root(), proof), shuffled(ops, random))
  assert.ok(inverted.ok && inverted.root.equals(rootBefore), JSON.stringify(inverted))

  const op = ops[Math.floor(random() * ops.length)]
  const lies: TreeOp[][] = [
    ops.filter(other => other !== op),
    ops.map(other =>
      other === op ? {...op, ...(op.cid && {cid: cidFor('lie')}), ...(op.prev && {prev: cidFor('lie')})} : other,
    ),
    [...ops, {action: 'delete', path: 'lie/lie', cid: null, prev: cidFor('lie')}],
  ]
  for (const lie of lies) {
    const outcome = invertOps(Tree.load(tree.root(), proof), lie)
    assert.ok(!outcome.ok || !outcome.root.equals(rootBefore))
  }
}

/** What `changes` reports turns the store into exactly this tree's nodes. */
function assertChanges(tree: Tree, store: BlockMap, model: ReadonlyMap<string, Cid>): void {
  const {added, removed} = tree.changes()
  for (const {cid, bytes} of added) {
    assert.ok(!store.has(cid))
    store.set(cid, bytes)
  }
  for (const cid of removed) assert.ok(store.delete(cid))
  tree.saved()
  const nodes = new BlockMap()
  for (const key of model.keys()) tree.cover(key, nodes)
  if (model.size > 0) assert.equal(store.size, nodes.size)
  for (const {cid} of nodes) assert.ok(store.has(cid))
}

test('a missing node is named, and the tree can go on once it is there', () => {
  const random = seeded(7)
  const full = treeOf(Array.from({length: 500}, () => [randomKey(random, 1e6), cidFor('v')]))
  const all = new BlockMap()
  for (const {cid, bytes} of full.changes().added) all.set(cid, bytes)
  const keys = [...full.entries()].map(([key]) => key)

  const some = new BlockMap()
  const tree = Tree.load(full.root(), some)
  const retry = (act: () => void): void => {
    for (;;) {
      try {
        return act()
      } catch (error) {
        assert.ok(error instanceof MissingBlock)
        const block = all.get(error.cid)
        assert.ok(block && !some.has(error.cid))
        some.set(error.cid, block)
      }
    }
  }
  for (const key of shuffled(keys, random).slice(0, 100)) {
    retry(() => assert.ok(tree.remove(key)))
    full.remove(key)
    const other = randomKey(random, 1e6)
    retry(() => tree.put(other, cidFor('w')))
    full.put(other, cidFor('w'))
  }
  assert.ok(tree.root().equals(full.root()))
})

test('keys that are no paths are refused', () => {
  const tree = Tree.empty()
  const bad = ['', 'a', '/', 'a/', '/a', 'a/b/c', 'a/ü', 'a/b c', './a', 'a/..', 'a/.', `a/${'b'.repeat(1023)}`]
  for (const key of bad) assert.throws(() => tree.put(key, cidFor('x')), Malformed, key)
  for (const key of ['a/b', '.../a', 'a/...', 'a/_~-:.', `a/${'b'.repeat(1022)}`]) tree.put(key, cidFor('x'))
})
