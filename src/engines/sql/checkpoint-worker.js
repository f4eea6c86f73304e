/**
 * The thread that folds logs of changes into their databases for `Checkpointer`. A job is a path in UTF-8, an answer
 * empty; see `../worker-pool.ts`. Plain JavaScript that imports nothing of ours: a thread that has to read TypeScript
 * takes 20 MB more.
 */
import {DatabaseSync} from 'node:sqlite'
import {parentPort} from 'node:worker_threads'

parentPort?.on('message', job => {
  const db = new DatabaseSync(new TextDecoder().decode(job), {timeout: 5_000})
  try {
    db.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_checkpoint(PASSIVE)')
  } finally {
    db.close()
  }
  const answer = new Uint8Array(0)
  parentPort?.postMessage(answer, [answer.buffer])
})
