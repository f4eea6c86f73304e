import assert from 'node:assert/strict'
import {test} from 'node:test'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {cidFor, randomKey, runSeed, seeded, shuffled} from '../../../test/random.ts'
import type {Cid} from '../data/cid.ts'
import {BlockMap} from './blocks.ts'
import {TreeBuilder} from './build.ts'
import {diffTrees} from './diff.ts'
import {keyHeight} from './height.ts'
import {Tree} from './tree.ts'
import {TreeWalk} from './walk.ts'

useNativeCrypto()

const random = seeded(runSeed)
const madeUp = (count: number): Map<string, Cid> =>
  new Map(Array.from({length: count}, () => [randomKey(random, 1e6), cidFor(String(random()))]))

function build(entries: ReadonlyMap<string, Cid>, blocks: BlockMap): Cid {
  const builder = new TreeBuilder((cid, block) => blocks.set(cid, block.slice()))
  for (const key of [...entries.keys()].toSorted()) builder.add(key, entries.get(key) ?? assert.fail())
  return builder.finish()
}

test(`a tree built at once has the nodes of one built key by key (seed ${runSeed})`, () => {
  for (const count of [0, 1, 2, 5, 50, 1000]) {
    const entries = madeUp(count)
    const tree = Tree.empty()
    for (const [key, value] of shuffled([...entries], random)) tree.put(key, value)
    const blocks = new BlockMap()
    assert.ok(build(entries, blocks).equals(tree.root()))
    const {added} = tree.changes()
    assert.equal(blocks.size, added.length)
    for (const {cid, bytes} of added) assert.deepEqual(blocks.get(cid), new Uint8Array(bytes))
  }
})

test('keys out of order are a bug of the caller', () => {
  const builder = new TreeBuilder()
  builder.add('a/b', cidFor('x'))
  assert.throws(() => builder.add('a/b', cidFor('x')), {name: 'AssertionError'})
  assert.throws(() => builder.add('ab', cidFor('x')), {name: 'Malformed', reason: 'key-syntax'})
})

test(`a walk meets every node once and every key in order (seed ${runSeed})`, () => {
  const entries = madeUp(2000)
  const blocks = new BlockMap()
  const walk = new TreeWalk(build(entries, blocks))
  const seen: string[] = []
  let nodeCount = 0
  while (walk.expects !== 'nothing') {
    if (walk.expects === 'record') {
      seen.push(walk.path)
      assert.ok(walk.cid.equals(entries.get(walk.path)))
      walk.record()
    } else {
      nodeCount++
      walk.node(blocks.get(walk.cid) ?? assert.fail())
    }
  }
  assert.deepEqual(seen, [...entries.keys()].toSorted())
  assert.equal(nodeCount, blocks.size)
})

test(`a difference is what was changed, and shared subtrees are not read (seed ${runSeed})`, () => {
  for (let round = 0; round < 20; round++) {
    const before = madeUp(round * 100)
    const after = new Map(before)
    for (const key of shuffled([...before.keys()], random).slice(0, round)) {
      if (random() < 0.5) after.delete(key)
      else after.set(key, cidFor('changed'))
    }
    for (const [key, value] of madeUp(3)) after.set(key, value)

    const nodes = {before: new BlockMap(), after: new BlockMap()}
    const roots = {before: build(before, nodes.before), after: build(after, nodes.after)}
    let readCount = 0
    const source = {
      get: (cid: Cid) => {
        readCount++
        return nodes.before.get(cid) ?? nodes.after.get(cid)
      },
    }
    const diff = diffTrees(roots.before, roots.after, source)
    const expected = [...new Set([...before.keys(), ...after.keys()])]
      .toSorted()
      .filter(key => before.get(key)?.key !== after.get(key)?.key)
      .map(key => `${key} ${before.get(key) ?? null} ${after.get(key) ?? null}`)
    assert.deepEqual(
      diff.ops.map(op => `${op.path} ${op.prev} ${op.cid}`),
      expected,
    )
    assert.deepEqual(diff.newNodes.map(String).toSorted(), only(nodes.after, nodes.before).toSorted())
    assert.deepEqual(diff.goneNodes.map(String).toSorted(), only(nodes.before, nodes.after).toSorted())
    if (round === 19) assert.ok(readCount < (nodes.before.size + nodes.after.size) / 1.5)
  }
  const blocks = new BlockMap()
  const some = madeUp(50)
  const {ops, newNodes} = diffTrees(null, build(some, blocks), blocks)
  assert.equal(ops.length, some.size)
  assert.equal(newNodes.length, blocks.size)
})

test('a record that is a node of the other tree is a record all the same', () => {
  const nodes = new BlockMap()
  const keys = Array.from({length: 100}, (_, i) => `a/${100 + i}`)
  const high = keys.filter(key => keyHeight(key) === 1)
  const low = keys.find(key => key > high[0] && keyHeight(key) === 0)!
  const last = high.find(key => key > low)!
  const under = build(new Map([[low, cidFor('x')]]), nodes)
  const before = build(new Map([[high[0], under]]), nodes)
  const after = build(
    new Map([
      [low, cidFor('x')],
      [last, cidFor('y')],
    ]),
    nodes,
  )
  const {ops} = diffTrees(before, after, nodes)
  assert.deepEqual(
    ops.map(({action, path}) => `${action} ${path}`),
    [`delete ${high[0]}`, `create ${low}`, `create ${last}`],
  )
})

const only = (own: BlockMap, other: BlockMap): string[] =>
  [...own].filter(({cid}) => !other.has(cid)).map(({cid}) => String(cid))
