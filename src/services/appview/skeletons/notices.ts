/** Who is told of what, newest first: numbers only. */
import type {Sql} from '#engines/sql/sql.ts'
import type {Position} from '../paging.ts'

/** `id` is the number of the record that is told of. */
export interface NoticeRow extends Position {
  readonly reason: string
  /** The record that it is about, when it is about one. */
  readonly subject: number | null
}

export class Notices {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Notifications of an account; with `reasons`, only those for one of them. */
  async page(recipient: number, reasons: readonly string[], after: Position, limit: number): Promise<NoticeRow[]> {
    const some = reasons.length === 0 ? '' : 'AND reason IN (SELECT value FROM json_each(?5))'
    const rows = this.#sql.read(tx =>
      tx.arrays<[number, number, string, number | null]>(
        `SELECT record, sortMs, reason, subject FROM notification
         WHERE recipient = ?1 AND sortMs <= ?2 AND (sortMs < ?2 OR record < ?3) ${some}
         ORDER BY sortMs DESC, record DESC LIMIT ?4`,
        recipient,
        after.ms,
        after.id,
        limit,
        ...(some ? [JSON.stringify(reasons)] : []),
      ),
    )
    return rows.map(([id, ms, reason, subject]) => ({id, ms, reason, subject}))
  }
}
