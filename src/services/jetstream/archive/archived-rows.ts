/**
 * Events of the archive for a reader of a stream: of the blocks that may hold what is looked for, page by page. Those who
 * read the same block at about the same time get the same pages, so that what is made of them is made once for all. A page
 * has bytes of its own: who is slow to take it holds no whole block (`block-shelf.ts`).
 */
import type {ArchiveBlock, ArchiveRow} from '#atp/archive/block.ts'
import type {BlockFacts, BlockPlace} from '#atp/archive/segment.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {cidTextOf, TellableRow} from '../told.ts'
import type {Archive} from './archive.ts'
import {BlockShelf} from './block-shelf.ts'
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

/** What it is asked for is read out of the page then: most readers look at an event and pass it over. */
class ArchivedRow extends TellableRow {
  readonly #block: ArchiveBlock
  readonly #i: number
  #did: string | undefined
  #collection: string | undefined
  #row: ArchiveRow | undefined

  constructor(block: ArchiveBlock, i: number) {
    super()
    this.#block = block
    this.#i = i
  }

  get seq(): number {
    return this.#block.seqAt(this.#i)
  }

  get witnessedMicros(): number {
    return this.#block.witnessedAt(this.#i)
  }

  get indexedMicros(): number {
    return this.#block.indexedAt(this.#i)
  }

  get kind(): ArchiveRow['kind'] {
    return this.#block.kindAt(this.#i)
  }

  get did(): string {
    return (this.#did ??= this.#block.didAt(this.#i))
  }

  get collection(): string {
    return (this.#collection ??= this.#block.collectionAt(this.#i))
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
    return cidTextOf(cidOf(codecs.cbor, this.payload).bytes, 0)
  }
}

/** Where the pages of a block begin, and where the last one ends. */
function cutsOf(block: ArchiveBlock): number[] {
  const cuts = [0]
  for (let start = 0, end = 0; start < block.count; start = end) {
    let size = 0
    while (end < block.count && end - start < pageRows && size < pageSize) size += block.payloadSizeAt(end++)
    cuts.push(end)
  }
  return cuts
}

function pageOf(block: ArchiveBlock, start: number, end: number, through: number): Page {
  const part = block.part(start, end)
  const rows = Array.from({length: part.count}, (_, i) => new ArchivedRow(part, i))
  return {rows, through: end === block.count ? through : rows[rows.length - 1].seq}
}

const shelf = new BlockShelf<{readonly block: ArchiveBlock; readonly cuts: readonly number[]}>()

/** Pages that some reader holds. */
const held = new Map<string, WeakRef<Page>>()
const heldMax = 1_024
let archiveCount = 0
/** By archive: one that is opened later may have other events in the same place. */
const numbers = new WeakMap<Archive, number>()

function numberOf(archive: Archive): number {
  const number = numbers.get(archive) ?? archiveCount++
  numbers.set(archive, number)
  return number
}

/** One block that a reader is to look at. */
class Due {
  readonly #key: string
  readonly #place: BlockPlace
  readonly #read: () => Promise<ArchiveBlock>

  /** `key` is of the block, whatever stands in its place later. */
  constructor(key: string, place: BlockPlace, read: () => Promise<ArchiveBlock>) {
    this.#key = key
    this.#place = place
    this.#read = read
  }

  /** Its page of that number; `undefined` after the last. */
  async page(n: number): Promise<Page | undefined> {
    const key = `${this.#key}/${n}`
    const known = held.get(key)?.deref()
    if (known) return known
    const {block, cuts} = await this.#unpacked()
    if (n >= cuts.length - 1) return undefined
    // Others may have waited for the same.
    const meanwhile = held.get(key)?.deref()
    if (meanwhile) return meanwhile
    const page = pageOf(block, cuts[n], cuts[n + 1], this.#place.maxSeq)
    if (held.size >= heldMax) for (const [other, one] of held) if (!one.deref()) held.delete(other)
    held.set(key, new WeakRef(page))
    return page
  }

  /** Has it read, if that keeps nobody waiting. */
  prepare(): void {
    if (shelf.isQuiet) this.#unpacked().catch(() => {}) // told when it is asked for
  }

  #unpacked() {
    return shelf.get(this.#key, this.#place.unpackedSize, async () => {
      const block = await this.#read()
      return {block, cuts: cutsOf(block)}
    })
  }
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
  const of = `${numberOf(archive)}/${segment.index}/${head.checksum}`
  return blocks.map(i => new Due(`${of}/${i}`, places[i], () => segment.block(i)))
}

function dueOfGrowing(archive: Archive, growing: GrowingSegment, sought: Sought, after: number): Due[] {
  const wanted = sought.dids && new Set(sought.dids.map(({high, low}) => keyOf(high, low)))
  const of = `${numberOf(archive)}/${growing.index}`
  return growing.facts.flatMap((facts, i) => {
    const {place} = facts
    if (place.maxSeq <= after || !mayHold(facts, sought, wanted)) return []
    return [new Due(`${of}@${place.offset}`, place, () => growing.block(i))]
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
  let againAt = -1
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
      for (const block of inTurn(due, now, sought, againAt === at)) {
        for (let n = 0, page; (page = await block.page(n)); n++) {
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
      if (error instanceof Moved) againAt = at
    }
  }
}

/**
 * While one is used, the next is read. Throws when something else is looked for by then; but who looks again in the same
 * place gets the first, so that whoever wants something else all the time comes on too.
 */
function* inTurn(due: readonly Due[], begun: Sought, sought: SoughtNow, isAgain: boolean): Generator<Due> {
  due[0]?.prepare()
  for (const [i, block] of due.entries()) {
    if (sought() !== begun && !(isAgain && i === 0)) throw new Moved('Something else is looked for.')
    due[i + 1]?.prepare()
    yield block
  }
}
