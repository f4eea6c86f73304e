/** Pages that are lent: the same events as any reader gets, in memory that is shared and used again, unless it is kept. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {DamagedLog} from '../damaged-log.ts'
import {LentPage, Overrun, type EventLog} from '../event-log.ts'
import {openSegments} from '../segments.ts'

const root = temporaryFolder('lent-pages')
let count = 0
const newFolder = (): string => join(root, String(count++))
const settings = {now: () => 1_000, recentSizeMax: 1}
const eventOf = (seq: number, size = 40_000): Uint8Array => new Uint8Array(size).fill(seq)

/** Events of some sizes, all told by their first byte, which is their seq. */
async function filled(folder: string, sizes: readonly number[], more = {}): Promise<EventLog> {
  const log = await openSegments(folder, {...settings, ...more})
  for (const [i, size] of sizes.entries()) await log.append([eventOf(i + 1, size)])
  return log
}

/** What a lent tail gives: of each page and batch the kind and the events. Each event must be whole. */
async function told(log: EventLog, after: number, last: number, use?: (page: LentPage) => void): Promise<string[]> {
  const stopping = new AbortController()
  const found: string[] = []
  for await (const some of log.lentTail(after, stopping.signal)) {
    const isLent = some instanceof LentPage
    const events = isLent
      ? some.starts.map((start, i) => some.bytes.subarray(start, some.ends[i]))
      : some.events.map(event => Buffer.from(event))
    for (const [i, event] of events.entries()) ok(event.every(byte => byte === some.first + i))
    found.push(`${isLent ? 'lent' : 'held'} ${events.map((_, i) => some.first + i).join()}`)
    if (isLent) use?.(some)
    if (some.first + events.length > last) stopping.abort()
  }
  return found
}

test('a reader that is behind is lent pages over all segments, and gets batches where events are in memory', async () => {
  const log = await filled(newFolder(), [40_000, 40_000, 40_000, 40_000, 200_000, 0, 7, 40_000], {
    segmentSizeMax: 150_000,
  })
  // The fourth is above a segment's size, and so begins the next one; the one above a page has one for itself.
  deepEqual(await told(log, 0, 8), ['lent 1,2,3', 'lent 4', 'lent 5', 'lent 6,7,8'])
  deepEqual(await told(log, 1, 8), ['lent 2,3', 'lent 4', 'lent 5', 'lent 6,7,8'])
  deepEqual(await told(log, 5, 8), ['lent 6,7,8'])
  deepEqual(await told(log, 7, 8), ['held 8'])
  await log.close()
})

test('buffers are used again, unless their page is kept, and readers near each other share pages', async () => {
  const log = await openSegments(newFolder(), settings)
  for (let i = 0; i < 8; i++) await log.append(Array.from({length: 10}, (_, j) => eventOf(i * 10 + j + 1, 110_000)))
  const pagesOf = async (keeps: boolean): Promise<LentPage[]> => {
    const pages: LentPage[] = []
    await told(log, 0, 79, page => {
      pages.push(page)
      if (keeps) page.keep()
    })
    return pages
  }
  const used = await pagesOf(false)
  equal(used.length, 79)
  const buffers = new Set(used.map(({bytes}) => bytes.buffer)).size
  ok(buffers < 40, `${buffers} buffers`)
  for (const {first, bytes, starts} of await pagesOf(true)) equal(bytes[starts[0]], first)
  const [one, other] = await Promise.all([pagesOf(false), pagesOf(false)])
  deepEqual(
    one.map((page, i) => page === other[i]),
    one.map(() => true),
  )
  await log.close()
})

test('a reader that is overtaken by retention is told so, and damage by its file', async () => {
  const folder = newFolder()
  const log = await filled(
    folder,
    Array.from({length: 6}, () => 100_000),
    {segmentSizeMax: 150_000},
  )
  const trims: Promise<void>[] = []
  const overtaken = told(log, 0, 6, () => void trims.push(log.trim(4)))
  await rejects(overtaken, Overrun)
  await Promise.all(trims)
  const name = readdirSync(folder)
    .filter(name => name.endsWith('.log'))
    .toSorted()[0]
  const bytes = readFileSync(join(folder, name))
  bytes[100]++
  writeFileSync(join(folder, name), bytes)
  await rejects(told(log, 4, 6), DamagedLog)
  await log.close()
})

test('what was read ahead is read again when something of it is erased meanwhile', async () => {
  const log = await filled(
    newFolder(),
    Array.from({length: 9}, () => 40_000),
  )
  const zeros: boolean[] = []
  const stopping = new AbortController()
  for await (const some of log.lentTail(0, stopping.signal)) {
    if (!(some instanceof LentPage) || some.last >= 8) break
    zeros.push(...some.starts.map(start => some.bytes[start] === 0))
    if (some.first === 1) await log.erase({after: 0, through: 9, kept: 0, chosen: (_, seq) => seq === 5})
  }
  deepEqual(zeros, [false, false, false, false, true, false])
  await log.close()
})

test('a log has nothing of another that stood at its path before', async () => {
  const folder = newFolder()
  const sizesOf = async (size: number): Promise<number[]> => {
    const log = await filled(folder, Array<number>(12).fill(size))
    const sizes: number[] = []
    await told(log, 0, 11, ({starts, ends}) => starts.forEach((start, i) => sizes.push(ends[i] - start)))
    await log.close()
    rmSync(folder, {recursive: true})
    return sizes
  }
  deepEqual(await sizesOf(90_000), Array(11).fill(90_000))
  deepEqual(await sizesOf(80_000), Array(11).fill(80_000))
})
