/** Imports in SQLite: see `schema.ts` for the tables. The spool of an import is a tree without records. */
import {Cid} from '#atp/data/cid.ts'
import type {Sql} from '#engines/sql/sql.ts'
import type {ImportStore} from './import-store.ts'
import {appendEvent, putNode, putRecord} from './repo-store.sqlite.ts'

/** Rows removed in one act. */
const sweepCount = 1000

/** Every table of rows that belong to a tree, and the rest of its key, by which they are removed. */
const treeTables = {node: 'cid', record: 'path', backlink: 'path', blob_use: 'path'} as const

const removeSql = Object.entries(treeTables).map(
  ([table, key]) =>
    `DELETE FROM ${table} WHERE tree = ?1 AND ${key} IN (SELECT ${key} FROM ${table} WHERE tree = ?1 LIMIT ${sweepCount})`,
)

export function sqliteImportStore(sql: Sql): ImportStore {
  /** Trees that imports of this process are filling. */
  const filling = new Set<number>()

  const remove = async (tree: number): Promise<void> => {
    for (const text of removeSql) while ((await sql.write(tx => tx.run(text, tree).changes)) > 0);
    await sql.write(tx => tx.run('DELETE FROM tree WHERE id = ?', tree))
  }

  return {
    begin: () =>
      sql.write(tx => {
        const place = {
          tree: tx.run('INSERT INTO tree DEFAULT VALUES').lastRowId,
          spool: tx.run('INSERT INTO tree DEFAULT VALUES').lastRowId,
        }
        filling.add(place.tree).add(place.spool)
        return place
      }),

    fill: ({tree, spool}, rev, {nodes, records, early}) =>
      sql.write(tx => {
        for (const block of early) putNode(tx, spool, rev, block)
        for (const block of nodes) putNode(tx, tree, rev, block)
        for (const record of records) putRecord(tx, tree, rev, record)
      }),

    async block({tree, spool}, {bytes: cid}) {
      return sql.read(tx => {
        const row =
          tx.get<{bytes: Uint8Array}>('SELECT bytes FROM node WHERE tree = ? AND cid = ?', spool, cid) ??
          tx.get<{bytes: Uint8Array}>(
            'SELECT bytes FROM record INDEXED BY record_by_cid WHERE tree = ? AND cid = ? LIMIT 1',
            tree,
            cid,
          )
        return row?.bytes
      })
    },

    adopt: ({did, tree, prev, head, commit, event}) =>
      sql.write(tx => {
        interface Row {
          id: number
          root: Uint8Array
          isActive: number
        }
        const text = `SELECT id, root, deactivatedMs IS NULL AND takedownRef IS NULL AS isActive
          FROM account JOIN repo ON repo.account = account.id WHERE did = ?`
        const now = tx.get<Row>(text, did)
        if (!now || !prev.equals(new Cid(now.root))) return 'stale'
        putNode(tx, tree, head.rev, commit)
        tx.run(
          'UPDATE repo SET tree = ?, root = ?, data = ?, rev = ? WHERE account = ?',
          tree,
          head.root.bytes,
          head.data.bytes,
          head.rev,
          now.id,
        )
        if (now.isActive) appendEvent(tx, event)
        return 'done'
      }),

    end({tree, spool}) {
      filling.delete(tree)
      filling.delete(spool)
    },

    async sweep() {
      const strays = sql.read(tx =>
        tx.all<{id: number}>('SELECT id FROM tree WHERE id NOT IN (SELECT tree FROM repo) LIMIT 10000'),
      )
      for (const {id} of strays) if (!filling.has(id)) await remove(id)
    },
  }
}
