/** Records by their CIDs: how they lie in runs, and what a database of before has of them. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {cidFor} from '../../../../../test/random.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {pdsMigrations} from '../schema.ts'
import {addCids, byCidSql, recordCidMigration, removeCid, runAt, writtenBefore} from './record-cids.sqlite.ts'

test('records of before are found by their CIDs', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'record-cids-'))
  context.after(() => rmSync(folder, {recursive: true}))
  const path = join(folder, 'pds.sqlite')
  const before = openSqlite(path, {migrations: pdsMigrations.slice(0, pdsMigrations.indexOf(recordCidMigration))})
  await before.write(tx => {
    for (const [tree, name, cid] of [
      [1, 'a', 7],
      [1, 'b', 7],
      [2, 'a', 8],
    ] as const) {
      tx.run(`INSERT INTO record VALUES (?, ?, ?, '', ?)`, tree, name, Uint8Array.of(cid), Uint8Array.of(tree, cid))
    }
  })
  await before.close()
  const after = openSqlite(path, {migrations: pdsMigrations})
  const found = [
    [1, 7],
    [1, 8],
    [2, 8],
  ].map(
    ([tree, cid]) => after.read(tx => tx.get<{bytes: Uint8Array}>(byCidSql('bytes'), tree, Uint8Array.of(cid)))?.bytes,
  )
  assert.deepEqual(found, [Uint8Array.of(1, 7), undefined, Uint8Array.of(2, 8)])
  await after.close()
})

test('a run ends after a thousand records or more, and few runs have a million', () => {
  for (let run = 0; run < 200; run++) {
    assert.equal(runAt(writtenBefore(run)), run)
    assert.equal(runAt(writtenBefore(run + 1) - 1), run)
    assert.ok(writtenBefore(run + 1) - writtenBefore(run) >= 1_000)
  }
  assert.ok(runAt(1e6) < 256)
})

const pathIn = (run: number) => `a.b.c/${run}`

test('a record is found by its CID in whichever run it is, until it goes', async context => {
  const sql = openSqlite(undefined, {migrations: pdsMigrations})
  context.after(() => sql.close())
  const runs = [0, 1, 7]
  const isFound = (tree: number, run: number) =>
    sql.read(tx => tx.get(byCidSql('path'), tree, cidFor(pathIn(run)).bytes)) !== undefined
  await sql.write(tx => {
    for (const run of runs) {
      const [path, cid] = [pathIn(run), cidFor(pathIn(run))]
      const text = `INSERT INTO record (tree, path, cid, rev, bytes, run) VALUES (1, ?, ?, '', x'', ?)`
      tx.run(text, path, cid.bytes, run)
      addCids(tx, 1, run, [{cid, path}])
    }
  })
  assert.deepEqual(
    [...runs, 3].map(run => isFound(1, run)),
    [true, true, true, false],
  )
  assert.ok(!isFound(2, 1))
  await sql.write(tx => removeCid(tx, 1, pathIn(1)))
  assert.deepEqual(
    runs.map(run => isFound(1, run)),
    [true, false, true],
  )
  assert.equal(sql.read(tx => tx.get<{count: number}>('SELECT count(*) AS count FROM record_cid'))?.count, 2)
})
