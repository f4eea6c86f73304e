/**
 * Durable acts on SQLite: one at a time, and many at once, which share transactions and syncs. The peer is SQLite as
 * one would use it plainly: a transaction for each act, synced by SQLite itself (`synchronous = FULL`), which is what
 * surviving a loss of power takes.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {DatabaseSync} from 'node:sqlite'
import {join} from 'node:path'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {contest, figure, median} from './measure.ts'

// Beside the checkout, not under /tmp, which may be memory that syncs for nothing.
const folder = mkdtempSync(join(import.meta.dirname, '..', '.bench-'))
const table = 'CREATE TABLE record (key TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID'
const body = new Uint8Array(300)
let count = 0
const key = (): string => `${(count++ * 2_654_435_761) % 2 ** 32} ${count}`

const peer = new DatabaseSync(join(folder, 'peer.sqlite'))
peer.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${table}`)
const begin = peer.prepare('BEGIN IMMEDIATE')
const insert = peer.prepare('INSERT INTO record VALUES (?, ?)')
const commit = peer.prepare('COMMIT')
function plainActs(acts: number): void {
  for (let i = 0; i < acts; i++) {
    begin.run()
    insert.run(key(), body)
    commit.run()
  }
}

const power = openSqlite(join(folder, 'power.sqlite'), {migrations: [{name: 'record', up: table}]})
const kill = openSqlite(join(folder, 'kill.sqlite'), {migrations: [{name: 'record', up: table}], durable: 'process'})

async function acts(db: typeof power, lanes: number, each: number): Promise<void> {
  const lane = async (): Promise<void> => {
    for (let i = 0; i < each; i++) await db.write(tx => tx.run('INSERT INTO record VALUES (?, ?)', key(), body))
  }
  await Promise.all(Array.from({length: lanes}, lane))
}

const alone = await contest({
  title: 'durable acts, one at a time',
  unit: 'acts',
  work: 64,
  contenders: {
    wholesky: () => acts(power, 1, 64),
    'wholesky, but for power': () => acts(kill, 1, 64),
    'node:sqlite, FULL': () => plainActs(64),
  },
})
const together = await contest({
  title: 'durable acts, 32 at a time',
  unit: 'acts',
  work: 640,
  contenders: {
    wholesky: () => acts(power, 32, 20),
    'wholesky, but for power': () => acts(kill, 32, 20),
    'node:sqlite, FULL': () => plainActs(640),
  },
  claims: {'node:sqlite, FULL': 3},
})
if (alone && together) {
  figure('32 at a time over one at a time', together.rates.wholesky.median / alone.rates.wholesky.median, 'times', {
    atLeast: 5,
  })
}

const keys = power.read(tx => tx.arrays<[string]>('SELECT key FROM record LIMIT 1000')).flat()
const read = peer.prepare('SELECT body FROM record WHERE key = ?')
await contest({
  title: 'point reads',
  unit: 'reads',
  work: keys.length,
  contenders: {
    wholesky: () => {
      for (const key of keys) power.read(tx => tx.get('SELECT body FROM record WHERE key = ?', key))
    },
    'node:sqlite, prepared by hand': () => {
      for (const key of keys) read.get(key)
    },
    'node:sqlite, prepared each time': () => {
      for (const key of keys) peer.prepare('SELECT body FROM record WHERE key = ?').get(key)
    },
  },
  claims: {'node:sqlite, prepared each time': 1},
})

/** How long acts wait while the database is kept busy by 32 at a time. */
const waits: number[] = []
const started = performance.now()
const probe = async (): Promise<void> => {
  while (performance.now() - started < 1_000) {
    const before = performance.now()
    await power.write(tx => tx.run('INSERT INTO record VALUES (?, ?)', key(), body))
    waits.push(performance.now() - before)
  }
}
await Promise.all(Array.from({length: 32}, probe))
figure('wait of an act among 32, median', median(waits), 'ms')
figure('wait of an act among 32, p99', waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)], 'ms')

await power.close()
await kill.close()
peer.close()
rmSync(folder, {recursive: true})
