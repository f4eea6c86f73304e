/**
 * Records of the log as they were until November 2026: the JSON of v1 in the place of what it was made of. They are read
 * until they are as old as the log keeps.
 *
 *    18  didSize         u16 LE
 *    20  collectionSize  u16 LE
 *    22  did, collection, JSON
 */
import {rowKind, type RowKind} from '#atp/archive/block.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {jsonToValue} from '#atp/data/json.ts'
import {emptyBytes} from '#std/bytes.ts'
import {fromUtf8} from '#std/text.ts'
import {TellableRow} from './told.ts'

const headSize = 22

interface Change {
  readonly rev: string
  readonly operation: 'create' | 'update' | 'delete'
  readonly collection: string
  readonly rkey: string
  readonly record?: unknown
  readonly cid?: string
}
interface Event {
  readonly did: string
  readonly commit?: Change
  readonly identity?: unknown
  readonly account?: unknown
  readonly sync?: {readonly rev: string}
}

class OlderRow extends TellableRow {
  readonly seq: number
  readonly witnessedMicros: number
  readonly indexedMicros = 0
  readonly kind: RowKind
  readonly did: string
  readonly collection: string
  readonly rkey: string
  readonly rev: string
  readonly payload: Uint8Array
  readonly #cid: string

  constructor(seq: number, timeMicros: number, event: Event) {
    super()
    const {commit} = event
    const marker = (['identity', 'account', 'sync'] as const).find(name => event[name] !== undefined)
    const told = commit ? commit.record : marker && event[marker]
    this.seq = seq
    this.witnessedMicros = timeMicros
    this.kind = rowKind[commit?.operation ?? marker ?? 'account']
    this.did = event.did
    this.collection = commit?.collection ?? ''
    this.rkey = commit?.rkey ?? ''
    this.rev = commit?.rev ?? event.sync?.rev ?? ''
    this.payload = told === undefined ? emptyBytes : encodeCbor(jsonToValue(told))
    this.#cid = commit?.cid ?? ''
  }

  protected cidText(): string {
    return this.#cid
  }
}

export function olderRecord(record: Uint8Array, seq: number): TellableRow {
  const view = new DataView(record.buffer, record.byteOffset, record.length)
  const jsonAt = headSize + view.getUint16(18, true) + view.getUint16(20, true)
  return new OlderRow(seq, view.getFloat64(0, true), JSON.parse(fromUtf8(record, jsonAt) ?? '') as Event)
}
