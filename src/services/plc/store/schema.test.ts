/** Data of older programs goes on: the steps of the schema keep every operation, its place, its time and its mark. */
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {historyOf} from './operation-store.contract.ts'
import {sqliteOperationStore} from './operation-store.sqlite.ts'
import {plcMigrations} from './schema.ts'

test('operations that were stored as JSON are packed, all of them, with their seqs and marks', async () => {
  const path = join(temporaryFolder('plc-schema'), 'plc.sqlite')
  const old = openSqlite(path, {migrations: plcMigrations.slice(0, 1)})
  const histories = Array.from({length: 400}, (_, i) => historyOf(`a${i}`, 3, 1_000_000 + i))
  let seq = 0
  await old.write(tx => {
    for (const index of [0, 1, 2]) {
      for (const {did, entries} of histories) {
        const {operation, cid, takenMs} = entries[index]
        tx.run(
          'INSERT INTO operation VALUES (?, ?, ?, ?, ?, ?)',
          (seq += 2),
          did,
          cid,
          JSON.stringify(operation),
          index === 1 ? 1 : 0,
          takenMs,
        )
      }
    }
  })
  await old.close()
  const sql = openSqlite(path, {migrations: plcMigrations})
  const tables = sql.read(tx => tx.arrays<[string]>("SELECT name FROM sqlite_schema WHERE name LIKE 'operation%'"))
  assert.deepEqual(tables, [], 'nothing is kept twice')
  const store = sqliteOperationStore(sql)
  for (const {did, entries} of histories) {
    const expected = entries.map((entry, i) => ({...entry, nullified: i === 1}))
    assert.deepEqual(await store.history(did), expected)
    assert.deepEqual(await store.current(did), entries[2].operation)
  }
  const all = await store.after(0, 2_000)
  assert.deepEqual(
    all.map(entry => entry.seq),
    Array.from({length: 1_200}, (_, i) => 2 * (i + 1)),
  )
  assert.equal(await store.add(histories[0].did, 3, historyOf('more', 1, 2_000_000).entries[0], []), 'done')
  assert.equal((await store.newest()).seq, 2_401)
  await store.close()
})
