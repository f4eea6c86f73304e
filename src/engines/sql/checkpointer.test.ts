import assert from 'node:assert/strict'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {test} from 'node:test'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {Checkpointer} from './checkpointer.ts'

test('acts wait for the log of changes to be folded in when it has grown long, and only then', async () => {
  const path = join(temporaryFolder('checkpointer'), 'a.sqlite')
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE a (b BLOB)')
  const faults: Error[] = []
  const checkpointer = new Checkpointer(path, db, fault => faults.push(fault))
  const write = (pages: number): void => db.exec(`INSERT INTO a VALUES (zeroblob(${pages * 4096}))`)
  const unfolded = (): number => {
    const {log, checkpointed} = db.prepare('PRAGMA wal_checkpoint(NOOP)').get() as Record<string, number>
    return log - checkpointed
  }
  const fourCommits = async (): Promise<void> => {
    for (let i = 0; i < 4; i++) await checkpointer.afterCommit()
  }
  write(1_000)
  await fourCommits()
  assert.ok(unfolded() > 1_000, 'not worth it')
  write(1_000)
  await fourCommits()
  assert.ok(unfolded() > 2_000, 'begun, and not waited for')
  write(6_000)
  await fourCommits()
  assert.equal(unfolded(), 0)
  await checkpointer.close()
  db.close()
  assert.deepEqual(faults, [])
})
