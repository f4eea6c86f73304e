/** What every SQL engine keeps to, as tests. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Overloaded} from '#std/waiting/async.ts'
import {RowRuns} from './rows/row-runs.ts'
import type {Migration, Sql, SqlWriter} from './sql.ts'

export const contractMigrations: readonly Migration[] = [
  {name: 'items', up: 'CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE, body BLOB)'},
]

const names = (db: Sql): unknown[] =>
  db.read(tx => tx.arrays('SELECT name FROM item ORDER BY id').map(([name]) => name))

const add = (db: Sql, name: string): Promise<number> =>
  db.write(tx => tx.run('INSERT INTO item (name) VALUES (?)', name).lastRowId)

const addLate = async (tx: SqlWriter): Promise<void> => void tx.run('INSERT INTO item (name) VALUES (?)', 'a')

async function during(db: Sql, use: (db: Sql) => Promise<void>): Promise<void> {
  try {
    await use(db)
  } finally {
    await db.close()
  }
}

/** `open` gives an empty database with `contractMigrations`. */
export function testSql(engine: string, open: () => Sql): void {
  suite(`SQL by ${engine}`, () => {
    test('an act gives its result, and a read sees it', () =>
      during(open(), async db => {
        assert.equal(await add(db, 'a'), 1)
        assert.deepEqual({...db.read(tx => tx.get('SELECT id, name, body FROM item'))}, {id: 1, name: 'a', body: null})
        assert.equal(
          db.read(tx => tx.get('SELECT id FROM item WHERE name = ?', 'b')),
          undefined,
        )
        assert.deepEqual(
          db.scan(tx => tx.arrays('SELECT name FROM item')),
          [['a']],
        )
        const {changes} = await db.write(tx => tx.run('DELETE FROM item'))
        assert.equal(changes, 1)
        assert.deepEqual(
          db.read(tx => tx.all('SELECT * FROM item')),
          [],
        )
      }))

    test('values of every kind come back as they were', () =>
      during(open(), async db => {
        const bytes = Uint8Array.of(0, 1, 255)
        await db.write(tx => tx.run('INSERT INTO item VALUES (?, ?, ?)', 2 ** 53 - 1, 'é\0\u{1f600}', bytes))
        const [row] = db.read(tx => tx.arrays('SELECT * FROM item'))
        assert.deepEqual(row, [2 ** 53 - 1, 'é\0\u{1f600}', bytes])
      }))

    test('the version is another after each commit, and the same for as long as reads are', () =>
      during(open(), async db => {
        const before = db.version
        const seen: boolean[] = []
        await db.write(() => void seen.push(db.version === before))
        const after = db.version
        db.read(tx => tx.get('SELECT 1'))
        await db.write(tx => void tx.run('INSERT INTO item (nothing) VALUES (1)')).catch(() => {})
        assert.deepEqual([seen, after !== before, db.version], [[true], true, after])
      }))

    test('acts of the same moment run in order, and one that throws takes back only itself', () =>
      during(open(), async db => {
        const outcomes = await Promise.allSettled([
          add(db, 'a'),
          db.write(tx => {
            tx.run('INSERT INTO item (name) VALUES (?)', 'half')
            throw new Error('changed my mind')
          }),
          add(db, 'a'),
          db.write(tx => tx.get<{count: number}>('SELECT count(*) AS count FROM item')?.count),
          add(db, 'b'),
        ])
        assert.deepEqual(
          outcomes.map(({status}) => status),
          ['fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'],
        )
        assert.equal((outcomes[3] as PromiseFulfilledResult<number>).value, 1)
        assert.deepEqual(names(db), ['a', 'b'])
      }))

    test('a writer kept past its act is refused', () =>
      during(open(), async db => {
        let kept: SqlWriter | undefined
        await db.write(tx => {
          kept = tx
        })
        assert.throws(() => kept?.run('DELETE FROM item'), /only while its act runs/)
      }))

    test('an act that awaits is a type error, and is refused and rolled back', () =>
      during(open(), async db => {
        await assert.rejects(
          // @ts-expect-error -- a promise is no result of an act
          db.write(addLate),
          /synchronous/,
        )
        assert.deepEqual(names(db), [])
      }))

    test('rows are inserted together, few or many, and none when one is wrong', () =>
      during(open(), async db => {
        const insert = (from: number, to: number): Promise<void> => {
          const rows = new RowRuns()
          const statement = rows.statement('INSERT INTO item (body, name) VALUES', ['all'], 1)
          for (let i = from; i < to; i++) rows.row(statement).text(`${i}`)
          return db.insert(rows)
        }
        const before = db.version
        // Among acts, with which they share the one place in which is written.
        await Promise.all([add(db, 'a'), insert(0, 3), insert(3, 20_000), add(db, 'b'), insert(20_000, 40_000)])
        assert.notEqual(db.version, before)
        const all = (): unknown =>
          db.read(tx => tx.arrays(`SELECT count(*), count(DISTINCT name) FROM item WHERE body = 'all'`))
        assert.deepEqual(all(), [[40_000, 40_000]])
        for (const [from, to] of [
          [39_999, 40_002],
          [39_999, 80_000],
        ]) {
          await assert.rejects(insert(from, to), /UNIQUE/)
        }
        assert.deepEqual(all(), [[40_000, 40_000]])
        await add(db, 'c')
        const last = insert(50_000, 70_000)
        await db.close()
        await last
        assert.throws(() => insert(0, 1), /only while it is open/)
      }))

    test('a snapshot does not see later acts', () =>
      during(open(), async db => {
        await add(db, 'a')
        using view = db.snapshot()
        await add(db, 'b')
        assert.deepEqual(view.arrays('SELECT name FROM item'), [['a']])
        assert.deepEqual(names(db), ['a', 'b'])
      }))

    test('snapshots are few', () =>
      during(open(), async db => {
        using all = new DisposableStack()
        assert.throws(() => {
          for (let i = 0; i < 1_000; i++) all.use(db.snapshot())
        }, Overloaded)
      }))

    test('acts that wait are bounded, and those taken still happen', () =>
      during(open(), async db => {
        const acts = Array.from({length: 12_000}, (_, i) => add(db, `${i}`))
        const outcomes = await Promise.allSettled(acts)
        const refused = outcomes.filter(({status}) => status === 'rejected')
        assert.ok(refused.length > 0)
        assert.ok(refused.every(outcome => outcome.status === 'rejected' && outcome.reason instanceof Overloaded))
        assert.equal(names(db).length, acts.length - refused.length)
      }))

    test('closing waits for the acts already called, and ends', async () => {
      const db = open()
      const act = add(db, 'a')
      await Promise.all([db.close(), db.close()])
      assert.equal(await act, 1)
      await db.ended
      assert.throws(() => add(db, 'b'), /only while it is open/)
    })

    test('a sound database has no faults', () =>
      during(open(), async db => {
        await add(db, 'a')
        assert.deepEqual(db.check(), [])
      }))
  })
}
