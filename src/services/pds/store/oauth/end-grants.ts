/** Ends what an account has granted to apps, in the act that is the reason: a new password, say. */
import type {SqlWriter} from '#engines/sql/sql.ts'

/** `account` is the row of the account; null for none. */
export function endGrantsOf(tx: SqlWriter, account: number | null): void {
  tx.run('DELETE FROM oauth_grant WHERE account = ?', account)
  // What was agreed to, and is still to be fetched.
  tx.run('DELETE FROM oauth_request WHERE account = ?', account)
  // What whoever got in has agreed to would else let an app in again without a question.
  tx.run('DELETE FROM oauth_consent WHERE account = ?', account)
}
