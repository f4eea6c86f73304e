/**
 * Takes single events out of a log, where they stand. An event keeps its place, its time and its first bytes; what comes
 * after those becomes zeros, with the sum that belongs to them. Which are to go is written down and synced first, since
 * a record that is half written over reads as damage: whatever a crash leaves undone is done when the log is next opened.
 */
import {join} from 'node:path'
import {crc32} from 'node:zlib'
import type {Disk, DiskFile} from '#std/disk.ts'
import {assert} from '#std/assert.ts'
import type {Erasure} from './event-log.ts'
import {headerSize} from './record.ts'
import {type Segment, SegmentReader} from './segment.ts'

/** In the folder of the log, beside its segments. */
const journalName = 'erasing'
/** Pages are read whole, and by nobody else: no other reader is to hold what is about to go. */
const allOfPage = 2 ** 31

/** Records of one segment that are to become zeros after the first `kept` bytes of their events. */
interface Journal {
  /** The file of the segment. */
  readonly name: string
  readonly kept: number
  /** Where each record begins, and what it takes, its header included. */
  readonly records: readonly (readonly [offset: number, size: number])[]
}

/** Erases in the part of `segment` that is durable, and gives how many events that were. */
export async function eraseIn(folder: string, segment: Segment, erasure: Erasure): Promise<number> {
  assert(segment.packedSize === undefined, 'nothing is erased in a segment that is packed')
  const {kept} = erasure
  await finishErasing(folder, segment.disk)
  const records = await recordsOf(segment, erasure)
  if (records.length === 0) return 0
  const name = segment.path.slice(folder.length + 1)
  const journal = openJournal(folder, segment.disk)
  try {
    note(journal, {name, kept, records})
    await blank(segment.disk, segment.path, {name, kept, records})
    segment.wasErased()
    journal.truncate(0)
  } finally {
    journal.close()
  }
  return records.length
}

/** Does what a crash, or a disk that failed, left undone. */
export async function finishErasing(folder: string, disk: Disk): Promise<void> {
  const path = join(folder, journalName)
  if (!disk.sizeOf(path)) return
  const journal = read(await disk.text(path))
  // One that is not whole was not synced, and so nothing was begun.
  if (journal && disk.sizeOf(join(folder, journal.name)) !== undefined) {
    await blank(disk, join(folder, journal.name), journal)
  }
  await disk.remove(path)
}

async function recordsOf(segment: Segment, {after, through, chosen}: Erasure): Promise<[number, number][]> {
  const found: [number, number][] = []
  await using reader = await SegmentReader.open(segment, false)
  for (let place = await segment.markWhere(({seq}) => seq <= after + 1); ;) {
    const {batch, end} = await reader.page(place, allOfPage)
    let {offset} = place
    for (const [i, event] of batch.events.entries()) {
      const seq = batch.first + i
      const size = headerSize + event.length
      if (seq > after && seq <= through && chosen(event, seq)) found.push([offset, size])
      offset += size
    }
    place = {...place, seq: batch.first + batch.events.length, offset: end}
    if (batch.events.length === 0 || place.seq > through) return found
  }
}

function openJournal(folder: string, disk: Disk): DiskFile {
  const path = join(folder, journalName)
  if (disk.sizeOf(path) !== undefined) return disk.open(path, 'change')
  const file = disk.open(path, 'make')
  disk.syncFolder(folder)
  return file
}

function note(file: DiskFile, journal: Journal): void {
  const text = JSON.stringify(journal)
  file.truncate(0)
  file.write(Buffer.from(`${crc32(text)} ${text}`), 0)
  file.syncNow()
}

function read(text: string): Journal | undefined {
  const at = text.indexOf(' ')
  const rest = text.slice(at + 1)
  return at > 0 && crc32(rest) === Number(text.slice(0, at)) ? (JSON.parse(rest) as Journal) : undefined
}

async function blank(disk: Disk, path: string, {kept, records}: Journal): Promise<void> {
  const file = disk.open(path, 'change')
  try {
    for (const [offset, size] of records) {
      const record = Buffer.alloc(size)
      // All but the sum is written as it stands there, so that it is whole whatever becomes of this write.
      file.readNow(record.subarray(0, Math.min(headerSize + kept, size)), offset)
      record.writeUInt32LE(crc32(record.subarray(4)), 0)
      file.write(record, offset)
    }
    await file.sync(false)
  } finally {
    file.close()
  }
}
