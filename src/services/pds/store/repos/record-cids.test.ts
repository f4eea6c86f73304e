/** A database of before the table knows its records by their CIDs too. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {pdsMigrations} from '../schema.ts'
import {byCidSql, recordCidMigration} from './record-cids.sqlite.ts'

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
