/** Repositories are counted in turns with all else, and what took long is not counted again at once. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {openSql} from '#engines/open.ts'
import {tapMigrations} from './schema.ts'
import {Tally} from './tally.ts'

const rows = 25_000

test('many repositories are counted some at a time, once for all who ask, and not again at once', async context => {
  const sql = openSql('memory:', {migrations: tapMigrations})
  context.after(() => sql.close())
  await sql.write(tx => {
    const insert = 'INSERT INTO repo (did, state, isPaused, error, records) VALUES (?, ?, ?, ?, 2)'
    for (let i = 0; i < rows; i++)
      tx.run(insert, `did:web:a${i}`, i % 2 ? 'error' : 'active', i % 5 ? 0 : 1, `${i % 4}`)
  })
  const clock = {nowMs: 0}
  let reads = 0
  const read: typeof sql.read = work => {
    reads++
    clock.nowMs += 100
    return sql.read(work)
  }
  const tally = new Tally({read}, {now: () => clock.nowMs})
  const [totals, same] = await Promise.all([tally.totals(), tally.totals()])
  assert.equal(totals, same)
  assert.deepEqual([totals.repos, totals.records, reads], [rows, 2 * rows, 3])
  assert.deepEqual([...totals.states].toSorted(), [
    ['active', 10_000],
    ['error', 10_000],
    ['paused', 5_000],
  ])
  assert.deepEqual([...totals.faults].toSorted(), [
    ['1', 6_250],
    ['3', 6_250],
  ])
  clock.nowMs += 5_999
  assert.equal(await tally.totals(), totals)
  clock.nowMs += 1
  assert.notEqual(await tally.totals(), totals)
  assert.equal(reads, 6)
})
