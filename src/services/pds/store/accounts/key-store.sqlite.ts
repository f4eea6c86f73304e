/** The keys of accounts in SQLite: see `schema.ts` for the tables. */
import type {Sql, SqlWriter} from '#engines/sql/sql.ts'
import type {KeyStore, ReservedKey, ReservedKeyLimits} from './key-store.ts'

/** Of the asker who has the most, the oldest. */
const spareKeySql = `SELECT publicKey FROM reserved_key
  WHERE asker = (SELECT asker FROM reserved_key GROUP BY asker ORDER BY count(*) DESC LIMIT 1)
  ORDER BY reservedMs LIMIT 1`

function reserveKey(
  tx: SqlWriter,
  {publicKey, privateKey, did, asker, reservedMs}: ReservedKey,
  {ofAsker, all, beforeMs}: ReservedKeyLimits,
): string | undefined {
  tx.run('DELETE FROM reserved_key WHERE reservedMs < ?', beforeMs)
  const known = tx.get<{publicKey: string}>('SELECT publicKey FROM reserved_key WHERE did = ?', did)
  if (known) {
    tx.run('UPDATE reserved_key SET reservedMs = ? WHERE publicKey = ?', reservedMs, known.publicKey)
    return known.publicKey
  }
  const countSql = 'SELECT count(*) AS count FROM reserved_key'
  const own = tx.get<{count: number}>(`${countSql} WHERE asker = ?`, asker)
  if ((own?.count ?? 0) >= ofAsker) return undefined
  if ((tx.get<{count: number}>(countSql)?.count ?? 0) >= all) {
    tx.run(`DELETE FROM reserved_key WHERE publicKey = (${spareKeySql})`)
  }
  const text = 'INSERT INTO reserved_key (publicKey, did, privateKey, asker, reservedMs) VALUES (?, ?, ?, ?, ?)'
  tx.run(text, publicKey, did, privateKey, asker, reservedMs)
  return publicKey
}

export const sqliteKeyStore = (sql: Sql): KeyStore => ({
  async signingKey(did) {
    const text = 'SELECT signingKey FROM repo WHERE account = (SELECT id FROM account WHERE did = ?)'
    return sql.read(tx => tx.get<{signingKey: Uint8Array}>(text, did))?.signingKey
  },

  async reserved(did) {
    const text = 'SELECT privateKey FROM reserved_key WHERE did = ?'
    return sql.read(tx => tx.get<{privateKey: Uint8Array}>(text, did))?.privateKey
  },

  reserve: (key, limits) => sql.write(tx => reserveKey(tx, key, limits)),
})
