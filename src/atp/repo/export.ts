/**
 * Repositories on the way out, in preorder, so that whoever reads the stream can check it as it comes (spec:
 * repository, "Streamable CAR Block Ordering"): all of it, what is new since a revision, or one collection.
 */
import type {Cid} from '../data/cid.ts'
import {MissingBlock} from '../mst/blocks.ts'
import {TreeWalk, collectionRange} from '../mst/walk.ts'
import type {Tid} from '../syntax/tid.ts'
import {CarWriter} from './car-write.ts'
import {decodeCommit} from './commit.ts'

/** Where an export takes its blocks from. One that answers at once is not waited for. */
export interface ExportSource {
  /** The block; undefined when there is none; null when `since` is given and the block was stored by then. */
  get(cid: Cid, since?: Tid): Found | Promise<Found>
}
type Found = Uint8Array | null | undefined

export interface ExportOptions {
  /** Leaves out what a follower that has this revision has already. */
  since?: Tid
  /** Only the records of this collection, and the nodes that prove that there are no more. */
  collection?: string
}

/**
 * The repository under the commit `root`, as a CAR in chunks of about 64 KiB. Holds one node for each level of the
 * tree. Fails with `MissingBlock` when the source lacks a block, and with `Malformed` when one is not right.
 */
export async function* exportRepo(
  root: Cid,
  source: ExportSource,
  {since, collection}: ExportOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const commit = await source.get(root, since)
  if (commit === undefined) throw new MissingBlock(root)
  const writer = new CarWriter([root])
  if (commit === null) return yield writer.end() // the follower has all of it
  writer.add({cid: root, bytes: commit})

  const walk = new TreeWalk(
    decodeCommit(commit).data,
    collection === undefined ? undefined : collectionRange(collection),
  )
  while (walk.expects !== 'nothing') {
    const {cid} = walk
    const finding = source.get(cid, since)
    const bytes = finding instanceof Promise ? await finding : finding
    if (bytes === undefined) throw new MissingBlock(cid)
    if (bytes) writer.add({cid, bytes})
    if (walk.expects === 'record') walk.record()
    else if (bytes) walk.node(bytes)
    // What is under a node is no newer than the node.
    else walk.skip()
    for (let chunk; (chunk = writer.take());) yield chunk
  }
  yield writer.end()
}
