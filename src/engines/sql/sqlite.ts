/**
 * SQLite in this process: one connection that writes and one beside it that reads, in WAL mode.
 *
 * SQLite itself does not sync on commit (`synchronous = NORMAL`): a commit survives `kill -9` at once, and the
 * database is never damaged. Before acts are acknowledged its log of changes, the `-wal` file, is synced here
 * (`disk-sync.ts`); that file is the same for as long as a connection is open, and recovery after a loss of power reads
 * it up to the last whole commit.
 */
import {closeSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {assert} from '#std/assert.ts'
import type {DatabaseFile, Disk} from '#std/disk.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {DiskSync} from '../disk-sync.ts'
import {holdExclusive} from '../exclusive.ts'
import {Checkpointer} from './checkpointer.ts'
import {copySqlite} from './copy.ts'
import {GroupCommit} from './group-commit.ts'
import {migrate} from './migrate.ts'
import {eachStatement, type RowRuns} from './rows/row-runs.ts'
import {RowThread, rowsWorthThread} from './rows/row-thread.ts'
import {sqliteFault} from './sqlite-fault.ts'
import type {Migration, Settled, Sql, SqlReader, SqlSnapshot, SqlWriter, WriteOptions} from './sql.ts'
import {faultLines} from './inspect.ts'
import {busyTimeoutMs, SqliteReader} from './sqlite-reader.ts'
import {Statements} from './statements.ts'

export interface SqliteOptions {
  readonly migrations: readonly Migration[]
  /**
   * What an acknowledged act survives. `power` (the default): all that the disk survives. `process`: the end of this
   * process however sudden, but not of the machine; half a millisecond quicker for an act that comes alone.
   */
  readonly durable?: 'power' | 'process'
  /** Told of each group of acts: how many, and how long their transaction and its sync took. */
  readonly onGroup?: (acts: number, elapsedMs: number) => void
  /** Told of each act that was refused because the disk is full. */
  readonly onFull?: () => void
  /** Page cache of each connection, in bytes. */
  readonly cacheSize?: number
  /** The machine's own, unless given. */
  readonly disk?: Disk
}

/**
 * Opens or creates the database in the file `path`; without a path, one in a temporary folder that is gone after
 * `close`. Throws `InUse`, `SchemaMismatch` or `OutOfSpace`.
 */
export function openSqlite(path: string | undefined, options: SqliteOptions): Sql {
  const onDisk = path === undefined ? undefined : options.disk?.database?.(path)
  if (onDisk) return new Sqlite(onDisk.path, options, {onDisk})
  if (path !== undefined) {
    mkdirSync(dirname(path), {recursive: true, mode: 0o700})
    // SQLite gives its other files the mode of this one. Databases hold secrets: they are their owner's alone.
    closeSync(openSync(path, 'a', 0o600))
    try {
      return new Sqlite(path, options)
    } catch (error) {
      const isFull = sqliteFault(error) instanceof OutOfSpace
      if (!isFull) throw error
      throw new OutOfSpace(error, `The disk is full, and ${path} cannot be opened. Make room, then start again.`)
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-sql-'))
  return new Sqlite(join(folder, 'temporary.sqlite'), {...options, durable: 'process'}, {temporary: folder})
}

class Sqlite implements Sql {
  readonly #path: string
  readonly #opened = new DisposableStack()
  readonly #commits: GroupCommit
  readonly #reader: SqliteReader
  readonly file: string | undefined
  /** None on a disk that is not the machine's: its owner folds when it opens the database. */
  readonly #checkpointer: Checkpointer | undefined
  /** None for the same reason. */
  readonly #rows: RowThread | undefined
  readonly #ended = Promise.withResolvers<void>()
  #closed = false

  /** `temporary` is a folder to remove in the end; `onDisk` what keeps the file, if not the machine. */
  constructor(
    path: string,
    options: SqliteOptions,
    {temporary, onDisk}: {temporary?: string; onDisk?: DatabaseFile} = {},
  ) {
    const {migrations, durable = 'power', cacheSize = 32 * 2 ** 20} = options
    this.#path = path
    // What is opened here is closed in the reverse order: at once when a later step fails, else in `close`.
    using opening = new DisposableStack()
    if (temporary) opening.defer(() => rmSync(temporary, {recursive: true}))
    opening.use(holdExclusive(path))
    const writer = new DatabaseSync(path, {timeout: busyTimeoutMs})
    opening.defer(() => writer.close())
    writer.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${temporary || onDisk ? 'OFF' : 'NORMAL'};
      PRAGMA journal_size_limit = ${64 * 2 ** 20}; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;
      PRAGMA cache_size = ${-Math.ceil(cacheSize / 1024)}`)
    migrate(writer, new Statements(writer), migrations)
    this.#reader = opening.use(new SqliteReader(path, cacheSize))
    this.file = onDisk ? undefined : path
    const failed = (fault: Error): void => this.#ended.reject(fault)
    this.#checkpointer = onDisk ? undefined : new Checkpointer(path, writer, failed)
    this.#rows = onDisk ? undefined : new RowThread(path)
    if (onDisk) writer.exec('PRAGMA wal_autocheckpoint = 0')
    this.#commits = new GroupCommit(writer, {
      sync: onDisk?.sync ?? (durable === 'power' ? walSync(path, opening) : undefined),
      beforeGroup: onDisk?.beforeGroup,
      now: onDisk?.now,
      onGroup: options.onGroup,
      onFull: options.onFull,
      committed: external => this.#checkpointer?.afterCommit(external),
      failed,
    })
    this.#ended.promise.catch(() => {})
    this.#opened = opening.move()
    onDisk?.opened(() => this.#opened.dispose())
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  write<T extends Settled>(act: (tx: SqlWriter) => T, {survives, again}: WriteOptions = {}): Promise<T> {
    assert(!this.#closed, 'a database is written to only while it is open')
    return this.#commits.do(act, {early: survives === 'process', again}) as Promise<T>
  }

  insert(rows: RowRuns): Promise<void> {
    assert(!this.#closed, 'a database is written to only while it is open')
    const thread = rows.size >= rowsWorthThread || this.#rows?.isUp ? this.#rows : undefined
    if (thread) return this.#commits.external(() => thread.insert(rows))
    const taken = rows.take()
    const act = (tx: SqlWriter): void => eachStatement(taken, (sql, values) => void tx.run(sql, ...values))
    return this.#commits.do(act, {early: true}) as Promise<void>
  }

  read<T extends Settled>(query: (tx: SqlReader) => T): T {
    return this.#reader.read(query)
  }

  get version(): number {
    return this.#commits.version
  }

  durable(): Promise<void> {
    return this.#commits.durable()
  }

  scan<T extends Settled>(query: (tx: SqlReader) => T): T {
    return this.#reader.scan(query)
  }

  snapshot(): SqlSnapshot {
    return this.#reader.snapshot()
  }

  async backup(path: string): Promise<void> {
    assert(!existsSync(path), 'a backup replaces no file')
    await copySqlite(this.#path, path)
  }

  check(): string[] {
    try {
      const damage = this.read(tx => tx.arrays<[string]>('PRAGMA integrity_check')).flat()
      const strays = this.read(tx => tx.all<{table: string; rowid: number; parent: string}>('PRAGMA foreign_key_check'))
      return [
        ...faultLines(damage),
        ...strays.map(({table, rowid, parent}) => `row ${rowid} of ${table} points to no row of ${parent}`),
      ]
    } catch (error) {
      // So damaged that the check itself cannot go on.
      return [(error as Error).message]
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#commits.idle()
    if (this.#opened.disposed) return
    await this.#rows?.close()
    await this.#checkpointer?.close()
    this.#opened.dispose()
    this.#ended.resolve()
  }
}

/** Opens the log of changes and returns what syncs it. Its entry in the folder is made durable here. */
function walSync(path: string, opening: DisposableStack): (alone: boolean) => Promise<void> {
  const wal = openSync(`${path}-wal`, 'r+')
  opening.defer(() => closeSync(wal))
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
  const disk = new DiskSync()
  return alone => disk.sync(wal, alone)
}
