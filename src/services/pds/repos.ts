/**
 * The repositories of this server's accounts: writes come in and become commits. A commit is made on the newest state
 * in memory at once and then stored; the next writer of the same repository need not wait for the disk, since acts of
 * the store keep their order and share a sync. When storing fails, the state in memory is thrown away, so that every
 * commit made on top of the failed one fails as well, and nothing was acknowledged.
 */
import {assert} from '#std/assert.ts'
import type {World} from '#std/world.ts'
import {Keypair} from '#atp/crypto/key.ts'
import type {Cid} from '#atp/data/cid.ts'
import {BlockMap, MissingBlock, type Block} from '#atp/mst/blocks.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {commitBlock} from '#atp/repo/commit.ts'
import {Repo, type RepoChange, type RepoWrite, type WriteConflict} from '#atp/repo/repo.ts'
import {blocksSizeMax, opsMax} from '#atp/sync/event.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {TidClock, type Tid} from '#atp/syntax/tid.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {RepoCommit, RepoStore} from './repo-store.ts'
import {blobsOf, subjectOf} from './record-links.ts'

/** Repositories whose trees are held in memory, and commits after which one is read afresh, so that none grows big. */
const openMax = 2_000
const commitsMax = 500

export interface WriteOptions {
  /** The commit that the writer believes is the newest. */
  swapCommit?: Cid
  /** What the writer believes is at some paths; null for nothing. */
  swapRecords?: ReadonlyMap<string, Cid | null>
}

/** What became of a list of writes; all of it, or none. */
export type Written =
  | {ok: true; commit: {cid: Cid; rev: string} | undefined; cids: ReadonlyMap<string, Cid>}
  | {ok: false; reason: 'repo-missing' | 'stale' | 'too-many-writes' | 'too-big'}
  | WriteConflict

interface Open {
  repo: Repo
  readonly signer: Keypair
  readonly held: BlockMap
  commits: number
  /** Settles when the newest commit is stored, or is not. */
  stored: Promise<unknown>
}

export class Repos {
  readonly #store: RepoStore
  readonly #world: Pick<World, 'now'>
  readonly #clock: TidClock
  readonly #open: Lru<Did, Promise<Open | undefined>>
  /** Called after each commit is durable. */
  readonly #onCommit: () => void

  constructor(store: RepoStore, world: Pick<World, 'now'>, clockId: number, onCommit: () => void) {
    this.#store = store
    this.#world = world
    this.#clock = new TidClock(world, clockId)
    this.#open = new Lru({countMax: openMax, now: world.now})
    this.#onCommit = onCommit
  }

  /** A record key for a new record: no two are alike, and they sort by time. */
  newRecordKey(): string {
    return this.#clock.next()
  }

  /** A revision above `after` and above all that this server has given. */
  nextRev(after: Tid): Tid {
    return this.#clock.next(after)
  }

  /** To be called when another than this class has changed the repository in the store. */
  forget(did: Did): void {
    this.#open.delete(did)
  }

  /** Makes one commit of these writes. Resolved with `ok` means durable; the firehose has it. */
  async write(did: Did, writes: readonly RepoWrite[], options: WriteOptions = {}): Promise<Written> {
    if (writes.length > opsMax) return {ok: false, reason: 'too-many-writes'}
    const open = await this.#opened(did)
    if (!open) return {ok: false, reason: 'repo-missing'}
    let change = this.#apply(open, writes, options)
    while (change instanceof MissingBlock) {
      await this.#supply(open, change)
      change = this.#apply(open, writes, options)
    }
    // From here to the call of the store nothing awaits: the order of commits is the order of acts.
    if (!change.ok) return change
    if (change.ops.length === 0) return {ok: true, commit: undefined, cids: cidsOf(open.repo, writes)}
    const blocks = encodeCar([change.commit.cid], change.frameBlocks)
    if (blocks.length > blocksSizeMax) return {ok: false, reason: 'too-big'}

    const commit = this.#commitOf(did, open.repo.root, change, writes, blocks)
    open.repo = change.repo
    const stored = this.#store.commit(commit)
    open.commits++
    open.stored = stored
    let done = false
    try {
      done = (await stored) === 'done'
    } finally {
      if (!done) await this.#drop(did, open)
    }
    if (!done) return {ok: false, reason: 'stale'}
    this.#onCommit()
    return {ok: true, commit: {cid: change.commit.cid, rev: change.rev}, cids: cidsOf(change.repo, writes)}
  }

  /** The commit, the nodes that show what is at `path`, and the record if there is one. */
  async proof(did: Did, path: string): Promise<{root: Cid; blocks: Block[]} | undefined> {
    const open = await this.#opened(did)
    if (!open) return undefined
    for (;;) {
      const {repo} = open
      try {
        const cid = repo.get(path)
        const nodes = [...repo.proofNodes([path])]
        const record = cid ? await this.#store.blocks(did, [cid]) : []
        return {root: repo.root, blocks: [commitBlock(repo.commit), ...nodes, ...record]}
      } catch (error) {
        if (!(error instanceof MissingBlock)) throw error
        await this.#supply(open, error)
      }
    }
  }

  async #opened(did: Did): Promise<Open | undefined> {
    for (let open: Open | undefined; (open = await this.#openOrRead(did));) {
      if (open.commits < commitsMax) return open
      // What is in flight must be stored first: the store does not show it before.
      await open.stored.catch(() => {})
      await this.#drop(did, open)
    }
    return undefined
  }

  /** Forgets this state of the repository, unless a newer one has taken its place. */
  async #drop(did: Did, open: Open): Promise<void> {
    const known = this.#open.get(did)
    if ((await known) === open && this.#open.get(did) === known) this.#open.delete(did)
  }

  #openOrRead(did: Did): Promise<Open | undefined> {
    const known = this.#open.get(did)
    if (known) return known
    const opening = this.#read(did)
    this.#open.set(did, opening)
    // An account without a repository, or a failed read, is asked for again.
    opening.then(
      open => open ?? this.#open.delete(did),
      () => this.#open.delete(did),
    )
    return opening
  }

  async #read(did: Did): Promise<Open | undefined> {
    const [head, key] = await Promise.all([this.#store.head(did), this.#store.signingKey(did)])
    if (!head || !key) return undefined
    const held = new BlockMap()
    for (const {cid, bytes} of await this.#store.blocks(did, [head.root])) held.set(cid, bytes)
    return {
      repo: Repo.load(head.root, held),
      signer: Keypair.import('k256', key),
      held,
      commits: 0,
      stored: Promise.resolve(),
    }
  }

  /** Applies the writes to the newest state, or says which node of it is not in memory yet. */
  #apply(
    {repo, signer}: Open,
    writes: readonly RepoWrite[],
    {swapCommit, swapRecords}: WriteOptions,
  ): RepoChange | WriteConflict | {ok: false; reason: 'stale'} | MissingBlock {
    try {
      if (swapCommit && !swapCommit.equals(repo.root)) return {ok: false, reason: 'stale'}
      for (const [path, cid] of swapRecords ?? []) {
        const found = repo.get(path)
        if (cid === null ? found !== undefined : !cid.equals(found)) return {ok: false, reason: 'stale'}
      }
      return repo.apply(writes, {signer, rev: this.#clock.next(repo.rev)})
    } catch (error) {
      if (error instanceof MissingBlock) return error
      throw error
    }
  }

  async #supply(open: Open, {cid}: MissingBlock): Promise<void> {
    const [block] = await this.#store.blocks(open.repo.did, [cid])
    // A node that a commit of this moment has dropped is not missed: the next try starts from the newer state.
    if (block) open.held.set(cid, block.bytes)
    else assert(!(await this.#isCurrent(open)), `the store has every block of ${open.repo.did}`)
  }

  async #isCurrent({repo}: Open): Promise<boolean> {
    return repo.root.equals((await this.#store.head(repo.did))?.root)
  }

  #commitOf(
    did: Did,
    prev: Cid,
    {commit, data, rev, since, prevData, ops, newBlocks, oldCids}: RepoChange,
    writes: readonly RepoWrite[],
    blocks: Uint8Array,
  ): RepoCommit {
    const records = new Map(writes.map(write => [`${write.collection}/${write.rkey}`, write]))
    const bytesOf = new Map(newBlocks.map(block => [block.cid.key, block.bytes]))
    const put: RepoCommit['put'][number][] = []
    const recordCids = new Set<string>()
    for (const {path, cid, prev: before} of ops) {
      const write = records.get(path)
      if (!cid || !write || write.action === 'delete') continue
      recordCids.add(cid.key)
      const bytes = bytesOf.get(cid.key)
      assert(bytes, 'a commit holds the records it makes')
      put.push({
        path,
        cid,
        bytes,
        isNew: before === null,
        blobs: blobsOf(write.record),
        subject: subjectOf(write.collection, write.record),
      })
    }
    return {
      did,
      prev,
      head: {root: commit.cid, data, rev},
      newNodes: newBlocks.filter(block => !recordCids.has(block.cid.key)),
      oldNodes: oldCids,
      put,
      deleted: ops.filter(op => op.cid === null).map(op => op.path),
      event: {
        t: '#commit',
        did,
        time: datetimeOf(this.#world.now()),
        rev,
        since,
        commit: commit.cid,
        blocks,
        ops: ops.map(({action, path, cid, prev: before}) => ({action, path, cid, ...(before && {prev: before})})),
        ...(prevData && {prevData}),
      },
    }
  }
}

function cidsOf(repo: Repo, writes: readonly RepoWrite[]): ReadonlyMap<string, Cid> {
  const cids = new Map<string, Cid>()
  for (const {action, collection, rkey} of writes) {
    const path = `${collection}/${rkey}`
    const cid = action === 'delete' ? undefined : repo.get(path)
    if (cid) cids.set(path, cid)
  }
  return cids
}
