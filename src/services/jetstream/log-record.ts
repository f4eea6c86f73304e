/**
 * What Jetstream's log holds of one event: what is told, as DAG-CBOR, and before it what filters and restarts need. Where
 * to go on at the relay stands in the log's last record.
 *
 *     0  timeMicros      f64 LE  `time_us`
 *     8  seq             f64 LE  of the relay's event that this was made of
 *    16  left            u16 LE  records of the same event that come after this one
 *    18  form            u16 LE  0xffff; anything else stands in a record of the form before (`older-record.ts`)
 *    20  didSize         u16 LE
 *    22  collectionSize  u16 LE
 *    24  rkeySize        u16 LE
 *    26  revSize         u8
 *    27  kind            u8
 *    28  cidSize         u8
 *    29  did, collection, rkey, rev, CID, payload
 */
import {rowKind, type RowKind} from '#atp/archive/block.ts'
import {emptyBytes} from '#std/bytes.ts'
import {fromLatin1, writeLatin1} from '#std/text.ts'
import {olderRecord} from './older-record.ts'
import {cidTextOf, TellableRow, type Told} from './told.ts'

const form = 0xffff
const headSize = 29

/** Where a record comes from. */
export interface Source {
  readonly timeMicros: number
  readonly seq: number
  readonly left: number
}

export function encodeRecord({kind, did, collection, rkey, rev, cid, payload}: Told, source: Source): Uint8Array {
  const cidBytes = cid?.bytes ?? emptyBytes
  const textsSize = did.length + collection.length + rkey.length + rev.length
  const record = Buffer.allocUnsafe(headSize + textsSize + cidBytes.length + payload.length)
  const view = new DataView(record.buffer, record.byteOffset)
  view.setFloat64(0, source.timeMicros, true)
  view.setFloat64(8, source.seq, true)
  view.setUint16(16, source.left, true)
  view.setUint16(18, form, true)
  view.setUint16(20, did.length, true)
  view.setUint16(22, collection.length, true)
  view.setUint16(24, rkey.length, true)
  record[26] = rev.length
  record[27] = kind
  record[28] = cidBytes.length
  let at = headSize
  for (const text of [did, collection, rkey, rev]) at += writeLatin1(text, record, at)
  record.set(cidBytes, at)
  record.set(payload, at + cidBytes.length)
  return record
}

const viewOf = (record: Uint8Array): DataView => new DataView(record.buffer, record.byteOffset, record.length)

export function sourceOfRecord(record: Uint8Array): Source {
  const view = viewOf(record)
  return {timeMicros: view.getFloat64(0, true), seq: view.getFloat64(8, true), left: view.getUint16(16, true)}
}

/** `seq` is that of the record in the log. */
export const decodeRecord = (record: Uint8Array, seq: number): TellableRow =>
  viewOf(record).getUint16(18, true) === form ? new LogRow(record, seq) : olderRecord(record, seq)

/** What it is asked for is read out of the record then: most readers look at an event and pass it over. */
class LogRow extends TellableRow {
  readonly seq: number
  readonly witnessedMicros: number
  readonly indexedMicros = 0
  readonly kind: RowKind
  readonly #record: Uint8Array
  /** Where each part begins. */
  readonly #collectionAt: number
  readonly #rkeyAt: number
  readonly #revAt: number
  readonly #cidAt: number
  #did: string | undefined
  #collection: string | undefined

  constructor(record: Uint8Array, seq: number) {
    super()
    const view = viewOf(record)
    this.seq = seq
    this.witnessedMicros = view.getFloat64(0, true)
    this.kind = record[27] as RowKind
    this.#record = record
    this.#collectionAt = headSize + view.getUint16(20, true)
    this.#rkeyAt = this.#collectionAt + view.getUint16(22, true)
    this.#revAt = this.#rkeyAt + view.getUint16(24, true)
    this.#cidAt = this.#revAt + record[26]
  }

  get did(): string {
    return (this.#did ??= fromLatin1(this.#record, headSize, this.#collectionAt))
  }

  get collection(): string {
    return (this.#collection ??= fromLatin1(this.#record, this.#collectionAt, this.#rkeyAt))
  }

  get rkey(): string {
    return fromLatin1(this.#record, this.#rkeyAt, this.#revAt)
  }

  get rev(): string {
    return fromLatin1(this.#record, this.#revAt, this.#cidAt)
  }

  get payload(): Uint8Array {
    return this.kind === rowKind.delete ? emptyBytes : this.#record.subarray(this.#cidAt + this.#record[28])
  }

  protected cidText(): string {
    return cidTextOf(this.#record, this.#cidAt)
  }
}
