/** The keys of accounts in SQLite: see `schema.ts` for the tables. */
import {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Sql, SqlWriter} from '#engines/sql/sql.ts'
import {appendEvents} from '../events/event-store.sqlite.ts'
import {changeHead} from '../repos/nodes.sqlite.ts'
import type {KeyExchange, KeyStore, ReservedKey, ReservedKeyLimits} from './key-store.ts'

/** Of the asker who has the most, the oldest. */
const spareKeySql = `SELECT publicKey FROM reserved_key
  WHERE asker = (SELECT asker FROM reserved_key GROUP BY asker ORDER BY count(*) DESC LIMIT 1)
  ORDER BY reservedMs LIMIT 1`

function sweepKeys(tx: SqlWriter, beforeMs: number): void {
  tx.run('DELETE FROM reserved_key WHERE reservedMs < ?', beforeMs)
}

function reserveKey(
  tx: SqlWriter,
  {publicKey, privateKey, did, asker, reservedMs}: ReservedKey,
  {ofAsker, all, beforeMs}: ReservedKeyLimits,
): string | undefined {
  sweepKeys(tx, beforeMs)
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

const waitingSql = 'SELECT privateKey FROM reserved_key WHERE publicKey = ? AND (did = ? OR did IS NULL)'

function exchangeKey(
  tx: SqlWriter,
  {did, publicKey, prev, head, commit, identity, sync}: KeyExchange,
): 'done' | 'stale' {
  interface Row {
    account: number
    tree: number
    root: Uint8Array
    newest: Uint8Array
    isActive: number
  }
  const text = `SELECT account, tree, root, newest, deactivatedMs IS NULL AND takedownRef IS NULL AS isActive
    FROM account JOIN repo ON repo.account = account.id JOIN head USING (tree) WHERE did = ?`
  const repo = tx.get<Row>(text, did)
  const key = tx.get<{privateKey: Uint8Array}>(waitingSql, publicKey, did)
  if (!repo || !key || !prev.equals(new Cid(repo.root))) return 'stale'
  changeHead(tx, repo.tree, repo.newest, head, [commit], [prev])
  tx.run('UPDATE repo SET signingKey = ? WHERE account = ?', key.privateKey, repo.account)
  tx.run('DELETE FROM reserved_key WHERE publicKey = ?', publicKey)
  appendEvents(tx, repo.isActive ? [identity, sync] : [identity])
  return 'done'
}

/** Keys held until the next write. */
const knownMax = 2_000

export function sqliteKeyStore(sql: Sql): KeyStore {
  const known = new Map<Did, Uint8Array>()
  let knownAt = sql.version
  return {
    async signingKey(did) {
      if (sql.version !== knownAt || known.size >= knownMax) known.clear()
      knownAt = sql.version
      const seen = known.get(did)
      if (seen) return seen
      const text = 'SELECT signingKey FROM repo WHERE account = (SELECT id FROM account WHERE did = ?)'
      const key = sql.read(tx => tx.get<{signingKey: Uint8Array}>(text, did))?.signingKey
      if (key) known.set(did, key)
      return key
    },

    async reserved(did) {
      const text = 'SELECT privateKey FROM reserved_key WHERE did = ?'
      return sql.read(tx => tx.get<{privateKey: Uint8Array}>(text, did))?.privateKey
    },

    async waiting(did, publicKey) {
      return sql.read(tx => tx.get<{privateKey: Uint8Array}>(waitingSql, publicKey, did))?.privateKey
    },

    exchange: exchange => sql.write(tx => exchangeKey(tx, exchange)),

    reserve: (key, limits) => sql.write(tx => reserveKey(tx, key, limits)),

    sweep: beforeMs => sql.write(tx => sweepKeys(tx, beforeMs)),
  }
}
