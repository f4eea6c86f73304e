/** Prepared statements by their text: preparing anew for each call would halve the speed of a point read. */
import type {DatabaseSync, StatementSync} from 'node:sqlite'
import type {SqlValue, SqlWriter} from './sql.ts'

/** More than any service has; beyond it the oldest is forgotten, and prepared again when next used. */
const statementsMax = 512

/**
 * SQLite plans a statement anew for each value that is bound to a parameter which is a limit by itself, even the same
 * one: ten microseconds and more a call. A sum it takes as it comes.
 */
const planOnce = (sql: string): string => sql.replaceAll(/\bLIMIT (\?\d*)/gi, 'LIMIT $1 + 0')

/** The statements of one connection. */
export class Statements implements SqlWriter {
  readonly #db: DatabaseSync
  readonly #forObjects = new Map<string, StatementSync>()
  readonly #forArrays = new Map<string, StatementSync>()
  readonly #forRuns = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  get<Row extends object>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#prepared(this.#forObjects, sql).get(...values) as Row | undefined
  }

  all<Row extends object>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#prepared(this.#forObjects, sql).all(...values) as Row[]
  }

  arrays<Row extends readonly SqlValue[]>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#prepared(this.#forArrays, sql).all(...values) as unknown as Row[]
  }

  run(sql: string, ...values: SqlValue[]): {changes: number; lastRowId: number} {
    // As bigints: search tables leave behind numbers of rows of their own, which are too large to read otherwise.
    const {changes, lastInsertRowid} = this.#prepared(this.#forRuns, sql).run(...values)
    return {changes: Number(changes), lastRowId: Number(lastInsertRowid)}
  }

  #prepared(known: Map<string, StatementSync>, sql: string): StatementSync {
    const found = known.get(sql)
    if (found) return found
    const statement = this.#db.prepare(planOnce(sql))
    statement.setReturnArrays(known === this.#forArrays)
    statement.setReadBigInts(known === this.#forRuns)
    known.set(sql, statement)
    if (known.size > statementsMax) {
      const [oldest] = known.keys()
      known.delete(oldest)
    }
    return statement
  }
}
