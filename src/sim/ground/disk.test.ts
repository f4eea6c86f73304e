import assert from 'node:assert/strict'
import {statSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {Prng} from '#std/prng.ts'
import {toUtf8} from '#std/text.ts'
import {openSql} from '#engines/open.ts'
import {openSegments} from '#engines/event-log/segments.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {SimDisk, type DiskHealth} from './disk.ts'

const migrations = [{name: 'item', up: 'CREATE TABLE item (name TEXT)'}]
const add = (name: string) => (tx: {run(sql: string, ...values: string[]): unknown}) =>
  void tx.run('INSERT INTO item (name) VALUES (?)', name)

/** What a process that begins anew finds. */
const namesIn = async (from: SimDisk): Promise<unknown[]> => {
  const sql = openSql('sqlite:/data/a.sqlite', {migrations, disk: from})
  const names = sql.read(tx => tx.arrays('SELECT name FROM item').flat())
  await sql.close()
  return names
}

/** A disk whose syncs take no time, or wait for the test. */
function setUp(seed = 'disk') {
  const folder = temporaryFolder('sim-disk')
  const points: string[] = []
  const left: (() => void)[] = []
  const gate = {pause: (): Promise<void> => Promise.resolve()}
  const owner = {
    point: (name: string) => void points.push(name),
    pause: () => gate.pause(),
    nowMs: () => 0,
    isEnded: () => false,
    opened: (close: () => void) => void left.push(close),
    wroteShort: () => void points.push('short'),
  }
  const health: DiskHealth = {isFull: false, isSlow: false, isLying: false}
  let generation = 0
  const next = (): string => join(folder, String(generation++))
  const disk = new SimDisk(owner, {folder: next(), prng: new Prng(seed), health})
  const after = (from: SimDisk, power: boolean): SimDisk => from.after(owner, {next: next(), power, torn: () => {}})
  return {disk, folder, health, points, gate, after, open: () => openSql('sqlite:/data/a.sqlite', {migrations, disk})}
}

test('what was synced is there after a loss of power, and what was not is there after the end of a process', async () => {
  const {disk, gate, after, open, points} = setUp()
  const sql = open()
  await sql.write(add('synced'))
  assert.deepEqual(points, ['sql begins', 'sql committed', 'sql synced'])
  gate.pause = () => new Promise(() => {})
  void sql.write(add('committed'))
  while (points.filter(point => point === 'sql committed').length < 2) await new Promise(setImmediate)
  assert.deepEqual(await namesIn(after(disk, false)), ['synced', 'committed'])
})

test('a database that a process has not come to open is there for the next', async () => {
  const {disk, health, after, open} = setUp()
  const sql = open()
  await sql.write(add('synced'))
  health.isLying = true
  await sql.write(add('lost'))
  const unopened = after(disk, true)
  assert.equal((await namesIn(after(unopened, true)))[0], 'synced')
})

test('a loss of power takes an end of what was not synced, and nothing before it', async () => {
  const found = new Set<string>()
  for (let round = 0; round < 12; round++) {
    const {disk, gate, after, open, points} = setUp(`round ${round}`)
    const sql = open()
    await sql.write(add('synced'))
    gate.pause = () => new Promise(() => {})
    void sql.write(add('committed'))
    while (points.filter(point => point === 'sql committed').length < 2) await new Promise(setImmediate)
    found.add((await namesIn(after(disk, true))).join())
  }
  assert.ok(
    [...found].every(names => names === 'synced' || names === 'synced,committed'),
    [...found].join(' | '),
  )
})

test('what is durable of a large database is folded in while it is open, and what comes after may be lost', async () => {
  const {disk, folder, health, after, open} = setUp()
  const sql = open()
  const changes = join(folder, '0', '-data-a.sqlite-wal')
  await sql.write(add('x'.repeat(2 ** 24)))
  assert.equal(statSync(changes).size, 0)
  health.isLying = true
  for (let at = 0; at < 50; at++) await sql.write(add(`lost ${at}`))
  const names = await namesIn(after(disk, true))
  assert.equal((names[0] as string).length, 2 ** 24)
  assert.ok(names.length < 51, `${names.length} of 51`)
})

test('a disk that lies keeps nothing of what it said it did', async () => {
  const {disk, health, after, open} = setUp()
  const sql = open()
  await sql.write(add('kept'))
  health.isLying = true
  for (let at = 0; at < 50; at++) await sql.write(add(`lost ${at}`))
  const names = await namesIn(after(disk, true))
  assert.equal(names[0], 'kept')
  assert.ok(names.length < 51, `${names.length} of 51`)
})

test('a full disk refuses what is written to a database, and keeps a log waiting, until there is room', async () => {
  const {disk, health, open} = setUp()
  const sql = open()
  const log = await openSegments('/data/log', {now: () => 0, disk, fullDiskMs: 1})
  await log.append([toUtf8('a')])
  health.isFull = true
  await assert.rejects(sql.write(add('a')), {name: 'OutOfSpace'})
  const waiting = log.append([toUtf8('b')])
  await new Promise(setImmediate)
  assert.equal(log.bounds().last, 1)
  health.isFull = false
  assert.equal(await waiting, 2)
  await sql.write(add('b'))
  const names = sql.read(tx => tx.arrays('SELECT name FROM item').flat())
  assert.deepEqual(names, ['b'])
})

test('a log goes on after a loss of power with all that was acknowledged', async () => {
  const {disk, after} = setUp()
  const log = await openSegments('/data/log', {now: () => 0, disk})
  await log.append([toUtf8('a'), toUtf8('b')])
  const again = await openSegments('/data/log', {now: () => 0, disk: after(disk, true)})
  assert.deepEqual(again.bounds(), {first: 1, last: 2})
  assert.equal(await again.append([toUtf8('c')]), 3)
})

test('a disk that is full may take the first part of a write, which a log cuts off', async () => {
  const {disk, health, points, after} = setUp()
  const log = await openSegments('/data/log', {now: () => 0, disk, fullDiskMs: 1})
  await log.append([toUtf8('a')])
  health.isFull = true
  const waiting = log.append([toUtf8('b'.repeat(100))])
  // It tries again each millisecond, and one try in two leaves something.
  while (!points.includes('short')) await new Promise(resolve => setTimeout(resolve, 1))
  health.isFull = false
  assert.equal(await waiting, 2)
  const again = await openSegments('/data/log', {now: () => 0, disk: after(disk, true)})
  assert.deepEqual(again.bounds(), {first: 1, last: 2})
})
