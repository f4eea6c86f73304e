/**
 * What reads a database of SQLite: connections that cannot write. The thread that writes has one, and other threads may
 * open theirs on the same file. Each sees what is committed when it begins to read, so whoever was told of a write and
 * asks then sees it, whichever of them answers.
 */
import {DatabaseSync} from 'node:sqlite'
import {Overloaded} from '#std/waiting/async.ts'
import type {Settled, SqlReader, SqlReads, SqlSnapshot} from './sql.ts'
import {Statements} from './statements.ts'

const snapshotsMax = 64
export const busyTimeoutMs = 5_000
/** Page cache of a connection that reads each page once. */
const snapshotCacheSize = 2 * 2 ** 20
/** As much as SQLite maps; what of the file is beyond it is read. */
const mappedSize = 2 ** 31 - 2 ** 16
/** Scans until what they have mapped is given back: what one reads of a mapped file counts as memory of this process. */
const scansPerMapping = 64

/** A connection that reads. `cacheSize` is that of its pages, in bytes. */
function openReader(path: string, cacheSize: number): DatabaseSync {
  const reader = new DatabaseSync(path, {readOnly: true, timeout: busyTimeoutMs})
  reader.exec(`PRAGMA cache_size = ${-Math.ceil(cacheSize / 1024)}`)
  return reader
}

export class SqliteReader implements SqlReads, Disposable {
  readonly #path: string
  readonly #opened = new DisposableStack()
  readonly #reads: Statements
  #scans: {db: DatabaseSync; statements: Statements; count: number} | undefined
  #snapshots = 0

  /** `path` is that of a database which a writer has opened. */
  constructor(path: string, cacheSize: number) {
    this.#path = path
    this.#reads = new Statements(this.#open(cacheSize))
  }

  read<T extends Settled>(query: (tx: SqlReader) => T): T {
    return query(this.#reads)
  }

  scan<T extends Settled>(query: (tx: SqlReader) => T): T {
    const scans = (this.#scans ??= this.#openScans())
    // Setting the size anew is how SQLite is told to let go of a mapping; the next scan maps the file again.
    if (++scans.count % scansPerMapping === 0) scans.db.exec(`PRAGMA mmap_size = 0; PRAGMA mmap_size = ${mappedSize}`)
    return query(scans.statements)
  }

  snapshot(): SqlSnapshot {
    if (this.#snapshots >= snapshotsMax) throw new Overloaded('Too many exports read the database.')
    const db = openReader(this.#path, snapshotCacheSize)
    this.#snapshots++
    const statements = new Statements(db)
    // The view is fixed by the first read, not by the BEGIN.
    statements.run('BEGIN')
    statements.get('SELECT 1 FROM migration')
    return {
      get: (sql, ...values) => statements.get(sql, ...values),
      all: (sql, ...values) => statements.all(sql, ...values),
      arrays: (sql, ...values) => statements.arrays(sql, ...values),
      [Symbol.dispose]: () => {
        if (!db.isOpen) return
        db.close()
        this.#snapshots--
      },
    }
  }

  [Symbol.dispose](): void {
    this.#opened.dispose()
  }

  #openScans(): {db: DatabaseSync; statements: Statements; count: number} {
    const db = this.#open(snapshotCacheSize)
    db.exec(`PRAGMA mmap_size = ${mappedSize}`)
    return {db, statements: new Statements(db), count: 0}
  }

  #open(cacheSize: number): DatabaseSync {
    return this.#opened.adopt(openReader(this.#path, cacheSize), reader => reader.close())
  }
}
