/**
 * One node of the tree in memory: a block, and such of its children as have been asked for or made. Where a child was
 * put in another's place, the link in that block is not right any more: the block proper is made when it is asked for.
 */
import {assert} from '#std/assert.ts'
import {copyOf} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {cidOf, cidOfDigest, cidSize, codecs} from '../data/cid.ts'
import type {Cid} from '../data/cid.ts'
import {keyHeightOfBytes, keySizeMax} from './height.ts'
import {NodeView, copy} from './node.ts'
import {NodeWriter} from './node-writer.ts'

/** The level of a root that has not been read: only its first key tells. */
export const rootLevel = -1

/** Entries to be written: some of another node, or a new one. */
export type Entries = {view: NodeView; from: number; to: number} | {key: Uint8Array; value: Cid}

const unread = new NodeView()
const writer = new NodeWriter()
const keyScratch = new Uint8Array(keySizeMax)
/** Stands in a view for the CID of a child that is not hashed yet. */
const placeholder = cidOfDigest(codecs.cbor, new Uint8Array(32)).bytes
let blockScratch = new Uint8Array(16 * 1024)

export class TreeNode {
  level: number
  /** Right in keys and values, and in which links there are. */
  view: NodeView = unread
  /** Whether the source has this node's block. */
  isStored = false
  /** Undefined until the node is hashed. */
  #cid: Cid | undefined
  /** `#children[i]` is before entry i. Where nothing is, the link in the view, if there is one, is all that is known. */
  #children: (TreeNode | null | undefined)[] = []
  /** Whether the block of the view is this node's. */
  #isExact = false
  readonly #trusted: boolean
  /** The keys between which the parent that linked to this node has it; undefined where that is open, or trusted. */
  #low: string | undefined
  #high: string | undefined

  private constructor(level: number, trusted: boolean) {
    this.level = level
    this.#trusted = trusted
  }

  /** A node that is known by its CID, to be read when it is needed; trusted to be in its place (see `TreeTrust`). */
  static unread(cid: Cid, level: number, trusted: boolean): TreeNode {
    const node = new TreeNode(level, trusted)
    node.#cid = cid
    node.isStored = true
    return node
  }

  /** A new node of these entries, in order, and the children around them, one more than entries. */
  static of(level: number, parts: readonly Entries[], children: (TreeNode | null)[]): TreeNode {
    let at = 0
    const write = (key: Uint8Array, size: number, value: Uint8Array, valueAt: number): void =>
      writer.entry(key, size, value, valueAt, linkTo(children[++at]), 0)
    for (const part of parts) {
      if ('key' in part) write(part.key, part.key.length, part.value.bytes, 0)
      else {
        const {view, from, to} = part
        for (let i = 0; i < to; i++) {
          const size = view.copyKey(i, keyScratch)
          if (i >= from) write(keyScratch, size, view.block, view.value(i))
        }
      }
    }
    // All its children are made, so it has none to read.
    const node = new TreeNode(level, true)
    node.view = new NodeView()
    node.view.read(writer.finish(linkTo(children[0]), 0))
    node.#children = children
    return node
  }

  static empty(): TreeNode {
    return TreeNode.of(0, [], [null])
  }

  get isRead(): boolean {
    return this.view !== unread
  }

  get isEmpty(): boolean {
    return this.view.count === 0 && !this.hasChild(0)
  }

  hasChild(index: number): boolean {
    return this.view.link(index) !== 0
  }

  /** The child before entry `index`, or after the last; it may be unread. */
  child(index: number): TreeNode | null {
    const known = this.#children[index]
    if (known !== undefined) return known
    const {view} = this
    const link = view.link(index)
    if (link === 0) return null
    const child = TreeNode.unread(view.cid(link), this.level - 1, this.#trusted)
    if (!this.#trusted) {
      child.#low = index > 0 ? view.key(index - 1) : this.#low
      child.#high = index < view.count ? view.key(index) : this.#high
    }
    return (this.#children[index] = child)
  }

  /** As `child`, if it was asked for or made before; where it was not, the link in the view is right. */
  childInMemory(index: number): TreeNode | null | undefined {
    return this.#children[index]
  }

  allChildren(): (TreeNode | null)[] {
    const children: (TreeNode | null)[] = []
    for (let i = 0; i <= this.view.count; i++) children.push(this.child(i))
    return children
  }

  withChild(index: number, child: TreeNode | null): TreeNode {
    const {view, level} = this
    if (!child || !this.hasChild(index)) {
      return TreeNode.of(level, [{view, from: 0, to: view.count}], this.allChildren().with(index, child))
    }
    const node = this.#copy(view)
    node.#children[index] = child
    return node
  }

  withValue(index: number, value: Cid): TreeNode {
    const {view} = this
    const block = copyOf(view.block)
    const at = view.value(index)
    copy(value.bytes, 0, block, at, at + cidSize)
    return this.#copy(view.of(block))
  }

  #copy(view: NodeView): TreeNode {
    const node = new TreeNode(this.level, this.#trusted)
    node.view = view
    node.#children = [...this.#children]
    node.#low = this.#low
    node.#high = this.#high
    return node
  }

  hash(): Cid {
    return (this.#cid ??= cidOf(codecs.cbor, this.#writeBlock()))
  }

  /** The bytes that `hash` names, in a buffer that is not shared with nodes of other trees. */
  block(): Uint8Array {
    if (!this.#isExact) {
      this.view = this.view.of(copyOf(this.#writeBlock()))
      this.#isExact = true
    }
    return this.view.block
  }

  /** The block in a view that the next call overwrites. */
  #writeBlock(): Uint8Array {
    const {view} = this
    const {block, count} = view
    // Children first: they use the same scratch.
    for (let i = 0; i <= count; i++) this.#children[i]?.hash()
    if (block.length > blockScratch.length) blockScratch = new Uint8Array(block.length * 2)
    blockScratch.set(block)
    for (let i = 0; i <= count; i++) {
      const child = this.#children[i]
      const link = view.link(i)
      if (child) copy(child.hash().bytes, 0, blockScratch, link, link + cidSize)
    }
    return blockScratch.subarray(0, block.length)
  }

  /** Fills this unread node. Throws `Malformed('mst', …)`, and stays unread, when the block is not right for it. */
  read(block: Uint8Array): void {
    assert(!this.isRead, 'a node is read once')
    const view = new NodeView()
    view.read(block)
    const level = this.#levelOf(view)
    if (!this.#trusted) this.#checkKeys(view, level)
    this.level = level
    this.view = view
    this.#isExact = true
  }

  /** The level at which a node of this content stands, if it may stand there at all. */
  #levelOf(view: NodeView): number {
    const isRoot = this.level === rootLevel
    const {count} = view
    if (count === 0) {
      if (isRoot && view.link(0) !== 0)
        throw new Malformed('mst', 'untrimmed-root', 'a root without keys above a subtree')
      if (!isRoot && view.link(0) === 0)
        throw new Malformed('mst', 'empty-node', 'a node without keys or subtree below the root')
    }
    const level = isRoot ? (count === 0 ? 0 : heightAt(view, 0)) : this.level
    if (level === 0) {
      for (let i = 0; i <= count; i++) {
        if (view.link(i) !== 0) throw new Malformed('mst', 'too-deep', 'a subtree below the lowest level')
      }
    }
    return level
  }

  #checkKeys(view: NodeView, level: number): void {
    const {count} = view
    if (count === 0) return
    if (
      (this.#low !== undefined && view.key(0) <= this.#low) ||
      (this.#high !== undefined && view.key(count - 1) >= this.#high)
    ) {
      throw new Malformed('mst', 'key-order', 'keys outside the range that the node above leaves them')
    }
    for (let i = 0; i < count; i++) {
      if (heightAt(view, i) !== level)
        throw new Malformed('mst', 'wrong-height', `${view.key(i)} is on a level not its own`)
    }
  }
}

/** The height of an entry's key; the entries before it must have been asked for. */
const heightAt = (view: NodeView, entry: number): number =>
  keyHeightOfBytes(keyScratch.subarray(0, view.copyKey(entry, keyScratch)))

const linkTo = (child: TreeNode | null): Uint8Array | null => child && placeholder
