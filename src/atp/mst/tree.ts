/**
 * The tree in memory, or as much of it as has been touched: nodes are read from a block source on first need, and a
 * change rewrites only the path from its key to the root (spec: repository, "MST structure").
 *
 * A node here is its block. Keys are searched in it as they lie; a node above a change differs from what it was in one
 * link, which is written over in a copy; only where keys come or go is a block put together anew. Links to nodes that
 * are not hashed yet hold a placeholder until then.
 *
 * Changes make new nodes and leave the old ones be. So an error half way (a missing block, a malformed node) leaves the
 * tree as it was, and the caller may supply the block and try again.
 */
import {Malformed} from '#std/malformed.ts'
import {assert} from '#std/assert.ts'
import {emptyBytes} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import type {Cid} from '../data/cid.ts'
import {BlockMap, MissingBlock} from './blocks.ts'
import type {Block, BlockSource} from './blocks.ts'
import {checkKey, isKey, keyBytes, keyHeightOfBytes} from './height.ts'
import {TreeNode, rootLevel} from './tree-node.ts'

export interface TreeTrust {
  /**
   * Check the places of only those keys that are asked for or changed: their levels, and not those of all keys in the
   * nodes on the way, which would take longer than all else that is done with them. That is needless in one's own
   * store, and where the tree, once changed, is compared with one that is known: what was not touched then stands
   * where it stood there. Default false.
   */
  trustPlaces?: boolean
}

export class Tree {
  readonly #source: BlockSource
  /** As the source has it; undefined when the source has nothing of this tree. */
  #base: TreeNode | undefined
  #top: TreeNode
  /** What the change under way has found at its key. */
  #found: Cid | undefined

  private constructor(source: BlockSource, base: TreeNode | undefined) {
    this.#source = source
    this.#base = base
    this.#top = base ?? TreeNode.empty()
  }

  /**
   * The tree under `root`. Reads nothing yet. All other methods may throw `MissingBlock`, for a node that the source
   * lacks, and `Malformed('mst', …)`, for a node that is not canonical or not in its place.
   */
  static load(root: Cid, source: BlockSource, {trustPlaces = false}: TreeTrust = {}): Tree {
    return new Tree(source, TreeNode.unread(root, rootLevel, trustPlaces))
  }

  static empty(): Tree {
    return new Tree(new BlockMap(), undefined)
  }

  get(key: string): Cid | undefined {
    if (!isKey(key)) return undefined
    const bytes = keyBytes(key)
    const height = keyHeightOfBytes(bytes)
    for (let node: TreeNode | null = this.#readTop(); node;) {
      const i: number = node.view.find(bytes)
      if (i >= 0) {
        if (height !== node.level) throw wrongHeight(key)
        return node.view.cid(node.view.value(i))
      }
      node = node.level > height ? this.#child(node, -1 - i) : this.#childAtHand(node, -1 - i)
    }
    return undefined
  }

  /**
   * Adds or replaces; returns the value before. Throws `Malformed('mst', 'key-syntax')` for what is no repository
   * path, and `too-many-entries` for a key that was mined to make its node too large.
   */
  put(key: string, value: Cid): Cid | undefined {
    checkKey(key)
    const bytes = keyBytes(key)
    const height = keyHeightOfBytes(bytes)
    const top = this.#readTop()
    this.#found = undefined
    if (top.isEmpty) this.#top = TreeNode.of(height, [{key: bytes, value}], [null, null])
    else if (height <= top.level) this.#top = this.#putUnder(top, bytes, value, height)
    else {
      const halves = this.#split(top, bytes)
      const children = halves.map(half => half && lift(half, height - 1))
      this.#top = TreeNode.of(height, [{key: bytes, value}], children)
    }
    return this.#found
  }

  /** Returns the value that was there. */
  remove(key: string): Cid | undefined {
    if (!isKey(key)) return undefined
    const bytes = keyBytes(key)
    const before = this.#readTop()
    this.#found = undefined
    let top = this.#removeUnder(before, bytes, keyHeightOfBytes(bytes)) ?? TreeNode.empty()
    if (top === before) return undefined
    while (top.view.count === 0) {
      const only = this.#child(top, 0)
      if (!only) break
      top = only
    }
    this.#top = top
    return this.#found
  }

  /** The CID of the root: the commit's `data`. Hashes what has changed since it was last asked for. */
  root(): Cid {
    return this.#top.hash()
  }

  /** All keys from `from` on, ascending, with their values. The tree may change meanwhile; this goes on as it was. */
  *entries(from = ''): Generator<[key: string, value: Cid]> {
    yield* this.#entriesUnder(this.#readTop(), toUtf8(from))
  }

  /**
   * The node blocks that this tree has and its source lacks, in preorder, and the nodes that the source has and this
   * tree does not use. `saved` then makes this state the base, once the caller has put the new blocks into the source.
   */
  changes(): {added: Block[]; removed: Cid[]} {
    const added: Block[] = []
    const kept = new BlockMap()
    const top = this.#top
    top.hash()
    if (top.isStored) kept.set(top.hash(), emptyBytes)
    else collectNew(top, added, kept)
    const removed: Cid[] = []
    if (this.#base && !kept.has(this.#base.hash())) this.#collectUnused(this.#base, kept, removed)
    // A node that was changed and changed back is in both lists: it is neither new nor unused.
    const gone = new BlockMap()
    for (const cid of removed) gone.set(cid, emptyBytes)
    const both = new Set(added.filter(({cid}) => gone.has(cid)).map(({cid}) => cid.key))
    if (both.size === 0) return {added, removed}
    return {added: added.filter(({cid}) => !both.has(cid.key)), removed: removed.filter(cid => !both.has(cid.key))}
  }

  saved(): void {
    this.root()
    markStored(this.#top)
    this.#base = this.#top
  }

  /** This tree as it is now, which later changes of either do not touch in the other. */
  fork(): Tree {
    const tree = new Tree(this.#source, this.#base)
    tree.#top = this.#top
    return tree
  }

  /**
   * Adds to `nodes` every node on the way to `key` and, when the key is there, on the way to the keys beside it: what
   * a follower needs to undo a change of this key, and what proves to anyone that it is there or not.
   */
  cover(key: string, nodes: BlockMap): void {
    const bytes = toUtf8(key)
    const take = (node: TreeNode): void => {
      if (!nodes.has(node.hash())) nodes.set(node.hash(), node.block())
    }
    for (let node: TreeNode | null = this.#readTop(); node;) {
      take(node)
      const i: number = node.view.find(bytes)
      const before: TreeNode | null = this.#child(node, i < 0 ? -1 - i : i)
      if (i >= 0) {
        for (let edge = before; edge; edge = this.#child(edge, edge.view.count)) take(edge)
        for (let edge = this.#child(node, i + 1); edge; edge = this.#child(edge, 0)) take(edge)
        return
      }
      node = before
    }
  }

  #readTop(): TreeNode {
    if (!this.#top.isRead) this.#read(this.#top)
    return this.#top
  }

  #child(node: TreeNode, index: number): TreeNode | null {
    const child = node.child(index)
    if (child && !child.isRead) this.#read(child)
    return child
  }

  /**
   * As `#child`, for a node below a key's level, which cannot hold the key where the tree is sound: a proof that it is
   * absent need not bring that node. Where it is there, it is looked into, so that an unsound tree is not passed over.
   */
  #childAtHand(node: TreeNode, index: number): TreeNode | null {
    const child = node.child(index)
    return child && !child.isRead && !this.#source.get(child.hash()) ? null : this.#child(node, index)
  }

  #read(node: TreeNode): void {
    const cid = node.hash()
    const block = this.#source.get(cid)
    if (!block) throw new MissingBlock(cid)
    node.read(block)
  }

  /** `node` with the key in it or under it; `node` itself when that changes nothing. */
  #putUnder(node: TreeNode, key: Uint8Array, value: Cid, height: number): TreeNode {
    const {level, view} = node
    const found = view.find(key)
    const i = found < 0 ? -1 - found : found
    if (found >= 0) {
      if (level !== height) throw wrongHeight(view.key(i))
      this.#found = view.cid(view.value(i))
      return this.#found.equals(value) ? node : node.withValue(i, value)
    }
    const child = this.#child(node, i)
    if (level === height) {
      const halves = child ? this.#split(child, key) : [null, null]
      return TreeNode.of(
        level,
        [
          {view, from: 0, to: i},
          {key, value},
          {view, from: i, to: view.count},
        ],
        node.allChildren().toSpliced(i, 1, ...halves),
      )
    }
    if (!child) return node.withChild(i, lift(TreeNode.of(height, [{key, value}], [null, null]), level - 1))
    const next = this.#putUnder(child, key, value, height)
    return next === child ? node : node.withChild(i, next)
  }

  /** `node` without the key; `node` itself when it had none such; null when nothing is left. */
  #removeUnder(node: TreeNode, key: Uint8Array, height: number): TreeNode | null {
    const {level, view} = node
    const i = view.find(key)
    if (i >= 0) {
      if (level !== height) throw wrongHeight(view.key(i))
      this.#found = view.cid(view.value(i))
      const joined = this.#joinAt(node, i, node, i + 1)
      if (joined === null && view.count === 1) return null
      return TreeNode.of(
        level,
        [
          {view, from: 0, to: i},
          {view, from: i + 1, to: view.count},
        ],
        node.allChildren().toSpliced(i, 2, joined),
      )
    }
    // Even below its own level, where it must not be, the key is looked for, so that its being there is not passed over.
    const child = this.#child(node, -1 - i)
    if (!child) return node
    const next = this.#removeUnder(child, key, height)
    if (next === child) return node
    return next === null && view.count === 0 ? null : node.withChild(-1 - i, next)
  }

  /** What of `node` is before `key`, and what is after it. */
  #split(node: TreeNode, key: Uint8Array): [TreeNode | null, TreeNode | null] {
    const {level, view} = node
    const found = view.find(key)
    if (found >= 0) throw wrongHeight(view.key(found))
    const i = -1 - found
    const child = this.#child(node, i)
    const [left, right] = child ? this.#split(child, key) : [null, null]
    // A half that takes the whole node is that node, which then need not be hashed again.
    if (i === 0 && left === null) return [null, node]
    if (i === view.count && right === null) return [node, null]
    const children = node.allChildren()
    return [
      TreeNode.of(level, [{view, from: 0, to: i}], [...children.slice(0, i), left]),
      TreeNode.of(level, [{view, from: i, to: view.count}], [right, ...children.slice(i + 1)]),
    ]
  }

  /** One subtree made of two, between which the key that parted them is gone. */
  #joinAt(a: TreeNode, i: number, b: TreeNode, j: number): TreeNode | null {
    // With one side only there is nothing to join, so it need not even be read.
    if (!a.hasChild(i)) return b.child(j)
    if (!b.hasChild(j)) return a.child(i)
    const left = this.#child(a, i)
    const right = this.#child(b, j)
    assert(left && right, 'both sides are there')
    const inner = this.#joinAt(left, left.view.count, right, 0)
    return TreeNode.of(
      left.level,
      [left, right].map(({view}) => ({view, from: 0, to: view.count})),
      [...left.allChildren().slice(0, -1), inner, ...right.allChildren().slice(1)],
    )
  }

  *#entriesUnder(node: TreeNode, from: Uint8Array): Generator<[key: string, value: Cid]> {
    const {view} = node
    const found = view.find(from)
    for (let i = found < 0 ? -1 - found : found; i <= view.count; i++) {
      // What is before the very key that is asked for is below it.
      const child = i === found ? null : this.#child(node, i)
      if (child) yield* this.#entriesUnder(child, from)
      if (i < view.count) yield [view.key(i), view.cid(view.value(i))]
    }
  }

  /** Takes `node`, which is not used any more, and those under it that are not. */
  #collectUnused(node: TreeNode, kept: BlockMap, removed: Cid[]): void {
    removed.push(node.hash())
    // A node that was not read here may have been read, and dropped, in a copy of the node above it.
    if (!node.isRead) this.#read(node)
    const {view} = node
    for (let i = 0; i <= view.count; i++) {
      const link = view.link(i)
      if (link === 0) continue
      const known = node.childInMemory(i)
      if (known ? kept.has(known.hash()) : kept.find(view.block, link)) continue
      const child = node.child(i)
      if (child) this.#collectUnused(child, kept, removed)
    }
  }
}

const wrongHeight = (key: string): Malformed => new Malformed('mst', 'wrong-height', `${key} is on a level not its own`)

/** Puts nodes without keys above `node` up to `level`, so that no link skips one. */
function lift(node: TreeNode, level: number): TreeNode {
  let lifted = node
  while (lifted.level < level) lifted = TreeNode.of(lifted.level + 1, [], [lifted])
  return lifted
}

/** Takes `node` and those under it, hashed, that are not stored, and notes the stored ones right under them. */
function collectNew(node: TreeNode, added: Block[], kept: BlockMap): void {
  added.push({cid: node.hash(), bytes: node.block()})
  const {view} = node
  for (let i = 0; i <= view.count; i++) {
    const link = view.link(i)
    if (link === 0) continue
    const child = node.childInMemory(i)
    if (child && !child.isStored) collectNew(child, added, kept)
    else kept.add(view.block, link, emptyBytes)
  }
}

function markStored(node: TreeNode): void {
  if (node.isStored) return
  node.isStored = true
  // What is in memory of no child was not made here.
  for (let i = 0; i <= node.view.count; i++) {
    const child = node.childInMemory(i)
    if (child) markStored(child)
  }
}
