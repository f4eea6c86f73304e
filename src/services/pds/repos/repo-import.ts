/**
 * A whole repository from elsewhere in the place of an account's own. The CAR is checked as it comes and written to a
 * second tree, some hundred blocks an act, so that its size is no matter of memory; the repository that serves is not
 * touched until all of it is there and right. Then one act puts the new tree in its place, under a commit that this
 * server signs. What the CAR leaves out may be in the repository already: then it is an export `since` some revision.
 *
 * Blocks in preorder, as exports of this server are, go straight to their places. Those that come before their turn
 * (the official PDS sorts by revision and CID) wait in the spool of the import.
 */
import {Malformed} from '#std/malformed.ts'
import {unlessFull} from '#std/out-of-space.ts'
import {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {blobUsesOf} from '#atp/data/blob-uses.ts'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import type {Cid} from '#atp/data/cid.ts'
import {isMap} from '#atp/data/value.ts'
import {BlockMap, MissingBlock, type Block} from '#atp/mst/blocks.ts'
import {TreeWalk} from '#atp/mst/walk.ts'
import {CarParser} from '#atp/repo/car-read.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {CidIndex} from '#atp/repo/cid-index.ts'
import {commitBlock, decodeCommit, repoVersion, signCommit} from '#atp/repo/commit.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import {tidMicros, type Tid} from '#atp/syntax/tid.ts'
import {YoungHeap} from '#engines/young-heap.ts'
import type {Blobs} from '../blobs/blobs.ts'
import type {ImportPlace, ImportStore} from '../store/repos/import-store.ts'
import {subjectOf} from './record-links.ts'
import type {KeyStore} from '../store/accounts/key-store.ts'
import type {RepoCommit, RepoStore} from '../store/repos/repo-store.ts'
import type {Repos} from './repos.ts'
import {Refusal} from '../refusal.ts'

/** Blocks, and bytes of them, that are written in one act. */
const batchCountMax = 500
const batchSizeMax = 512 * 1024
/** Imports at once: each may hold some megabytes. Whoever comes beyond that is told so at once. */
const importPlaces = {max: 8, waitingMax: 0} as const
/** Bytes of blocks taken until their garbage is looked for: it is some ten times as much. */
const garbageMax = 2 ** 19
/** How far in the future the revision of what is imported may lie. */
const futureMaxMs = 5 * 60_000

interface Parts {
  imports: ImportStore
  store: Pick<RepoStore, 'head' | 'blocks'>
  keys: Pick<KeyStore, 'signingKey'>
  repos: Pick<Repos, 'nextRev' | 'forget'>
  blobs: Pick<Blobs, 'settleAll'>
  world: Pick<World, 'now'>
  /** Called after an event is durable. */
  onEvent: () => void
}

export class RepoImports {
  readonly #parts: Parts
  readonly #places = new Places(importPlaces)

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Takes in the repository in this CAR, whoever's it was. Throws `Refusal`, after which all is as it was, or
   * `Overloaded`. Resolved means durable.
   */
  async run(did: Did, car: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#places.with(did, () => this.#run(did, car))
  }

  /** Removes what imports replaced or left, and what deleted accounts had. */
  async sweep(): Promise<void> {
    const {imports} = this.#parts
    for (const tree of await imports.strays()) while (await imports.removeSome(tree));
  }

  async #run(did: Did, car: AsyncIterable<Uint8Array>): Promise<void> {
    const {imports, store, keys, world} = this.#parts
    // The key after the head, as everywhere: with another key comes another head, and the import is stale.
    const before = await store.head(did)
    const key = before && (await keys.signingKey(did))
    if (!before || !key) throw new Refusal('repo-missing', 'This account has no repository here.')
    using heap = new YoungHeap(garbageMax)
    const place = await imports.begin()
    try {
      const filling = new Filling(this.#parts, did, place, heap, imported => this.#revAfter(before.rev, imported))
      const {data, rev} = await filling.read(car)
      const signer = Keypair.import('k256', key)
      const commit = commitBlock(signCommit({did, version: repoVersion, data, rev, prev: null}, signer))
      const outcome = await imports.adopt({
        did,
        tree: place.tree,
        prev: before.root,
        head: {root: commit.cid, data, rev},
        commit,
        event: {t: '#sync', did, time: datetimeOf(world.now()), rev, blocks: encodeCar([commit.cid], [commit])},
      })
      if (outcome === 'stale') throw new Refusal('stale', 'The repository was written to during the import.')
      this.#parts.repos.forget(did)
      this.#parts.onEvent()
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      throw new Refusal('bad-repo', `Invalid repository: ${error.format}-${error.reason}: ${error.message}`)
    } finally {
      await imports.end(place)
      // What finds no room to be swept is swept later.
      await unlessFull(() => this.sweep())
      this.#parts.blobs.settleAll()
    }
  }

  /** A revision above that of the repository here and of what is imported, which followers may know already. */
  #revAfter(here: Tid, imported: Tid): Tid {
    const {repos, world} = this.#parts
    if (tidMicros(imported) > (world.now() + futureMaxMs) * 1000) {
      throw new Malformed('repo', 'rev-in-future', `revision ${imported} lies in the future`)
    }
    return repos.nextRev(imported > here ? imported : here)
  }
}

/** One import while its blocks come in. */
class Filling {
  readonly #parts: Parts
  readonly #did: Did
  readonly #place: ImportPlace
  readonly #heap: YoungHeap
  readonly #revAfter: (imported: Tid) => Tid
  readonly #parser = new CarParser()
  /** All blocks that came. */
  readonly #seen = new CidIndex()
  /** Undefined until the commit has come, which tells the tree and the revision. */
  #head: {walk: TreeWalk; data: Cid; rev: Tid} | undefined
  /** What the repository here was asked for in vain. */
  #notHere: Cid | undefined
  #nodes: Block[] = []
  #records: RepoCommit['put'][number][] = []
  #early: Block[] = []
  /** All blocks of the batch under way. */
  #batch = new BlockMap()
  #batchSize = 0

  constructor(parts: Parts, did: Did, place: ImportPlace, heap: YoungHeap, revAfter: (imported: Tid) => Tid) {
    this.#parts = parts
    this.#did = did
    this.#place = place
    this.#heap = heap
    this.#revAfter = revAfter
  }

  /** Reads the CAR to its end and writes all of it. Throws `Malformed`, or what the stream throws. */
  async read(car: AsyncIterable<Uint8Array>): Promise<{data: Cid; rev: Tid}> {
    const parser = this.#parser
    for await (const chunk of car) {
      parser.push(chunk)
      while (parser.next()) {
        await this.#take({cid: parser.cid, bytes: parser.checkedBlock()})
        if (this.#batch.size >= batchCountMax || this.#batchSize >= batchSizeMax) await this.#flush()
      }
    }
    parser.finish()
    const head = this.#head
    if (!head) throw new Malformed('repo', 'no-root', 'the CAR names no commit, or does not have it')
    await this.#catchUp(head.walk)
    if (head.walk.expects !== 'nothing') throw new MissingBlock(head.walk.cid)
    await this.#flush()
    return head
  }

  /** Takes the parser's current block. */
  async #take(block: Block): Promise<void> {
    const {window, cidStart, roots} = this.#parser
    if (!this.#seen.add(window, cidStart, 0, 0)) return
    const head = this.#head
    if (!head && block.cid.equals(roots?.[0])) return this.#begin(block)
    if (head && !head.walk.isAt(window, cidStart)) await this.#catchUp(head.walk)
    if (head?.walk.isAt(window, cidStart)) this.#put(head.walk, block.bytes)
    else {
      this.#early.push(block)
      this.#note(block)
    }
  }

  #begin({bytes}: Block): void {
    // A copy: the walk begins at the link in it, and would keep the whole chunk.
    const {data, rev} = decodeCommit(bytes.slice())
    this.#head = {walk: new TreeWalk(data), data, rev: this.#revAfter(rev)}
  }

  /** Goes on with what came before its turn, or is here already, as far as that goes. */
  async #catchUp(walk: TreeWalk): Promise<void> {
    while (walk.expects !== 'nothing') {
      const isSeen = this.#seen.find(walk.bytes, walk.offset) >= 0
      const bytes = isSeen ? await this.#seenBlock(walk.cid) : await this.#blockHere(walk)
      if (!bytes) return
      this.#put(walk, bytes)
      if (this.#batch.size >= batchCountMax || this.#batchSize >= batchSizeMax) await this.#flush()
    }
  }

  async #seenBlock(cid: Cid): Promise<Uint8Array | undefined> {
    return this.#batch.get(cid) ?? (await this.#parts.imports.block(this.#place, cid))
  }

  /** The expected block out of the repository that the account has; asked for once. */
  async #blockHere(walk: TreeWalk): Promise<Uint8Array | undefined> {
    if (this.#notHere && walk.isAt(this.#notHere.bytes, 0)) return undefined
    const [block] = await this.#parts.store.blocks(this.#did, [walk.cid])
    if (!block) this.#notHere = walk.cid.detached()
    return block?.bytes
  }

  /** Puts a block in the place in the tree that the walk has come to. Throws `Malformed`. */
  #put(walk: TreeWalk, bytes: Uint8Array): void {
    const {cid} = walk
    this.#note({cid, bytes})
    if (walk.expects === 'node') {
      this.#nodes.push({cid, bytes})
      walk.node(bytes)
      return
    }
    const {path} = walk
    const record = decodeCborLenient(bytes)
    if (!isMap(record)) throw new Malformed('repo', 'bad-record', `${path} is not an object`)
    const slash = path.indexOf('/')
    const collection = path.slice(0, slash)
    // A tree may hold other keys; no record is ever found by them.
    if (!isNsid(collection) || !isRecordKey(path.slice(slash + 1))) {
      throw new Malformed('repo', 'bad-path', `${path} is no collection with a record key`)
    }
    const subject = subjectOf(collection, record)
    this.#records.push({path, cid, bytes, isNew: true, blobs: blobUsesOf(record), subject})
    walk.record()
  }

  #note({cid, bytes}: Block): void {
    this.#batch.set(cid, bytes)
    this.#batchSize += bytes.length
  }

  async #flush(): Promise<void> {
    const batch = {nodes: this.#nodes, records: this.#records, early: this.#early}
    // Before the commit has come, only the spool is filled, whose revision nobody looks at.
    await this.#parts.imports.fill(this.#place, this.#head?.rev ?? ('' as Tid), batch)
    this.#nodes = []
    this.#records = []
    this.#early = []
    this.#batch = new BlockMap()
    // Now, when nothing is under way: what outlives two looks stays until V8 sees to the whole heap.
    this.#heap.passed(this.#batchSize)
    this.#batchSize = 0
  }
}
