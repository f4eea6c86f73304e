/**
 * A repository as its owner's server keeps it: writes in, and out comes all that must be stored and sent for them
 * (spec: repository; sync, "Commit events").
 */
import {assert} from '#std/assert.ts'
import type {Ok, Refused} from '#std/result.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import {cidOf, codecs} from '../data/cid.ts'
import type {Cid} from '../data/cid.ts'
import type {ValueMap} from '../data/value.ts'
import {BlockMap, MissingBlock} from '../mst/blocks.ts'
import type {Block, BlockSource} from '../mst/blocks.ts'
import {coveringNodes} from '../mst/proof.ts'
import type {TreeOp} from '../mst/tree-op.ts'
import {Tree} from '../mst/tree.ts'
import type {Did} from '../syntax/did.ts'
import type {Nsid} from '../syntax/nsid.ts'
import type {RecordKey} from '../syntax/record-key.ts'
import type {Tid} from '../syntax/tid.ts'
import {commitBlock, decodeCommit, repoVersion, signCommit} from './commit.ts'
import type {Commit, Signer} from './commit.ts'

/**
 * What shall be at a path. `create` demands that nothing is there, `update` and `delete` that something is; `put` and
 * `remove` demand nothing.
 */
export type RepoWrite =
  | {
      action: 'create' | 'update' | 'put'
      collection: Nsid
      rkey: RecordKey
      record: ValueMap
      /** The encoding of the record, from who has made it already. */
      bytes?: Uint8Array<ArrayBuffer>
    }
  | {action: 'delete' | 'remove'; collection: Nsid; rkey: RecordKey}

/** A commit that has been made and not yet stored. */
export interface RepoChange extends Ok {
  /** The repository after it. The one before stays as it was, for the case that storing fails. */
  repo: Repo
  commit: Block
  rev: Tid
  /** Revision of the commit before; null for the first. */
  since: Tid | null
  /** Root of the tree, and of the tree before; null for the first. */
  data: Cid
  prevData: Cid | null
  /** One for each write that changed something, in the order of the writes. */
  ops: TreeOp[]
  /** To be stored: the commit, new nodes in preorder, new records. */
  newBlocks: Block[]
  /**
   * No longer used by what the writes touched: the commit before, old nodes, old records. Nodes and commits have one
   * use only; a record may be at another path, too, which the store must see to.
   */
  oldCids: Cid[]
  /** For the firehose: the new blocks and all nodes that a follower needs to undo `ops`. */
  frameBlocks: Block[]
}

export interface WriteConflict extends Refused<'record-exists' | 'record-missing' | 'duplicate-path'> {
  path: string
}

export interface Signing {
  signer: Signer
  /** Above that of the commit before. */
  rev: Tid
}

export class Repo {
  readonly did: Did
  /** The commit's CID. */
  readonly root: Cid
  readonly commit: Commit
  readonly #tree: Tree

  private constructor(root: Cid, commit: Commit, tree: Tree) {
    this.did = commit.did
    this.root = root
    this.commit = commit
    this.#tree = tree
  }

  /**
   * The repository whose commit is `root`, in one's own store: whether its keys are in their places was checked when
   * it was put there (`verify.ts`). Nodes of the tree are read when they are needed, so any method may throw
   * `MissingBlock` or `Malformed('mst', …)`; the caller may then supply the block and call again.
   */
  static load(root: Cid, source: BlockSource): Repo {
    const block = source.get(root)
    if (!block) throw new MissingBlock(root)
    const commit = decodeCommit(block)
    return new Repo(root, commit, Tree.load(commit.data, source, {trustPlaces: true}))
  }

  /** A new repository with these records. */
  static create(did: Did, signing: Signing, writes: readonly RepoWrite[] = []): RepoChange | WriteConflict {
    return Repo.#make(did, undefined, Tree.empty(), writes, signing)
  }

  get rev(): Tid {
    return this.commit.rev
  }

  /** Root of the tree. */
  get data(): Cid {
    return this.commit.data
  }

  /** The CID of the record at `collection/rkey`. */
  get(path: string): Cid | undefined {
    return this.#tree.get(path)
  }

  /** Paths and CIDs in key order, from `from` on. */
  records(from?: string): Generator<[path: string, cid: Cid]> {
    return this.#tree.entries(from)
  }

  /** The nodes that show what is at these paths, or that nothing is: with the commit, a proof (`record-proof.ts`). */
  proofNodes(paths: Iterable<string>): BlockMap {
    return coveringNodes(this.#tree, paths)
  }

  /**
   * The commit that these writes make; all of them, or none. Each path may be written once. A write of what is there
   * already is left out of `ops`; without any writes left there is still a commit, as when the signing key changes.
   */
  apply(writes: readonly RepoWrite[], signing: Signing): RepoChange | WriteConflict {
    assert(signing.rev > this.rev, 'a revision is above the one before')
    return Repo.#make(this.did, this, this.#tree.fork(), writes, signing)
  }

  static #make(
    did: Did,
    before: Repo | undefined,
    tree: Tree,
    writes: readonly RepoWrite[],
    {signer, rev}: Signing,
  ): RepoChange | WriteConflict {
    const records = new BlockMap()
    const ops = applyWrites(tree, writes, records)
    if (!Array.isArray(ops)) return ops

    const data = tree.root()
    const {added, removed} = tree.changes()
    const commit = signCommit({did, version: repoVersion, data, rev, prev: null}, signer)
    const block = commitBlock(commit)
    const covering = coveringNodes(
      tree,
      ops.map(op => op.path),
    )
    for (const {cid} of added) covering.delete(cid)
    tree.saved()
    return {
      ok: true,
      repo: new Repo(block.cid, commit, tree),
      commit: block,
      rev,
      since: before?.rev ?? null,
      data,
      prevData: before?.data ?? null,
      ops,
      newBlocks: [block, ...added, ...records],
      oldCids: before ? [before.root, ...removed, ...replaced(ops, records)] : [],
      frameBlocks: [block, ...added, ...covering, ...records],
    }
  }
}

/** `collection/rkey` */
export const pathOf = ({collection, rkey}: Pick<RepoWrite, 'collection' | 'rkey'>): string => `${collection}/${rkey}`

/** The encoding of the record of a write. */
export const recordBytes = ({record, bytes}: Extract<RepoWrite, {record: unknown}>): Uint8Array<ArrayBuffer> =>
  bytes ?? encodeCbor(record)

/** Makes the writes in `tree`, which is good for nothing after a conflict, and puts the records' blocks into `records`. */
function applyWrites(tree: Tree, writes: readonly RepoWrite[], records: BlockMap): TreeOp[] | WriteConflict {
  const ops: TreeOp[] = []
  const paths = new Set<string>()
  for (const write of writes) {
    const {action} = write
    const path = pathOf(write)
    if (paths.has(path)) return {ok: false, reason: 'duplicate-path', path}
    paths.add(path)
    const bytes = 'record' in write ? recordBytes(write) : undefined
    const cid = bytes && cidOf(codecs.cbor, bytes)
    const prev = (cid ? tree.put(path, cid) : tree.remove(path)) ?? null
    if (action === 'create' && prev) return {ok: false, reason: 'record-exists', path}
    if ((action === 'update' || action === 'delete') && !prev) return {ok: false, reason: 'record-missing', path}
    if (!cid) {
      if (prev) ops.push({action: 'delete', path, cid: null, prev})
    } else {
      if (cid.equals(prev)) continue
      records.set(cid, bytes)
      ops.push({action: prev ? 'update' : 'create', path, cid, prev})
    }
  }
  return ops
}

function replaced(ops: readonly TreeOp[], records: BlockMap): Cid[] {
  const old = new Map<string, Cid>()
  for (const {prev} of ops) if (prev && !records.has(prev)) old.set(prev.key, prev)
  return [...old.values()]
}
