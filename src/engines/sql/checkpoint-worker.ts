/** The thread that folds logs of changes into their databases for `Checkpointer`. A job is a path. */
import {DatabaseSync} from 'node:sqlite'
import {emptyBytes} from '#std/bytes.ts'
import {assert} from '#std/assert.ts'
import {fromUtf8} from '#std/text.ts'
import {answerJobs} from '../worker-pool.ts'

answerJobs(job => {
  const path = fromUtf8(job)
  assert(path, 'a job is a path')
  const db = new DatabaseSync(path, {timeout: 5_000})
  try {
    db.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_checkpoint(PASSIVE)')
  } finally {
    db.close()
  }
  return emptyBytes.slice()
})
