/** Ends recovery codes that stand in for nothing: a part of every act that takes a factor away. */
import type {SqlWriter} from '#engines/sql/sql.ts'

/** Kept, they would let in whoever finds them once there is a factor again. `account` is its row; null for none. */
export function dropStrayCodes(tx: SqlWriter, account: number | null): void {
  const text = `DELETE FROM recovery_code WHERE account = ?1
    AND NOT EXISTS (SELECT 1 FROM totp WHERE account = ?1 AND confirmedMs IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM passkey WHERE account = ?1)
    AND NOT EXISTS (SELECT 1 FROM account WHERE id = ?1 AND emailFactorMs IS NOT NULL)`
  tx.run(text, account)
}
