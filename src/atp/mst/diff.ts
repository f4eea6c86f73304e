/** What changed between two trees, found without looking into the subtrees that they share. */
import type {Cid} from '../data/cid.ts'
import {MissingBlock} from './blocks.ts'
import type {BlockSource} from './blocks.ts'
import type {TreeOp} from './tree-op.ts'
import {TreeWalk} from './walk.ts'

export interface TreeDiff {
  /** In key order. */
  ops: TreeOp[]
  /** Nodes of the tree after that the tree before does not have, and the reverse. */
  newNodes: Cid[]
  goneNodes: Cid[]
}

/**
 * Compares the trees under two roots; `before` null stands for no tree at all. Throws `MissingBlock`, and
 * `Malformed('mst', …)` for a node that is not canonical or not in its place.
 */
export function diffTrees(before: Cid | null, after: Cid, source: BlockSource): TreeDiff {
  const a = new TreeWalk(before)
  const b = new TreeWalk(after)
  const ops: TreeOp[] = []
  const seen = {before: new Map<string, Cid>(), after: new Map<string, Cid>()}
  const enter = (walk: TreeWalk, nodes: Map<string, Cid>): void => {
    const {cid} = walk
    const block = source.get(cid)
    if (!block) throw new MissingBlock(cid)
    nodes.set(cid.key, cid)
    walk.node(block)
  }

  while (a.expects !== 'nothing' || b.expects !== 'nothing') {
    // A hostile node on the lowest level may lead to one on level -1, which `enter` refuses.
    const aLevel = a.expects === 'node' ? a.level : noLevel
    const bLevel = b.expects === 'node' ? b.level : noLevel
    if (aLevel > noLevel || bLevel > noLevel) {
      if (aLevel > noLevel && bLevel > noLevel && b.isAt(a.bytes, a.offset)) {
        a.skip()
        b.skip()
        continue
      }
      // The higher first: the lower one may be somewhere in it.
      if (aLevel >= bLevel) enter(a, seen.before)
      if (bLevel >= aLevel) enter(b, seen.after)
      continue
    }
    const order = a.expects === 'nothing' ? 1 : b.expects === 'nothing' ? -1 : compare(a.path, b.path)
    if (order < 0) ops.push({action: 'delete', path: a.path, cid: null, prev: a.cid})
    else if (order > 0) ops.push({action: 'create', path: b.path, cid: b.cid, prev: null})
    else if (!b.isAt(a.bytes, a.offset)) ops.push({action: 'update', path: b.path, cid: b.cid, prev: a.cid})
    if (order <= 0) a.record()
    if (order >= 0) b.record()
  }
  return {ops, newNodes: without(seen.after, seen.before), goneNodes: without(seen.before, seen.after)}
}

const noLevel = -Infinity

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A shared node may have been entered in both, when its key was met outside of it first. */
const without = (nodes: ReadonlyMap<string, Cid>, others: ReadonlyMap<string, Cid>): Cid[] =>
  [...nodes].filter(([key]) => !others.has(key)).map(([, cid]) => cid)
