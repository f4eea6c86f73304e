/**
 * The keys on either side of a path, where the nodes at hand show them. Servers send with each change the nodes that do
 * (`coveringNodes`), so a follower of commits learns by them what else stands near: whether a record is the first of its
 * collection, say.
 */
import {Malformed} from '#std/malformed.ts'
import type {Cid} from '../data/cid.ts'
import type {BlockMap} from './blocks.ts'
import {keyBytes} from './height.ts'
import {NodeView} from './node.ts'

/** The key beside a path, null when none is on that side, and `undefined` when the nodes do not show it. */
export type Neighbour = string | null | undefined

export interface Neighbours {
  readonly left: Neighbour
  readonly right: Neighbour
}

/** Levels that are looked at; a tree of a billion records has some 16. */
const depthMax = 32
const unknown: Neighbours = {left: undefined, right: undefined}

/** Of `path`, be it in the tree under `root` or not. `blocks` are what their CIDs say. */
export function neighbours(root: Cid, blocks: BlockMap, path: string): Neighbours {
  try {
    return find(root, blocks, keyBytes(path))
  } catch (error) {
    if (error instanceof Malformed) return unknown
    throw error
  }
}

function find(root: Cid, blocks: BlockMap, key: Uint8Array): Neighbours {
  let left: Neighbour = null
  let right: Neighbour = null
  let {bytes: from} = root
  let at = 0
  for (let depth = 0; depth < depthMax; depth++) {
    const view = nodeAt(blocks, from, at)
    if (!view) return unknown
    const found = view.find(key)
    const before = found < 0 ? -1 - found : found
    const after = found < 0 ? before : found + 1
    if (before > 0) left = view.key(before - 1)
    if (after < view.count) right = view.key(after)
    if (found >= 0) {
      return {
        left: view.link(before) === 0 ? left : edge(blocks, view, view.link(before), 'last'),
        right: view.link(after) === 0 ? right : edge(blocks, view, view.link(after), 'first'),
      }
    }
    at = view.link(before)
    from = view.block
    if (at === 0) return {left, right}
  }
  return unknown
}

/** The first or last key of the subtree whose link is at `link`. */
function edge(blocks: BlockMap, of: NodeView, link: number, side: 'first' | 'last'): Neighbour {
  let from = of.block
  let at = link
  for (let depth = 0; depth < depthMax; depth++) {
    const view = nodeAt(blocks, from, at)
    if (!view) return undefined
    at = view.link(side === 'first' ? 0 : view.count)
    from = view.block
    if (at === 0) return view.count === 0 ? undefined : view.key(side === 'first' ? 0 : view.count - 1)
  }
  return undefined
}

function nodeAt(blocks: BlockMap, from: Uint8Array, at: number): NodeView | undefined {
  const block = blocks.find(from, at)
  if (!block) return undefined
  const view = new NodeView()
  view.read(block)
  return view
}
