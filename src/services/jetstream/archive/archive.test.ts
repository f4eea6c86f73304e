/** The archive on disk: what is in it is found again, whatever a crash, a full disk or its own bounds took. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {rowKind, type ArchiveRow} from '#atp/archive/block.ts'
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {nodeDisk} from '#engines/node-disk.ts'
import type {Disk} from '#std/disk.ts'
import {silentLog} from '#std/log.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {until} from '../../../../test/until.ts'
import {encodeRecord} from '../log-record.ts'
import {Archive, blockRows, blockSizeMax, collectionsMax, type ArchiveOptions} from './archive.ts'
import {archivedPages} from './archived-rows.ts'
import {Archiver} from './archiver.ts'
import {planOf} from './plan.ts'
import {Replaced, segmentIndexOf, segmentName} from './sealed-segment.ts'
import {soughtOf, type Wanted} from './sought.ts'

const folder = temporaryFolder('archive')
const startMs = Date.parse('2026-01-02T03:04:05Z')
const didOf = (n: number): string => `did:plc:${String(n).padStart(24, 'a')}`

let opened = 0
/** In a folder of its own, unless one is given. */
const open = (more: Partial<ArchiveOptions> & {disk?: Disk; nowMs?: number} = {}, of = join(folder, `${++opened}`)) =>
  Archive.open(of, {
    segmentSizeMax: 1_000,
    segmentAgeMax: 1_000,
    ageMax: Infinity,
    sizeMax: Infinity,
    ...more,
    world: {now: () => more.nowMs ?? startMs, ...(more.disk && {disk: more.disk})},
  })

/** Of account `seq % 10`; every hundredth event is one of an account. */
const row = (seq: number): ArchiveRow => ({
  seq,
  witnessedMicros: startMs * 1_000 + seq,
  indexedMicros: 0,
  did: didOf(seq % 10),
  ...(seq % 100 === 0
    ? {kind: rowKind.account, collection: '', rkey: '', rev: ''}
    : {kind: rowKind.create, collection: `app.bsky.feed.n${seq % 7}`, rkey: `r${seq}`, rev: '3k2yihcrp6c2a'}),
  payload: Uint8Array.of(0xa0),
})
const rows = (first: number, last: number): ArchiveRow[] =>
  Array.from({length: last - first + 1}, (_, i) => row(first + i))

/** The numbers of all events in the sealed segments, then in the one that grows. */
async function seqsIn(archive: Archive): Promise<number[]> {
  const found: number[] = []
  for (const segment of archive.sealed) {
    for (let i = 0; i < segment.places.length; i++) found.push(...(await segment.block(i)).rows().map(({seq}) => seq))
  }
  for (let i = 0; i < (archive.growing?.blockCount ?? 0); i++) {
    found.push(...((await archive.growing?.block(i))?.rows() ?? []).map(({seq}) => seq))
  }
  return found
}
const counted = (last: number): number[] => Array.from({length: last}, (_, i) => i + 1)

test('the names of segments count in base 36', () => {
  deepEqual([0, 35, 36, 2 ** 40].map(segmentName), [
    'seg_0000000000.jss',
    'seg_000000000z.jss',
    'seg_0000000010.jss',
    'seg_00e13wu1og.jss',
  ])
  equal(segmentIndexOf(segmentName(2 ** 40)), 2 ** 40)
  for (const name of ['seg_0.jss', 'seg_0000000000.jss.new', '../seg_0000000000.jss', 'seg_000000000A.jss', '']) {
    equal(segmentIndexOf(name), undefined, name)
  }
})

test('sealed and growing segments are there again after a restart, and go on from there', async () => {
  using before = await open()
  await before.append(rows(1, 50))
  await before.append(rows(51, 100))
  await before.seal()
  await before.append(rows(101, 120))
  deepEqual([before.sealedTip, before.last, before.first], [100, 120, 1])
  before[Symbol.dispose]()
  using after = await open({}, before.folder)
  deepEqual([after.sealedTip, after.last], [100, 120])
  await after.append(rows(121, 130))
  await after.growing?.learn(new AbortController().signal)
  await after.seal()
  deepEqual(await seqsIn(after), counted(130))
  deepEqual(
    readdirSync(after.folder).filter(name => name.endsWith('.jss')),
    [0, 1].map(segmentName),
  )
  await rejects(open({}, after.folder), {name: 'InUse'})
})

test('wherever a crash cut the last block off, all before it is there, and no half of it', async () => {
  using whole = await open()
  await whole.append(rows(1, 20))
  const {size: one} = whole
  await whole.append(rows(21, 40))
  const path = whole.growing?.path ?? ''
  for (const size of [0, 100, 255, 256, 260, one - 1, one, one + 7, one + 8, one + 40, whole.size - 1, whole.size]) {
    const copy = join(folder, `cut-${size}`)
    mkdirSync(copy)
    copyFileSync(path, join(copy, segmentName(0)))
    truncateSync(join(copy, segmentName(0)), size)
    using cut = await open({}, copy)
    const last = size === whole.size ? 40 : size >= one ? 20 : 0
    deepEqual(await seqsIn(cut), counted(last), `${size}`)
    await cut.append(rows(last + 1, 60))
    await cut.growing?.learn(new AbortController().signal)
    await cut.seal()
    deepEqual(await seqsIn(cut), counted(60), `${size}`)
  }
})

test('a segment whose seal was cut off is one that grows; one that was changed is refused', async () => {
  using made = await open()
  await made.append(rows(1, 30))
  await made.seal()
  const bytes = readFileSync(made.sealed[0].path)
  const of = (name: string, change: (copy: Buffer) => Buffer): string => {
    const copy = join(folder, name)
    mkdirSync(copy)
    writeFileSync(join(copy, segmentName(0)), change(Buffer.from(bytes)))
    return copy
  }
  using unsealed = await open(
    {},
    of('no-head', copy => copy.fill(0, 0, 256).subarray(0, copy.length - 3)),
  )
  deepEqual([unsealed.sealedTip, await seqsIn(unsealed)], [0, counted(30)])
  const changed = of('changed', copy => {
    copy[copy.length - 1] ^= 1
    return copy
  })
  await rejects(open({}, changed), {name: 'Malformed', reason: 'other-sum'})
})

test('what is too old, or too much, goes from its oldest end', async () => {
  for (const more of [{ageMax: 250}, {sizeMax: 2_300}]) {
    const clock = {nowMs: startMs}
    using archive = await Archive.open(join(folder, `${++opened}`), {
      segmentSizeMax: 1_000,
      segmentAgeMax: 1_000,
      ageMax: Infinity,
      sizeMax: Infinity,
      ...more,
      world: {now: () => clock.nowMs},
    })
    for (let n = 0; n < 5; n++) {
      const batch = rows(n * 20 + 1, n * 20 + 20).map(one => ({...one, witnessedMicros: clock.nowMs * 1_000}))
      await archive.append(batch)
      await archive.seal()
      clock.nowMs += 100
    }
    ok(archive.first > 20 && archive.sealedTip === 100, `${archive.first}`)
    equal(readdirSync(archive.folder).filter(name => name.endsWith('.jss')).length, archive.sealed.length)
  }
})

const planned = async (
  wanted: Wanted,
  window = {after: 0, before: Infinity},
  limits?: {entriesMax: number; looksMax: number},
) => {
  using archive = await open()
  for (let n = 0; n < 8; n++) {
    const block = rows(n * 10 + 1, n * 10 + 10).map(one => ({
      ...one,
      did: didOf(n),
      collection: `app.bsky.feed.n${n}`,
    }))
    await archive.append(n === 5 ? block.map(one => ({...one, kind: rowKind.account, collection: ''})) : block)
    if (n % 4 === 3) await archive.seal()
  }
  await archive.append(rows(81, 90))
  return planOf(archive.sealed, soughtOf(wanted), window, limits)
}

const shown = ({segments}: Awaited<ReturnType<typeof planned>>): string =>
  segments
    .map(({index, blocks}) => `${index}:${blocks?.map(({first, last}) => `${first}-${last}`).join() ?? 'all'}`)
    .join(' ')

suite('what is planned', () => {
  for (const [wanted, window, expected] of [
    [{}, undefined, '0:all 1:all'],
    [{dids: [didOf(2)]}, undefined, '0:2-2'],
    [{dids: [didOf(2), didOf(3), didOf(7)]}, undefined, '0:2-3 1:3-3'],
    [{dids: ['did:web:nobody.example.com']}, undefined, ''],
    [{collections: ['app.bsky.feed.n6']}, undefined, '1:1-2'],
    [{collections: ['app.bsky.feed.n6'], kinds: ['commit']}, undefined, '1:2-2'],
    [{collections: ['app.bsky.feed.*'], kinds: ['commit']}, undefined, '0:all 1:all'],
    [{collections: ['app.bsky.graph.*'], kinds: ['commit']}, undefined, ''],
    [{kinds: ['account']}, undefined, '1:1-1'],
    [{kinds: ['sync', 'identity']}, undefined, ''],
    [{}, {after: 20, before: Infinity}, '0:2-3 1:all'],
    [{}, {after: 19, before: 21}, '0:1-2'],
    [{}, {after: 80, before: Infinity}, ''],
  ] as const) {
    test(`for ${JSON.stringify(wanted)} ${window ? `${window.after} to ${window.before}` : ''} is ${expected || 'nothing'}`, async () => {
      const plan = await planned(wanted as Wanted, window)
      equal(shown(plan), expected)
      equal(plan.sealedTipSeq, Math.min(80, window?.before ?? 80))
      equal(plan.plannedThroughSeq, plan.sealedTipSeq)
    })
  }

  test('in pages, each of which ends at a run of blocks, and goes on from there', async () => {
    const wanted = {dids: [didOf(0), didOf(2), didOf(6)]}
    for (const limits of [
      {entriesMax: 1, looksMax: Infinity},
      {entriesMax: 100, looksMax: 1},
    ]) {
      const seen: string[] = []
      for (let after = 0, tip = Infinity; after < tip;) {
        const plan = await planned(wanted, {after, before: Infinity}, limits)
        ok(plan.plannedThroughSeq > after)
        seen.push(shown(plan))
        after = plan.plannedThroughSeq
        tip = plan.sealedTipSeq
      }
      deepEqual(seen.filter(Boolean), limits.entriesMax === 1 ? ['0:0-0', '0:2-2', '1:2-2'] : ['0:0-0,2-2', '1:2-2'])
    }
  })
})

test('who holds a segment that was written anew meanwhile is told so', async () => {
  using archive = await open()
  await archive.append(rows(1, 20))
  await archive.seal()
  using other = await open()
  await other.append(rows(1, 30))
  await other.seal()
  const [segment] = archive.sealed
  copyFileSync(other.sealed[0].path, `${segment.path}.new`)
  await archive.replace(segment)
  await rejects(segment.block(0), Replaced)
  deepEqual(await seqsIn(archive), counted(30))
})

test('what is no segment does not take the place of one', async () => {
  using archive = await open()
  await archive.append(rows(1, 20))
  await archive.seal()
  const [segment] = archive.sealed
  writeFileSync(`${segment.path}.new`, readFileSync(segment.path).fill(7, 300))
  await rejects(archive.replace(segment), {name: 'Malformed'})
  deepEqual(await seqsIn(archive), counted(20))
})

test('a segment of more collections than are to be held in memory is due, also after a restart', async () => {
  const bounds = {segmentSizeMax: 1e9, segmentAgeMax: 1e9}
  using before = await open(bounds)
  const many = rows(1, collectionsMax + 1).map(one => ({...one, kind: rowKind.create, collection: `a.b.c${one.seq}`}))
  await before.append(many.slice(0, -2))
  equal(before.isDue(startMs * 1_000), false)
  await before.append(many.slice(-2))
  equal(before.isDue(startMs * 1_000), true)
  before[Symbol.dispose]()
  using after = await open(bounds, before.folder)
  await after.growing?.learn(new AbortController().signal)
  equal(after.isDue(startMs * 1_000), true)
})

test('large records go out a few at a time', async () => {
  using archive = await open()
  await archive.append(rows(1, 10).map(one => ({...one, payload: new Uint8Array(50_000)})))
  const all = {}
  const found: number[] = []
  for await (const page of archivedPages(archive, () => all, 0, new AbortController().signal)) {
    if (page.rows.length > 0) found.push(page.rows.length)
  }
  deepEqual(found, [3, 3, 3, 1])
})

const told = (n: number) => ({...row(n), cid: undefined})
const record = (n: number): Uint8Array => encodeRecord(told(n), {timeMicros: startMs * 1_000 + n, seq: n, left: 0})

async function followed(disk: Disk | undefined, count: number, more: Partial<ArchiveOptions> = {}) {
  const archive = await open({nowMs: startMs + 1_000, ...more, ...(disk && {disk})})
  const log = memoryEventLog({now: () => startMs})
  const unfit: number[] = []
  const ending = new AbortController()
  const world = {now: () => startMs, sleep: () => new Promise<void>(resolve => setTimeout(resolve, 1))}
  const archiver = new Archiver({
    archive,
    log,
    world,
    told: silentLog,
    onUnfit: () => unfit.push(1),
    compactionIntervalMs: 0,
    onCompacted: () => {},
  })
  const running = archiver.run(ending.signal)
  await log.append(counted(count).map(record))
  const stop = async () => {
    ending.abort()
    await running
    archive[Symbol.dispose]()
  }
  return {archive, log, stop, unfit}
}

suite('the archive follows the log', () => {
  test('by whole blocks; what is left waits until its segment is old', {timeout: 20_000}, async () => {
    const {archive, stop} = await followed(undefined, blockRows + 10, {segmentSizeMax: 1e9, segmentAgeMax: 1e9})
    await until(() => archive.last >= blockRows, 'a block is written')
    deepEqual([archive.last, archive.sealedTip], [blockRows, 0])
    await stop()
    const old = await followed(undefined, 10, {segmentAgeMax: 0})
    await until(() => old.archive.sealedTip === 10, 'the segment is sealed')
    deepEqual(await seqsIn(old.archive), counted(10))
    await old.stop()
  })

  test('by blocks of few events where these are large', {timeout: 20_000}, async () => {
    const {archive, log, stop} = await followed(undefined, 1, {segmentSizeMax: 1e9, segmentAgeMax: 1e9})
    const large = {...told(2), payload: new Uint8Array(blockSizeMax / 2)}
    await log.append([2, 3, 4, 5].map(n => encodeRecord(large, {timeMicros: startMs * 1_000 + n, seq: n, left: 0})))
    await until(() => archive.last === 5, 'it has come so far')
    deepEqual(
      archive.growing?.facts.map(({place}) => place.maxSeq),
      [3, 5],
    )
    await stop()
  })

  test('while the disk is full it waits, and then it lacks nothing', {timeout: 20_000}, async () => {
    let refusals = 0
    const disk: Disk = {
      ...nodeDisk,
      open(path, mode) {
        const file = nodeDisk.open(path, mode)
        const write: typeof file.write = (bytes, position) => {
          if (++refusals % 5 < 2) {
            file.write(bytes.subarray(0, bytes.length >> 1), position)
            throw Object.assign(new Error('full'), {code: 'ENOSPC'})
          }
          file.write(bytes, position)
        }
        return {
          size: () => file.size(),
          read: (into, at) => file.read(into, at),
          readNow: (into, at) => file.readNow(into, at),
          write,
          truncate: size => file.truncate(size),
          sync: alone => file.sync(alone),
          syncNow: () => file.syncNow(),
          close: () => file.close(),
        }
      },
    }
    const {archive, stop} = await followed(disk, 30, {segmentAgeMax: 0})
    await until(() => archive.sealedTip === 30, 'the segment is sealed')
    deepEqual(await seqsIn(archive), counted(30))
    await stop()
  })

  test('an event that it has no place for is left out, and counted', {timeout: 20_000}, async () => {
    const {archive, log, stop, unfit} = await followed(undefined, 3, {segmentAgeMax: 0})
    await log.append([
      encodeRecord({...told(4), rkey: 'k'.repeat(300)}, {timeMicros: startMs * 1_000 + 4, seq: 4, left: 0}),
      record(5),
    ])
    await until(() => archive.sealedTip === 5, 'the segment is sealed')
    deepEqual([await seqsIn(archive), unfit.length], [[1, 2, 3, 5], 1])
    await stop()
  })
})
