/**
 * A block of Jetstream's archive: some thousands of events, laid out by columns, so that what is alike stands together and
 * zstd makes little of it. This is what the zstd frames of `network.bsky.jetstream.getBlock` hold.
 *
 *     count          u32 LE
 *     seq            u64 LE × count
 *     witnessedAt    i64 LE × count  microseconds since 1970
 *     indexedAt      i64 LE × count  the same; 0 where nothing else than `witnessedAt` is known
 *     kind           u8 × count
 *     collectionSize u8 × count, didSize u16 LE × count, rkeySize u8 × count, revSize u8 × count, payloadSize u32 LE × count
 *     collections, DIDs, rkeys, revs, payloads, each in a row
 *
 * Source: docs/README.md, section 3.2, of bluesky-social/jetstream.
 */
import {assert} from '#std/assert.ts'
import {Malformed} from '#std/malformed.ts'
import {fromLatin1, writeLatin1} from '#std/text.ts'

/** What an event is, as a number. `resynced` is a record that came with a repository fetched anew after its `#sync`. */
export const rowKind = {create: 1, update: 2, delete: 3, identity: 4, account: 5, sync: 6, resynced: 7} as const
export type RowKind = (typeof rowKind)[keyof typeof rowKind]

/** Whether the payload of an event of this kind is a record. */
export const holdsRecord = (kind: RowKind): boolean =>
  kind === rowKind.create || kind === rowKind.update || kind === rowKind.resynced

/** One event. */
export interface ArchiveRow {
  readonly seq: number
  /** When the server saw it, in microseconds since 1970. */
  readonly witnessedMicros: number
  /** What it is told to have happened at instead; 0 for nothing. */
  readonly indexedMicros: number
  readonly kind: RowKind
  readonly did: string
  /** Empty, as `rkey` and `rev`, where the kind has none. */
  readonly collection: string
  readonly rkey: string
  readonly rev: string
  /** DAG-CBOR: the record, or the whole event of an account; empty for a deletion. */
  readonly payload: Uint8Array
}

/** Events in a block, whatever it claims. */
const rowsMax = 2 ** 18
/** Of what each event has in every column before the texts. */
const widths = [8, 8, 8, 1, 1, 2, 1, 1, 4]
const fixedSize = 8 + 8 + 8 + 1 + 1 + 2 + 1 + 1 + 4
/** What the columns of sizes hold. */
const shortMax = 255
const didMax = 65_535

/** Whether a block can hold it: an `rkey` may have more than 255 characters, and those have no place here. */
export const fitsBlock = ({did, collection, rkey, rev}: ArchiveRow): boolean =>
  did.length <= didMax && collection.length <= shortMax && rkey.length <= shortMax && rev.length <= shortMax

const sum = (rows: readonly ArchiveRow[], sizeOf: (row: ArchiveRow) => number): number =>
  rows.reduce((total, row) => total + sizeOf(row), 0)

/** Of no more than 2^18 rows, each of which fits. None at all is a block of which everything was removed. */
export function encodeBlock(rows: readonly ArchiveRow[]): Uint8Array<ArrayBuffer> {
  const count = rows.length
  assert(count <= rowsMax && rows.every(fitsBlock), 'a block holds rows that fit')
  const texts = [
    (row: ArchiveRow) => row.collection,
    (row: ArchiveRow) => row.did,
    (row: ArchiveRow) => row.rkey,
    (row: ArchiveRow) => row.rev,
  ]
  const textsSize = texts.reduce((total, text) => total + sum(rows, row => text(row).length), 0)
  const bytes = new Uint8Array(4 + count * fixedSize + textsSize + sum(rows, ({payload}) => payload.length))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, count, true)
  let at = 4
  const column = (width: number, put: (row: ArchiveRow, at: number) => void): void => {
    for (const row of rows) {
      put(row, at)
      at += width
    }
  }
  column(8, ({seq}, to) => setWord(view, to, seq))
  column(8, ({witnessedMicros}, to) => setWord(view, to, witnessedMicros))
  column(8, ({indexedMicros}, to) => setWord(view, to, indexedMicros))
  column(1, ({kind}, to) => (bytes[to] = kind))
  column(1, ({collection}, to) => (bytes[to] = collection.length))
  column(2, ({did}, to) => view.setUint16(to, did.length, true))
  column(1, ({rkey}, to) => (bytes[to] = rkey.length))
  column(1, ({rev}, to) => (bytes[to] = rev.length))
  column(4, ({payload}, to) => view.setUint32(to, payload.length, true))
  for (const text of texts) for (const row of rows) at += writeLatin1(text(row), bytes, at)
  for (const {payload} of rows) {
    bytes.set(payload, at)
    at += payload.length
  }
  return bytes
}

/** A whole number below 2^53, in eight bytes. */
export function setWord(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true)
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true)
}

/** Of eight bytes; a word that is no safe whole number of JavaScript is not exact. */
export const wordAt = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32

/** A block that was unpacked, of which each event is read when it is asked for. The bytes must not change. */
export class ArchiveBlock {
  readonly count: number
  readonly #bytes: Uint8Array
  readonly #view: DataView
  /** Where the texts and payloads of each event begin, and after the last one's those end. */
  readonly #collections: Uint32Array
  readonly #dids: Uint32Array
  readonly #rkeys: Uint32Array
  readonly #revs: Uint32Array
  readonly #payloads: Uint32Array

  /** Throws `Malformed` for what is no block. */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const count = bytes.length >= 4 ? view.getUint32(0, true) : rowsMax + 1
    if (count > rowsMax || bytes.length < 4 + count * fixedSize) throw malformed('its head')
    this.count = count
    this.#bytes = bytes
    this.#view = view
    const sizesAt = 4 + count * (8 + 8 + 8 + 1)
    let at = 4 + count * fixedSize
    const places = (sizeOf: (i: number) => number): Uint32Array => {
      const starts = new Uint32Array(count + 1)
      for (let i = 0; i < count; i++) {
        starts[i] = at
        at += sizeOf(i)
        if (at > bytes.length) throw malformed('its sizes')
      }
      starts[count] = at
      return starts
    }
    this.#collections = places(i => bytes[sizesAt + i])
    this.#dids = places(i => view.getUint16(sizesAt + count + 2 * i, true))
    this.#rkeys = places(i => bytes[sizesAt + 3 * count + i])
    this.#revs = places(i => bytes[sizesAt + 4 * count + i])
    this.#payloads = places(i => view.getUint32(sizesAt + 5 * count + 4 * i, true))
    if (at !== bytes.length) throw malformed('its size')
  }

  seqAt(i: number): number {
    return wordAt(this.#view, 4 + 8 * i)
  }

  witnessedAt(i: number): number {
    return wordAt(this.#view, 4 + 8 * (this.count + i))
  }

  indexedAt(i: number): number {
    return wordAt(this.#view, 4 + 8 * (2 * this.count + i))
  }

  kindAt(i: number): RowKind {
    return this.#bytes[4 + 24 * this.count + i] as RowKind
  }

  didAt(i: number): string {
    return fromLatin1(this.#bytes, this.#dids[i], this.#dids[i + 1])
  }

  collectionAt(i: number): string {
    return fromLatin1(this.#bytes, this.#collections[i], this.#collections[i + 1])
  }

  payloadSizeAt(i: number): number {
    return this.#payloads[i + 1] - this.#payloads[i]
  }

  rkeyAt(i: number): string {
    return fromLatin1(this.#bytes, this.#rkeys[i], this.#rkeys[i + 1])
  }

  /** Its payload is a view of the block. */
  rowAt(i: number): ArchiveRow {
    return {
      seq: this.seqAt(i),
      witnessedMicros: this.witnessedAt(i),
      indexedMicros: this.indexedAt(i),
      kind: this.kindAt(i),
      did: this.didAt(i),
      collection: this.collectionAt(i),
      rkey: this.rkeyAt(i),
      rev: fromLatin1(this.#bytes, this.#revs[i], this.#revs[i + 1]),
      payload: this.#bytes.subarray(this.#payloads[i], this.#payloads[i + 1]),
    }
  }

  /** The events from `start` to before `end`, as a block with bytes of its own: who holds it does not hold this one. */
  part(start: number, end: number): ArchiveBlock {
    const ranges: [number, number][] = []
    let columnAt = 4
    for (const width of widths) {
      ranges.push([columnAt + width * start, columnAt + width * end])
      columnAt += width * this.count
    }
    for (const texts of [this.#collections, this.#dids, this.#rkeys, this.#revs, this.#payloads])
      ranges.push([texts[start], texts[end]])
    const bytes = new Uint8Array(ranges.reduce((size, [from, to]) => size + to - from, 4))
    new DataView(bytes.buffer).setUint32(0, end - start, true)
    let at = 4
    for (const [from, to] of ranges) {
      bytes.set(this.#bytes.subarray(from, to), at)
      at += to - from
    }
    return new ArchiveBlock(bytes)
  }

  rows(): ArchiveRow[] {
    return Array.from({length: this.count}, (_, i) => this.rowAt(i))
  }
}

const malformed = (what: string): Malformed => new Malformed('archive', 'not-a-block', `${what} is not that of a block`)
