/**
 * The thread that inserts rows for `RowThread`. A job is what `RowRuns` gave, and becomes one transaction; an answer is
 * empty, or says in JSON what SQLite said. Plain JavaScript: a thread whose own file has to be made JavaScript first
 * loads a compiler, 15 MB; what it imports is in the cache of the thread that started it.
 */
import {DatabaseSync} from 'node:sqlite'
import {workerData} from 'node:worker_threads'
import {answerJobs} from '../../worker-pool.ts'
import {Statements} from '../statements.ts'
import {eachStatement} from './row-runs.ts'

/** Page cache, in bytes: rows come in the order of their keys, a run at a time. */
const cacheSize = 2 ** 20

const db = new DatabaseSync(/** @type {string} */ (workerData), {timeout: 5_000})
db.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY;
  PRAGMA trusted_schema = OFF; PRAGMA cache_size = ${-cacheSize / 1024}`)
const statements = new Statements(db)

answerJobs(job => {
  try {
    db.exec('BEGIN IMMEDIATE')
    eachStatement(job, (sql, values) => void statements.run(sql, ...values))
    db.exec('COMMIT')
    return new Uint8Array()
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    const {message, errcode} = /** @type {Error & {errcode?: number}} */ (error)
    return new TextEncoder().encode(JSON.stringify({message, errcode})).slice()
  }
})
