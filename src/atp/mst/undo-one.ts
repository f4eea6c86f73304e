/**
 * The quick way to undo a commit of one change, which nearly all commits are. Only a node or two come out with other
 * entries, and each node above differs in one link. So the nodes on the way are read into views that the next commit
 * uses again, and hashed one by one as they are written, with no object made for any of them: in half the time that
 * `Tree` takes.
 *
 * It answers only where it is sure. What is rarer (a deletion, a root that goes) and whatever is wrong with the input it
 * leaves to `Tree`, which does all and names each fault.
 */
import {copyBytes, copyOf, emptyBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {cryptoEngine} from '../crypto/engine.ts'
import {Cid, cidOf, cidSize, codecs} from '../data/cid.ts'
import type {BlockMap} from './blocks.ts'
import {isKey, keyBytes, keyHeightOfBytes, keySizeMax} from './height.ts'
import {NodeView, copy} from './node.ts'
import {NodeWriter} from './node-writer.ts'
import type {TreeOp} from './tree-op.ts'

/** Levels that are looked at; a tree of a billion records has some 16. */
const depthMax = 32
/** The nodes from the root down, and the link by which each leads on to the next. */
const views = Array.from({length: depthMax}, () => new NodeView())
const links = new Int32Array(depthMax)
/** Below the key, those that are joined: on its left, and on its right. */
const leftViews = Array.from({length: depthMax}, () => new NodeView())
const rightViews = Array.from({length: depthMax}, () => new NodeView())

const digestOffset = 4
const slash = 0x2f
/** The CID of the node written last. */
const written = cidOf(codecs.cbor, emptyBytes).bytes
const writer = new NodeWriter()
const keyScratch = new Uint8Array(keySizeMax)
let scratch = new Uint8Array(16 * 1024)

export interface Undone {
  /** Of the tree before. */
  readonly root: Cid
  /**
   * Whether a key of the same collection stands beside that of the op in its node, so that the op neither made nor took
   * away the collection. Where it does not, one may stand in another node.
   */
  readonly isBeside: boolean
}

/**
 * The tree before `op`, where `root` is that of the one after it; `undefined` when that takes `Tree`. `blocks` are
 * what their CIDs say. Of places in the tree it trusts what `TreeTrust` trusts.
 */
export function undoOne(root: Cid, blocks: BlockMap, {action, path, cid, prev}: TreeOp): Undone | undefined {
  if (!cid || (action === 'create' ? prev : action !== 'update' || !prev) || !isKey(path)) return undefined
  try {
    return undo(root, blocks, keyBytes(path), cid, prev ?? undefined)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  } finally {
    // Not to keep the frame in memory.
    forget(views)
    forget(leftViews)
    forget(rightViews)
  }
}

function forget(read: readonly NodeView[]): void {
  for (let i = 0; i < depthMax && read[i].block !== emptyBytes; i++) read[i].block = emptyBytes
}

function undo(root: Cid, blocks: BlockMap, key: Uint8Array, cid: Cid, prev: Cid | undefined): Undone | undefined {
  let depth = 0
  let entry = -1
  for (let from = root.bytes, at = 0; ;) {
    if (depth === depthMax || !readNode(views[depth], blocks, from, at)) return undefined
    const view = views[depth]
    entry = view.find(key)
    if (entry >= 0) break
    at = view.link(-1 - entry)
    from = view.block
    // Without a link on the key is not there; a root without keys only `Tree` may judge.
    if (at === 0 || (depth === 0 && view.count === 0)) return undefined
    links[depth++] = at
  }
  const view = views[depth]
  if (!hasAt(view.block, view.value(entry), cid.bytes)) return undefined
  const level = keyHeightOfBytes(views[0].firstKey) - depth
  if (level !== keyHeightOfBytes(key) || isTooDeep(view, level)) return undefined
  const isBeside = hasBeside(view, entry, key.indexOf(slash) + 1)
  let left: Left = 'node'
  if (prev) replaceCid(view.block, view.value(entry), prev.bytes)
  else left = depth === 0 && view.count === 1 ? 'unknown' : removeEntry(view, entry, level, blocks)
  // With a node that held nothing but this key goes the link to it.
  while (left === 'nothing' && depth > 0) {
    depth--
    left = removeLink(views[depth], links[depth])
  }
  if (left !== 'node') return undefined
  while (depth > 0) {
    depth--
    replaceCid(views[depth].block, links[depth], written)
  }
  return {root: new Cid(copyOf(written)), isBeside}
}

/** Whether the key before an entry, or the one after it, begins with the same `size` bytes. */
const hasBeside = (view: NodeView, entry: number, size: number): boolean =>
  view.shared(entry) >= size || (entry + 1 < view.count && view.shared(entry + 1) >= size)

/** Fills `view` with the node whose CID is at `at` in `from`; false when there is none, or none that may stand there. */
function readNode(view: NodeView, blocks: BlockMap, from: Uint8Array, at: number): boolean {
  const block = blocks.find(from, at)
  if (!block) return false
  view.read(block)
  return view.count > 0 || view.link(0) !== 0
}

/** Nothing is below the lowest level. */
function isTooDeep(view: NodeView, level: number): boolean {
  if (level > 0) return false
  for (let i = 0; i <= view.count; i++) if (view.link(i) !== 0) return true
  return false
}

function hasAt(block: Uint8Array, at: number, cid: Uint8Array): boolean {
  for (let i = 0; i < cidSize; i++) if (block[at + i] !== cid[i]) return false
  return true
}

/** What has become of a node: it is written, it is gone, or this is a case for `Tree`. */
type Left = 'node' | 'nothing' | 'unknown'

/** Writes the block with another CID at `at`. */
function replaceCid(block: Uint8Array, at: number, cid: Uint8Array): void {
  if (block.length > scratch.length) scratch = new Uint8Array(block.length * 2)
  copyBytes(block, 0, block.length, scratch, 0)
  copy(cid, 0, scratch, at, at + cidSize)
  hash(scratch.subarray(0, block.length))
}

function hash(block: Uint8Array): void {
  cryptoEngine.sha256Into(block, written, digestOffset)
}

function removeEntry(view: NodeView, entry: number, level: number, blocks: BlockMap): Left {
  const {count} = view
  const before = linkAt(view, entry)
  const after = linkAt(view, entry + 1)
  if (count === 1 && !before.from && !after.from) return 'nothing'
  const link = between(before, after, blocks, level - 1, 0)
  if (!link) return 'unknown'
  writeEntries(view, 0, entry, link)
  writeEntries(view, entry + 1, count, linkAt(view, count))
  finish(entry === 0 ? link : linkAt(view, 0))
  return 'node'
}

function removeLink(view: NodeView, link: number): Left {
  const {count} = view
  if (count === 0) return 'nothing'
  let index = 0
  while (view.link(index) !== link) index++
  writeEntries(view, 0, index, noLink)
  writeEntries(view, index, count, linkAt(view, count))
  finish(index === 0 ? noLink : linkAt(view, 0))
  return 'node'
}

/** Where a link's CID is, if there is a link. */
interface Link {
  from: Uint8Array | null
  at: number
}
const noLink: Link = {from: null, at: 0}
const linkAt = (view: NodeView, index: number): Link => {
  const at = view.link(index)
  return at === 0 ? noLink : {from: view.block, at}
}

/** The link to what two links led to, once no key is between them; `undefined` when that is a case for `Tree`. */
function between(left: Link, right: Link, blocks: BlockMap, level: number, depth: number): Link | undefined {
  if (!left.from) return right
  if (!right.from) return left
  if (depth === depthMax) return undefined
  const a = leftViews[depth]
  const b = rightViews[depth]
  if (!readNode(a, blocks, left.from, left.at) || !readNode(b, blocks, right.from, right.at)) return undefined
  if (isTooDeep(a, level) || isTooDeep(b, level)) return undefined
  const inner = between(linkAt(a, a.count), linkAt(b, 0), blocks, level - 1, depth + 1)
  if (!inner) return undefined
  writeEntries(a, 0, a.count, inner)
  writeEntries(b, 0, b.count, linkAt(b, b.count))
  // Read, because nothing has shown yet that the keys on the right are above those on the left.
  a.read(finish(a.count === 0 ? inner : linkAt(a, 0)))
  return {from: written, at: 0}
}

/** Writes entries of a node; after the last of them comes the link `last`. */
function writeEntries(view: NodeView, start: number, end: number, last: Link): void {
  const {block} = view
  for (let i = 0; i < end; i++) {
    const size = view.copyKey(i, keyScratch)
    if (i < start) continue
    const {from, at} = i + 1 === end ? last : linkAt(view, i + 1)
    writer.entry(keyScratch, size, block, view.value(i), from, at)
  }
}

function finish({from, at}: Link): Uint8Array {
  const block = writer.finish(from, at)
  hash(block)
  return block
}
