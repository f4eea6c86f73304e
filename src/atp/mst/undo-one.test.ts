/** The quick way to undo one change, against the tree's: it may leave a case to the tree, and never differs from it. */
import {equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {cidFor, randomKey, runSeed, seeded} from '../../../test/random.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import type {Cid} from '../data/cid.ts'
import {BlockMap} from './blocks.ts'
import {coveringNodes, invertCommit, invertOps, type Inversion} from './proof.ts'
import type {TreeOp} from './tree-op.ts'
import {Tree} from './tree.ts'
import {undoOne} from './undo-one.ts'

useNativeCrypto()

interface Change {
  op: TreeOp
  before: Cid
  after: Cid
  nodes: BlockMap
}

/** One create, update or delete after the other, in a tree of up to `size` keys, each with the nodes that prove it. */
function* changes(random: () => number, size: number, count: number): Generator<Change> {
  const tree = Tree.empty()
  for (let step = 0; step < count; step++) {
    const before = tree.root()
    const path = randomKey(random, size)
    const cid = random() < 0.3 ? null : cidFor(String(step))
    const prev = (cid ? tree.put(path, cid) : tree.remove(path)) ?? null
    if (!cid && !prev) continue
    const action = cid ? (prev ? 'update' : 'create') : 'delete'
    yield {op: {action, path, cid, prev}, before, after: tree.root(), nodes: coveringNodes(tree, [path])}
  }
}

const byTree = ({op, after, nodes}: Change): Inversion => invertOps(Tree.load(after, nodes, {trustPlaces: true}), [op])

test(`what is undone quickly is undone rightly, and that is nearly all (seed ${runSeed})`, () => {
  const random = seeded(runSeed)
  let [quick, all] = [0, 0]
  for (const size of [3, 30, 3000]) {
    for (const change of changes(random, size, 2000)) {
      const root = undoOne(change.after, change.nodes, change.op)?.root
      if (root) equal(root.toString(), change.before.toString(), JSON.stringify(change.op))
      const whole = invertCommit(change.after, change.nodes, [change.op])
      ok(whole.ok && whole.root.equals(change.before))
      if (size > 3 && change.op.cid) {
        all++
        if (root) quick++
      }
    }
  }
  ok(quick > all * 0.95, `${quick} of ${all} creates and updates`)
})

test(`of what is wrong it knows nothing better than the tree (seed ${runSeed})`, () => {
  const random = seeded(runSeed)
  const pick = (count: number): number => Math.floor(random() * count)
  let refused = 0
  for (const change of changes(random, 300, 3000)) {
    const blocks = [...change.nodes]
    for (let lie = 0; lie < 8; lie++) {
      const nodes = new BlockMap()
      for (const {cid, bytes} of blocks) nodes.set(cid, bytes)
      const {cid, bytes} = blocks[pick(blocks.length)]
      const wrong = bytes.slice()
      wrong[pick(wrong.length)] ^= 1 << pick(8)
      if (lie === 0) nodes.delete(cid)
      // Any bytes under any name, as if their hash were right; often another node in this one's place.
      else nodes.set(cid, lie % 2 === 1 ? wrong : blocks[pick(blocks.length)].bytes)
      const root = undoOne(change.after, nodes, change.op)?.root
      const found = byTree({...change, nodes})
      if (!found.ok) refused++
      if (root) ok(found.ok && found.root.equals(root), found.ok ? 'another root' : found.detail)
    }
    const other = {...change.op, path: randomKey(random, 300)}
    const root = undoOne(change.after, change.nodes, other)?.root
    const found = byTree({...change, op: other})
    if (root) ok(found.ok && found.root.equals(root))
  }
  ok(refused > 1000, `${refused} lies that the tree refuses`)
})
