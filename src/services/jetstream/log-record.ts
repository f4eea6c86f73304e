/**
 * What Jetstream's log holds: the JSON of one event as readers get it, and before it what filters and restarts need.
 * The log is all there is: where to go on at the relay stands in its last record.
 *
 *     0  timeMicros      f64 LE  `time_us`
 *     8  seq             f64 LE  of the relay's event that this was made of
 *    16  left            u16 LE  records of the same event that come after this one
 *    18  didSize         u16 LE
 *    20  collectionSize  u16 LE  0 for an account or identity; of a `#sync` that of `$sync`
 *    22  did, collection, JSON
 */
import {cidSize} from '#atp/data/cid.ts'
import {assert} from '#std/assert.ts'
import {base32Size, writeBase32} from '#std/encoding/base32.ts'
import {fromLatin1, fromUtf8, writeLatin1} from '#std/text.ts'
import type {Told} from './event-json.ts'

const headSize = 22
/** A CID is written as `b` and its bytes in base32. */
const cidStart = ',"cid":"b'

export interface LogRecord {
  /** Its number in the log. */
  readonly seq: number
  readonly timeMicros: number
  readonly did: string
  /** Empty for an account or identity, `syncCollection` for a `#sync`. */
  readonly collection: string
  readonly json: string
  /** Bytes of the JSON. */
  readonly size: number
}

/** Where a record comes from. */
export interface Source {
  readonly timeMicros: number
  readonly seq: number
  readonly left: number
}

export function encodeRecord({did, collection: nsid, before, json, cid, after}: Told, source: Source): Uint8Array {
  const collection: string = nsid ?? ''
  const {timeMicros, seq, left} = source
  const start = `{"did":"${did}","time_us":${timeMicros},${before}`
  const startAt = headSize + did.length + collection.length
  const jsonAt = startAt + start.length
  const cidAt = jsonAt + json.length
  const afterAt = cid ? cidAt + cidStart.length + base32Size(cidSize) : cidAt
  const record = Buffer.allocUnsafe(afterAt + after.length)
  const view = new DataView(record.buffer, record.byteOffset)
  view.setFloat64(0, timeMicros, true)
  view.setFloat64(8, seq, true)
  view.setUint16(16, left, true)
  view.setUint16(18, did.length, true)
  view.setUint16(20, collection.length, true)
  writeLatin1(did, record, headSize)
  writeLatin1(collection, record, headSize + did.length)
  writeLatin1(start, record, startAt)
  record.set(json, jsonAt)
  if (cid) writeBase32(cid.bytes, 0, cidSize, record, cidAt + writeLatin1(cidStart, record, cidAt))
  writeLatin1(after, record, afterAt)
  return record
}

export function sourceOfRecord(record: Uint8Array): Source {
  const view = new DataView(record.buffer, record.byteOffset, headSize)
  return {timeMicros: view.getFloat64(0, true), seq: view.getFloat64(8, true), left: view.getUint16(16, true)}
}

/** `seq` is that of the record in the log. */
export function decodeRecord(record: Uint8Array, seq: number): LogRecord {
  const view = new DataView(record.buffer, record.byteOffset, headSize)
  const collectionAt = headSize + view.getUint16(18, true)
  const jsonAt = collectionAt + view.getUint16(20, true)
  const json = fromUtf8(record, jsonAt)
  assert(json !== undefined, 'the log holds text')
  return {
    seq,
    timeMicros: view.getFloat64(0, true),
    did: fromLatin1(record, headSize, collectionAt),
    collection: fromLatin1(record, collectionAt, jsonAt),
    json,
    size: record.length - jsonAt,
  }
}
