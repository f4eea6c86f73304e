/**
 * The newest nodes of a repository, kept in the row of its head and not in the table of nodes. Nearly every commit takes
 * the place of what the one before has made: the commit itself, the root of the tree, and the nodes on the way to its
 * newest key. In a table by CID each of those is on a page of its own, which is written when the node comes and again
 * when it goes, eight pages for a commit. Here they come and go with the row of the head, which is written anyway, and
 * only what outlives them moves on to the table.
 */
import {copyBytes, copyOf} from '#std/bytes.ts'
import {fromLatin1, writeLatin1} from '#std/text.ts'
import {Cid, cidSize} from '#atp/data/cid.ts'
import type {Block} from '#atp/mst/blocks.ts'
import type {Tid} from '#atp/syntax/tid.ts'

/** A commit or node, and the revision that it came with. */
export interface StoredNode extends Block {
  rev: Tid
}

/** Bytes: with these the row of the head is on one page. */
export const newestSizeMax = 3_950

/** An entry is the size of its block in two bytes, the revision, the CID, and the block. */
const revAt = 2
const cidAt = revAt + 13
const blockAt = cidAt + cidSize

const entryEnd = (newest: Uint8Array, at: number): number => at + blockAt + (newest[at] << 8) + newest[at + 1]

/** Where each entry begins: those of the last commit are first. */
function entriesOf(newest: Uint8Array): number[] {
  const entries: number[] = []
  for (let at = 0; at < newest.length; at = entryEnd(newest, at)) entries.push(at)
  return entries
}

/** The entry is a view of `newest`. */
const nodeAt = (newest: Uint8Array, at: number): StoredNode => ({
  rev: fromLatin1(newest, at + revAt, at + cidAt) as Tid,
  cid: new Cid(newest.subarray(at + cidAt, at + blockAt)),
  bytes: newest.subarray(at + blockAt, entryEnd(newest, at)),
})

function isOf(newest: Uint8Array, at: number, cid: Uint8Array): boolean {
  // From the end, where they differ.
  for (let i = cidSize - 1; i >= 0; i--) if (newest[at + cidAt + i] !== cid[i]) return false
  return true
}

/** The nodes in `newest`, as views of it. */
export const readNewest = (newest: Uint8Array): StoredNode[] => entriesOf(newest).map(at => nodeAt(newest, at))

/** The node that has this CID, in a buffer of its own, if it is in `newest`. */
export function findNewest(newest: Uint8Array, cid: Uint8Array): {rev: Tid; bytes: Uint8Array} | undefined {
  const at = entriesOf(newest).find(one => isOf(newest, one, cid))
  if (at === undefined) return undefined
  const {rev, bytes} = nodeAt(newest, at)
  return {rev, bytes: copyOf(bytes)}
}

/** What becomes of the nodes of a repository by a commit. */
export interface NodeChange {
  newest: Uint8Array
  /** To be written to the table. */
  settled: readonly StoredNode[]
  /** To be removed from the table, where they may be. */
  gone: readonly Cid[]
}

const scratch = new Uint8Array(newestSizeMax)

/** What `newest` becomes when `added` come at `rev` and `removed` go. What does not fit settles, the oldest before others. */
export function changeNewest(
  newest: Uint8Array,
  rev: Tid,
  added: readonly Block[],
  removed: readonly Cid[],
): NodeChange {
  const before = entriesOf(newest)
  const gone = removed.filter(({bytes}) => {
    const index = before.findIndex(at => isOf(newest, at, bytes))
    if (index >= 0) before.splice(index, 1)
    return index < 0
  })
  const settled: StoredNode[] = []
  let size = 0
  // A commit of many records brings more than fits: then its first stay here, which are itself and the top of the tree.
  for (const {cid, bytes} of added) {
    if (size + blockAt + bytes.length > newestSizeMax) settled.push({rev, cid, bytes})
    else {
      scratch[size] = bytes.length >> 8
      scratch[size + 1] = bytes.length
      writeLatin1(rev, scratch, size + revAt)
      copyBytes(cid.bytes, 0, cidSize, scratch, size + cidAt)
      copyBytes(bytes, 0, bytes.length, scratch, size + blockAt)
      size += blockAt + bytes.length
    }
  }
  for (const at of before) {
    const end = entryEnd(newest, at)
    if (size + end - at > newestSizeMax) settled.push(nodeAt(newest, at))
    else {
      copyBytes(newest, at, end, scratch, size)
      size += end - at
    }
  }
  return {newest: copyOf(scratch, 0, size), settled, gone}
}
