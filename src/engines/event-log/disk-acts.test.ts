/** What an event log asks of its disk: what it reads, writes, syncs and opens, in order, and no more than that. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {readdirSync, readFileSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import type {Disk} from '#std/disk.ts'
import {recordedDisk} from '../../../test/recorded-disk.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {DamagedLog} from './damaged-log.ts'
import {Overrun, pageSizeMax} from './event-log.ts'
import {LogTail} from './readers/log-tail.ts'
import {encodePages, headerSize} from './record.ts'
import {Segment, segmentHead, SegmentReader} from './segment.ts'
import {SegmentCursor} from './readers/segment-cursor.ts'
import {openSegments, type SegmentsOptions} from './segments.ts'
import {newSharedBounds} from './readers/shared-bounds.ts'

/** By the first event in it. */
const nameOf = (name: string): string => `${Number(name.slice(0, 16))}.${name.split('.').slice(1).join('.')}`
/** Events of so many bytes, of which each takes 24 more. */
const events = (...sizes: number[]): Uint8Array[] => sizes.map((size, i) => new Uint8Array(size).fill(i + 1))

async function opened(options: Partial<SegmentsOptions> = {}, folder = temporaryFolder('disk-acts')) {
  const recorded = recordedDisk(nameOf)
  const clock = {ms: 1_000}
  const log = await openSegments(folder, {now: () => clock.ms, recentSizeMax: 1, ...options, disk: recorded.disk})
  return {...recorded, folder, clock, log}
}

test('a log writes each group once and syncs it, and a new segment with its place in the folder before', async () => {
  const {log, acts, folder} = await opened({segmentSizeMax: 100})
  deepEqual(acts(), ['hold'])
  await log.append(events(26))
  deepEqual(acts(), [
    'make 1.log',
    'write 1.log 0 to 16',
    'sync 1.log now',
    'sync folder',
    'write 1.log 16 to 66',
    'sync 1.log alone',
  ])
  const [both] = [log.append(events(6)), log.append(events(6))]
  await both
  deepEqual(acts(), ['write 1.log 66 to 126', 'sync 1.log alone'])
  await log.append(events(1, 2))
  deepEqual(acts(), [
    'close 1.log',
    'replace 1.index by [{"seq":1,"time":1000,"offset":16}]',
    'make 4.log',
    'write 4.log 0 to 16',
    'sync 4.log now',
    'sync folder',
    'write 4.log 16 to 67',
    'sync 4.log alone',
  ])
  equal(await log.append([]), 5)
  deepEqual(acts(), [], 'nothing is written of nothing')
  await log.trim(3)
  deepEqual(acts(), ['remove 1.log', 'remove 1.index'])
  await log.close()
  deepEqual(acts(), ['close 4.log', 'let go'])

  const again = await opened({segmentSizeMax: 100}, folder)
  deepEqual(again.acts(), ['hold', 'open 4.log', 'read 4.log 0 to 16', 'read 4.log 16 to 67', 'close 4.log'])
  await again.log.close()
})

test('a sync is for one alone where little was written and nothing waits', async () => {
  const {log, acts} = await opened()
  const syncs = (): string[] => acts().filter(act => act === 'sync 1.log' || act === 'sync 1.log alone')
  const small = 64 * 2 ** 10 - headerSize
  await log.append(events(small))
  await log.append(events(small + 1))
  deepEqual(syncs(), ['sync 1.log alone', 'sync 1.log'])
  const filling = log.append(events(2 * 2 ** 20 - headerSize))
  await Promise.all([filling, log.append(events(1))])
  deepEqual(syncs(), ['sync 1.log', 'sync 1.log alone'])
  const few = log.append(events(1))
  await Promise.all([few, log.append(events(2 * 2 ** 20 - headerSize))])
  deepEqual(syncs(), ['sync 1.log', 'sync 1.log'])
  await log.close()
})

test('a group is as many appends as come to two mebibytes, and a larger one alone', async () => {
  const {log, acts} = await opened()
  const syncs = async (sizes: readonly number[]): Promise<number> => {
    await Promise.all(sizes.map(size => log.append(events(size - headerSize))))
    return acts().filter(act => act === 'sync 1.log' || act === 'sync 1.log alone').length
  }
  const half = 2 ** 19
  equal(await syncs(Array.from({length: 8}, () => half)), 2)
  equal(await syncs(Array.from({length: 7}, () => half + 1)), 3)
  equal(await syncs([5 * half, half, half]), 2)
  await log.close()
})

test(
  'a log that waits for room on a full disk is closed at once, and what waits is refused',
  {timeout: 10_000},
  async () => {
    const {disk} = recordedDisk(nameOf)
    const full: Disk = {
      ...disk,
      open: (path, mode) => ({
        ...disk.open(path, mode),
        write() {
          throw Object.assign(new Error('no room'), {code: 'ENOSPC'})
        },
      }),
    }
    const sleeping = Promise.withResolvers<void>()
    const log = await openSegments(temporaryFolder('disk-acts-closed'), {
      now: () => 1_000,
      disk: full,
      sleep: (_, signal) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error))
          sleeping.resolve()
        }),
    })
    const refused = rejects(log.append(events(5)), {name: 'AbortError'})
    await sleeping.promise
    await log.close()
    await refused
  },
)

test('on a full disk the log tries again each second, and says so each time', async () => {
  const {disk} = recordedDisk(nameOf)
  let left = 2
  const full: Disk = {
    ...disk,
    open(path, mode) {
      const file = disk.open(path, mode)
      return {
        ...file,
        write(bytes, position) {
          if (left-- > 0) throw Object.assign(new Error('no room'), {code: 'ENOSPC'})
          file.write(bytes, position)
        },
      }
    },
  }
  const slept: number[] = []
  let told = 0
  const log = await openSegments(temporaryFolder('disk-acts-full'), {
    now: () => 1_000,
    disk: full,
    sleep: async ms => void slept.push(ms),
    onFull: () => told++,
  })
  equal(await log.append(events(5)), 1)
  deepEqual([slept, told], [[1_000, 1_000], 2])
  await log.close()
})

test('the oldest segments go until the rest is small enough, and no more of them', async () => {
  const {log} = await opened({segmentSizeMax: 100, sizeMax: 400})
  for (const size of [5_000, 60, 60]) await log.append(events(size))
  deepEqual([log.bounds(), log.size], [{first: 2, last: 3}, 2 * (16 + 24 + 60)])
  for (let i = 0; i < 3; i++) await log.append(events(60))
  deepEqual([log.bounds(), log.size], [{first: 3, last: 6}, 400])
  await log.append(events(60))
  deepEqual([log.bounds(), log.size], [{first: 4, last: 7}, 400])
  await log.close()
  const {log: usual, acts} = await opened()
  for (let i = 0; i < 3; i++) await usual.append(events(1_000_000))
  equal(acts().filter(act => act.startsWith('make')).length, 1, 'a segment is large, and nothing goes')
  await usual.close()
})

test('events go when those after them are as old as may be, and a segment ends at a sixteenth of that age', async () => {
  const {log, clock, acts} = await opened({ageMax: 1_600})
  const made = (): number => acts().filter(act => act.startsWith('make')).length
  await log.append(events(1))
  clock.ms += 100
  await log.append(events(1))
  equal(made(), 1)
  clock.ms += 1
  await log.append(events(1))
  equal(made(), 1)
  clock.ms += 1_600
  await log.append(events(1))
  deepEqual([made(), log.bounds()], [1, {first: 1, last: 4}], 'the third is not too old')
  clock.ms += 101
  await log.append(events(1))
  deepEqual([made(), log.bounds()], [1, {first: 3, last: 5}])
  await log.close()
})

test('a torn tail is cut off durably, before anything is written after it', async () => {
  const {log, folder} = await opened()
  await log.append(events(26))
  await log.append(events(26))
  await log.close()
  const [path] = readdirSync(folder).filter(name => name.endsWith('.log'))
  truncateSync(join(folder, path), 115)
  const {acts, log: again} = await opened({}, folder)
  deepEqual(acts().slice(-7), [
    'read 1.log 66 to 115',
    'change 1.log',
    'write 1.log 0 to 16',
    'truncate 1.log to 66',
    'sync 1.log now',
    'close 1.log',
    'close 1.log',
  ])
  await again.append(events(1))
  deepEqual(acts(), ['change 1.log', 'write 1.log 66 to 91', 'sync 1.log alone'])
  await again.close()
})

/** A segment with one event of each size, as it lies on the disk, a millisecond after each other. */
const segmentOf = (...sizes: number[]) =>
  segmentAt(
    sizes.map((_, i) => i + 1),
    ...sizes,
  )

/** One with events of these times. */
function segmentAt(times: readonly number[], ...sizes: number[]) {
  const folder = temporaryFolder('disk-acts-segment')
  const {disk, acts} = recordedDisk(nameOf)
  const segment = new Segment(folder, 1, 1, [], disk)
  const pages = encodePages({first: 1, times, events: events(...sizes)})
  const bytes = Buffer.concat([segmentHead, ...pages.map(({bytes}) => bytes)])
  writeFileSync(segment.path, bytes)
  segment.size = bytes.length
  return {folder, disk, acts, segment, bytes}
}

const start = {seq: 1, offset: segmentHead.length}
const [kib50, kib200] = [50 * 1_024, 200 * 1_024]
const recordOf = (size: number): number => headerSize + size

test('a page is read once, and the next one ahead of it where that is asked for', async () => {
  for (const readsAhead of [false, true]) {
    const {segment, acts} = segmentOf(...Array.from({length: 6}, () => kib50))
    await using reader = await SegmentReader.open(segment, readsAhead)
    acts()
    const two = start.offset + 2 * recordOf(kib50)
    const first = await reader.page(start, Infinity)
    deepEqual([first.batch.events.length, first.end], [2, two])
    const read = (from: number): string => `read 1.log ${from} to ${Math.min(from + pageSizeMax, segment.size)}`
    deepEqual(acts(), [read(start.offset), ...(readsAhead ? [read(two)] : [])])
    const second = await reader.page({seq: 3, offset: two}, Infinity)
    const four = start.offset + 4 * recordOf(kib50)
    equal(second.end, four)
    deepEqual(acts(), readsAhead ? [read(four)] : [read(two)])
    equal((await reader.page({seq: 5, offset: four}, Infinity)).end, segment.size)
    deepEqual(acts(), readsAhead ? [] : [read(four)], 'nothing is beyond the end')
    // Elsewhere, what was read ahead is of no use.
    equal((await reader.page({seq: 5, offset: four}, 1)).batch.events.length, 1)
    equal(acts()[0], read(four))
  }
})

test('an event larger than a page is read whole, by a second read, also at the end of a segment', async () => {
  const {segment, acts} = segmentOf(kib200, 10, kib200)
  await using reader = await SegmentReader.open(segment, false)
  acts()
  const second = start.offset + recordOf(kib200)
  const last = second + recordOf(10)
  for (const [seq, offset, sizes, end, reads] of [
    [1, start.offset, [kib200], second, [start.offset + pageSizeMax, second]],
    [2, second, [10], last, [second + pageSizeMax]],
    [3, last, [kib200], segment.size, [last + pageSizeMax, segment.size]],
  ] as const) {
    const page = await reader.page({seq, offset}, Infinity)
    deepEqual([page.batch.events.map(({length}) => length), page.end], [sizes, end])
    deepEqual(
      acts(),
      reads.map(until => `read 1.log ${offset} to ${until}`),
    )
  }
})

test('readers of one page hold it together, and read it once though both ask before it is there', async () => {
  const {segment, acts} = segmentOf(...Array.from({length: 4}, () => kib50))
  await using one = await SegmentReader.open(segment, false)
  await using other = await SegmentReader.open(segment, false)
  acts()
  const pages = async (from: {seq: number; offset: number}) =>
    Promise.all([one.page(from, Infinity), other.page(from, Infinity)])
  const [first, same] = await pages(start)
  ok(same.batch === first.batch)
  equal(same.end, first.end)
  ok((await other.page(start, Infinity)).batch === first.batch)
  equal(acts().length, 1)
  ok((await other.page(start, 1)).batch !== first.batch, 'who asks for fewer gets fewer')
  equal(acts().length, 1)
  const whole = segment.size
  segment.size -= recordOf(kib50)
  const rest = {seq: 3, offset: first.end}
  const counts = async () => (await pages(rest)).map(({batch}) => batch.events.length)
  deepEqual([await counts(), acts().length], [[1, 1], 1])
  segment.size = whole
  deepEqual([await counts(), acts().length], [[2, 2], 1], 'of the end there may be more in a moment')
  // Another seq at the same offset is another segment's of this name: nothing is taken from the first.
  const {batch} = await one.soundPage({seq: 2, offset: start.offset}, Infinity)
  deepEqual([batch.first, batch.events.length], [2, 0])
})

test('what was durable and is no record is told, and the end of what is durable is no fault', async () => {
  const {segment, bytes} = segmentOf(10, 20, 30)
  await using reader = await SegmentReader.open(segment, false)
  const {end} = await reader.page(start, 2)
  writeFileSync(segment.path, bytes.subarray(0, end + 10))
  await rejects(reader.page({seq: 3, offset: end}, Infinity), (error: Error) => {
    return error instanceof DamagedLog && error.message.includes(`does not hold the event 3 at ${end}`)
  })
  deepEqual((await reader.page({seq: 4, offset: segment.size}, Infinity)).batch.events, [])
  deepEqual((await reader.soundPage({seq: 3, offset: end}, Infinity)).batch.events, [])
})

test('the index of a segment has a mark for each mebibyte, and one that is lost is made anew from its pages', async () => {
  const {folder, disk, segment, acts} = segmentOf(...Array.from({length: 12}, () => kib200))
  const found = new Segment(folder, 1, 1, undefined, disk)
  found.size = segment.size
  const [first, seventh] = [1, 7].map(seq => ({seq, time: seq, offset: start.offset + (seq - 1) * recordOf(kib200)}))
  for (const [seq, mark] of [
    [1, first],
    [6, first],
    [7, seventh],
    [12, seventh],
  ] as const) {
    deepEqual(await found.markWhere(mark => mark.seq <= seq), mark)
  }
  deepEqual(await found.markWhere(() => false), first)
  await found.seal()
  const made = `replace 1.index by ${JSON.stringify([first, seventh])}`
  equal(acts().at(-1), made)
  // As it is written.
  for (const [seq, offset] of [
    [1, 16],
    [2, 16 + 2 ** 20 - 1],
    [3, 16 + 2 ** 20],
    [4, 15 + 2 ** 21],
    [5, 16 + 2 ** 21],
  ])
    segment.mark(seq, seq, offset)
  await segment.seal()
  const seqs = (JSON.parse(readFileSync(segment.path.replace(/log$/, 'index'), 'utf8')) as {seq: number}[]).map(
    ({seq}) => seq,
  )
  deepEqual(seqs, [1, 3, 5])
})

test('the first event of a time is found before a mark of the same time', async () => {
  const sizes = Array.from({length: 12}, () => kib200)
  const {segment, folder, disk} = segmentAt(
    sizes.map((_, i) => (i === 0 ? 1 : 5)),
    ...sizes,
  )
  const found = new Segment(folder, 1, 1, undefined, disk)
  found.size = segment.size
  deepEqual((await found.markWhere(({time}) => time <= 5)).seq, 7, 'it has one')
  await using cursor = new SegmentCursor([found])
  deepEqual([await cursor.seqAtTime(5), await cursor.seqAtTime(1), await cursor.seqAtTime(6)], [2, 1, undefined])
})

test('a cursor keeps its file and place until it rests, and opens no more than it needs', async () => {
  const {segment, acts, disk, folder} = segmentOf(...Array.from({length: 6}, () => kib50))
  const later = new Segment(folder, 7, 7, [], disk)
  const [page] = encodePages({first: 7, times: [7, 8], events: events(5, 6)})
  writeFileSync(later.path, Buffer.concat([segmentHead, page.bytes]))
  later.size = segmentHead.length + page.bytes.length
  const cursor = new SegmentCursor([segment, later])
  const files = (): string[] => acts().filter(act => !act.startsWith('read'))
  const next = async (from: number, countMax = Infinity): Promise<number[]> => {
    const {first, events} = await cursor.next(from, countMax)
    return [first, events.length]
  }
  deepEqual([await next(1), await next(3), files()], [[1, 2], [3, 2], ['open 1.log']])
  await cursor.rest()
  await cursor.rest()
  deepEqual([files(), await next(5, 1), files()], [['close 1.log'], [5, 1], ['open 1.log']])
  deepEqual(
    [await next(7), files()],
    [
      [7, 2],
      ['close 1.log', 'open 7.log'],
    ],
  )
  deepEqual(
    [await next(8), await next(2, 1)],
    [
      [8, 1],
      [2, 1],
    ],
  )
  await rejects(next(0), Overrun)
  await cursor[Symbol.asyncDispose]()
  deepEqual(acts().at(-1), 'close 1.log')
  for (const [ms, seq] of [
    [0, 1],
    [1, 1],
    [2, 2],
    [7, 7],
    [8, 8],
    [9, undefined],
  ]) {
    equal(await cursor.seqAtTime(Number(ms)), seq, `${ms}`)
  }
  equal(await new SegmentCursor([]).seqAtTime(0), undefined)
})

test('a segment that has gone was overtaken, and what else hinders its opening is told as it is', async () => {
  const {segment, disk, folder} = segmentOf(10)
  const gone = new Segment(folder, 2, 2, [], disk)
  await rejects(new SegmentCursor([segment, gone]).next(2, 1), Overrun)
  const broken: Disk = {
    ...disk,
    open() {
      throw Object.assign(new Error('input/output error'), {code: 'EIO'})
    },
  }
  await rejects(new SegmentCursor([new Segment(folder, 1, 1, [], broken)]).next(1, 1), {code: 'EIO'})
})

test('who follows the files from another thread reads what is asked for, and nothing ahead', async () => {
  const {segment, acts, disk, folder} = segmentOf(...Array.from({length: 6}, () => kib50))
  const bounds = newSharedBounds()
  bounds.set([1n, 1n, 7n])
  const tail = new LogTail(folder, bounds, disk)
  const reader = tail.tail(0, new AbortController().signal)
  acts()
  const at = [0, 2, 4].map(count => 16 + count * recordOf(kib50))
  for (const [i, from] of at.entries()) {
    equal((await reader.next()).value?.events.length, 2)
    const read = `read 1.log ${from} to ${Math.min(from + pageSizeMax, segment.size)}`
    deepEqual(acts(), i === 0 ? ['open 1.log', read] : [read])
  }
  await reader.return()
  deepEqual(acts(), ['close 1.log'])
  tail[Symbol.dispose]()
  equal(readFileSync(segment.path).length, segment.size)
})
