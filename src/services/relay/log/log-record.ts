/**
 * What the verified log holds: a frame as consumers get it, and before it whence it came. All that the relay knows
 * can be told again from these records, so the log is the truth and the database follows it.
 *
 *     0  host         u24 LE  the host's id
 *     3  hostSeqHigh  u8      the event's seq on that host: the bits above the 48 that follow
 *     4  hostSeq      u48 LE
 *    10  frame
 */
import {assert} from '#std/assert.ts'
import {resequenced} from '#atp/sync/resequence.ts'

const hostSeqHighAt = 3
const hostSeqAt = 4
const hostMax = 2 ** 24 - 1
/** Bytes of a record before its frame. */
export const headSize = 10
const slabSize = 256 * 1024

export interface Origin {
  readonly host: number
  readonly hostSeq: number
}

let slab = new Uint8Array(0)
let slabUsed = 0

/** Out of a slab, since all records of a moment go at once, and a buffer for each leaves the heap full of holes. */
function allocate(size: number): Uint8Array<ArrayBuffer> {
  if (size > slabSize / 4) return new Uint8Array(size)
  if (slabUsed + size > slab.length) {
    slab = new Uint8Array(slabSize)
    slabUsed = 0
  }
  return slab.subarray(slabUsed, (slabUsed += size))
}

/** The record of an event that is to have `seq` here. */
export function encodeRecord(frame: Uint8Array, seq: number, {host, hostSeq}: Origin): Uint8Array<ArrayBuffer> {
  const record = resequenced(frame, seq, headSize, allocate)
  const view = new DataView(record.buffer, record.byteOffset, headSize)
  assert(host <= hostMax, `the id of a host is at most ${hostMax}`)
  view.setUint32(0, host, true)
  // Some servers number their events by microseconds since 1970, which takes 51 bits.
  view.setUint8(hostSeqHighAt, Math.floor(hostSeq / 2 ** 48))
  view.setUint32(hostSeqAt, hostSeq % 2 ** 32, true)
  view.setUint16(hostSeqAt + 4, Math.floor(hostSeq / 2 ** 32) % 2 ** 16, true)
  return record
}

export function originOfRecord(record: Uint8Array): Origin {
  const view = new DataView(record.buffer, record.byteOffset, headSize)
  const low = view.getUint32(hostSeqAt, true) + view.getUint16(hostSeqAt + 4, true) * 2 ** 32
  return {host: view.getUint32(0, true) & hostMax, hostSeq: view.getUint8(hostSeqHighAt) * 2 ** 48 + low}
}

/** The frame, as a view of the record. */
export const frameOfRecord = (record: Uint8Array): Uint8Array =>
  new Uint8Array(record.buffer, record.byteOffset + headSize, record.length - headSize)
