/** Rows that one act inserts, however many there are. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {openSqlite} from '../sqlite.ts'
import {insertRows} from './insert-rows.ts'

test('rows are inserted in their order, many by one statement', async () => {
  const up = 'CREATE TABLE one (n INTEGER PRIMARY KEY, of INTEGER, bytes BLOB)'
  const sql = openSqlite(undefined, {migrations: [{name: 'one', up}]})
  let statements = 0
  for (const count of [0, 1, 15, 16, 17, 50]) {
    const rows = Array.from({length: count}, (_, i) => [count, Uint8Array.of(i)] as const)
    await sql.write(tx => {
      const counted = {...tx, run: (...asked: Parameters<typeof tx.run>) => (statements++, tx.run(...asked))}
      insertRows(counted, 'INSERT INTO one (of, bytes) VALUES', rows)
    })
    const stored = sql.read(tx => tx.all('SELECT of, bytes FROM one WHERE of = ? ORDER BY n', count))
    assert.deepEqual(
      stored.map(row => ({...row})),
      rows.map(([of, bytes]) => ({of, bytes})),
    )
  }
  assert.equal(statements, 0 + 1 + 15 + 1 + 2 + (3 + 2))
  await sql.close()
})
