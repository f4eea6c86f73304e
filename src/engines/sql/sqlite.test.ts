import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import fs, {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {after, test} from 'node:test'
import {filesOpenIn, needHandles} from '../../../test/open-files.ts'
import {ownTemporaryFolder} from '../../../test/temporary-folder.ts'
import type {DatabaseFile} from '#std/disk.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {nodeDisk} from '../node-disk.ts'
import {InUse} from '../exclusive.ts'
import {copySqlite} from './copy.ts'
import {SchemaMismatch} from './migrate.ts'
import {sqliteFault} from './sqlite-fault.ts'
import {contractMigrations, testSql} from './sql.contract.ts'
import {RowRuns} from './rows/row-runs.ts'
import {openSqlite} from './sqlite.ts'
import type {Migration, Sql, SqlReader} from './sql.ts'

const folder = mkdtempSync(join(tmpdir(), 'wholesky-test-'))
after(() => rmSync(folder, {recursive: true}))
let count = 0
const newPath = (): string => join(folder, `${count++}.sqlite`)

testSql('SQLite, temporary', () => openSqlite(undefined, {migrations: contractMigrations}))
testSql('SQLite, in a file', () => openSqlite(newPath(), {migrations: contractMigrations}))

async function opened<T>(path: string, migrations: readonly Migration[], use: (db: Sql) => T): Promise<Awaited<T>> {
  const db = openSqlite(path, {migrations})
  try {
    return await use(db)
  } finally {
    await db.close()
  }
}

test('each group of acts is told of', async () => {
  const groups: number[] = []
  const db = openSqlite(undefined, {migrations: contractMigrations, onGroup: acts => groups.push(acts)})
  await Promise.all([1, 2, 3].map(() => db.write(() => {})))
  await db.write(() => {})
  await db.close()
  assert.deepEqual(groups, [3, 1])
})

test('a database is made with the folders on its way, for its owner alone, and a snapshot is let go of twice', async () => {
  const path = join(folder, 'one', 'in', 'another.sqlite')
  await opened(path, contractMigrations, async db => {
    await db.write(tx => void tx.run('INSERT INTO item (name) VALUES (?)', 'a'))
    const snapshot = db.snapshot()
    assert.equal(snapshot.all('SELECT name FROM item').length, 1)
    snapshot[Symbol.dispose]()
    snapshot[Symbol.dispose]()
    for (const name of ['', '-wal', '-shm']) assert.equal(statSync(path + name).mode & 0o777, 0o600, name)
  })
  assert.equal(statSync(join(folder, 'one', 'in')).mode & 0o777, 0o700)
})

const pragma = (tx: SqlReader, name: string): unknown => Object.values(tx.get(`PRAGMA ${name}`) ?? {})[0]
const settings = (tx: SqlReader): unknown[] => ['cache_size', 'mmap_size', 'busy_timeout'].map(name => pragma(tx, name))

test('each connection has the memory and the care that it is to have', async () => {
  for (const [path, cacheSize, kib, synchronous] of [
    [newPath(), 10_241, 11, 1],
    [newPath(), undefined, 32 * 1_024, 1],
    [undefined, undefined, 32 * 1_024, 0],
  ] as const) {
    const db = openSqlite(path, {migrations: contractMigrations, ...(cacheSize && {cacheSize})})
    using snapshot = db.snapshot()
    assert.deepEqual(
      [await db.write(settings), db.read(settings), db.scan(settings), settings(snapshot)],
      [
        [-kib, 0, 5_000],
        [-kib, 0, 5_000],
        // As much as SQLite maps.
        [-2_048, 2 ** 31 - 2 ** 16, 5_000],
        [-2_048, 0, 5_000],
      ],
    )
    const writer = [
      ['journal_mode', 'wal'],
      ['synchronous', synchronous],
      ['journal_size_limit', 64 * 2 ** 20],
      ['temp_store', 2],
      ['trusted_schema', 0],
      ['wal_autocheckpoint', 0],
    ] as const
    const found = await db.write(tx => writer.map(([name]) => [name, pragma(tx, name)]))
    assert.deepEqual(found, writer)
    await db.close()
  }
})

test('on a disk that is not the machine’s own, that disk syncs and says when to fold', async () => {
  const done: string[] = []
  const opened = Promise.withResolvers<() => void>()
  const path = newPath()
  const database = (asked: string): DatabaseFile => ({
    path: done.push(asked) > 0 ? path : '',
    now: () => 0,
    beforeGroup: () => void done.push('group'),
    sync: async () => void done.push('sync'),
    opened: opened.resolve,
  })
  const db = openSqlite('its own name', {migrations: contractMigrations, disk: {...nodeDisk, database}})
  assert.deepEqual([db.file, done.splice(0)], [undefined, ['its own name']])
  assert.deepEqual(await db.write(tx => ['wal_autocheckpoint', 'synchronous'].map(name => pragma(tx, name))), [0, 0])
  assert.deepEqual(done, ['group', 'sync'])
  ;(await opened.promise)()
  assert.throws(() => db.read(tx => tx.get('SELECT 1')), /not open/)
})

test('what is mapped is let go of with every 64th scan', async context => {
  const db = openSqlite(newPath(), {migrations: contractMigrations})
  const scan = (): unknown => db.scan(tx => tx.get('SELECT 1'))
  scan()
  const at: number[] = []
  let scans = 1
  const {exec} = DatabaseSync.prototype
  context.mock.method(DatabaseSync.prototype, 'exec', function (this: DatabaseSync, sql: string) {
    at.push(scans)
    exec.call(this, sql)
  })
  while (++scans <= 200) scan()
  assert.deepEqual(at, [64, 128, 192])
  context.mock.restoreAll()
  await db.close()
})

test('what scans have mapped is given back as they go on', {skip: !existsSync('/proc/self/smaps')}, async () => {
  const path = newPath()
  await opened(path, contractMigrations, db =>
    db.write(tx => {
      for (let i = 0; i < 3000; i++) tx.run('INSERT INTO item (body) VALUES (randomblob(4000))')
    }),
  )
  await opened(path, contractMigrations, db => {
    for (let id = 1; id <= 3000; id++) assert.ok(db.scan(tx => tx.get('SELECT body FROM item WHERE id = ?', id)))
    const mapped = readFileSync('/proc/self/smaps', 'utf8').split(path + '\n')[1]
    const kiB = Number(/Rss:\s+(\d+)/.exec(mapped)?.[1])
    assert.ok(kiB < 6_000, `${kiB} KiB of 12,000 are held`)
  })
})

test('as many snapshots as were let go of may be taken again', async () => {
  await opened(newPath(), contractMigrations, db => {
    for (let round = 0; round < 3; round++) {
      const snapshots = Array.from({length: 64}, () => db.snapshot())
      assert.throws(() => db.snapshot(), {name: 'Overloaded'})
      for (const snapshot of [...snapshots, ...snapshots]) snapshot[Symbol.dispose]()
    }
  })
})

test('an open database holds its files and no others, and a closed one none', needHandles, async () => {
  const path = newPath()
  const db = openSqlite(path, {migrations: contractMigrations})
  await db.write(() => {})
  for (const file of filesOpenIn(folder)) assert.ok(file.startsWith(path), file)
  await db.close()
  assert.deepEqual(filesOpenIn(path), [])
})

test('a temporary database leaves nothing behind', async context => {
  const own = ownTemporaryFolder(context)
  const db = openSqlite(undefined, {migrations: contractMigrations})
  assert.equal(readdirSync(own).length, 1)
  await db.close()
  assert.deepEqual(readdirSync(own), [])
})

const [items] = contractMigrations
const colours: Migration = {name: 'colours', up: 'ALTER TABLE item ADD COLUMN colour TEXT'}

test('migrations run once, in order, and keep what is there', async () => {
  const path = newPath()
  await opened(path, [items], db => db.write(tx => void tx.run('INSERT INTO item (name) VALUES (?)', 'a')))
  const filled: Migration = {name: 'filled', up: tx => void tx.run('UPDATE item SET colour = ?', 'red')}
  for (let i = 0; i < 2; i++) {
    const rows = await opened(path, [items, colours, filled], db =>
      db.read(tx => tx.arrays('SELECT name, colour FROM item')),
    )
    assert.deepEqual(rows, [['a', 'red']])
  }
})

test('a migration that fails leaves no trace, and the next start tries it again', async () => {
  const path = newPath()
  const wrong: Migration = {name: 'colours', up: `${colours.up as string}; INSERT INTO nowhere VALUES (1)`}
  await opened(path, [items], () => {})
  await assert.rejects(
    opened(path, [items, wrong], () => {}),
    /"colours" \(2\)/,
  )
  // What rolls back by itself is told by its own fault, too.
  const own: Migration = {
    name: 'own',
    up: 'INSERT INTO item (id) VALUES (1); INSERT OR ROLLBACK INTO item (id) VALUES (1)',
  }
  await assert.rejects(
    opened(path, [items, own], () => {}),
    (error: Error) => /"own" \(2\)/.test(error.message) && /UNIQUE/.test(String(error.cause)),
  )
  const rows = await opened(path, [items, colours], db => db.read(tx => tx.all('SELECT colour FROM item')))
  assert.deepEqual(rows, [])
})

test('a newer schema and a foreign history are refused', async () => {
  const path = newPath()
  await opened(path, [items, colours], () => {})
  await assert.rejects(
    opened(path, [items], () => {}),
    (error: unknown) => error instanceof SchemaMismatch && /newer.*"colours"/.test(error.message),
  )
  await assert.rejects(
    opened(path, [{...items, name: 'other'}], () => {}),
    (error: unknown) => error instanceof SchemaMismatch && /"items".*"other"/.test(error.message),
  )
  await opened(path, [items, colours], () => {})
})

test('a second owner is refused, and the next one is not', async () => {
  const path = newPath()
  await opened(path, [items], () => {
    assert.throws(() => openSqlite(path, {migrations: [items]}), InUse)
  })
  await opened(path, [items], () => {})
})

test('a file that is no database is refused and left as it is', () => {
  const path = newPath()
  writeFileSync(path, 'x'.repeat(4_096))
  assert.throws(() => openSqlite(path, {migrations: [items]}), /not a database/)
  assert.throws(() => openSqlite(path, {migrations: [items]}), /not a database/, 'and the lock was let go')
})

test('the log of changes is folded in while acts go on, and begins again', async () => {
  const path = newPath()
  await opened(path, [items], async db => {
    const add = (): Promise<unknown> => db.write(tx => void tx.run('INSERT INTO item (body) VALUES (zeroblob(200000))'))
    let largest = 0
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 16; i++) await add()
      largest = Math.max(largest, statSync(`${path}-wal`).size)
    }
    assert.ok(largest < 72 * 2 ** 20, `${largest} bytes, of ${640 * 200_000} written`)
    assert.equal(db.read(tx => tx.arrays('SELECT count(*) FROM item'))[0][0], 640)
  })
})

test('a backup is a whole database of one moment', async () => {
  const copy = newPath()
  await opened(newPath(), [items], async db => {
    const add = (): Promise<unknown> => db.write(tx => void tx.run('INSERT INTO item (body) VALUES (zeroblob(10000))'))
    await Promise.all(Array.from({length: 300}, add))
    const done = db.backup(copy)
    await Promise.all([done, add(), add()])
    await assert.rejects(db.backup(copy), /replaces no file/)
  })
  await opened(copy, [items], db => {
    assert.deepEqual(db.check(), [])
    assert.equal(db.read(tx => tx.arrays('SELECT count(*) FROM item'))[0][0], 300)
  })
  assert.equal(statSync(copy).mode & 0o777, 0o600)
  await assert.rejects(copySqlite(copy, copy), {code: 'EEXIST'})
})

test('damage is found', async () => {
  const path = newPath()
  await opened(path, [items], db =>
    db.write(tx => {
      for (let i = 0; i < 1_000; i++) tx.run('INSERT INTO item (name) VALUES (?)', `a name of some length ${i}`)
    }),
  )
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(7, 12_300, 12_400))
  await opened(path, [items], db => assert.notDeepEqual(db.check(), []))
})

test('damage within a row, and a row that points to none, are told of line by line', async () => {
  const path = newPath()
  const tables: Migration = {
    name: 'tables',
    up: `CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
      CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent)`,
  }
  await opened(path, [tables], db => assert.deepEqual(db.check(), []))
  const careless = new DatabaseSync(path, {enableForeignKeyConstraints: false, defensive: false})
  careless.exec(`INSERT INTO parent VALUES (1, NULL); INSERT INTO child VALUES (7, 9); PRAGMA writable_schema = 1;
    UPDATE sqlite_schema SET sql = replace(sql, 'TEXT', 'TEXT NOT NULL') WHERE name = 'parent'`)
  careless.close()
  await opened(path, [tables], db =>
    assert.deepEqual(db.check(), ['NULL value in parent.name', 'row 7 of child points to no row of parent']),
  )
})

test('an act is synced to the disk before it is acknowledged, unless it need not survive the machine', async context => {
  let syncs = 0
  const {fdatasync, fdatasyncSync} = fs
  context.mock.method(fs, 'fdatasync', ((file, done) => {
    syncs++
    fdatasync(file, done)
  }) as typeof fdatasync)
  context.mock.method(fs, 'fdatasyncSync', ((file: number) => {
    syncs++
    fdatasyncSync(file)
  }) as typeof fdatasyncSync)
  syncBuiltinESMExports()
  context.after(() => {
    context.mock.restoreAll()
    syncBuiltinESMExports()
  })
  for (const [durable, expected] of [
    [undefined, 3],
    ['power', 3],
    ['process', 0],
  ] as const) {
    const db = openSqlite(newPath(), {migrations: contractMigrations, ...(durable && {durable})})
    syncs = 0
    for (const name of ['a', 'b', 'c']) await db.write(tx => void tx.run('INSERT INTO item (name) VALUES (?)', name))
    assert.equal(syncs, expected, `${durable}`)
    await db.close()
  }
})

test('what was acknowledged is there after kill -9, in order and whole', async t => {
  const path = newPath()
  const rounds = Number(process.env.CRASH_ROUNDS ?? 2)
  const script = `
    const {openSqlite} = await import(${JSON.stringify(new URL('sqlite.ts', import.meta.url).href)})
    const db = openSqlite(${JSON.stringify(path)}, {migrations: [{name: 'a', up: 'CREATE TABLE a (n INTEGER PRIMARY KEY, half INTEGER)'}]})
    let next = (db.read(tx => tx.get('SELECT max(n) AS n FROM a')).n ?? 0) + 1
    const lane = async () => {
      for (;;) {
        const n = next++
        await db.write(tx => {
          tx.run('INSERT INTO a VALUES (?, 1)', n)
          tx.run('UPDATE a SET half = 2 WHERE n = ?', n)
        })
        process.stdout.write(n + '\\n')
      }
    }
    for (let i = 0; i < 8; i++) lane()`
  for (let round = 0; round < rounds; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: ['ignore', 'pipe', 'inherit']})
    const closed = new Promise(resolve => child.once('close', resolve))
    let told = ''
    child.stdout.on('data', (text: Buffer) => {
      told += text.toString()
      if (told.length > 500 * (round + 1)) child.kill('SIGKILL')
    })
    await closed
    const acknowledged = told.split('\n').slice(0, -1).map(Number)
    t.diagnostic(`round ${round}: ${acknowledged.length} acknowledged`)
    const {length} = acknowledged
    assert.ok(length > 50)
    await opened(path, [{name: 'a', up: ''}], db => {
      const rows = db.read(tx => tx.arrays<[number, number]>('SELECT n, half FROM a ORDER BY n'))
      const kept = new Set(rows.map(([n]) => n))
      for (const n of acknowledged) assert.ok(kept.has(n), `${n} was acknowledged`)
      assert.ok(
        rows.every(([, half]) => half === 2),
        'no act is there by half',
      )
      assert.deepEqual(
        [...kept],
        Array.from({length: kept.size}, (_, i) => i + 1),
        'no act is there without those before it',
      )
      assert.deepEqual(db.check(), [])
    })
    assert.ok(!existsSync(`${path}-wal`), 'a clean close folds the log of changes in')
  }
})

test('a full disk refuses acts by its name; reads go on, and writes as soon as there is room', async () => {
  let told = 0
  const db = openSqlite(newPath(), {migrations: contractMigrations, onFull: () => told++})
  const pagesMax = (pages: number) => db.write(tx => void tx.get(`PRAGMA max_page_count = ${pages}`))
  const add = (name: string) => db.write(tx => void tx.run('INSERT INTO item (name) VALUES (?)', name))
  const big = 'x'.repeat(20_000)
  await add('a')
  await pagesMax(1) // as few as it has
  await assert.rejects(add(big), OutOfSpace)
  const several = await Promise.allSettled([add(big), add(`${big}y`), add(`${big}z`)])
  assert.ok(several.every(outcome => outcome.status === 'rejected' && outcome.reason instanceof OutOfSpace))
  assert.equal(told, 4)
  assert.deepEqual(
    db.read(tx => tx.arrays('SELECT name FROM item')),
    [['a']],
  )
  await pagesMax(1_000)
  await add(big)
  assert.equal(db.read(tx => tx.arrays('SELECT name FROM item')).length, 2)
  await db.close()
  await db.ended
})

test('a database that cannot be opened on a full disk says so, with its file, and any other fault is its own', async context => {
  const path = newPath()
  for (const [errcode, expected] of [
    [
      4874,
      {name: 'OutOfSpace', message: `The disk is full, and ${path} cannot be opened. Make room, then start again.`},
    ],
    [10, {message: 'of SQLite'}],
  ] as const) {
    const prepare = context.mock.method(DatabaseSync.prototype, 'prepare', () => {
      throw Object.assign(new Error('of SQLite'), {errcode})
    })
    assert.throws(() => openSqlite(path, {migrations: []}), expected)
    prepare.mock.restore()
  }
  await opened(path, [], () => {})
})

const fault = (errcode: number) => sqliteFault(Object.assign(new Error('of SQLite'), {errcode}))

test('rows that find no room are refused by the same name, and a thread that inserts goes on', async () => {
  await opened(newPath(), contractMigrations, async db => {
    const insert = (pages: number): Promise<void> => {
      const rows = new RowRuns()
      rows.row(rows.statement(`PRAGMA max_page_count = ${pages}`, [], 0))
      const statement = rows.statement('INSERT INTO item (body) VALUES', [], 1)
      for (let i = 0; i < 100; i++) rows.row(statement).blob(new Uint8Array(10_000))
      return db.insert(rows)
    }
    await assert.rejects(insert(1), OutOfSpace)
    await insert(10_000)
    assert.deepEqual(
      db.read(tx => tx.arrays('SELECT count(*) FROM item')),
      [[100]],
    )
  })
})

test('what SQLite says of a full disk is told by one name, and nothing else is', () => {
  // SQLITE_FULL, and SQLITE_IOERR_SHMSIZE, by which a database cannot be opened.
  for (const code of [13, 4874]) assert.ok(fault(code) instanceof OutOfSpace, String(code))
  for (const code of [5, 10, 11, 1034, 2067]) assert.ok(!(fault(code) instanceof OutOfSpace), String(code))
})
