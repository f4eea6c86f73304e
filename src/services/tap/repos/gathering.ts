/**
 * Back-fill from a Jetstream's archive. When the first of some repositories is to be fetched that never were, what the
 * archive has of all that are due is gathered, in one pass over it; then of each of them its server is asked for the newest
 * commit alone, and what came since the archive's last one. From the records that were gathered follow their tree's nodes,
 * so that with those few blocks the repository is verified like any other (`#stream/resync.ts`): who serves the archive is
 * believed in nothing. One that it does not hold whole, or tells wrong, is fetched whole.
 */
import {setImmediate as nextTurn} from 'node:timers/promises'
import {rowKind, type ArchiveBlock} from '#atp/archive/block.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Block} from '#atp/mst/blocks.ts'
import {TreeBuilder} from '#atp/mst/build.ts'
import {encodeCarSections} from '#atp/repo/car-write.ts'
import type {Did} from '#atp/syntax/did.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import {isTid, tidMicros, tidOf, type Tid} from '#atp/syntax/tid.ts'
import type {Log} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {TimedOut, withDeadline} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import type {BlocksAtHand} from '#stream/resync.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import type {Archived, ArchivedRecord} from '../store/archived.ts'
import {archivedBlocks, didsMax} from './archive-reader.ts'

/** Repositories of one pass, and those that were gathered and are yet to be fetched. */
const batchMax = 5_000
const heldMax = didsMax
/** Bytes of records of one pass, with what a row takes beside them. */
const sizeMax = 4 * 2 ** 30
const rowSize = 100
/** Of one record, which may have a million. */
const recordSizeMax = 2 ** 20
/** What was gathered is too old after this: it has become due no more, or is looked at again and again. */
const keptMs = 3_600_000
/** An archive that has failed is left alone for so long, and all are fetched from their servers. */
const restMs = 300_000

export interface GatheringDeps {
  readonly service: string
  readonly timeoutMs: number
  readonly archived: Archived
  readonly world: Pick<World, 'fetch' | 'now' | 'sleep'>
  readonly log: Log
  /** Told of each repository whether it was verified with what the archive gave. */
  readonly used: (isVerified: boolean) => void
}

interface Gathered {
  readonly id: number
  readonly atMs: number
  /** The last revision that the archive tells of; none where it tells of nothing. */
  rev: Tid | undefined
}

export class Gathering {
  readonly #deps: GatheringDeps
  readonly #gathered = new Map<Did, Gathered>()
  /** Those that wait for the next pass. */
  #asked = new Map<Did, number>()
  #running: Promise<void> | undefined
  #restsUntilMs = 0
  /** Whether what an earlier process has left is gone. */
  #isCleared = false

  constructor(deps: GatheringDeps) {
    this.#deps = deps
  }

  /** What the archive has of a repository that was never fetched, if anything: after the pass that it is part of. */
  async atHand(did: Did, signal: AbortSignal): Promise<BlocksAtHand | undefined> {
    for (;;) {
      signal.throwIfAborted()
      const gathered = this.#gathered.get(did)
      if (gathered) return this.#blocksOf(gathered)
      const {world, archived} = this.#deps
      const id = archived.idOf(did)
      if (id === undefined || world.now() < this.#restsUntilMs) return undefined
      if (this.#gathered.size >= heldMax) await this.#forgetOld()
      if (this.#gathered.size >= heldMax) return undefined
      this.#asked.set(did, id)
      this.#running ??= this.#pass(signal).finally(() => (this.#running = undefined))
      await this.#running
    }
  }

  /** It was fetched, or could not be. */
  async forget(did: Did): Promise<void> {
    const gathered = this.#gathered.get(did)
    if (!gathered) return
    this.#gathered.delete(did)
    await this.#deps.archived.forget([gathered.id])
  }

  async #pass(signal: AbortSignal): Promise<void> {
    const {service, timeoutMs, archived, world, log} = this.#deps
    await this.#forgetOld()
    const asked = this.#asked
    this.#asked = new Map()
    const atMs = world.now()
    const batch = new Map<string, Gathered>()
    const add = (did: Did, id: number): void => {
      const isOne = batch.size < batchMax && !batch.has(did) && !this.#gathered.has(did)
      if (isOne) batch.set(did, {id, atMs, rev: undefined})
    }
    for (const [did, id] of asked) add(did, id)
    for (const {did, id} of archived.due(batchMax)) add(did, id)
    try {
      if (!this.#isCleared) await archived.clear(signal)
      this.#isCleared = true
      await withDeadline(world, timeoutMs, signal, async ends => {
        // What is left of an earlier pass, and numbers of repositories that are gone.
        await archived.forget(Array.from(batch.values(), ({id}) => id))
        let size = 0
        for await (const block of archivedBlocks(service, [...batch.keys()] as Did[], world, ends)) {
          ends.throwIfAborted()
          const records = recordsIn(block, batch)
          for (const {path, bytes} of records) size += rowSize + path.length + (bytes?.length ?? 0)
          if (size > sizeMax) throw new UpstreamError('InvalidResponse', `It has more than ${sizeMax} bytes of them.`)
          if (records.length > 0) await archived.fold(records)
        }
      })
      for (const [did, gathered] of batch) this.#gathered.set(did as Did, gathered)
      const held = batch.values().reduce((count, {rev}) => count + (rev ? 1 : 0), 0)
      log.info('gathered repositories from the archive', {archive: service, repos: held, asked: batch.size})
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof UpstreamError || error instanceof TimedOut || error instanceof OutOfSpace)) throw error
      this.#restsUntilMs = world.now() + restMs
      log.warn('the archive is left alone for a while', {archive: service, error, restMs})
      await archived.forget(Array.from(batch.values(), ({id}) => id))
    }
  }

  async #forgetOld(): Promise<void> {
    const beforeMs = this.#deps.world.now() - keptMs
    const old = [...this.#gathered].filter(([, {atMs}]) => atMs < beforeMs)
    for (const [did] of old) this.#gathered.delete(did)
    if (old.length > 0) await this.#deps.archived.forget(old.map(([, {id}]) => id))
  }

  #blocksOf({id, rev}: Gathered): BlocksAtHand | undefined {
    const since = rev && revBefore(rev)
    if (since === undefined) return undefined
    return {since, sections: () => sectionsOf(this.#deps.archived, id), ended: this.#deps.used}
  }
}

/** A revision before another: with what came since, its server sends that one's commit as well. */
function revBefore(rev: Tid): Tid | undefined {
  const micros = tidMicros(rev)
  return micros > 0 && micros <= Number.MAX_SAFE_INTEGER ? tidOf(micros - 1, 0) : undefined
}

/** What a block says of the records of some accounts. Notes how far it goes. */
function recordsIn(block: ArchiveBlock, batch: ReadonlyMap<string, Gathered>): ArchivedRecord[] {
  const records: ArchivedRecord[] = []
  for (let i = 0; i < block.count; i++) {
    const gathered = batch.get(block.didAt(i))
    if (!gathered) continue
    const {kind, collection, rkey, rev, payload} = block.rowAt(i)
    const isGone = kind === rowKind.delete
    const isThere = kind === rowKind.create || kind === rowKind.update || kind === rowKind.resynced
    // What no repository may have is in none that will be verified.
    if (!(isGone || isThere) || !isNsid(collection) || !isRecordKey(rkey) || payload.length > recordSizeMax) continue
    if (isTid(rev) && rev > (gathered.rev ?? '')) gathered.rev = rev
    records.push({repo: gathered.id, path: `${collection}/${rkey}`, bytes: isGone ? undefined : payload})
  }
  return records
}

/** Records, and the nodes of the tree that they make. */
async function* sectionsOf(archived: Archived, repo: number): AsyncGenerator<Uint8Array> {
  let nodes: Block[] = []
  const tree = new TreeBuilder((cid, bytes) => nodes.push({cid, bytes: bytes.slice()}))
  for (const rows of archived.recordsOf(repo)) {
    const records = rows.map(({path, bytes}): Block => {
      const cid = cidOf(codecs.cbor, bytes)
      tree.add(path, cid)
      return {cid, bytes}
    })
    const blocks = [...records, ...nodes]
    nodes = []
    yield encodeCarSections(blocks)
    // All of it comes from here, and nothing of it waits.
    await nextTurn()
  }
  tree.finish()
  yield encodeCarSections(nodes)
}
