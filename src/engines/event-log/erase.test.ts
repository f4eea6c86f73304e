/** Events that are erased on disk: what the files hold then, and what a crash at any act on the way leaves. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {cpSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import type {Disk, DiskFile} from '#std/disk.ts'
import {toUtf8} from '#std/text.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {nodeDisk} from '../node-disk.ts'
import type {EventLog} from './event-log.ts'
import {LogTail} from './readers/log-tail.ts'
import {openSegments} from './segments.ts'
import {newSharedBounds, shareBounds} from './readers/shared-bounds.ts'

const names = ['alice', 'bobby', 'carol']
/** Twelve events in segments of some three, in turn by the people of `names`. */
const eventOf = (seq: number): string => `${names[seq % 3]} says ${String(seq).repeat(30)}`
const settings = {now: () => 1_000, segmentSizeMax: 250, recentSizeMax: 1}
const open = (folder: string, disk = nodeDisk): Promise<EventLog> => openSegments(folder, {...settings, disk})
const isAlice = (event: Uint8Array): boolean => Buffer.from(event).includes('alice')
const eraseAlice = (log: EventLog): Promise<number> => log.erase({after: 0, through: 12, kept: 2, chosen: isAlice})
const zeroed = (seq: number): string => `al${'\0'.repeat(eventOf(seq).length - 2)}`

async function filled(folder: string): Promise<EventLog> {
  const log = await open(folder)
  for (let seq = 1; seq <= 12; seq++) await log.append([toUtf8(eventOf(seq))])
  return log
}

async function textsOf(log: EventLog): Promise<string[]> {
  const all: string[] = []
  while (all.length < log.bounds().last) {
    all.push(...(await log.read(all.length, 99)).events.map(event => Buffer.from(event).toString()))
  }
  return all
}

const filesOf = (folder: string): string =>
  readdirSync(folder)
    .map(name => readFileSync(join(folder, name), 'latin1'))
    .join('')

/** A disk that fails for good at the act `at`, of which a write does the half. */
function dyingDisk(at: number): {disk: Disk; died: () => boolean} {
  let left = at
  const act = (half?: () => void): void => {
    if (--left > 0) return
    if (left === 0) half?.()
    throw new Error('the machine is gone')
  }
  const dying = (file: DiskFile): DiskFile => ({
    size: () => file.size(),
    read: (into, position) => file.read(into, position),
    readNow: (into, position) => file.readNow(into, position),
    write(bytes, position) {
      act(() => file.write(bytes.subarray(0, bytes.length / 2), position))
      file.write(bytes, position)
    },
    truncate(size) {
      act()
      file.truncate(size)
    },
    sync: alone => (act(), file.sync(alone)),
    syncNow: () => (act(), file.syncNow()),
    close: () => file.close(),
  })
  const disk = {...nodeDisk, open: (path: string, mode: 'read') => dying(nodeDisk.open(path, mode))}
  return {disk, died: () => left <= 0}
}

test('of what is erased nothing is left in the files but its first bytes, and all else reads as before', async () => {
  const folder = temporaryFolder('erase')
  const log = await filled(folder)
  ok(readdirSync(folder).length > 4, 'there are several segments')
  equal(await eraseAlice(log), 4)
  ok(!filesOf(folder).includes('alice'))
  await log.close()
  const again = await open(folder)
  const left = Array.from({length: 12}, (_, i) => ((i + 1) % 3 === 0 ? zeroed(i + 1) : eventOf(i + 1)))
  deepEqual(await textsOf(again), left)
  const bounds = newSharedBounds()
  const stopping = new AbortController()
  const shared = shareBounds(again, bounds, stopping.signal)
  using tail = new LogTail(folder, bounds)
  const told: string[] = []
  for await (const batch of tail.tail(0, stopping.signal)) {
    told.push(...batch.events.map(event => Buffer.from(event).toString()))
    if (told.length === 12) break
  }
  deepEqual(told, left, 'also on another thread')
  stopping.abort()
  await shared
  await again.close()
})

test('whichever act a crash is in the middle of, all others are whole, and the rest is erased the next time', async () => {
  const whole = temporaryFolder('erase-whole')
  await (await filled(whole)).close()
  let at = 1
  for (let isDone = false; !isDone; at++) {
    const folder = temporaryFolder(`erase-dies-${at}`)
    cpSync(whole, folder, {recursive: true})
    const {disk, died} = dyingDisk(at)
    const dying = await open(folder, disk)
    await eraseAlice(dying).catch(() => {})
    await dying.close().catch(() => {})
    isDone = !died()
    const log = await open(folder)
    for (const [i, text] of (await textsOf(log)).entries()) {
      if (text !== eventOf(i + 1)) deepEqual([text, (i + 1) % 3], [zeroed(i + 1), 0])
    }
    await eraseAlice(log)
    ok(!filesOf(folder).includes('alice'))
    await log.close()
  }
  ok(at > 20, 'it dies in many places')
})

test('a reader that has read ahead gets what is erased as zeros', async () => {
  const log = await openSegments(temporaryFolder('erase-ahead'), {now: () => 1, recentSizeMax: 1})
  for (const name of ['bobby', 'carol', 'alice']) await log.append([toUtf8(name.padEnd(100_000, '-'))])
  const stopping = new AbortController()
  const told: string[] = []
  for await (const {events} of log.tail(0, stopping.signal)) {
    if (told.length === 1) equal(await eraseAlice(log), 1)
    told.push(...events.map(event => Buffer.from(event).toString('latin1', 0, 5)))
    if (told.length === 3) break
  }
  deepEqual(told, ['bobby', 'carol', 'al\0\0\0'])
  await log.close()
})

test('nothing is erased in a log that packs its segments', async () => {
  const log = await openSegments(temporaryFolder('erase-packed'), {now: () => 1, packs: true})
  await rejects(eraseAlice(log), /packs/)
  await log.close()
})
