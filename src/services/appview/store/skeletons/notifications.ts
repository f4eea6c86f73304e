/** Notifications in SQLite. */
import type {Sql} from '#engines/sql/sql.ts'
import type {Position} from '../position.ts'
import type {NotificationRow} from './skeleton-store.ts'

/** Notifications that are looked at for those of some reasons, in one step. */
const lookedAtMax = 1_000
const pageSql = `
  SELECT record, sortMs, reason, subject FROM notification
  WHERE recipient = ?1 AND sortMs <= ?2 AND (sortMs < ?2 OR record < ?3) ORDER BY sortMs DESC, record DESC LIMIT ?4`

export class Notifications {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  async page(
    recipient: number,
    reasons: readonly string[],
    after: Position,
    limit: number,
  ): Promise<NotificationRow[]> {
    const asked = reasons.length === 0 ? limit : Math.max(limit, lookedAtMax)
    const {ms, id} = after
    const all = this.#sql
      .read(tx => tx.arrays<[number, number, string, number | null]>(pageSql, recipient, ms, id, asked))
      .map(([record, sortMs, reason, subject]): NotificationRow => ({id: record, ms: sortMs, reason, subject}))
    if (reasons.length === 0) return all
    const some = all.filter(({reason}) => reasons.includes(reason)).slice(0, limit)
    if (some.length === limit || all.length < asked) return some
    // The last that was looked at says where to go on. It is shown only if it is for one of the reasons.
    return [...some.filter(row => row !== all.at(-1)), {...all[all.length - 1], isMore: true}]
  }
}
