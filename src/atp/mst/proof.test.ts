/** Proofs by fewer nodes than one might send: other orders of undoing, and nodes that cannot hold what is asked for. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {tree} from '../../../test/nodes.ts'
import {cidFor, runSeed, seeded, shuffled} from '../../../test/random.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {Malformed} from '#std/malformed.ts'
import type {Cid} from '../data/cid.ts'
import {type Block, BlockMap, type BlockSource, MissingBlock} from './blocks.ts'
import {keyHeight} from './height.ts'
import {coveringNodes, invertCommit, invertOps} from './proof.ts'
import type {TreeOp} from './tree-op.ts'
import {Tree} from './tree.ts'

useNativeCrypto()

/** Passes on what it has, and keeps what was asked for. */
class Recording implements BlockSource {
  readonly asked = new BlockMap()
  readonly #source: BlockSource

  constructor(source: BlockSource) {
    this.#source = source
  }

  get(cid: Cid): Uint8Array | undefined {
    const bytes = this.#source.get(cid)
    if (bytes) this.asked.set(cid, bytes)
    return bytes
  }
}

const nodesOf = (whole: Tree): BlockMap => blocksOf(whole.changes().added)

function blocksOf(blocks: readonly Block[]): BlockMap {
  const map = new BlockMap()
  for (const {cid, bytes} of blocks) map.set(cid, bytes)
  return map
}

interface Commit {
  ops: TreeOp[]
  before: Cid
  after: Cid
  nodes: BlockMap
}

function keysOf(height: number): string[] {
  return Array.from({length: 20_000}, (_, n) => `a/${(n * 7919) % 20_000}`).filter(key => keyHeight(key) === height)
}

/** As many of each level, in a row: by chance, three quarters are on the lowest, where every order needs the same. */
const paths = [0, 1, 2, 3].flatMap(height => keysOf(height).slice(0, 60)).toSorted()

/** Some records, and a commit that changes nearly all in a row of them, in any order. */
function commitOf(random: () => number): Commit {
  const tree = Tree.empty()
  for (const path of paths) if (random() < 0.5) tree.put(path, cidFor('old'))
  const before = tree.root()
  const first = Math.floor(random() * (paths.length - 16))
  const ops = shuffled(paths.slice(first, first + 16), random).map((path): TreeOp => {
    const prev = tree.get(path)
    const cid = prev && random() < 0.9 ? null : cidFor('new')
    if (cid) tree.put(path, cid)
    else tree.remove(path)
    return {action: cid ? (prev ? 'update' : 'create') : 'delete', path, cid, prev}
  })
  return {ops, before, after: tree.root(), nodes: nodesOf(tree)}
}

/** The nodes that it takes to undo the ops one by one in this order. */
function neededFor(commit: Commit, order: readonly TreeOp[]): BlockMap {
  const recording = new Recording(commit.nodes)
  const tree = Tree.load(commit.after, recording)
  for (const {path, prev} of order) {
    if (prev) tree.put(path, prev)
    else tree.remove(path)
  }
  assert.ok(tree.root().equals(commit.before))
  return recording.asked
}

suite('undoing several ops with the nodes that another order needs', () => {
  const orders: Record<string, (ops: readonly TreeOp[]) => TreeOp[]> = {
    'the last first': ops => ops.toReversed(),
    'deletions first': ops => ops.toSorted((a, b) => Number(b.action === 'delete') - Number(a.action === 'delete')),
  }
  for (const [name, orderOf] of Object.entries(orders)) {
    test(`${name} (seed ${runSeed})`, () => {
      const random = seeded(runSeed)
      // Until it has happened some times that the order given does not do.
      let others = 0
      for (let round = 0; others < 3; round++) {
        assert.ok(round < 3000, 'the order given always does')
        const commit = commitOf(random)
        const nodes = neededFor(commit, orderOf(commit.ops))
        const outcome = invertCommit(commit.after, nodes, commit.ops)
        assert.ok(outcome.ok && outcome.root.equals(commit.before), JSON.stringify(outcome))
        try {
          neededFor({...commit, nodes}, commit.ops)
        } catch (error) {
          assert.ok(error instanceof MissingBlock)
          others++
        }
      }
    })
  }

  test('and when no order does, the node that is missing is named', () => {
    const commit = commitOf(seeded(3))
    const tree = Tree.load(commit.after, new BlockMap())
    const outcome = invertOps(tree, commit.ops)
    assert.deepEqual(outcome, {ok: false, reason: 'missing-block', detail: new MissingBlock(commit.after).message})
  })

  test('the tree given stays as it is', () => {
    const commit = commitOf(seeded(4))
    const tree = Tree.load(commit.after, commit.nodes)
    assert.ok(invertOps(tree, commit.ops).ok)
    assert.ok(tree.root().equals(commit.after))
    assert.ok(invertOps(tree, commit.ops).ok)
  })
})

suite('a proof of absence', () => {
  const keys = Array.from({length: 400}, (_, n) => `a/${n}`)
  const at = (height: number): string[] => keys.filter(key => keyHeight(key) === height)

  test('needs no node below the level that the key would stand on', () => {
    const absent = at(1)[0]
    const full = Tree.empty()
    for (const key of keys) if (key !== absent) full.put(key, cidFor(key))
    const root = full.root()
    const nodes = coveringNodes(full, [absent])
    assert.equal(Tree.load(root, nodes).get(absent), undefined)
    const way = [...nodes]
    // From the top: nodes of its level and above prove it, and each of them is needed.
    const levels = way.length - 1
    assert.ok(levels >= 2, 'there are nodes above and below')
    assert.equal(Tree.load(root, blocksOf(way.slice(0, levels))).get(absent), undefined)
    assert.throws(() => Tree.load(root, blocksOf(way.slice(0, levels - 1))).get(absent), MissingBlock)
  })

  test('needs nothing but a root that is below that level', () => {
    const full = Tree.empty()
    for (const key of [...at(0), ...at(1)]) full.put(key, cidFor(key))
    const top = [...nodesOf(full)].slice(0, 1)
    assert.equal(Tree.load(full.root(), blocksOf(top)).get(at(2)[0]), undefined)
  })

  test('is refused when the key stands below its level', () => {
    const [high] = at(1).toSorted()
    const low = at(0).find(key => key > high)!
    const top = at(2).find(key => key > low)!
    const nodes = tree({e: [{k: top}], l: tree({e: [], l: tree({e: [{k: high}, {k: low}]})})})
    const root = nodes.at(-1)!.cid
    const load = (blocks: readonly Block[]): Tree => Tree.load(root, blocksOf(blocks), {trustPlaces: true})
    assert.throws(() => load(nodes).get(high), isMalformed('wrong-height'))
    assert.equal(load(nodes.slice(1)).get(high), undefined, 'without the node nothing contradicts')
  })
})

test('a key below its level is noticed wherever a change comes by it', () => {
  const keys = Array.from({length: 400}, (_, n) => `a/${1000 + n}`)
  const [, high] = keys.filter(key => keyHeight(key) === 1)
  const lows = keys.filter(key => keyHeight(key) === 0)
  const before = lows.find(key => key < high)!
  const after = lows.find(key => key > high)!
  for (const entries of [[high], [high, after], [before, high], [before, high, after]]) {
    // As the only node, which its first key would put on a level of its own, and under another.
    const top = keys.find(key => keyHeight(key) === 2 && key > after)!
    const nodes = tree({e: [{k: top}], l: tree({e: [], l: tree({e: entries.map(k => ({k}))})})})
    const load = (): Tree => Tree.load(nodes.at(-1)!.cid, blocksOf(nodes), {trustPlaces: true})
    assert.throws(() => load().put(high, cidFor('x')), isMalformed('wrong-height'))
    assert.throws(() => load().remove(high), isMalformed('wrong-height'))
    assert.throws(() => load().get(high), isMalformed('wrong-height'))
  }
})

test('a key at the wrong level that no operation of a commit touches is for who reads the tree to refuse', () => {
  const keys = Array.from({length: 400}, (_, n) => `a/${1000 + n}`)
  const low = keys.filter(key => keyHeight(key) === 0)
  const high = keys.find(key => keyHeight(key) === 1 && key > low[2])!
  const entries = [low[0], low[1], low[2], high]
  const nodes = tree({
    e: [{k: keys.find(key => keyHeight(key) === 2 && key > high)!}],
    l: tree({e: [], l: tree({e: entries.map(k => ({k}))})}),
  })
  const root = nodes.at(-1)!.cid
  const load = (trustPlaces: boolean): Tree => Tree.load(root, blocksOf(nodes), {trustPlaces})
  const ops = low.slice(0, 2).map((path): TreeOp => ({action: 'create', path, cid: load(true).get(path)!, prev: null}))
  assert.equal(invertCommit(root, blocksOf(nodes), ops).ok, true)
  const strict = invertOps(load(false), ops)
  assert.equal(!strict.ok && strict.reason, 'bad-node')
})

test('a tree that is not the one canonical form is refused when it is read', () => {
  const keys = Array.from({length: 400}, (_, n) => `a/${1000 + n}`)
  const [low, other] = keys.filter(key => keyHeight(key) === 0)
  const high = keys.find(key => keyHeight(key) === 1 && key > other)!
  const hostile: Record<string, Block[][]> = {
    'empty-node': [tree({l: tree({e: []}), e: [{k: high}]})],
    'untrimmed-root': [tree({l: tree({e: [{k: low}]}), e: []})],
    'too-deep': [tree({l: tree({e: [{k: low}]}), e: [{k: other}]}), tree({e: [{k: low, t: tree({e: [{k: other}]})}]})],
    'wrong-height': [
      tree({e: [{k: low}, {k: high}]}),
      tree({e: [{k: high}, {k: keys.findLast(key => keyHeight(key) === 0)!}]}),
    ],
  }
  for (const [reason, trees] of Object.entries(hostile)) {
    for (const nodes of trees) assert.throws(reading(nodes), isMalformed(reason))
  }
})

suite('a node keeps off the keys that the node above has around it', () => {
  const keys = Array.from({length: 400}, (_, n) => `a/${1000 + n}`)
  const [above] = keys.filter(key => keyHeight(key) === 1).slice(3)
  const [before] = keys.filter(key => keyHeight(key) === 0 && key < above)
  const after = keys.find(key => keyHeight(key) === 0 && key > above)!
  test('where its keys are between them, it is read', () => {
    const nodes = tree({l: tree({e: [{k: before}]}), e: [{k: above, t: tree({e: [{k: after}]})}]})
    assert.deepEqual(
      reading(nodes)().map(([key]) => key),
      [before, above, after],
    )
  })

  test('a last key that equals or passes the key above it is out of order', () => {
    for (const last of [above, after]) {
      assert.throws(reading(tree({l: tree({e: [{k: before}, {k: last}]}), e: [{k: above}]})), isMalformed('key-order'))
    }
  })

  test('so is a first key that equals the one before it, or is below it', () => {
    for (const first of [above, before]) {
      const child = tree({e: [{k: first}, {k: after}]})
      assert.throws(reading(tree({e: [{k: above, t: child}]})), isMalformed('key-order'))
    }
  })
})

const reading = (nodes: readonly Block[]) => () => [...Tree.load(nodes.at(-1)!.cid, blocksOf(nodes)).entries()]
const isMalformed = (reason: string) => (error: unknown) =>
  error instanceof Malformed && error.format === 'mst' && error.reason === reason
