/** Codes sent by mail in SQLite: see `schema.ts` for the tables. */
import type {Did} from '#atp/syntax/did.ts'
import type {Sql} from '#engines/sql/sql.ts'
import type {EmailTokenStore} from './email-token-store.ts'

export const sqliteEmailTokenStore = (sql: Sql): EmailTokenStore => ({
  putEmailToken: (did, purpose, hash, requestedMs) =>
    sql.write(tx => {
      tx.run(
        `INSERT OR REPLACE INTO email_token (account, purpose, token, requestedMs)
         SELECT id, ?, ?, ? FROM account WHERE did = ?`,
        purpose,
        hash,
        requestedMs,
        did,
      )
    }),

  async emailToken(purpose, hash) {
    const text = `SELECT did, requestedMs FROM email_token JOIN account ON account.id = account
      WHERE token = ? AND purpose = ?`
    return sql.read(tx => tx.get<{did: Did; requestedMs: number}>(text, hash, purpose))
  },

  dropEmailToken: (did, purpose) =>
    sql.write(tx => {
      const text = 'DELETE FROM email_token WHERE account = (SELECT id FROM account WHERE did = ?) AND purpose = ?'
      tx.run(text, did, purpose)
    }),

  sweepEmailTokens: beforeMs =>
    sql.write(tx => {
      tx.run('DELETE FROM email_token WHERE requestedMs < ?', beforeMs)
    }),
})
