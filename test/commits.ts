/**
 * A repo that makes commit events, put together from the tree and the commit alone, so that a test can spoil any part
 * of one. What a server uses is `src/atp/repo/repo.ts`; this is the independent other side.
 */
import {Keypair} from '../src/atp/crypto/key.ts'
import {encodeCbor} from '../src/atp/data/cbor-encode.ts'
import {cidOf, codecs, type Cid} from '../src/atp/data/cid.ts'
import type {Value} from '../src/atp/data/value.ts'
import {BlockMap, type Block} from '../src/atp/mst/blocks.ts'
import {coveringNodes} from '../src/atp/mst/proof.ts'
import {Tree} from '../src/atp/mst/tree.ts'
import {encodeCar} from '../src/atp/repo/car-write.ts'
import {commitBlock, signCommit, type Commit} from '../src/atp/repo/commit.ts'
import {datetimeOf} from '../src/atp/syntax/datetime.ts'
import type {Did} from '../src/atp/syntax/did.ts'
import {tidOf, type Tid} from '../src/atp/syntax/tid.ts'
import type {CommitEvent, RepoOp, SyncEvent} from '../src/atp/sync/event.ts'

/** A key that is the same on each run. */
export const testKey = (number: number): Keypair => Keypair.import('k256', new Uint8Array(32).fill(number))

export const blockOf = (value: Value): Block => {
  const bytes = encodeCbor(value)
  return {cid: cidOf(codecs.cbor, bytes), bytes}
}

/** A commit event and what it was made of. */
export interface MadeCommit {
  event: CommitEvent
  commit: Commit
  blocks: BlockMap
}

/** Written values by path; null deletes. */
export type Writes = Record<string, Value>

export class TestRepo {
  readonly did: Did
  readonly key: Keypair
  /** Milliseconds since 1970: the time of the next commit, which each commit moves on by a second. */
  nowMs: number
  seq = 0
  rev: Tid | null = null
  readonly #tree = Tree.empty()
  #before: Cid | undefined

  constructor(did: string, key: Keypair, nowMs: number) {
    this.did = did as Did
    this.key = key
    this.nowMs = nowMs
  }

  write(writes: Writes): MadeCommit {
    const blocks = new BlockMap()
    const ops: RepoOp[] = []
    for (const [path, value] of Object.entries(writes)) {
      const prev = this.#tree.get(path)
      const record = value === null ? undefined : blockOf(value)
      if (record) {
        blocks.set(record.cid, record.bytes)
        this.#tree.put(path, record.cid)
      } else this.#tree.remove(path)
      const action = !record ? 'delete' : prev ? 'update' : 'create'
      ops.push({action, path, cid: record?.cid ?? null, ...(prev ? {prev} : {})})
    }
    const data = this.#tree.root()
    for (const node of this.#tree.changes().added) blocks.set(node.cid, node.bytes)
    for (const node of coveringNodes(this.#tree, Object.keys(writes))) blocks.set(node.cid, node.bytes)
    this.#tree.saved()

    this.nowMs += 1000
    const since = this.rev
    const rev = tidOf(this.nowMs * 1000, 0)
    const commit = signCommit({did: this.did, version: 3, data, rev, prev: null}, this.key)
    const {cid, bytes} = commitBlock(commit)
    blocks.set(cid, bytes)
    const event: CommitEvent = {
      t: '#commit',
      seq: ++this.seq,
      did: this.did,
      time: datetimeOf(this.nowMs),
      rev,
      since,
      commit: cid,
      blocks: encodeCar([cid], blocks),
      ops,
      ...(this.#before ? {prevData: this.#before} : {}),
    }
    this.rev = rev
    this.#before = data
    return {event, commit, blocks}
  }

  /** A `#sync` event for a commit of this repo. */
  sync({commit}: Pick<MadeCommit, 'commit'>): SyncEvent {
    const block = commitBlock(commit)
    return {
      t: '#sync',
      seq: ++this.seq,
      did: commit.did,
      time: datetimeOf(this.nowMs),
      rev: commit.rev,
      blocks: encodeCar([block.cid], [block]),
    }
  }
}
