/**
 * Which records and accounts an act may have changed, for what is kept of them in memory: every number that it gave to
 * a statement that writes. Most of them are numbers of rows; the others do no harm, for all that follows is that
 * something is read again. Only times are left out, for there are as many of them as of all the rest.
 */
import type {SqlValue, SqlWriter} from '#engines/sql/sql.ts'

/** No table has so many rows; in milliseconds, it is in the year 2001. */
const numberMax = 1e12

export class Changes implements SqlWriter {
  readonly numbers = new Set<number>()
  readonly #tx: SqlWriter
  readonly get: SqlWriter['get']
  readonly all: SqlWriter['all']
  readonly arrays: SqlWriter['arrays']

  constructor(tx: SqlWriter) {
    this.#tx = tx
    this.get = (sql, ...values) => tx.get(sql, ...values)
    this.all = (sql, ...values) => tx.all(sql, ...values)
    this.arrays = (sql, ...values) => tx.arrays(sql, ...values)
  }

  run(sql: string, ...values: SqlValue[]): {changes: number; lastRowId: number} {
    this.note(values)
    return this.#tx.run(sql, ...values)
  }

  /** Adds the numbers of a row that goes: who deletes it names only its record. */
  note(values: readonly SqlValue[]): void {
    for (const value of values) if (typeof value === 'number' && value < numberMax) this.numbers.add(value)
  }
}
