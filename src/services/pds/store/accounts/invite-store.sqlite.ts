/** Invite codes in SQLite: see `schema.ts` for the tables. */
import type {Did} from '#atp/syntax/did.ts'
import type {Sql, SqlReader} from '#engines/sql/sql.ts'
import type {Invite, InviteStore} from './invite-store.ts'

type Row = Omit<Invite, 'disabled' | 'usedBy'> & {disabled: number}

const columns = 'code, uses, disabled, forAccount, createdBy, createdMs'
/** Whoever was taken down brings in nobody. Of a row `c` of `invite_code`. */
export const inviterServesSql =
  'NOT EXISTS (SELECT 1 FROM account WHERE did = c.forAccount AND takedownRef IS NOT NULL)'
const usedSql = '(SELECT count(*) FROM invite_use u WHERE u.code = c.code)'
/** Where the page begins: after the row of that code in the same order. */
const pageSql = {
  recent: `SELECT ${columns} FROM invite_code c
    WHERE ?1 = '' OR (createdMs, code) < (SELECT createdMs, code FROM invite_code WHERE code = ?1)
    ORDER BY createdMs DESC, code DESC LIMIT ?2`,
  usage: `SELECT ${columns} FROM (SELECT *, ${usedSql} AS used FROM invite_code c)
    WHERE ?1 = '' OR (used, code) < (SELECT count(*), ?1 FROM invite_use WHERE code = ?1)
    ORDER BY used DESC, code DESC LIMIT ?2`,
}

function inviteOf(tx: SqlReader, row: Row): Invite {
  const text = 'SELECT usedBy AS did, usedMs FROM invite_use WHERE code = ? ORDER BY usedMs'
  return {...row, disabled: row.disabled === 1, usedBy: tx.all<{did: Did; usedMs: number}>(text, row.code)}
}

export const sqliteInviteStore = (sql: Sql): InviteStore => ({
  addInvites: invites =>
    sql.write(tx => {
      for (const {code, uses, forAccount, createdBy, createdMs} of invites) {
        const text = 'INSERT INTO invite_code (code, uses, forAccount, createdBy, createdMs) VALUES (?, ?, ?, ?, ?)'
        tx.run(text, code, uses, forAccount, createdBy, createdMs)
      }
    }),

  async invite(code) {
    return sql.read(tx => {
      const row = tx.get<Row>(`SELECT ${columns} FROM invite_code WHERE code = ?`, code)
      return row && inviteOf(tx, row)
    })
  },

  async usesLeft(code) {
    const text = `SELECT uses - ${usedSql} AS left FROM invite_code c
      WHERE code = ? AND disabled = 0 AND ${inviterServesSql}`
    return Math.max(0, sql.read(tx => tx.get<{left: number}>(text, code))?.left ?? 0)
  },

  async invitesOf(did) {
    const text = `SELECT ${columns} FROM invite_code WHERE forAccount = ? ORDER BY createdMs LIMIT 1000`
    return sql.read(tx => tx.all<Row>(text, did).map(row => inviteOf(tx, row)))
  },

  async invites({sort, after, limit}) {
    return sql.read(tx => tx.all<Row>(pageSql[sort], after ?? '', limit).map(row => inviteOf(tx, row)))
  },

  disableInvites: (codes, owners) =>
    sql.write(tx => {
      for (const code of codes) tx.run('UPDATE invite_code SET disabled = 1 WHERE code = ?', code)
      for (const owner of owners) tx.run('UPDATE invite_code SET disabled = 1 WHERE forAccount = ?', owner)
    }),

  async standing(did) {
    const text = 'SELECT inviteCode, invitesDisabled FROM account WHERE did = ?'
    const row = sql.read(tx => tx.get<{inviteCode: string | null; invitesDisabled: number}>(text, did))
    return {inviteCode: row?.inviteCode ?? null, disabled: row?.invitesDisabled === 1}
  },

  setInviting: (did, disabled) =>
    sql.write(tx => {
      tx.run('UPDATE account SET invitesDisabled = ? WHERE did = ?', disabled ? 1 : 0, did)
    }),
})
