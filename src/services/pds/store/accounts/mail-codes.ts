/** Codes that were mailed, spent in the act that they are for: so none is good twice, whenever the process ends. */
import type {SqlWriter} from '#engines/sql/sql.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {MailCode} from '../sessions/session-store.ts'

/** When the code was asked for; undefined when the account has no such code, or no longer. */
export function spendCode(tx: SqlWriter, did: Did, {purpose, hash}: MailCode): number | undefined {
  const text = `DELETE FROM email_token WHERE account = (SELECT id FROM account WHERE did = ?) AND purpose = ?
    AND token = ? RETURNING requestedMs`
  return tx.get<{requestedMs: number}>(text, did, purpose, hash)?.requestedMs
}
