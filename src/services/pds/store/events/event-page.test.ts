/** The firehose tells nothing that a loss of power could take back. */
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {temporaryFolder} from '../../../../../test/temporary-folder.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {nodeDisk} from '#engines/node-disk.ts'
import {eventPages} from './event-page.sqlite.ts'
import {pdsMigrations} from '../schema.ts'

test('an event is told once it is durable, and not as soon as it is committed', async () => {
  const path = join(temporaryFolder('event-page'), 'pds.sqlite')
  const committed = Promise.withResolvers<void>()
  const synced = Promise.withResolvers<void>()
  let syncs = 0
  const sync = (): Promise<void> => {
    syncs++
    committed.resolve()
    return synced.promise
  }
  const database = {path, sync, beforeGroup: () => {}, now: () => 0, opened: () => {}}
  const sql = openSqlite(path, {migrations: pdsMigrations, disk: {...nodeDisk, database: () => database}})
  const eventsAfter = eventPages(sql)
  assert.equal((await eventsAfter(0)).frames, undefined)
  const text = `INSERT INTO event (did, timeMs, frame) VALUES ('did:web:a.test', 0, x'00')`
  const written = sql.write(tx => tx.run(text))
  await committed.promise
  const page = eventsAfter(0)
  let isTold = false
  void page.then(() => (isTold = true))
  await new Promise(setImmediate)
  assert.equal(isTold, false)
  synced.resolve()
  assert.equal((await page).lastSeq, 1)
  await written
  assert.equal(syncs, 1)
  await sql.close()
})
