/**
 * Events of the archive for a reader of a stream: of the blocks that may hold what is looked for, page by page. Those who
 * read the same block at about the same time get the same pages, so that what is made of them is made once for all.
 */
import {hash} from 'node:crypto'
import type {ArchiveBlock, ArchiveRow} from '#atp/archive/block.ts'
import type {BlockFacts} from '#atp/archive/segment.ts'
import {cidSize} from '#atp/data/cid.ts'
import {cidTextOf, TellableRow} from '../told.ts'
import type {Archive} from './archive.ts'
import type {GrowingSegment} from './growing-segment.ts'
import {Replaced, type SealedSegment} from './sealed-segment.ts'
import type {Sought} from './sought.ts'

/** Some events, and how far whoever has got them has come, with all that are passed over. */
export interface Page {
  readonly rows: readonly TellableRow[]
  readonly through: number
}

/** So many events of a block go out together, or such bytes of records: about as many as a page of the log has. */
const pageRows = 256
const pageSize = 128 * 1024
/** Of a record: version 1, DAG-CBOR, SHA-256. */
const cidHead = [1, 0x71, 0x12, 32]

class ArchivedRow extends TellableRow {
  readonly seq: number
  readonly witnessedMicros: number
  readonly indexedMicros: number
  readonly kind: ArchiveRow['kind']
  readonly did: string
  readonly collection: string
  readonly #block: ArchiveBlock
  readonly #i: number
  #row: ArchiveRow | undefined

  constructor(block: ArchiveBlock, i: number) {
    super()
    this.seq = block.seqAt(i)
    this.witnessedMicros = block.witnessedAt(i)
    this.indexedMicros = block.indexedAt(i)
    this.kind = block.kindAt(i)
    this.did = block.didAt(i)
    this.collection = block.collectionAt(i)
    this.#block = block
    this.#i = i
  }

  get rkey(): string {
    return this.#all.rkey
  }

  get rev(): string {
    return this.#all.rev
  }

  get payload(): Uint8Array {
    return this.#all.payload
  }

  get #all(): ArchiveRow {
    return (this.#row ??= this.#block.rowAt(this.#i))
  }

  protected cidText(): string {
    const bytes = new Uint8Array(cidSize)
    bytes.set(cidHead)
    bytes.set(hash('sha256', this.payload, 'buffer'), cidHead.length)
    return cidTextOf(bytes, 0)
  }
}

function pagesOf(block: ArchiveBlock, through: number): Page[] {
  const pages: Page[] = []
  for (let start = 0, end = 0; start < block.count; start = end) {
    let size = 0
    while (end < block.count && end - start < pageRows && size < pageSize) size += block.payloadSizeAt(end++)
    const rows = Array.from({length: end - start}, (_, i) => new ArchivedRow(block, start + i))
    pages.push({rows, through: end === block.count ? through : rows[rows.length - 1].seq})
  }
  return pages
}

type Held = Map<string, WeakRef<Promise<Page[]>>>
/** Pages that some reader holds, by archive: one that is opened later may have other events in the same place. */
const heldOf = new WeakMap<Archive, Held>()
const heldMax = 1_024

function heldPages(archive: Archive, key: string, read: () => Promise<ArchiveBlock>, through: number): Promise<Page[]> {
  const held: Held = heldOf.get(archive) ?? new Map()
  heldOf.set(archive, held)
  const known = held.get(key)?.deref()
  if (known) return known
  const pages = read().then(block => pagesOf(block, through))
  pages.catch(() => held.delete(key))
  if (held.size >= heldMax) for (const [other, one] of held) if (!one.deref()) held.delete(other)
  held.set(key, new WeakRef(pages))
  return pages
}

/** One block that a reader is to look at. */
interface Due {
  readonly maxSeq: number
  pages(): Promise<Page[]>
}

/** What changed under a reader is looked at again. */
class Moved extends Error {
  override readonly name = 'Moved'
}

/** The numbers that a filter looks at, as one: all that differ for two DIDs, but for one time in 2^53. */
const keyOf = (high: number, low: number): number => (high & 0x1fffff) * 2 ** 32 + low

function mayHold({dids, collections}: BlockFacts, sought: Sought, wanted: ReadonlySet<number> | undefined): boolean {
  if (sought.takes && ![...collections.keys()].some(sought.takes)) return false
  if (!wanted) return true
  for (let i = 0; i < dids.length; i += 3) if (wanted.has(keyOf(dids[i], dids[i + 1]))) return true
  return false
}

async function dueOf(archive: Archive, segment: SealedSegment, sought: Sought, after: number): Promise<Due[]> {
  const {head, places} = segment
  const blocks = await segment.blocksFor(sought, after, Infinity)
  return blocks.map(i => ({
    maxSeq: places[i].maxSeq,
    pages: () => heldPages(archive, `${head.checksum}/${i}`, () => segment.block(i), places[i].maxSeq),
  }))
}

function dueOfGrowing(archive: Archive, growing: GrowingSegment, sought: Sought, after: number): Due[] {
  const wanted = sought.dids && new Set(sought.dids.map(({high, low}) => keyOf(high, low)))
  return growing.facts.flatMap((facts, i) => {
    const {maxSeq, offset} = facts.place
    if (maxSeq <= after || !mayHold(facts, sought, wanted)) return []
    return [{maxSeq, pages: () => heldPages(archive, `${growing.path}@${offset}`, () => growing.block(i), maxSeq)}]
  })
}

/** What a reader looks for now: another object when that has changed. */
export type SoughtNow = () => Sought

/** The events after `after`, up to the last that the archive holds. */
export async function* archivedPages(
  archive: Archive,
  sought: SoughtNow,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  for (let at = after; !signal.aborted;) {
    const segment = archive.sealed.find(({head}) => head.maxSeq > at)
    const {growing} = archive
    const end = segment?.head.maxSeq ?? growing?.facts.at(-1)?.place.maxSeq ?? 0
    if (end <= at) return
    const now = sought()
    try {
      const due = segment
        ? await dueOf(archive, segment, now, at)
        : growing
          ? dueOfGrowing(archive, growing, now, at)
          : []
      for (const pages of inTurn(due, now, sought)) {
        for (const page of await pages) {
          const {rows, through} = page
          if (through <= at) continue
          const left = rows[0].seq > at ? rows : rows.filter(({seq}) => seq > at)
          yield left === rows ? page : {rows: left, through}
          at = through
          if (signal.aborted) return
        }
      }
      at = end
      yield {rows: [], through: at}
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT' || (!segment && growing !== archive.growing)
      if (!(error instanceof Moved || error instanceof Replaced || isGone)) throw error
    }
  }
}

/** Their pages: while those of one are used, the next is read. Throws when something else is looked for by then. */
function* inTurn(due: readonly Due[], begun: Sought, sought: SoughtNow): Generator<Promise<Page[]>> {
  let ahead = due[0]?.pages()
  for (let i = 0; i < due.length; i++) {
    if (sought() !== begun) throw new Moved('Something else is looked for.')
    const pages = ahead
    ahead = due[i + 1]?.pages()
    ahead?.catch(() => {})
    yield pages
  }
}
