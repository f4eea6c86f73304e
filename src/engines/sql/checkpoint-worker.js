/**
 * The thread that folds logs of changes into their databases for `Checkpointer`. A job is a path in UTF-8; an answer is
 * empty, or has one byte when the disk is full, so that it can be tried again; see `../worker-pool.ts`. Plain JavaScript
 * that imports nothing of ours: a thread that has to read TypeScript takes 20 MB more.
 */
import {DatabaseSync} from 'node:sqlite'
import {parentPort} from 'node:worker_threads'

const sqliteFull = 13

parentPort?.on('message', job => {
  const db = new DatabaseSync(new TextDecoder().decode(job), {timeout: 5_000})
  let isFull = false
  try {
    db.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_checkpoint(PASSIVE)')
  } catch (error) {
    if (/** @type {{errcode?: number}} */ (error).errcode !== sqliteFull) throw error
    isFull = true
  } finally {
    db.close()
  }
  const answer = new Uint8Array(isFull ? 1 : 0)
  parentPort?.postMessage(answer, [answer.buffer])
})
