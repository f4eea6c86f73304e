/** Sessions, app passwords and codes sent by mail in SQLite: see `schema.ts` for the tables. */
import type {Did} from '#atp/syntax/did.ts'
import type {Sql, SqlWriter} from '#engines/sql/sql.ts'
import {idOf} from '../accounts/account-id.ts'
import {spendCode} from '../accounts/mail-codes.ts'
import type {AppPassword, RefreshToken, SessionStore} from './session-store.ts'
import {sweptMax} from '../swept-max.ts'

interface TokenRow extends RefreshToken {
  successor: string | null
}
const tokenSql = `SELECT t.id, a.did, t.appPassword, t.expiresMs, t.madeMs, t.userAgent, t.successor
  FROM refresh_token t JOIN account a ON a.id = t.account WHERE t.id = ?`

/** As `SessionStore.addToken`, for an act that does more than that. */
export function addToken(
  tx: SqlWriter,
  {id, did, appPassword, expiresMs, madeMs, userAgent}: RefreshToken,
  epoch: number,
): boolean {
  const text = `INSERT INTO refresh_token (id, account, appPassword, expiresMs, madeMs, userAgent)
    SELECT ?1, id, ?2, ?3, ?4, ?5 FROM account WHERE did = ?6 AND sessionEpoch = ?7
      AND (?2 IS NULL OR EXISTS (SELECT 1 FROM app_password p WHERE p.account = account.id AND name = ?2))`
  return tx.run(text, id, appPassword, expiresMs, madeMs, userAgent, did, epoch).changes === 1
}

export const sqliteSessionStore = (sql: Sql): SessionStore => ({
  addToken: (token, epoch, countMax) =>
    sql.write(tx => {
      if (!addToken(tx, token, epoch)) return false
      const spare = `SELECT id FROM refresh_token WHERE account = ?1 AND successor IS NULL
        ORDER BY expiresMs DESC, id = ?2 DESC LIMIT -1 OFFSET ?3`
      tx.run(`DELETE FROM refresh_token WHERE id IN (${spare})`, idOf(tx, token.did) ?? null, token.id, countMax)
      return true
    }),

  async token(id) {
    return sql.read(tx => tx.get<TokenRow>(tokenSql, id))
  },

  rotate: (id, next, graceUntilMs) =>
    sql.write(tx => {
      const token = tx.get<TokenRow>(tokenSql, id)
      if (!token || token.successor !== null) return token?.successor ?? undefined
      const expiresMs = Math.min(token.expiresMs, graceUntilMs)
      tx.run('UPDATE refresh_token SET successor = ?, expiresMs = ? WHERE id = ?', next.id, expiresMs, id)
      tx.run(
        `INSERT INTO refresh_token (id, account, appPassword, expiresMs, madeMs, userAgent)
         SELECT ?, account, appPassword, ?, madeMs, userAgent FROM refresh_token WHERE id = ?`,
        next.id,
        next.expiresMs,
        id,
      )
      return next.id
    }),

  revoke: id =>
    sql.write(tx => {
      for (let next: string | null = id; next !== null;) {
        const token: TokenRow | undefined = tx.get<TokenRow>(tokenSql, next)
        tx.run('DELETE FROM refresh_token WHERE id = ?', next)
        next = token?.successor ?? null
      }
    }),

  async ofAccount(did, nowMs) {
    const text = `SELECT t.id, a.did, t.appPassword, t.expiresMs, t.madeMs, t.userAgent FROM refresh_token t JOIN account a ON a.id = t.account
      WHERE a.did = ? AND successor IS NULL AND expiresMs >= ? ORDER BY expiresMs DESC, t.id`
    return sql.read(tx => tx.all<RefreshToken>(text, did, nowMs)).map(row => ({...row}))
  },

  sweepTokens: nowMs =>
    sql.write(tx => {
      const text = 'DELETE FROM refresh_token WHERE id IN (SELECT id FROM refresh_token WHERE expiresMs < ? LIMIT ?)'
      return tx.run(text, nowMs, sweptMax).changes === sweptMax
    }),

  async appPasswords(did) {
    const text = `SELECT name, p.passwordHash, privileged, p.createdMs FROM app_password p
      JOIN account a ON a.id = p.account WHERE did = ? ORDER BY p.createdMs`
    const rows = sql.read(tx => tx.all<Omit<AppPassword, 'privileged'> & {privileged: number}>(text, did))
    return rows.map(row => ({...row, privileged: row.privileged === 1}))
  },

  addAppPassword: (did, {name, passwordHash, privileged, createdMs}, countMax) =>
    sql.write(tx => {
      const account = idOf(tx, did)
      if (account === undefined) return 'gone'
      if (tx.get('SELECT 1 FROM app_password WHERE account = ? AND name = ?', account, name)) return 'name-taken'
      const all = tx.get<{count: number}>('SELECT count(*) AS count FROM app_password WHERE account = ?', account)
      if (all && all.count >= countMax) return 'too-many'
      const text =
        'INSERT INTO app_password (account, name, passwordHash, privileged, createdMs) VALUES (?, ?, ?, ?, ?)'
      tx.run(text, account, name, passwordHash, privileged ? 1 : 0, createdMs)
      return 'done'
    }),

  removeAppPassword: (did, name) =>
    sql.write(tx => {
      const account = idOf(tx, did) ?? null
      const {changes} = tx.run('DELETE FROM app_password WHERE account = ? AND name = ?', account, name)
      tx.run('DELETE FROM refresh_token WHERE account = ? AND appPassword = ?', account, name)
      return changes === 1
    }),

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

  takeEmailToken: (did, purpose, hash) => sql.write(tx => spendCode(tx, did, {purpose, hash})),

  sweepEmailTokens: beforeMs =>
    sql.write(tx => {
      const text = `DELETE FROM email_token WHERE (account, purpose) IN
        (SELECT account, purpose FROM email_token WHERE requestedMs < ? LIMIT ?)`
      return tx.run(text, beforeMs, sweptMax).changes === sweptMax
    }),
})
