import assert from 'node:assert/strict'
import {DatabaseSync} from 'node:sqlite'
import {test} from 'node:test'
import {GroupCommit} from './group-commit.ts'

test('when a sync fails, what waited for the next one is refused and does not happen', async () => {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE a (n INTEGER)')
  const disk = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  let syncs = 0
  const faults: Error[] = []
  const commits = new GroupCommit(db, {
    sync: async () => {
      syncs++
      begun.resolve()
      await disk.promise
    },
    committed: async () => {},
    failed: fault => faults.push(fault),
  })
  const insert = (n: number) => commits.do(tx => tx.run('INSERT INTO a VALUES (?)', n))
  const acts = [insert(1), insert(2)]
  await begun.promise
  acts.push(insert(3), insert(4))
  disk.reject(new Error('input/output error'))
  const outcomes = await Promise.allSettled(acts)
  acts.push(insert(5))
  outcomes.push(...(await Promise.allSettled(acts.slice(4))))
  for (const outcome of outcomes) assert.match(String((outcome as PromiseRejectedResult).reason), /synced to disk/)
  await commits.idle()
  assert.equal(syncs, 1)
  assert.equal(faults.length, 1)
  assert.deepEqual(
    db
      .prepare('SELECT n FROM a')
      .all()
      .map(({n}) => n),
    [1, 2],
  )
  db.close()
})
