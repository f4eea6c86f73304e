/** Ends second factors, in the act that is the reason. */
import type {SqlWriter} from '#engines/sql/sql.ts'

/** All of an account but codes by mail, which stand in its own row. `account` is that row; null for none. */
export function endFactors(tx: SqlWriter, account: number | null): void {
  for (const table of ['totp', 'passkey', 'recovery_code', 'factor_try']) {
    tx.run(`DELETE FROM ${table} WHERE account = ?`, account)
  }
}

/**
 * Recovery codes that stand in for nothing, after a factor was taken away: kept, they would let in whoever finds them
 * once there is a factor again.
 */
export function dropStrayCodes(tx: SqlWriter, account: number | null): void {
  const text = `DELETE FROM recovery_code WHERE account = ?1
    AND NOT EXISTS (SELECT 1 FROM totp WHERE account = ?1 AND confirmedMs IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM passkey WHERE account = ?1)
    AND NOT EXISTS (SELECT 1 FROM account WHERE id = ?1 AND emailFactorMs IS NOT NULL)`
  tx.run(text, account)
}
