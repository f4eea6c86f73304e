/**
 * One event on disk: a header of 24 bytes (little-endian), then its bytes.
 *
 *     0  crc     u32  CRC-32 of all that follows
 *     4  size    u32  of the event, in bytes
 *     8  seq     u48
 *    14  time    u48  milliseconds since 1970
 *    20  behind  u32  events before this one that were written with it, under the same sync
 *
 * `behind` tells a torn tail from damage. A group is written only after the group before it is synced; so when an
 * unreadable event is followed by one of a later group, it had been durable once, and something destroyed it.
 */
import {crc32} from 'node:zlib'
import {pageSizeMax, type Batch, type Seq} from './event-log.ts'

export const headerSize = 24
/** Four times what a frame of the network may have. */
export const eventSizeMax = 20 * 2 ** 20

/** Some events of a group: their bytes on disk, and the events as views of those. */
export interface RecordPage {
  readonly bytes: Buffer
  readonly events: Batch
}

/**
 * A group of events that are written and synced together, in pages, so that who holds on to one event holds a page and
 * not a group of megabytes.
 */
export function encodePages(group: Batch): RecordPage[] {
  const pages: RecordPage[] = []
  const {events} = group
  for (let start = 0; start < events.length;) {
    let end = start
    for (let size = 0; end < events.length; end++) {
      size += headerSize + events[end].length
      if (size > pageSizeMax && end > start) break
    }
    pages.push(encodePage(group, start, end))
    start = end
  }
  return pages
}

function encodePage({first, times, events}: Batch, start: number, end: number): RecordPage {
  let size = 0
  for (let i = start; i < end; i++) size += headerSize + events[i].length
  const bytes = Buffer.allocUnsafeSlow(size)
  const views: Uint8Array[] = []
  let at = 0
  for (let i = start; i < end; i++) {
    const event = events[i]
    const next = at + headerSize + event.length
    bytes.writeUInt32LE(event.length, at + 4)
    bytes.writeUIntLE(first + i, at + 8, 6)
    bytes.writeUIntLE(times[i], at + 14, 6)
    bytes.writeUInt32LE(i, at + 20)
    bytes.set(event, at + headerSize)
    bytes.writeUInt32LE(crc32(bytes.subarray(at + 4, next)), at)
    views.push(new Uint8Array(bytes.buffer, at + headerSize, event.length))
    at = next
  }
  return {bytes, events: {first: first + start, times: times.slice(start, end), events: views}}
}

/** The size of the record at `at`, header included, as it claims; `undefined` when the header is cut off or absurd. */
export function recordSize(bytes: Buffer, at: number): number | undefined {
  if (at + headerSize > bytes.length) return undefined
  const size = bytes.readUInt32LE(at + 4)
  return size > eventSizeMax ? undefined : headerSize + size
}

const isSound = (bytes: Buffer, at: number, end: number): boolean =>
  crc32(bytes.subarray(at + 4, end)) === bytes.readUInt32LE(at)

/**
 * Reads whole records from `at` on, the first of which is to have the seq `seq`; stops at `countMax`, at a record
 * that is cut off, and at one that is not sound. `end` is the offset after the last one read.
 */
export function decodeRecords(bytes: Buffer, at: number, seq: Seq, countMax: number): {batch: Batch; end: number} {
  const times: number[] = []
  const events: Uint8Array[] = []
  let end = at
  while (events.length < countMax) {
    const size = recordSize(bytes, end)
    if (size === undefined || end + size > bytes.length) break
    if (bytes.readUIntLE(end + 8, 6) !== seq + events.length || !isSound(bytes, end, end + size)) break
    times.push(bytes.readUIntLE(end + 14, 6))
    events.push(new Uint8Array(bytes.buffer, bytes.byteOffset + end + headerSize, size - headerSize))
    end += size
  }
  return {batch: {first: seq, times, events}, end}
}

/**
 * Where the events of whole records lie in the first `length` bytes, of which the first is to have the seq `seq`; stops at
 * a record that is cut off, at one that is not sound, and at the first that begins at `step` or later. `need` is what the first
 * takes, where that can be told.
 */
export function recordsIn(
  bytes: Buffer,
  length: number,
  seq: Seq,
  step: number,
): {starts: number[]; ends: number[]; need: number} {
  const starts: number[] = []
  const ends: number[] = []
  let need = 0
  for (let at = 0; at < step && at + headerSize <= length;) {
    const size = bytes.readUInt32LE(at + 4)
    const end = at + headerSize + size
    if (at === 0 && size <= eventSizeMax) need = end
    if (end > length || bytes.readUIntLE(at + 8, 6) !== seq + starts.length || !isSound(bytes, at, end)) break
    starts.push(at + headerSize)
    ends.push(end)
    at = end
  }
  return {starts, ends, need}
}

/** Whether anything after `at`, where the event `seq` cannot be read, was written after that event was synced. */
export function wasDurable(bytes: Buffer, at: number, seq: Seq): boolean {
  for (let i = at + 1; i + headerSize <= bytes.length; i++) {
    const found = bytes.readUIntLE(i + 8, 6)
    if (found <= seq || found - bytes.readUInt32LE(i + 20) <= seq) continue
    const size = recordSize(bytes, i)
    if (size !== undefined && i + size <= bytes.length && isSound(bytes, i, i + size)) return true
  }
  return false
}
