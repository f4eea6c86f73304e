/**
 * Proofs over part of a tree. The firehose sends with each commit only the nodes near what changed; a follower undoes
 * the operations in that partial tree and must come out at the root it knew before (spec: repository, "Repository
 * Diffs"; sync, "Validation"). If an operation is missing or untrue, another root comes out.
 */
import {Malformed} from '#std/malformed.ts'
import {refused, type Explained, type Result} from '#std/result.ts'
import type {Cid} from '../data/cid.ts'
import {BlockMap, MissingBlock} from './blocks.ts'
import {isKey} from './height.ts'
import type {TreeOp} from './tree-op.ts'
import {Tree} from './tree.ts'
import {undoOne} from './undo-one.ts'

export type InversionFault =
  | 'bad-op' // an operation that says less than its action needs, or more
  | 'bad-path'
  | 'duplicate-path'
  | 'op-mismatch' // the tree after the commit does not have what the operation says
  | 'missing-block'
  | 'bad-node'

/** `isBeside` as `Undone` has it; absent where that was not looked at. */
export type Inversion = Result<{root: Cid; isBeside?: boolean}, Explained<InversionFault>>

/**
 * What `tree`, which is the tree after `ops`, was before them, if they are true: its root. The tree stays as it is.
 *
 * Whatever the order in which they are undone, the same tree comes out; but not every order needs the same nodes, and
 * servers send those of an order of their own. So when one is missing, the ops are undone from the last to the first,
 * which is right for who collected nodes op by op, and then with deletions first.
 */
export function invertOps(tree: Tree, ops: readonly TreeOp[]): Inversion {
  const outcome = undo(tree.fork(), ops)
  if (ops.length < 2 || !isLacking(outcome)) return outcome
  for (const order of [ops.toReversed(), deletesFirst(ops)]) {
    const other = undo(tree.fork(), order)
    if (!isLacking(other)) return other
  }
  return outcome
}

const isLacking = (outcome: Inversion): boolean => !outcome.ok && outcome.reason === 'missing-block'

const deletesFirst = (ops: readonly TreeOp[]): TreeOp[] => [
  ...ops.filter(op => op.action === 'delete'),
  ...ops.filter(op => op.action !== 'delete'),
]

function undo(tree: Tree, ops: readonly TreeOp[]): Inversion {
  const paths = new Set<string>()
  try {
    for (const op of ops) {
      const {action, path} = op
      if (!isKey(path)) return refused('bad-path', `${JSON.stringify(path.slice(0, 80))} is no repository path`)
      if (paths.has(path)) return refused('duplicate-path', `two operations on ${path}`)
      paths.add(path)
      const cid = op.cid ?? null
      const prev = op.prev ?? null
      if ((cid === null) !== (action === 'delete')) return refused('bad-op', `${action} of ${path}: cid`)
      if ((prev === null) !== (action === 'create')) return refused('bad-op', `${action} of ${path}: prev`)
      const found = (prev ? tree.put(path, prev) : tree.remove(path)) ?? null
      if (cid ? !cid.equals(found) : found) {
        return refused('op-mismatch', `${action} of ${path}: the tree has ${found ?? 'nothing'} there`)
      }
    }
    return {ok: true, root: tree.root()}
  } catch (error) {
    if (error instanceof MissingBlock) return refused('missing-block', error.message)
    if (error instanceof Malformed) return refused('bad-node', error.message)
    throw error
  }
}

/**
 * As `invertOps`, for the tree under `root`, of whose keys' places it checks those of the ops only (see `TreeTrust`):
 * for who compares what comes out with a root that is known.
 */
export function invertCommit(root: Cid, blocks: BlockMap, ops: readonly TreeOp[]): Inversion {
  const before = ops.length === 1 ? undoOne(root, blocks, ops[0]) : undefined
  return before ? {ok: true, ...before} : invertOps(Tree.load(root, blocks, {trustPlaces: true}), ops)
}

/**
 * The nodes of `tree` that a follower needs to undo changes of `paths`, or to see for itself what is at them: the way
 * to each path and to the keys beside it.
 */
export function coveringNodes(tree: Tree, paths: Iterable<string>): BlockMap {
  const nodes = new BlockMap()
  for (const path of paths) tree.cover(path, nodes)
  return nodes
}
