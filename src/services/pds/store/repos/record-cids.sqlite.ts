/**
 * Which record has a CID. A table of its own and no index of the records, because an index is filled as records come:
 * CIDs come in no order, so that each record touches another page of it, of a large repository more pages than all else
 * that a commit writes. So the table has the CIDs in runs: those of some thousand records, written one after the other,
 * lie together, and only the newest run grows. Who looks for a CID looks into every run.
 */
import type {Cid} from '#atp/data/cid.ts'
import {insertRows} from '#engines/sql/rows/insert-rows.ts'
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

export const recordRunMigration: Migration = {
  name: 'records by CID, in runs',
  up: `
    CREATE TABLE record_cid_in_run (
      tree INTEGER NOT NULL,
      run INTEGER NOT NULL,
      cid BLOB NOT NULL,
      path TEXT NOT NULL,
      PRIMARY KEY (tree, run, cid, path)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO record_cid_in_run SELECT tree, 0, cid, path FROM record_cid ORDER BY tree, cid, path;
    DROP TABLE record_cid;
    ALTER TABLE record_cid_in_run RENAME TO record_cid;
    -- The run that has the CID of the record.
    ALTER TABLE record ADD COLUMN run INTEGER NOT NULL DEFAULT 0;
    -- Records that were written since the tree had its first, which tells the run that grows.
    ALTER TABLE head ADD COLUMN written INTEGER NOT NULL DEFAULT 0;`,
}

/** Of the first run there are a thousand, and of each that follows 32 more: two hundred runs have a million. */
const growth = 4
const firstGrowth = 128

/** The run that grows when so many records were written. */
export const runAt = (written: number): number =>
  Math.floor((Math.sqrt(written + firstGrowth ** 2) - firstGrowth) / growth)

/** How many records were written when a run begins. */
export const writtenBefore = (run: number): number => (run * growth + firstGrowth) ** 2 - firstGrowth ** 2

/** Reads columns of `record` for a tree and a CID, the two parameters. The newest run is looked into first. */
export const byCidSql = (columns: string): string => `SELECT ${columns} FROM record
  WHERE tree = ?1 AND path = (
    WITH RECURSIVE runs (run) AS (
      SELECT max(run) FROM record_cid WHERE tree = ?1
      UNION ALL SELECT run - 1 FROM runs WHERE run > 0)
    SELECT path FROM runs CROSS JOIN record_cid AS one ON one.tree = ?1 AND one.run = runs.run AND one.cid = ?2 LIMIT 1)`

/** Notes which CIDs these records have, which are written with this run. */
export function addCids(tx: SqlWriter, tree: number, run: number, records: readonly {cid: Cid; path: string}[]): void {
  const rows = records.map(({cid, path}) => [tree, run, cid.bytes, path])
  insertRows(tx, 'INSERT OR IGNORE INTO record_cid (tree, run, cid, path) VALUES', rows)
}

/** Forgets the CID of the record at `path`; to be called while it is there. */
export function removeCid(tx: SqlWriter, tree: number, path: string): void {
  const own = 'SELECT run, cid FROM record WHERE tree = ?1 AND path = ?2'
  tx.run(`DELETE FROM record_cid WHERE tree = ?1 AND path = ?2 AND (run, cid) = (${own})`, tree, path)
}
