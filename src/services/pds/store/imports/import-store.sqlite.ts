/** Imports in SQLite: see `schema.ts` for the tables. The spool of an import is a tree without records. */
import {emptyBytes} from '#std/bytes.ts'
import {assert} from '#std/assert.ts'
import {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Sql, SqlWriter} from '#engines/sql/sql.ts'
import {RowBatch} from './import-batch.sqlite.ts'
import type {ImportStore} from './import-store.ts'
import {letGo, takeUsed} from '../repos/blob-row-store.sqlite.ts'
import {appendEvent} from '../events/event-store.sqlite.ts'
import {byCidSql, writtenBefore} from '../repos/record-cids.sqlite.ts'
import {changeHead} from '../repos/nodes.sqlite.ts'
import {sweptMax} from '../swept-max.ts'

/** Every other table of rows that belong to a tree, and the rest of its key, by which they are removed. */
const treeTables = {
  node: 'cid',
  record: 'path',
  record_cid: '(run, cid)',
  backlink: '(collection, subject, path)',
} as const

const deleteSql = (table: string, key: string): string =>
  `DELETE FROM ${table} WHERE tree = ?1 AND ${key} IN
    (SELECT ${key.replaceAll(/[()]/g, '')} FROM ${table} WHERE tree = ?1 LIMIT ${sweptMax})`
const removeSql = Object.entries(treeTables).map(([table, key]) => deleteSql(table, key))
const removeUsesSql = `${deleteSql('blob_use', 'path')} RETURNING cid`

/** Removes some of what a tree's records refer to; a repository that has another tree now lets such blobs go. */
function removeUses(tx: SqlWriter, tree: number): number {
  const rows = tx.arrays<[Uint8Array]>(removeUsesSql, tree)
  const text = `SELECT account.did, repo.tree FROM tree JOIN account ON account.did = tree.did
    JOIN repo ON repo.account = account.id WHERE tree.id = ?`
  const owner = rows.length > 0 ? tx.get<{did: Did; tree: number}>(text, tree) : undefined
  if (owner) for (const [cid] of rows) letGo(tx, owner.did, owner.tree, cid)
  return rows.length
}

export function sqliteImportStore(sql: Sql): ImportStore {
  /** Trees that imports of this process are filling. */
  const filling = new Set<number>()

  return {
    begin: () =>
      sql.write(tx => {
        const place = {
          tree: tx.run('INSERT INTO tree DEFAULT VALUES').lastRowId,
          spool: tx.run('INSERT INTO tree DEFAULT VALUES').lastRowId,
          run: 0,
        }
        filling.add(place.tree).add(place.spool)
        return place
      }),

    batch: place => new RowBatch(place),

    async fill(batch) {
      assert(batch instanceof RowBatch, 'a batch is one that this store gave')
      await sql.insert(batch.rows)
    },

    async block({tree, spool}, {bytes: cid}) {
      return sql.read(tx => {
        const row =
          tx.get<{bytes: Uint8Array}>('SELECT bytes FROM node WHERE tree = ? AND cid = ?', spool, cid) ??
          tx.get<{bytes: Uint8Array}>(byCidSql('bytes'), tree, cid)
        return row?.bytes
      })
    },

    adopt: ({did, place: {tree, run}, prev, head, commit, event}) =>
      sql.write(tx => {
        interface Row {
          id: number
          root: Uint8Array
          isActive: number
        }
        const text = `SELECT id, root, deactivatedMs IS NULL AND takedownRef IS NULL AS isActive
          FROM account JOIN repo ON repo.account = account.id JOIN head USING (tree) WHERE did = ?`
        const now = tx.get<Row>(text, did)
        if (!now || !prev.equals(new Cid(now.root))) return 'stale'
        // Whose the old tree was: what its records refer to is let go as it is swept.
        tx.run('UPDATE tree SET did = ? WHERE id = (SELECT tree FROM repo WHERE account = ?)', did, now.id)
        tx.run('UPDATE repo SET tree = ? WHERE account = ?', tree, now.id)
        changeHead(tx, tree, emptyBytes, head, [commit], [], writtenBefore(run + 1))
        takeUsed(tx, did, tree)
        if (now.isActive) appendEvent(tx, event)
        return 'done'
      }),

    async end({tree, spool}) {
      filling.delete(tree)
      filling.delete(spool)
    },

    async strays() {
      const text = 'SELECT id FROM tree WHERE id NOT IN (SELECT tree FROM repo) LIMIT 10000'
      const all = sql.read(tx => tx.all<{id: number}>(text))
      return all.map(({id}) => id).filter(id => !filling.has(id))
    },

    removeSome: tree =>
      sql.write(tx => {
        if (removeUses(tx, tree) > 0 || removeSql.some(text => tx.run(text, tree).changes > 0)) return true
        tx.run('DELETE FROM tree WHERE id = ?', tree)
        return false
      }),
  }
}
