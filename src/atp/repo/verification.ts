/** One repository in the course of its check: what the checker was asked, and what it has found so far. */
import {copyOf} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import type {Explained, Ok} from '#std/result.ts'
import type {PublicKey} from '../crypto/key.ts'
import type {Cid} from '../data/cid.ts'
import type {Value} from '../data/value.ts'
import {TreeWalk, collectionRange} from '../mst/walk.ts'
import type {Did} from '../syntax/did.ts'
import type {Tid} from '../syntax/tid.ts'
import {decodeCommit, verifyCommitSignature} from './commit.ts'
import type {Commit} from './commit.ts'

export interface RepoRecord {
  /** `collection/rkey` */
  path: string
  /** May be a view of a large buffer: keep `cid.detached()`. */
  cid: Cid
  /** A view, too: copy what is to be kept. */
  bytes: Uint8Array
  /** What `decode` made of the bytes. */
  value: Value | undefined
}

export interface VerifyProgress {
  /** `reading` counts bytes; `walking`, the second look at blocks in another order than preorder, counts blocks. */
  phase: 'reading' | 'walking'
  done: number
  /** Unknown for a stream. */
  total: number | undefined
}

export interface VerifyOptions {
  /** Whose signature the commit must bear. Without it, signatures are not checked. */
  key?: PublicKey
  /** Whose repository it must be. */
  did?: Did
  /** Refuses records of which this throws `Malformed`: `decodeCbor`, or `decodeCborLenient`. */
  decode?: (bytes: Uint8Array) => Value
  /** Takes the records, in key order. One that returns a promise is waited for. */
  onRecord?: (record: RepoRecord) => void | Promise<void>
  /** Called about every 256 KiB, or 1,024 blocks; for a buffer, when it has been read. */
  onProgress?: (progress: VerifyProgress) => void
  /** The CAR need only have the records of this collection, and the nodes that prove that there are no more. */
  collection?: string
  /** Bytes of blocks that a stream may bring before their turn. Default 128 MiB. */
  heldMax?: number
  /** Where those go that are more than that; without it they are refused. */
  spill?: Spill
  /** Bytes of one block. Default 2 MiB. */
  blockSizeMax?: number
}

/** Room for blocks that memory has none for, such as a file. */
export interface Spill {
  /** Puts bytes at its end. Gives where they begin. */
  append(bytes: Uint8Array): number
  /** `size` bytes from `offset` on, which are the caller's to keep; where `into` is given, they are put there. */
  read(offset: number, size: number, into?: Uint8Array): Uint8Array
  /** Resolves once all else has had its turn: millions of blocks take seconds to sort. */
  turn(): Promise<void>
}

export interface VerifiedRepo extends Ok {
  did: Did
  rev: Tid
  /** Root of the tree. */
  data: Cid
  commit: Commit
  /** The commit's CID. */
  root: Cid
  recordCount: number
  nodeCount: number
  blockCount: number
  /** Blocks that the repository does not use, or that are there once more than it does. They are no fault. */
  spareCount: number
  /** Whether the blocks came in preorder. */
  isPreorder: boolean
}

/** `reason` is one of those below, or what a parser said, after its name: `car-truncated`, `mst-key-order`, … */
export type RefusedRepo = Explained<
  'no-root' | 'missing-block' | 'wrong-did' | 'bad-signature' | 'bad-record' | 'held-too-much' | (string & {})
>

/** Carries a refusal out of the depths of a check; `verifyRepo` turns it into the value. */
export class Refusal extends Error {
  readonly reason: RefusedRepo['reason']

  constructor(reason: RefusedRepo['reason'], detail: string) {
    super(detail)
    this.reason = reason
  }
}

/** Given the commit first, then each block that the walk asks for, it checks all that can be checked of them. */
export class Verification {
  readonly options: VerifyOptions
  /** Undefined until the commit is there. */
  walk: TreeWalk | undefined
  /** Blocks that came just when they were needed. */
  inTurnCount = 0
  #head: {root: Cid; commit: Commit} | undefined
  #recordCount = 0
  #nodeCount = 0

  constructor(options: VerifyOptions) {
    this.options = options
  }

  get isDone(): boolean {
    return this.walk?.expects === 'nothing'
  }

  begin(root: Cid, block: Uint8Array): void {
    const {did, key, collection} = this.options
    // A copy: the commit is part of the result, which should not keep a chunk in memory.
    const commit = decodeCommit(copyOf(block))
    if (did !== undefined && commit.did !== did) throw new Refusal('wrong-did', `the repository is of ${commit.did}`)
    if (key && !verifyCommitSignature(commit, key)) {
      throw new Refusal('bad-signature', 'the commit is not signed by the key given')
    }
    this.#head = {root: root.detached(), commit}
    this.walk = new TreeWalk(commit.data, collection === undefined ? undefined : collectionRange(collection))
  }

  /** Takes the block that the walk expects. */
  take(walk: TreeWalk, block: Uint8Array): void | Promise<void> {
    if (walk.expects === 'node') {
      this.#nodeCount++
      walk.node(block)
      return
    }
    const {decode, onRecord} = this.options
    const value = decode && decodeRecord(decode, walk, block)
    const pending = onRecord?.({path: walk.path, cid: walk.cid, bytes: block, value})
    this.pass(walk)
    return pending
  }

  /** Goes past a record that is known to be there and right. */
  pass(walk: TreeWalk): void {
    this.#recordCount++
    walk.record()
  }

  result(blockCount: number, usedCount: number, isPreorder: boolean): VerifiedRepo {
    if (!this.#head) throw new Refusal('no-root', 'the CAR names no commit, or does not have it')
    const {root, commit} = this.#head
    const {did, rev, data} = commit
    return {
      ok: true,
      did,
      rev,
      data,
      commit,
      root,
      recordCount: this.#recordCount,
      nodeCount: this.#nodeCount,
      blockCount,
      spareCount: blockCount - usedCount,
      isPreorder,
    }
  }
}

function decodeRecord(decode: (bytes: Uint8Array) => Value, walk: TreeWalk, block: Uint8Array): Value {
  try {
    return decode(block)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new Refusal('bad-record', `${walk.path}: ${error.message}`)
  }
}

export function decodes(decode: (bytes: Uint8Array) => Value, block: Uint8Array): boolean {
  try {
    decode(block)
    return true
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return false
  }
}
