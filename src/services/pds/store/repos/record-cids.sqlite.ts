/**
 * Which record has a CID. A table of its own and no index of the records, because an index is filled as records come: an
 * import writes them in the order of their paths, where each would touch another page of it, and so writes these rows
 * later, sorted.
 */
import type {Migration, SqlWriter} from '#engines/sql/sql.ts'

export const recordCidMigration: Migration = {
  name: 'records by CID, apart',
  up: `
    CREATE TABLE record_cid (
      tree INTEGER NOT NULL,
      cid BLOB NOT NULL,
      path TEXT NOT NULL,
      PRIMARY KEY (tree, cid, path)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO record_cid SELECT tree, cid, path FROM record INDEXED BY record_by_cid ORDER BY tree, cid, path;
    DROP INDEX record_by_cid;`,
}

/** Reads columns of `record` for a tree and a CID, the two parameters. */
export const byCidSql = (columns: string): string => `SELECT ${columns} FROM record
  WHERE tree = ?1 AND path = (SELECT path FROM record_cid WHERE tree = ?1 AND cid = ?2 LIMIT 1)`

/** Notes that the record at `path` has this CID. */
export function addCid(tx: SqlWriter, tree: number, cid: Uint8Array, path: string): void {
  tx.run('INSERT OR IGNORE INTO record_cid (tree, cid, path) VALUES (?, ?, ?)', tree, cid, path)
}

/** Forgets the CID of the record at `path`; to be called while it is there. */
export function removeCid(tx: SqlWriter, tree: number, path: string): void {
  const own = 'SELECT cid FROM record WHERE tree = ?1 AND path = ?2'
  tx.run(`DELETE FROM record_cid WHERE tree = ?1 AND path = ?2 AND cid = (${own})`, tree, path)
}
