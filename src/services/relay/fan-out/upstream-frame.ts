/**
 * What is kept of an upstream whose firehose is given out again as it comes: its frames to the byte, in its order, each
 * with the upstream's number, so that a cursor of the upstream is one here. The log numbers its records by itself, and has
 * no holes where the upstream's numbers have some; so it is searched for where a number stands.
 *
 *     0  epoch  u32 LE  how often the upstream has begun its numbers anew
 *     4  seq    f64 LE  its number; of an #info that of the event after it
 *    12  frame
 */
import type {EventLog, Seq} from '#engines/event-log/event-log.ts'

/** Bytes of a record before its frame. */
export const headSize = 12

/** Where an upstream is: numbers rise within an epoch. */
export interface UpstreamPlace {
  readonly epoch: number
  readonly seq: number
}

export function encodeUpstreamFrame(frame: Uint8Array, {epoch, seq}: UpstreamPlace): Uint8Array {
  const record = new Uint8Array(headSize + frame.length)
  const view = new DataView(record.buffer)
  view.setUint32(0, epoch, true)
  view.setFloat64(4, seq, true)
  record.set(frame, headSize)
  return record
}

export function placeOfRecord({buffer, byteOffset}: Uint8Array): UpstreamPlace {
  const view = new DataView(buffer, byteOffset)
  return {epoch: view.getUint32(0, true), seq: view.getFloat64(4, true)}
}

const isAfter = (one: UpstreamPlace, other: UpstreamPlace): boolean =>
  one.epoch > other.epoch || (one.epoch === other.epoch && one.seq > other.seq)

/** The newest place in the log; undefined where it is empty. */
export async function newestPlace(log: Pick<EventLog, 'read' | 'bounds'>): Promise<UpstreamPlace | undefined> {
  const {
    events: [record],
  } = await log.read(log.bounds().last - 1, 1)
  return record && placeOfRecord(record)
}

/** The last record of the log that is not after `place`: what follows it is new to a consumer who has come so far. */
export async function recordAt(log: Pick<EventLog, 'read' | 'bounds'>, place: UpstreamPlace): Promise<Seq> {
  const {first, last} = log.bounds()
  let low = first - 1
  for (let high = last; low < high;) {
    const middle = Math.ceil((low + high) / 2)
    const batch = await log.read(middle - 1, 1)
    // Retention has passed over it meanwhile: it is no longer of interest.
    if (batch.first > middle) low = Math.min(high, batch.first - 1)
    else if (isAfter(placeOfRecord(batch.events[0]), place)) high = middle - 1
    else low = middle
  }
  return low
}
