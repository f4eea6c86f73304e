/**
 * SQL for the stores of the services. A store (`<noun>-store.ts`) is the seam and speaks the domain; inside its
 * SQLite engine (`<noun>-store.sqlite.ts`) each method is one act on this interface.
 *
 * An act is a synchronous function. A transaction that awaits would let other acts of the same connection slip into
 * it and be rolled back with it after they were acknowledged; so an act that returns a promise is a type error.
 */

import type {RowRuns} from './rows/row-runs.ts'

export type SqlValue = null | number | bigint | string | Uint8Array
export type SqlRow = Readonly<Record<string, SqlValue>>

/**
 * Statements are constants and values always parameters (`?`): each text is prepared once and kept. Integers come
 * back as numbers, and one beyond 2^53 throws; blobs come back in buffers of their own.
 */
export interface SqlReader {
  /** The first row. */
  get<Row extends object = SqlRow>(sql: string, ...values: SqlValue[]): Row | undefined
  /** Every row: give a `LIMIT` unless the number of rows is bounded otherwise. */
  all<Row extends object = SqlRow>(sql: string, ...values: SqlValue[]): Row[]
  /** Every row as an array of its columns: a third faster, for thousands of rows. */
  arrays<Row extends readonly SqlValue[] = SqlValue[]>(sql: string, ...values: SqlValue[]): Row[]
}

export interface SqlWriter extends SqlReader {
  run(sql: string, ...values: SqlValue[]): {changes: number; lastRowId: number}
}

/** One unchanging view of the database, across awaits, until it is disposed of. */
export interface SqlSnapshot extends SqlReader, Disposable {}

/** Anything but a promise. */
export type Settled = void | null | undefined | string | number | bigint | boolean | (object & {then?: never})

/** What reads, without the one that writes. */
export interface SqlReads {
  /**
   * Reads at once, beside the writer. Sees every committed act, perhaps a sync earlier than its `write` resolves: what
   * is told to others before that could be lost with the power: see `durable`.
   */
  read<T extends Settled>(query: (tx: SqlReader) => T): T
  /**
   * As `read`, with the file mapped into memory: twice as fast for rows of kilobytes that are read once, one after the
   * other. What is mapped counts as memory of this process; it is given back every so many scans.
   */
  scan<T extends Settled>(query: (tx: SqlReader) => T): T
  /**
   * For an export that must not see later acts. While it is held the log of changes cannot be folded into the
   * database, so hold it for seconds. Throws `Overloaded` when too many are held.
   */
  snapshot(): SqlSnapshot
}

export interface WriteOptions {
  /**
   * As `process` it resolves as soon as the end of this process, however sudden, takes nothing of the act away; its sync
   * has begun, and acts that come later are durable no sooner. Only for what may be told of and then lost with the machine.
   */
  readonly survives?: 'power' | 'process'
  /**
   * The act changes nothing but by its writer, so that it may be run a second time after a rollback. Those that come
   * together, and all say so, need no savepoints: ten microseconds for each.
   */
  readonly again?: boolean
}

export interface Sql extends SqlReads {
  /**
   * Runs one atomic act and resolves with its result once that is durable. Acts run in the order of the calls. Those
   * called at about the same time share a transaction and its sync; each has a savepoint of its own, so that an act
   * which throws is rolled back, and rejects, alone. The writer is good only while the act runs. Rejects with
   * `Overloaded` when too many acts wait, and with `OutOfSpace` when the disk is full: then nothing of the act has
   * happened, reads go on, and the next act is tried like any other.
   */
  write<T extends Settled>(act: (tx: SqlWriter) => T, options?: WriteOptions): Promise<T>
  /**
   * Inserts rows by the hundred, as one act, and takes them: the event loop does not wait for it. Resolves once the end
   * of this process takes nothing of it away; the end of the machine may, until a later act is durable. Rejects as
   * `write` does. For work of many such acts that means nothing before its last act, which is a `write`.
   */
  insert(rows: RowRuns): Promise<void>
  /** Another number after each commit: for as long as it is the same, what is read is the same. */
  readonly version: number
  /**
   * Resolves once all that is committed at this moment, and so all that was read, is durable. For who tells others of it
   * that do not ask again: after a loss of power they would know what never was. Rejects when the disk does not keep it.
   */
  durable(): Promise<void>
  /** The file that other threads may read (`open-reads.ts`); `undefined` where there is none on the machine's own disk. */
  readonly file: string | undefined
  /** Writes a consistent copy to the file `path`, which must not exist, while acts go on. */
  backup(path: string): Promise<void>
  /** Looks through the whole database for damage; one sentence for each fault found. Takes seconds a gigabyte. */
  check(): string[]
  /** Resolves after `close`; rejects when the disk no longer keeps what was written, after which no act succeeds. */
  readonly ended: Promise<void>
  /** Waits for the acts already called. Safe twice. */
  close(): Promise<void>
}

/** One step of a schema's history. Once released it never changes; the next change is a further step. */
export interface Migration {
  readonly name: string
  /** One or more statements, or a function for what SQL alone cannot do. */
  readonly up: string | ((tx: SqlWriter) => void)
}
