/**
 * A whole repository from elsewhere in the place of an account's own. The CAR is checked as it comes and written to a
 * second tree, some hundred blocks an act, so that its size is no matter of memory; the repository that serves is not
 * touched until all of it is there and right. Then one act puts the new tree in its place, under a commit that this
 * server signs. What the CAR leaves out may be in the repository already: then it is an export `since` some revision.
 *
 * Blocks in preorder, as exports of this server are, go straight to their places. Those that come before their turn
 * (the official PDS sorts by revision and CID) wait in the spool of the import.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import {Malformed} from '#std/malformed.ts'
import {copyOf, emptyBytes} from '#std/bytes.ts'
import {unlessFull} from '#std/out-of-space.ts'
import type {World} from '#std/world.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {blobUsesOf} from '#atp/data/blob-uses.ts'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {Cid, cidSize} from '#atp/data/cid.ts'
import {isMap} from '#atp/data/value.ts'
import {MissingBlock, type Block} from '#atp/mst/blocks.ts'
import {TreeWalk} from '#atp/mst/walk.ts'
import {CarParser} from '#atp/repo/car-read.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {commitBlock, decodeCommit, repoVersion, signCommit} from '#atp/repo/commit.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import {tidMicros, type Tid} from '#atp/syntax/tid.ts'
import {letGoOfProgram} from '#engines/spare-memory.ts'
import {YoungHeap} from '#engines/young-heap.ts'
import type {Blobs} from '../blobs/blobs.ts'
import type {ImportBatch, ImportPlace, ImportStore} from '../store/imports/import-store.ts'
import {ImportTurns} from './import-turns.ts'
import {subjectOf} from './record-links.ts'
import {orderOfCid, orderOfSubject, type RunEntry, SortedRun} from './sorted-run.ts'
import type {KeyStore} from '../store/accounts/key-store.ts'
import type {RepoStore} from '../store/repos/repo-store.ts'
import type {Repos} from './repos.ts'
import {Refusal} from '../refusal.ts'

/** Blocks, and bytes of them, that are written in one act. */
const batchCountMax = 500
const batchSizeMax = 512 * 1024
/** CIDs, or links, that are written in one act. */
const lookupsInActMax = 1_000
/** Bytes of rows that wait to be written while more is read. */
const waitingSizeMax = 2 ** 20
/** Above what any record or node may take. */
const blockSizeMax = 2 * 2 ** 20
/** Bytes of rows that are gathered until they are written in order: see `sorted-run.ts`. */
const nodesSizeMax = 2 ** 21
const lookupsSizeMax = 2 ** 20
/** Bytes of blocks taken until their garbage is looked for: it is some times as much. */
const garbageMax = 2 ** 20
/** Bytes of blocks taken until the program is let go of: see `letGoOfProgram`. */
const programMax = 6 * 2 ** 20
/** Blocks that are looked for in a row: with a CAR of one block the whole repository may have to be found here. */
const findsInTurn = 32
/** CIDs after which the next belong to another run of them. */
const runCountMin = 4_000
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
  /** Bytes of the records of a repository: one block may be the record of a million paths, and each has a row of its own. */
  sizeMax: number
}

export class RepoImports {
  readonly #parts: Parts
  readonly #turns: ImportTurns

  constructor(parts: Parts) {
    this.#parts = parts
    this.#turns = new ImportTurns(parts.world)
  }

  /**
   * Takes in the repository in this CAR, whoever's it was. Throws `Refusal`, after which all is as it was, or
   * `Overloaded`. Resolved means durable.
   */
  async run(did: Did, car: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#turns.take(did, car, coming => this.#run(did, coming))
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
        place,
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
  readonly #parser = new CarParser({blockSizeMax})
  /** Undefined until the commit has come, which tells the tree and the revision. */
  #head: {walk: TreeWalk; data: Cid; rev: Tid} | undefined
  /** What was looked for in vain: it is still to come, or missing. */
  #notHere: Cid | undefined
  readonly #nodes = new SortedRun({headSize: cidSize, sizeMax: nodesSizeMax})
  /** Of records that are written, or are in the batch under way: how they are found. */
  readonly #cids = new SortedRun({headSize: cidSize, sizeMax: lookupsSizeMax})
  /** How many CIDs the run of them has in which they are. */
  #inRun = 0
  /** Of the same records, what they are about: path and subject, with a space between, which no path has. */
  readonly #links = new SortedRun({headSize: 0, sizeMax: lookupsSizeMax})
  /** What is being written, the oldest first. */
  readonly #writing: {act: Promise<void>; size: number}[] = []
  /** Bytes of that, about. */
  #writingSize = 0
  #batch: ImportBatch
  /** Blocks that were looked for. */
  #finds = 0
  /** Bytes of blocks since garbage was last told of. */
  #passed = 0
  /** Bytes of blocks since the program was last let go of. */
  #sinceLetGo = 0
  /** Bytes of records, each as often as it is there. */
  #size = 0

  constructor(parts: Parts, did: Did, place: ImportPlace, heap: YoungHeap, revAfter: (imported: Tid) => Tid) {
    this.#parts = parts
    this.#did = did
    this.#place = place
    this.#heap = heap
    this.#revAfter = revAfter
    this.#batch = parts.imports.batch(place)
  }

  /** Reads the CAR to its end and writes all of it. Throws `Malformed`, or what the stream throws. */
  async read(car: AsyncIterable<Uint8Array>): Promise<{data: Cid; rev: Tid}> {
    try {
      return await this.#readAll(car)
    } finally {
      // Nothing more is written once this import is said to be over.
      await Promise.allSettled(this.#writing.map(({act}) => act))
    }
  }

  async #readAll(car: AsyncIterable<Uint8Array>): Promise<{data: Cid; rev: Tid}> {
    const parser = this.#parser
    for await (const chunk of car) {
      parser.push(chunk)
      while (parser.next()) {
        const later = this.#take({cid: parser.cid, bytes: parser.checkedBlock()})
        if (later) await later
        if (this.#isFull) await this.#flush()
      }
    }
    parser.finish()
    const head = this.#head
    if (!head) throw new Malformed('repo', 'no-root', 'the CAR names no commit, or does not have it')
    await this.#catchUp(head.walk)
    if (head.walk.expects !== 'nothing') throw new MissingBlock(head.walk.cid)
    await this.#flush()
    await this.#writeNodes()
    await this.#writeLookups()
    await this.#written()
    return head
  }

  /** Takes the parser's current block; not at once when others come before it. */
  #take(block: Block): Promise<void> | undefined {
    const {window, cidStart, roots} = this.#parser
    const head = this.#head
    if (!head && block.cid.equals(roots?.[0])) this.#begin(block)
    else if (!head || head.walk.isAt(window, cidStart)) this.#arrange(block)
    else return this.#catchUp(head.walk, block.cid).then(() => this.#arrange(block))
    return undefined
  }

  #arrange(block: Block): void {
    const walk = this.#head?.walk
    if (walk?.isAt(block.cid.bytes, 0)) this.#put(walk, block.bytes)
    else if (!this.#batch.block(block.cid)) {
      this.#batch.early(block)
      this.#passed += block.bytes.length
    }
  }

  #begin({bytes}: Block): void {
    // A copy: the walk begins at the link in it, and would keep the whole chunk.
    const {data, rev} = decodeCommit(bytes.slice())
    this.#head = {walk: new TreeWalk(data), data, rev: this.#revAfter(rev)}
    this.#batch.rev = this.#head.rev
  }

  /** Goes on with what came before its turn, or is here already, up to the block that has just come. */
  async #catchUp(walk: TreeWalk, last?: Cid): Promise<void> {
    while (walk.expects !== 'nothing') {
      if (last && walk.isAt(last.bytes, 0)) return
      const bytes = await this.#find(walk)
      if (!bytes) return
      if (++this.#finds % findsInTurn === 0) await nextTurn()
      this.#put(walk, bytes)
      if (this.#isFull) await this.#flush()
    }
  }

  /** The expected block, which came before its turn, is at another path already, or is in the repository here. */
  async #find(walk: TreeWalk): Promise<Uint8Array | undefined> {
    if (this.#notHere && walk.isAt(this.#notHere.bytes, 0)) return undefined
    const {cid} = walk
    const bytes = this.#batch.block(cid)
    // A copy: what it is put into is where it is.
    if (bytes) return copyOf(bytes)
    await this.#written()
    const found = (await this.#parts.imports.block(this.#place, cid)) ?? (await this.#recordAgain(cid))
    if (found) return found
    const [block] = await this.#parts.store.blocks(this.#did, [cid])
    if (!block) this.#notHere = cid.detached()
    return block?.bytes
  }

  /** A record that is at another path, and is not found by its CID before that is told. */
  async #recordAgain(cid: Cid): Promise<Uint8Array | undefined> {
    if (!this.#cids.has(orderOfCid(cid.bytes), cid.bytes)) return undefined
    await this.#flush()
    await this.#writeLookups()
    await this.#written()
    return this.#parts.imports.block(this.#place, cid)
  }

  /** Puts a block in the place in the tree that the walk has come to. Throws `Malformed`. */
  #put(walk: TreeWalk, bytes: Uint8Array): void {
    const {cid} = walk
    this.#notHere = undefined
    if (walk.expects === 'node') {
      walk.node(bytes)
      this.#nodes.add(orderOfCid(cid.bytes), cid.bytes, bytes, '')
      this.#passed += bytes.length
      return
    }
    const {sizeMax} = this.#parts
    if ((this.#size += bytes.length) > sizeMax) {
      throw new Malformed('repo', 'too-big', `the records of the repository are more than ${sizeMax} bytes`)
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
    this.#cids.add(orderOfCid(cid.bytes), cid.bytes, emptyBytes, path)
    this.#inRun++
    const subject = subjectOf(collection, record)
    if (subject !== undefined) {
      this.#links.add(orderOfSubject(subject), emptyBytes, emptyBytes, `${path} ${subject}`)
    }
    this.#batch.record({path, cid, bytes, blobs: blobUsesOf(record)})
    this.#passed += bytes.length
    walk.record()
  }

  get #isFull(): boolean {
    const isBatch = this.#batch.count >= batchCountMax || this.#batch.size >= batchSizeMax
    return isBatch || this.#nodes.isFull || this.#cids.isFull || this.#links.isFull
  }

  async #flush(): Promise<void> {
    if (this.#batch.count > 0) await this.#write(this.#batch)
    this.#batch = this.#newBatch()
    // Now, when little is under way: what outlives two looks stays until V8 sees to the whole heap.
    this.#heap.passed(this.#passed)
    this.#sinceLetGo += this.#passed
    this.#passed = 0
    if (this.#sinceLetGo >= programMax) {
      letGoOfProgram()
      this.#sinceLetGo = 0
    }
    if (this.#nodes.isFull) await this.#writeNodes()
    if (this.#cids.isFull || this.#links.isFull) await this.#writeLookups()
  }

  async #writeNodes(): Promise<void> {
    await this.#writeRun(this.#nodes, batchCountMax, (batch, {head, bytes}) => batch.node({cid: new Cid(head), bytes}))
  }

  async #writeLookups(): Promise<void> {
    await this.#writeRun(this.#cids, lookupsInActMax, (batch, {head, text}) => batch.lookup(new Cid(head), text))
    await this.#writeRun(this.#links, lookupsInActMax, (batch, {text}) => {
      const space = text.indexOf(' ')
      batch.link(text.slice(0, space), text.slice(space + 1))
    })
    // Not for a few: of a CAR that has one record again and again they are told each time.
    if (this.#inRun < runCountMin) return
    this.#place.run++
    this.#inRun = 0
  }

  async #writeRun(run: SortedRun, countMax: number, put: (batch: ImportBatch, entry: RunEntry) => void): Promise<void> {
    let batch = this.#newBatch()
    let count = 0
    for (const entry of run.sorted()) {
      put(batch, entry)
      if (++count < countMax && batch.size < batchSizeMax) continue
      await this.#write(batch)
      batch = this.#newBatch()
      count = 0
    }
    if (count > 0) await this.#write(batch)
    run.empty()
  }

  #newBatch(): ImportBatch {
    const batch = this.#parts.imports.batch(this.#place)
    if (this.#head) batch.rev = this.#head.rev
    return batch
  }

  /** Has an act written, and waits only while too many are. */
  async #write(batch: ImportBatch): Promise<void> {
    const {size} = batch
    const act = this.#parts.imports.fill(batch)
    // Whoever waits for it hears of its fault.
    act.catch(() => {})
    this.#writing.push({act, size})
    this.#writingSize += size
    while (this.#writingSize > waitingSizeMax) await this.#oldest()
  }

  async #written(): Promise<void> {
    while (this.#writing.length > 0) await this.#oldest()
  }

  async #oldest(): Promise<void> {
    const [{act, size}] = this.#writing
    await act
    this.#writing.shift()
    this.#writingSize -= size
  }
}
