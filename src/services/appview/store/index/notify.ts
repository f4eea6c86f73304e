/** Adds notifications. There is one for each record and recipient, so adding one again changes nothing. */
import type {SqlWriter} from '#engines/sql/sql.ts'
import type {Reason} from '../../index/record-indexer.ts'

interface NotificationRow {
  readonly record: number
  readonly recipient: number
  readonly actor: number
  readonly reason: Reason
  readonly subject: number | null
  readonly sortMs: number
}

export function notify(tx: SqlWriter, {record, recipient, actor, reason, subject, sortMs}: NotificationRow): void {
  if (recipient === actor) return
  tx.run(
    `INSERT OR IGNORE INTO notification (record, recipient, actor, reason, subject, sortMs) VALUES (?, ?, ?, ?, ?, ?)`,
    record,
    recipient,
    actor,
    reason,
    subject,
    sortMs,
  )
}
