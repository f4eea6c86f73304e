/**
 * What a crash leaves. Only the newest segment can be incomplete, and in it only what was not yet synced, which
 * nobody was told of: that tail is cut off. An event that had been durable and cannot be read is another matter:
 * cutting there would silently unsay what consumers have seen, so the log refuses to open.
 */
import {DamagedLog} from './damaged-log.ts'
import type {Seq} from './event-log.ts'
import {PackedSegment} from './packed-segment.ts'
import {wasDurable} from './record.ts'
import type {Segment} from './segment.ts'
import {segmentHead, SegmentReader} from './segment.ts'

export interface Recovered {
  /** The seq after the last event. */
  readonly next: Seq
  /** The time of the last event. */
  readonly time: number
  /** Bytes that were cut off. */
  readonly torn: number
}

/** Reads the newest segment through, marks it, sets its size, and cuts off a torn tail. */
export async function recover(segment: Segment): Promise<Recovered> {
  if (segment.packedSize !== undefined) {
    // Only where the segment after it was taken away: a segment is packed once there is a newer one.
    const packed = await PackedSegment.open(segment.path)
    await packed.close()
    segment.size = packed.table.size
    return {next: packed.table.next, time: packed.table.time, torn: 0}
  }
  const size = segment.disk.sizeOf(segment.path) ?? 0
  segment.size = size
  await using reader = await SegmentReader.open(segment, true)
  const head = await reader.bytes(0, Math.min(size, segmentHead.length))
  if (!segmentHead.subarray(0, head.length).equals(head)) {
    throw DamagedLog.newest(segment.path, 'it does not begin as a segment of an event log does')
  }
  let at = {seq: segment.first, offset: segmentHead.length}
  let time = segment.firstTime
  while (at.offset < size) {
    const {batch, end} = await reader.soundPage(at, Infinity)
    if (batch.events.length === 0) break
    segment.mark(batch.first, batch.times[0], at.offset)
    at = {seq: batch.first + batch.events.length, offset: end}
    time = batch.times.at(-1) ?? time
  }
  const rest = at.offset < size ? await reader.bytes(at.offset, size) : Buffer.alloc(0)
  if (wasDurable(rest, 0, at.seq)) {
    throw DamagedLog.newest(
      segment.path,
      `it no longer holds the event ${at.seq} at ${at.offset}, which was written and acknowledged`,
    )
  }
  if (at.offset !== size) cut(segment, at.offset)
  return {next: at.seq, time, torn: rest.length}
}

function cut(segment: Segment, size: number): void {
  const file = segment.disk.open(segment.path, 'change')
  file.write(segmentHead, 0)
  file.truncate(size)
  file.syncNow()
  file.close()
  segment.size = size
}
