/**
 * The tree in memory, or as much of it as has been touched: nodes are read from a block source on first need, and a
 * change rewrites only the path from its key to the root (spec: repository, "MST structure").
 *
 * A node's content never changes once it is there; changes make new nodes. So an error half way (a missing block, a
 * malformed node) leaves the tree as it was, and the caller may supply the block and try again. Every node read is
 * checked against its place: its level, and the two keys between which all of its own must lie.
 */
import {assert} from '#std/assert.ts'
import {Malformed} from '#std/malformed.ts'
import {cidOf, codecs} from '../data/cid.ts'
import type {Cid} from '../data/cid.ts'
import {BlockMap, MissingBlock} from './blocks.ts'
import type {Block, BlockSource} from './blocks.ts'
import {checkKey, keyHeight} from './height.ts'
import {NodeView, NodeWriter} from './node.ts'

const unread: readonly never[] = []
const rootLevel = -1
const view = new NodeView()

class TreeNode {
  /** −1 for a root that has not been read: only its first key tells. */
  level: number
  keys: readonly string[] = unread
  values: readonly Cid[] = unread
  /** One more than keys: `children[i]` is before `keys[i]`. Null where there is none. */
  children: readonly (TreeNode | null)[] = unread
  /** Undefined until the node is hashed. */
  cid: Cid | undefined = undefined
  /** Whether the source has this node's block. */
  stored = false
  /** The keys between which the parent that linked to this node has it; undefined where that is open. */
  low: string | undefined = undefined
  high: string | undefined = undefined

  constructor(level: number) {
    this.level = level
  }

  static of(
    level: number,
    keys: readonly string[],
    values: readonly Cid[],
    children: readonly (TreeNode | null)[],
  ): TreeNode {
    const node = new TreeNode(level)
    node.keys = keys
    node.values = values
    node.children = children
    return node
  }

  /** A node known by its CID, to be read when it is needed. */
  static unread(cid: Cid, level: number, low?: string, high?: string): TreeNode {
    const node = new TreeNode(level)
    node.cid = cid
    node.stored = true
    node.low = low
    node.high = high
    return node
  }

  static empty(): TreeNode {
    return TreeNode.of(0, [], [], [null])
  }

  get isEmpty(): boolean {
    return this.keys.length === 0 && this.children[0] === null
  }

  /** Where `key` is, or where it would be put. */
  indexOf(key: string): number {
    const keys = this.keys
    let low = 0
    let high = keys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (keys[middle] < key) low = middle + 1
      else high = middle
    }
    return low
  }

  withChild(index: number, child: TreeNode | null): TreeNode {
    return TreeNode.of(this.level, this.keys, this.values, this.children.with(index, child))
  }

  withValue(index: number, value: Cid): TreeNode {
    return TreeNode.of(this.level, this.keys, this.values.with(index, value), this.children)
  }

  /** Fills this unread node. Throws `Malformed('mst', …)`, and stays unread, when the block is not right for it. */
  read(block: Uint8Array, trustHeights: boolean): void {
    view.read(block)
    const keys = view.keys()
    const level = this.#checkPlace(keys)
    if (!trustHeights) for (const key of keys) checkHeight(key, level)
    const values: Cid[] = []
    const children: (TreeNode | null)[] = []
    for (let i = 0; i <= keys.length; i++) {
      const link = i === 0 ? view.left : view.right[i - 1]
      if (link !== 0 && level === 0) throw new Malformed('mst', 'too-deep', 'a subtree below the lowest level')
      children.push(
        link === 0 ? null : TreeNode.unread(view.cid(link), level - 1, keys[i - 1] ?? this.low, keys[i] ?? this.high),
      )
      if (i < keys.length) values.push(view.cid(view.value[i]))
    }
    this.level = level
    this.keys = keys
    this.values = values
    this.children = children
  }

  /** The level at which a node of these keys stands, once that and their range have been found right. */
  #checkPlace(keys: readonly string[]): number {
    const {low, high} = this
    if (keys.length === 0) {
      if (this.level !== rootLevel) {
        if (view.left === 0) throw new Malformed('mst', 'empty-node', 'a node without keys or subtree below the root')
        return this.level
      }
      if (view.left !== 0) throw new Malformed('mst', 'untrimmed-root', 'a root without keys above a subtree')
      return 0
    }
    if ((low !== undefined && keys[0] <= low) || (high !== undefined && keys[keys.length - 1] >= high)) {
      throw new Malformed('mst', 'key-order', 'keys outside the range that the node above leaves them')
    }
    return this.level === rootLevel ? keyHeight(keys[0]) : this.level
  }
}

function checkHeight(key: string, level: number): void {
  if (keyHeight(key) !== level) throw new Malformed('mst', 'wrong-height', `${key} is on a level not its own`)
}

export interface TreeTrust {
  /**
   * Check the heights of only those keys that are asked for or changed. To hash every key of every node on the way
   * takes longer than all else that is done with them, and is needless where the tree is compared, once changed, with
   * one that is known: what was not touched then stands where it stood there. Default false.
   */
  trustHeights?: boolean
}

export class Tree {
  readonly #source: BlockSource
  /** As the source has it; undefined when the source has nothing of this tree. */
  #base: TreeNode | undefined
  #top: TreeNode
  readonly #trustHeights: boolean

  private constructor(source: BlockSource, base: TreeNode | undefined, trustHeights: boolean) {
    this.#source = source
    this.#base = base
    this.#trustHeights = trustHeights
    this.#top = base ?? TreeNode.empty()
  }

  /**
   * The tree under `root`. Reads nothing yet. All other methods may throw `MissingBlock`, for a node that the source
   * lacks, and `Malformed('mst', …)`, for a node that is not canonical or not in its place.
   */
  static load(root: Cid, source: BlockSource, {trustHeights = false}: TreeTrust = {}): Tree {
    return new Tree(source, TreeNode.unread(root, rootLevel), trustHeights)
  }

  static empty(): Tree {
    return new Tree(new BlockMap(), undefined, false)
  }

  get(key: string): Cid | undefined {
    for (let node: TreeNode | null = this.#readTop(); node;) {
      const i: number = node.indexOf(key)
      if (node.keys[i] === key) {
        if (this.#trustHeights) checkHeight(key, node.level)
        return node.values[i]
      }
      node = this.#child(node, i)
    }
    return undefined
  }

  /** Adds or replaces. Throws `Malformed('mst', 'key-syntax')` for what is no repository path. */
  put(key: string, value: Cid): void {
    checkKey(key)
    const height = keyHeight(key)
    const top = this.#readTop()
    if (top.isEmpty) this.#top = TreeNode.of(height, [key], [value], [null, null])
    else if (height <= top.level) this.#top = this.#putUnder(top, key, value, height)
    else {
      const halves = this.#split(top, key)
      this.#top = TreeNode.of(
        height,
        [key],
        [value],
        halves.map(half => half && lift(half, height - 1)),
      )
    }
  }

  /** Returns whether the key was there. */
  remove(key: string): boolean {
    const before = this.#readTop()
    let top = this.#removeUnder(before, key, keyHeight(key)) ?? TreeNode.empty()
    if (top === before) return false
    while (top.keys.length === 0) {
      const only = this.#child(top, 0)
      if (!only) break
      top = only
    }
    this.#top = top
    return true
  }

  /** The CID of the root: the commit's `data`. Hashes what has changed since it was last asked for. */
  root(): Cid {
    return hash(this.#top)
  }

  /** All keys from `from` on, ascending, with their values. The tree may change meanwhile; this goes on as it was. */
  *entries(from = ''): Generator<[key: string, value: Cid]> {
    yield* this.#entriesUnder(this.#readTop(), from)
  }

  /**
   * The node blocks that this tree has and its source lacks, in preorder, and the nodes that the source has and this
   * tree does not use. `saved` then makes this state the base, once the caller has put the new blocks into the source.
   */
  changes(): {added: Block[]; removed: Cid[]} {
    const added: Block[] = []
    const kept = new Set<TreeNode>()
    this.root()
    collectNew(this.#top, added, kept)
    const removed: Cid[] = []
    if (this.#base) collectUnused(this.#base, kept, removed)
    // A node that was changed and changed back is in both lists: it is neither new nor unused.
    const gone = new Set(removed.map(cid => cid.key))
    const made = new Set(added.map(block => block.cid.key))
    return {added: added.filter(({cid}) => !gone.has(cid.key)), removed: removed.filter(cid => !made.has(cid.key))}
  }

  saved(): void {
    this.root()
    markStored(this.#top)
    this.#base = this.#top
  }

  /** This tree as it is now, which later changes of either do not touch in the other. */
  fork(): Tree {
    const tree = new Tree(this.#source, this.#base, this.#trustHeights)
    tree.#top = this.#top
    return tree
  }

  /**
   * Adds to `nodes` every node on the way to `key` and, when the key is there, on the way to the keys beside it: what
   * a follower needs to undo a change of this key, and what proves to anyone that it is there or not.
   */
  cover(key: string, nodes: BlockMap): void {
    for (let node: TreeNode | null = this.#readTop(); node;) {
      addBlock(node, nodes)
      const i: number = node.indexOf(key)
      const before: TreeNode | null = this.#child(node, i)
      if (node.keys[i] === key) {
        for (let edge = before; edge; edge = this.#child(edge, edge.keys.length)) addBlock(edge, nodes)
        for (let edge = this.#child(node, i + 1); edge; edge = this.#child(edge, 0)) addBlock(edge, nodes)
        return
      }
      node = before
    }
  }

  #readTop(): TreeNode {
    if (this.#top.children === unread) this.#read(this.#top)
    return this.#top
  }

  #child(node: TreeNode, index: number): TreeNode | null {
    const child = node.children[index]
    if (child && child.children === unread) this.#read(child)
    return child
  }

  #read(node: TreeNode): void {
    assert(node.cid, 'an unread node has its CID')
    const block = this.#source.get(node.cid)
    if (!block) throw new MissingBlock(node.cid)
    node.read(block, this.#trustHeights)
  }

  /** `node` with the key in it or under it; `node` itself when that changes nothing. */
  #putUnder(node: TreeNode, key: string, value: Cid, height: number): TreeNode {
    const i = node.indexOf(key)
    if (node.level === height) {
      if (node.keys[i] === key) return node.values[i].equals(value) ? node : node.withValue(i, value)
      const child = this.#child(node, i)
      const halves = child ? this.#split(child, key) : [null, null]
      return TreeNode.of(
        height,
        node.keys.toSpliced(i, 0, key),
        node.values.toSpliced(i, 0, value),
        node.children.toSpliced(i, 1, ...halves),
      )
    }
    const child = this.#child(node, i)
    if (!child) return node.withChild(i, lift(TreeNode.of(height, [key], [value], [null, null]), node.level - 1))
    const next = this.#putUnder(child, key, value, height)
    return next === child ? node : node.withChild(i, next)
  }

  /** `node` without the key; `node` itself when it had none such; null when nothing is left. */
  #removeUnder(node: TreeNode, key: string, height: number): TreeNode | null {
    if (node.level < height) return node
    const i = node.indexOf(key)
    if (node.level === height) {
      if (node.keys[i] !== key) return node
      const joined = this.#joinAt(node, i, node, i + 1)
      if (joined === null && node.keys.length === 1) return null
      return TreeNode.of(
        height,
        node.keys.toSpliced(i, 1),
        node.values.toSpliced(i, 1),
        node.children.toSpliced(i, 2, joined),
      )
    }
    const child = this.#child(node, i)
    if (!child) return node
    const next = this.#removeUnder(child, key, height)
    if (next === child) return node
    return next === null && node.keys.length === 0 ? null : node.withChild(i, next)
  }

  /** What of `node` is before `key`, and what is after it. The key itself is not under it. */
  #split(node: TreeNode, key: string): [TreeNode | null, TreeNode | null] {
    const i = node.indexOf(key)
    const {level, keys, values, children} = node
    const child = this.#child(node, i)
    const [left, right] = child ? this.#split(child, key) : [null, null]
    // A half that takes the whole node is that node, which then need not be hashed again.
    if (i === 0 && left === null) return [null, node]
    if (i === keys.length && right === null) return [node, null]
    return [
      TreeNode.of(level, keys.slice(0, i), values.slice(0, i), [...children.slice(0, i), left]),
      TreeNode.of(level, keys.slice(i), values.slice(i), [right, ...children.slice(i + 1)]),
    ]
  }

  /** One subtree made of two, between which the key that parted them is gone. */
  #joinAt(a: TreeNode, i: number, b: TreeNode, j: number): TreeNode | null {
    // With one side only there is nothing to join, so it need not even be read.
    if (a.children[i] === null) return b.children[j]
    if (b.children[j] === null) return a.children[i]
    const left = this.#child(a, i)
    const right = this.#child(b, j)
    assert(left && right, 'both sides are there')
    return TreeNode.of(
      left.level,
      [...left.keys, ...right.keys],
      [...left.values, ...right.values],
      [...left.children.slice(0, -1), this.#joinAt(left, left.keys.length, right, 0), ...right.children.slice(1)],
    )
  }

  *#entriesUnder(node: TreeNode, from: string): Generator<[key: string, value: Cid]> {
    for (let i = node.indexOf(from); i <= node.keys.length; i++) {
      const child = this.#child(node, i)
      if (child) yield* this.#entriesUnder(child, from)
      if (i < node.keys.length) yield [node.keys[i], node.values[i]]
    }
  }
}

/** Puts nodes without keys above `node` up to `level`, so that no link skips one. */
function lift(node: TreeNode, level: number): TreeNode {
  let lifted = node
  while (lifted.level < level) lifted = TreeNode.of(lifted.level + 1, [], [], [lifted])
  return lifted
}

const writer = new NodeWriter()

/** The node's block, in a view that the next call overwrites. */
function encode(node: TreeNode): Uint8Array {
  // All children are hashed before their parent is written: there is one writer.
  for (const child of node.children) if (child) hash(child)
  for (let i = 0; i < node.keys.length; i++) writer.entry(node.keys[i], node.values[i], linkTo(node.children[i + 1]))
  return writer.finish(linkTo(node.children[0]))
}

const linkTo = (child: TreeNode | null): Cid | null => child && hash(child)

const hash = (node: TreeNode): Cid => (node.cid ??= cidOf(codecs.cbor, encode(node)))

function addBlock(node: TreeNode, nodes: BlockMap): void {
  const cid = hash(node)
  if (!nodes.has(cid)) nodes.set(cid, encode(node).slice())
}

function collectNew(node: TreeNode, added: Block[], kept: Set<TreeNode>): void {
  if (node.stored) {
    kept.add(node)
    return
  }
  added.push({cid: hash(node), bytes: encode(node).slice()})
  for (const child of node.children) if (child) collectNew(child, added, kept)
}

function collectUnused(node: TreeNode, kept: ReadonlySet<TreeNode>, removed: Cid[]): void {
  if (kept.has(node)) return
  removed.push(hash(node))
  assert(node.children !== unread, 'a subtree is dropped only after it was read')
  for (const child of node.children) if (child) collectUnused(child, kept, removed)
}

function markStored(node: TreeNode): void {
  if (node.stored) return
  node.stored = true
  for (const child of node.children) if (child) markStored(child)
}
