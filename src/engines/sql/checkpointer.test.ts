/** When the log of changes is folded, and when acts wait for it. */
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {test, type TestContext} from 'node:test'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {Checkpointer} from './checkpointer.ts'

const folder = temporaryFolder('checkpointer')
let count = 0

interface Opened {
  checkpointer: Checkpointer
  db: DatabaseSync
  path: string
}

function opened(context: TestContext, failed: (fault: Error) => void = assert.fail): Opened {
  const path = join(folder, `${count++}.sqlite`)
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE filler (bytes BLOB)')
  const checkpointer = new Checkpointer(path, db, failed)
  context.after(() => db.close())
  return {checkpointer, db, path}
}

/** Pages of 4 KiB, in one commit. */
function write(db: DatabaseSync, pages: number): void {
  db.prepare('INSERT INTO filler VALUES (zeroblob(?))').run(pages * 4_090)
}

function unfolded(db: DatabaseSync): number {
  const {log, checkpointed} = db.prepare('PRAGMA wal_checkpoint(NOOP)').get() as Record<string, number>
  return log - checkpointed
}

test('from 6,000 pages on, acts wait until all is folded', async context => {
  const {checkpointer, db} = opened(context)
  write(db, 6_100)
  for (let commits = 1; commits < 4; commits++) await checkpointer.afterCommit()
  assert.ok(unfolded(db) >= 6_000, 'the log is looked at with every fourth commit')
  await checkpointer.afterCommit()
  assert.equal(unfolded(db), 0)
  await checkpointer.close()
})

test('from 1,500 pages on it is folded while acts go on, and then while they wait a moment', async context => {
  const {checkpointer, db} = opened(context)
  write(db, 1_600)
  for (let commits = 0; commits < 4; commits++) await checkpointer.afterCommit()
  assert.ok(unfolded(db) > 0, 'nobody has waited')
  write(db, 10)
  await checkpointer.close()
  assert.equal(unfolded(db), 0)
})

test('what writes hundreds of pages a commit is looked at each time, and waits from 6,000 on; a long log is folded to its end', async context => {
  const {checkpointer, db} = opened(context)
  write(db, 1_600)
  await checkpointer.afterCommit(true)
  assert.ok(unfolded(db) > 0, 'nobody has waited')
  await checkpointer.close()
  const long = opened(context)
  for (const pages of [6_100, 33_000]) {
    write(long.db, pages)
    await long.checkpointer.afterCommit(true)
    assert.equal(unfolded(long.db), 0, `${pages}`)
  }
  await long.checkpointer.close()
})

test('a short log stays', async context => {
  const {checkpointer, db} = opened(context)
  write(db, 1_000)
  for (let commits = 0; commits < 8; commits++) await checkpointer.afterCommit()
  await checkpointer.close()
  assert.ok(unfolded(db) >= 1_000)
})

test('another connection that reads holds folding up, and nothing else', async context => {
  const {checkpointer, db, path} = opened(context)
  write(db, 10)
  const reader = new DatabaseSync(path)
  reader.exec('BEGIN; SELECT count(*) FROM filler')
  write(db, 1_600)
  for (let commits = 0; commits < 4; commits++) await checkpointer.afterCommit()
  await checkpointer.close()
  assert.ok(unfolded(db) > 0)
  reader.exec('COMMIT')
  reader.close()
})
