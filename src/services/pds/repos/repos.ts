/**
 * The repositories of this server's accounts: writes come in and become commits. What a write does is decided here, on
 * the newest state, which is in memory: a commit is made of it at once and then stored, and the next writer of the same
 * repository need not wait for the disk, since acts of the store keep their order and share a sync. When storing fails,
 * the state in memory is thrown away; nothing that stood on it was acknowledged, and it is made anew on what is stored.
 */
import {assert} from '#std/assert.ts'
import type {World} from '#std/world.ts'
import type {Refused, Result} from '#std/result.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {blobUsesOf, type BlobUse} from '#atp/data/blob-uses.ts'
import type {Cid} from '#atp/data/cid.ts'
import {BlockMap, MissingBlock, type Block} from '#atp/mst/blocks.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {commitBlock} from '#atp/repo/commit.ts'
import {pathOf, Repo, type RepoChange, type RepoWrite, type WriteConflict} from '#atp/repo/repo.ts'
import {blocksSizeMax, opsMax} from '#atp/sync/event.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {TidClock, type Tid} from '#atp/syntax/tid.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {RefusedBlob, BlobRowStore} from '../store/repos/blob-row-store.ts'
import type {KeyStore} from '../store/accounts/key-store.ts'
import {cidsOf, linkOf, onePerSubject, recordCid, type Effective} from './one-per-subject.ts'
import {RecentLinks} from './recent-links.ts'
import type {Committed, RepoCommit, RepoStore} from '../store/repos/repo-store.ts'
import {subjectOf} from './record-links.ts'
import {Refusal} from '../refusal.ts'

/** Repositories whose trees are held in memory, and commits after which one is read afresh, so that none grows big. */
const openMax = 2_000
const commitsMax = 500
/** How often writes are made anew because what they stood on was not stored. */
const triesMax = 5

export interface WriteOptions {
  /** The commit that the writer believes is the newest. */
  swapCommit?: Cid
  /** What the writer believes is at some paths; null for nothing. */
  swapRecords?: ReadonlyMap<string, Cid | null>
  /** Whether a like, repost, follow or block takes the place of all others of the account about the same subject. */
  onePerSubject?: boolean
}

/** What became of a list of writes; all of it, or none. */
export type Written = Result<
  {commit: {cid: Cid; rev: string} | undefined; cids: ReadonlyMap<string, Cid>},
  Refused<'repo-missing' | 'stale' | 'too-many-writes' | 'too-big'> | WriteConflict | RefusedBlob
>

interface Open {
  repo: Repo
  readonly signer: Keypair
  readonly held: BlockMap
  readonly recent: RecentLinks
  commits: number
  /** Settles when the newest commit is stored, or is not. */
  stored: Promise<unknown>
  /** Why a commit was not stored, after which no other on top of it is. */
  fault?: unknown
}

const tooBusy = (): Refusal => new Refusal('repo-busy', 'Too much is being written to this repository; try again.')

/** What comes of applying writes; without a commit when there is nothing to do. */
type Applied = Result<RepoChange | {repo: Repo}, WriteConflict | Refused<'stale'>>

export class Repos {
  readonly #store: RepoStore
  readonly #keys: Pick<KeyStore, 'signingKey'>
  readonly #blobs: Pick<BlobRowStore, 'fault'>
  readonly #world: Pick<World, 'now'>
  readonly #clock: TidClock
  readonly #open: Lru<Did, Promise<Open | undefined>>
  /** Called after each commit is durable, with the blobs whose bytes must follow. */
  readonly #onCommit: (did: Did, unsettled: readonly Cid[]) => void

  constructor(
    store: RepoStore,
    keys: Pick<KeyStore, 'signingKey'>,
    blobs: Pick<BlobRowStore, 'fault'>,
    world: Pick<World, 'now'>,
    clockId: number,
    onCommit: (did: Did, unsettled: readonly Cid[]) => void,
  ) {
    this.#store = store
    this.#keys = keys
    this.#blobs = blobs
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

  /**
   * Makes one commit of these writes. Resolved with `ok` means durable; the firehose has it. Without a commit, all was
   * as the writes would have it; then it is no matter what the writer believed was there.
   */
  async write(did: Did, writes: readonly RepoWrite[], options: WriteOptions = {}): Promise<Written> {
    if (writes.length > opsMax) return {ok: false, reason: 'too-many-writes'}
    const path = writes.length > 1 ? repeatedPath(writes) : undefined
    if (path !== undefined) return {ok: false, reason: 'duplicate-path', path}
    const uses = new Map<string, readonly BlobUse[]>()
    for (const write of writes) if ('record' in write) uses.set(pathOf(write), blobUsesOf(write.record))
    for (let tries = 1; ; tries++) {
      const open = await this.#opened(did)
      if (!open) return {ok: false, reason: 'repo-missing'}
      const written = await this.#write(did, open, writes, uses, options)
      if (written !== 'not-stored') return written
      if (tries < triesMax) continue
      throw open.fault ?? tooBusy()
    }
  }

  async #write(
    did: Did,
    open: Open,
    wanted: readonly RepoWrite[],
    uses: ReadonlyMap<string, readonly BlobUse[]>,
    options: WriteOptions,
  ): Promise<Written | 'not-stored'> {
    using look = open.recent.look()
    // The store looks at blobs again as it commits; a commit that it must refuse would hold up those on top of it.
    for (const [path, blobs] of uses) {
      const fault = blobs.length > 0 ? await this.#blobs.fault(did, path, blobs) : undefined
      if (fault) return {ok: false, ...fault}
    }
    const about = options.onePerSubject ? await this.#about(did, wanted) : undefined
    const attempt = (): [Effective, Applied | MissingBlock] => {
      const effective = about ? onePerSubject(wanted, about, open.recent) : {writes: wanted, superseded: []}
      return [effective, this.#apply(open, effective, options)]
    }
    let [effective, change] = attempt()
    while (change instanceof MissingBlock) {
      if (!(await this.#supplied(did, open, change))) return 'not-stored'
      ;[effective, change] = attempt()
    }
    // From here to the call of the store nothing awaits: the order of commits is the order of acts.
    if (!change.ok) return change
    const cids = cidsOf(change, effective)
    if (!('commit' in change) || change.ops.length === 0) return {ok: true, commit: undefined, cids}
    const blocks = encodeCar([change.commit.cid], change.frameBlocks)
    if (blocks.length > blocksSizeMax) return {ok: false, reason: 'too-big'}

    const commit = this.#commitOf(did, open.repo.root, change, effective.writes, uses, blocks)
    open.repo = change.repo
    const stored = this.#store.commit(commit)
    const shown = open.recent.add(effective.writes)
    look[Symbol.dispose]()
    open.commits++
    open.stored = stored
    let committed: Committed
    try {
      committed = await stored
    } catch (error) {
      open.fault = error
      await this.#drop(did, open)
      throw error
    }
    if (!committed.ok) {
      await this.#drop(did, open)
      return committed.reason === 'stale' ? 'not-stored' : committed
    }
    shown()
    this.#onCommit(did, committed.unsettled)
    return {ok: true, commit: {cid: change.commit.cid, rev: change.rev}, cids}
  }

  /** The commit, the nodes that show what is at `path`, and the record if there is one. */
  async proof(did: Did, path: string): Promise<{root: Cid; blocks: Block[]} | undefined> {
    for (let tries = 1; tries <= triesMax; tries++) {
      const open = await this.#opened(did)
      if (!open) return undefined
      for (let missing: MissingBlock | undefined; !missing || (await this.#supplied(did, open, missing));) {
        const {repo} = open
        try {
          const cid = repo.get(path)
          const nodes = [...repo.proofNodes([path])]
          const record = cid ? await this.#store.blocks(did, [cid]) : []
          return {root: repo.root, blocks: [commitBlock(repo.commit), ...nodes, ...record]}
        } catch (error) {
          if (!(error instanceof MissingBlock)) throw error
          missing = error
        }
      }
    }
    throw tooBusy()
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

  async #read(did: Did, tries = 1): Promise<Open | undefined> {
    // The key after the head: where another takes its place between the two, the head is the older one, and what is built
    // on that is refused as stale, never signed by a key that is not the account's any more.
    const head = await this.#store.head(did)
    const key = head && (await this.#keys.signingKey(did))
    if (!head || !key) return undefined
    const held = new BlockMap()
    for (const {cid, bytes} of await this.#store.blocks(did, [head.root])) held.set(cid, bytes)
    // Gone since, with the key or by an import.
    if (held.size === 0 && tries < triesMax) return this.#read(did, tries + 1)
    return {
      repo: Repo.load(head.root, held),
      signer: Keypair.import('k256', key),
      held,
      recent: new RecentLinks(),
      commits: 0,
      stored: Promise.resolve(),
    }
  }

  /** Paths that the store shows to be about what these writes are about, by collection and subject. */
  async #about(did: Did, writes: readonly RepoWrite[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const about = new Map<string, readonly string[]>()
    for (const write of writes) {
      const link = linkOf(write)
      if (link && !about.has(link.key)) {
        about.set(link.key, await this.#store.about(did, write.collection, link.subject))
      }
    }
    return about
  }

  /** Applies the writes to the newest state, or says which node of it is not in memory yet. */
  #apply(
    {repo, signer}: Open,
    {writes, superseded}: Effective,
    {swapCommit, swapRecords}: WriteOptions,
  ): Applied | MissingBlock {
    try {
      if (swapCommit || swapRecords) {
        // A create that a later write makes void still demands that nothing is there.
        const isDemanding = superseded.some(({action}) => action === 'create')
        if (!isDemanding && writes.every(write => isDone(repo, write))) return {ok: true, repo}
        if (swapCommit && !swapCommit.equals(repo.root)) return {ok: false, reason: 'stale'}
        for (const [path, cid] of swapRecords ?? []) {
          const found = repo.get(path)
          if (cid === null ? found !== undefined : !cid.equals(found)) return {ok: false, reason: 'stale'}
        }
      }
      for (const write of superseded) {
        const path = pathOf(write)
        if (write.action === 'create' && repo.get(path)) return {ok: false, reason: 'record-exists', path}
      }
      return repo.apply(writes, {signer, rev: this.#clock.next(repo.rev)})
    } catch (error) {
      if (error instanceof MissingBlock) return error
      throw error
    }
  }

  /**
   * Fetches a node that was missing. False when this state is over, since another than this class has changed the
   * repository in the store: then it is forgotten, and the same try again would find the same node missing.
   */
  async #supplied(did: Did, open: Open, {cid}: MissingBlock): Promise<boolean> {
    const {repo} = open
    const [block] = await this.#store.blocks(did, [cid])
    if (block) open.held.set(cid, block.bytes)
    // A node that a commit of this moment has dropped is not missed: the next try starts from the newer state.
    if (block || open.repo !== repo) return true
    assert(!(await this.#isCurrent(open)), `the store has every block of ${did}`)
    await this.#drop(did, open)
    return false
  }

  async #isCurrent({repo}: Open): Promise<boolean> {
    return repo.root.equals((await this.#store.head(repo.did))?.root)
  }

  #commitOf(
    did: Did,
    prev: Cid,
    {commit, data, rev, since, prevData, ops, newBlocks, oldCids}: RepoChange,
    writes: readonly RepoWrite[],
    uses: ReadonlyMap<string, readonly BlobUse[]>,
    blocks: Uint8Array,
  ): RepoCommit {
    const records = new Map(writes.map(write => [pathOf(write), write]))
    const bytesOf = new Map(newBlocks.map(block => [block.cid.key, block.bytes]))
    const put: RepoCommit['put'][number][] = []
    const recordCids = new Set<string>()
    for (const {path, cid, prev: before} of ops) {
      const write = records.get(path)
      if (!cid || !write || !('record' in write)) continue
      recordCids.add(cid.key)
      const bytes = bytesOf.get(cid.key)
      assert(bytes, 'a commit holds the records it makes')
      put.push({
        path,
        cid,
        bytes,
        isNew: before === null,
        blobs: uses.get(path) ?? [],
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

function repeatedPath(writes: readonly RepoWrite[]): string | undefined {
  const paths = new Set<string>()
  return writes.map(pathOf).find(path => paths.size === paths.add(path).size)
}

/** Whether a write that demands nothing would change nothing. */
function isDone(repo: Repo, write: RepoWrite): boolean {
  if (write.action === 'remove') return repo.get(pathOf(write)) === undefined
  return write.action === 'put' && recordCid(write).equals(repo.get(pathOf(write)))
}
