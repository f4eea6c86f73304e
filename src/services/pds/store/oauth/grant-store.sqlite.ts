/** OAuth in SQLite: see `oauth-migration.ts` for the tables. */
import type {Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import {idOf} from '../accounts/account-id.ts'
import type {AuthorizationRequest, AuthorizedRequest, Grant, GrantStore} from './grant-store.ts'
import {sweptMax} from '../swept-max.ts'

const requestColumns = 'r.id, clientId, clientKey, parameters, r.createdMs, expiresMs'
const grantSql = `SELECT g.id, did, clientId, clientName, clientKey, jkt, scope, device, g.createdMs, endsMs, expiresMs,
  generation, renewedMs FROM oauth_grant g JOIN account a ON a.id = g.account`

/** Rows that have run out and are thrown away with each new one, so that those of a day never pile up. */
const sweptPerAct = 20

const sweepSql = (table: string, key: string, end: string): string =>
  `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${end} < ? LIMIT ?)`

interface OpenRow extends AuthorizationRequest {
  browser: string | null
}

/** A request that is still to be decided on. */
const openRow = (tx: SqlReader, id: string, nowMs: number): OpenRow | undefined =>
  tx.get<OpenRow>(
    `SELECT ${requestColumns}, browser FROM oauth_request r WHERE id = ? AND code IS NULL AND expiresMs > ?`,
    id,
    nowMs,
  )

function grantOf(tx: SqlReader, id: string): Grant | undefined {
  const row = tx.get<Grant>(`${grantSql} WHERE g.id = ?`, id)
  return row && {...row}
}

function burn(tx: SqlWriter, code: string): void {
  tx.run('DELETE FROM oauth_request WHERE code = ?', code)
  tx.run('DELETE FROM oauth_grant WHERE code = ?', code)
}

function useOnce(tx: SqlWriter, key: string, untilMs: number): boolean {
  return tx.run('INSERT OR IGNORE INTO oauth_once (key, untilMs) VALUES (?, ?)', key, untilMs).changes === 1
}

export const sqliteGrantStore = (sql: Sql): GrantStore => ({
  addRequest: ({id, clientId, clientKey, parameters, createdMs, expiresMs}) =>
    sql.write(tx => {
      tx.run(
        'DELETE FROM oauth_request WHERE id IN (SELECT id FROM oauth_request WHERE expiresMs < ? LIMIT ?)',
        createdMs,
        sweptPerAct,
      )
      tx.run(
        `INSERT INTO oauth_request (id, clientId, clientKey, parameters, createdMs, expiresMs) VALUES (?, ?, ?, ?, ?, ?)`,
        id,
        clientId,
        clientKey,
        parameters,
        createdMs,
        expiresMs,
      )
    }),

  openRequest: (id, browser, nowMs, holdUntilMs, heldMaxMs) =>
    sql.write(tx => {
      const row = openRow(tx, id, nowMs)
      if (!row) return 'gone'
      const {browser: first, ...request} = row
      if (first !== null && first !== browser) return 'other-browser'
      const expiresMs = Math.max(request.expiresMs, Math.min(holdUntilMs, request.createdMs + heldMaxMs))
      tx.run('UPDATE oauth_request SET browser = ?, expiresMs = ? WHERE id = ?', browser, expiresMs, id)
      return {...request, expiresMs}
    }),

  authorize: (id, browser, nowMs, {did, device, parameters, code, expiresMs, consent, consentsMax, epoch}) =>
    sql.write(tx => {
      const row = openRow(tx, id, nowMs)
      const account = idOf(tx, did)
      if (!row || row.browser !== browser || account === undefined) return false
      const ended = 'SELECT 1 AS ended FROM account WHERE id = ? AND sessionEpoch <> ?'
      if (epoch !== undefined && tx.get(ended, account, epoch)) return false
      tx.run(
        'UPDATE oauth_request SET account = ?, device = ?, parameters = ?, code = ?, expiresMs = ? WHERE id = ?',
        account,
        device,
        parameters,
        code,
        expiresMs,
        id,
      )
      tx.run(
        'INSERT OR REPLACE INTO oauth_consent (account, clientId, scope, agreedMs) VALUES (?, ?, ?, ?)',
        account,
        row.clientId,
        consent,
        nowMs,
      )
      tx.run(
        `DELETE FROM oauth_consent WHERE account = ?1 AND clientId IN
          (SELECT clientId FROM oauth_consent WHERE account = ?1 ORDER BY agreedMs DESC, clientId = ?2 DESC LIMIT -1 OFFSET ?3)`,
        account,
        row.clientId,
        consentsMax,
      )
      return true
    }),

  dropRequest: (id, browser, nowMs) =>
    sql.write(tx => {
      if (openRow(tx, id, nowMs)?.browser !== browser) return false
      tx.run('DELETE FROM oauth_request WHERE id = ?', id)
      return true
    }),

  async byCode(code) {
    const text = `SELECT ${requestColumns}, did, device FROM oauth_request r JOIN account a ON a.id = r.account
      WHERE code = ?`
    const row = sql.read(tx => tx.get<AuthorizedRequest>(text, code))
    return row && {...row}
  },

  exchange: (code, grant, once, grantsMax) =>
    sql.write(tx => {
      const {changes} = tx.run('DELETE FROM oauth_request WHERE code = ?', code)
      const account = idOf(tx, grant.did)
      if (changes === 0 || account === undefined || !useOnce(tx, once.key, once.untilMs)) {
        burn(tx, code)
        return 'used'
      }
      tx.run(
        `DELETE FROM oauth_grant WHERE id IN
          (SELECT id FROM oauth_grant WHERE account = ? ORDER BY renewedMs DESC, id LIMIT -1 OFFSET ?)`,
        account,
        grantsMax - 1,
      )
      tx.run(
        `INSERT INTO oauth_grant (id, account, clientId, clientName, clientKey, jkt, scope, device, code, createdMs,
          endsMs, expiresMs, generation, renewedMs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
        grant.id,
        account,
        grant.clientId,
        grant.clientName,
        grant.clientKey,
        grant.jkt,
        grant.scope,
        grant.device,
        code,
        grant.createdMs,
        grant.endsMs,
        grant.expiresMs,
        grant.createdMs,
      )
      return 'done'
    }),

  burnCode: code => sql.write(tx => burn(tx, code)),

  async grant(id) {
    return sql.read(tx => grantOf(tx, id))
  },

  async scope(id, did, nowMs) {
    const text = `SELECT scope FROM oauth_grant g JOIN account a ON a.id = g.account WHERE g.id = ? AND did = ? AND endsMs > ?`
    return sql.read(tx => tx.get<{scope: string}>(text, id, did, nowMs))?.scope
  },

  renew: (id, generation, {nowMs, expiresMs, clientKey, once}, survives) => {
    const act = (tx: SqlWriter): Grant | 'used' | undefined => {
      if (once && !useOnce(tx, once.key, once.untilMs)) return 'used'
      tx.run(
        `UPDATE oauth_grant SET generation = ?, renewedMs = ?, expiresMs = min(endsMs, ?), clientKey = ?
         WHERE id = ? AND generation < ?`,
        generation,
        nowMs,
        expiresMs,
        clientKey,
        id,
        generation,
      )
      return grantOf(tx, id)
    }
    return sql.write(act, {survives})
  },

  endGrant: id =>
    sql.write(tx => {
      tx.run('DELETE FROM oauth_grant WHERE id = ?', id)
    }),

  async grants(did, nowMs) {
    return sql.read(tx =>
      tx.all<Grant>(`${grantSql} WHERE did = ? AND expiresMs > ? ORDER BY g.createdMs DESC, g.id`, did, nowMs),
    )
  },

  endGrantOf: (did, id) =>
    sql.write(tx => {
      const grant = grantOf(tx, id)
      if (grant?.did !== did) return
      tx.run('DELETE FROM oauth_grant WHERE id = ?', id)
      const text = 'DELETE FROM oauth_consent WHERE clientId = ? AND account = ?'
      tx.run(text, grant.clientId, idOf(tx, did) ?? null)
    }),

  async consent(did, clientId) {
    const text = `SELECT scope FROM oauth_consent JOIN account a ON a.id = account WHERE did = ? AND clientId = ?`
    return sql.read(tx => tx.get<{scope: string}>(text, did, clientId))?.scope
  },

  useOnce: (key, untilMs) => sql.write(tx => useOnce(tx, key, untilMs)),

  async wasUsed(key) {
    return sql.read(tx => tx.get('SELECT 1 FROM oauth_once WHERE key = ?', key)) !== undefined
  },

  sweep: (nowMs, agreedBeforeMs) =>
    sql.write(tx => {
      const ended = [
        tx.run(sweepSql('oauth_request', 'id', 'expiresMs'), nowMs, sweptMax),
        tx.run(sweepSql('oauth_grant', 'id', 'expiresMs'), nowMs, sweptMax),
        tx.run(sweepSql('oauth_once', 'key', 'untilMs'), nowMs, sweptMax),
        // What opens something is good for as long again.
        tx.run(
          `UPDATE oauth_consent SET agreedMs = ?2 WHERE (account, clientId) IN (
            SELECT account, clientId FROM oauth_consent c WHERE agreedMs < ?1 AND EXISTS (
              SELECT 1 FROM oauth_grant g WHERE g.account = c.account AND g.clientId = c.clientId) LIMIT ?3)`,
          agreedBeforeMs,
          nowMs,
          sweptMax,
        ),
        tx.run(
          `DELETE FROM oauth_consent WHERE (account, clientId) IN (
            SELECT account, clientId FROM oauth_consent c WHERE agreedMs < ?1 AND NOT EXISTS (
              SELECT 1 FROM oauth_grant g WHERE g.account = c.account AND g.clientId = c.clientId) LIMIT ?2)`,
          agreedBeforeMs,
          sweptMax,
        ),
      ]
      return ended.some(({changes}) => changes === sweptMax)
    }),
})
