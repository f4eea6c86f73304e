/**
 * One owner for a database or a log. Two processes on the same data would each keep its own idea of the newest rev
 * and seq; so whoever opens it holds a lock that the system takes back when the process ends, however it ends.
 *
 * Node offers no file locks, but SQLite does on every platform: an exclusive transaction on an empty file.
 */
import {DatabaseSync} from 'node:sqlite'

export class InUse extends Error {
  override readonly name = 'InUse'
  /** Of the database or the log. */
  readonly path: string

  constructor(path: string) {
    super(`${path} is in use by another process. Stop that one, or choose another folder.`)
    this.path = path
  }
}

/** Holds `<path>.lock` until disposed of. Throws `InUse` when someone does already, here or in another process. */
export function holdExclusive(path: string): Disposable {
  const lock = new DatabaseSync(`${path}.lock`, {timeout: 0})
  try {
    // In memory, the journal needs no file beside the lock.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch {
    lock.close()
    throw new InUse(path)
  }
  return {
    [Symbol.dispose]: () => {
      if (lock.isOpen) lock.close()
    },
  }
}
