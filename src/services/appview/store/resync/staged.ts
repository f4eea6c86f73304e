/**
 * The table `staged`: the records of a repository while it is fetched, before anything of it is to be believed, and
 * what commits do to the repository meanwhile. Once all is there and verified, `mergeStaged` makes one state of both.
 */
import type {Cid} from '#atp/data/cid.ts'
import type {SqlReader, SqlWriter} from '#engines/sql/sql.ts'

export interface StagedKey {
  readonly actor: number
  readonly collection: number
  readonly rkey: string
}
export interface StagedVersion {
  readonly cid: Cid
  readonly body: Uint8Array
}

export function clearStaged(tx: SqlWriter, actor: number): void {
  tx.run('DELETE FROM staged WHERE actor = ?', actor)
}

/** Adds a version of a record; without `version`, that it is gone. `rev` is empty for what was fetched. */
export function stageRecord(
  tx: SqlWriter,
  {actor, collection, rkey}: StagedKey,
  rev: string,
  version: StagedVersion | undefined,
): void {
  tx.run(
    'INSERT OR REPLACE INTO staged (actor, collection, rkey, rev, cid, body) VALUES (?, ?, ?, ?, ?, ?)',
    actor,
    collection,
    rkey,
    rev,
    version?.cid.bytes ?? null,
    version?.body ?? null,
  )
}

/** Puts a version in the place of all others, once they are merged. */
export function replaceStaged(tx: SqlWriter, key: StagedKey, version: StagedVersion | undefined): void {
  const {actor, collection, rkey} = key
  tx.run('DELETE FROM staged WHERE actor = ? AND collection = ? AND rkey = ?', actor, collection, rkey)
  if (version) stageRecord(tx, key, '', version)
}

/** Makes one state of what was fetched, which is of `rev`, and of the commits after it. */
export function mergeStaged(tx: SqlWriter, actor: number, rev: string): void {
  tx.run(`DELETE FROM staged WHERE actor = ? AND rev <> '' AND rev <= ?`, actor, rev)
  // What a later version of the same record stands beside. An empty revision is before all others.
  tx.run(
    `DELETE FROM staged WHERE rowid IN (
       SELECT old.rowid FROM staged new JOIN staged old
       ON old.actor = new.actor AND old.collection = new.collection AND old.rkey = new.rkey AND old.rev < new.rev
       WHERE new.actor = ? AND new.rev <> '')`,
    actor,
  )
  tx.run(`UPDATE staged SET rev = '' WHERE actor = ? AND rev <> ''`, actor)
  tx.run('DELETE FROM staged WHERE actor = ? AND cid IS NULL', actor)
}

/** Records of the index after a key, in the order of keys, and whether the repository still has them. */
export const recordsAfter = (
  tx: SqlReader,
  {actor, collection, rkey}: StagedKey,
  limit: number,
): (StagedKey & {nsid: string; isStaged: number})[] =>
  tx.all(
    `SELECT r.actor, r.collection, r.rkey, c.nsid, EXISTS (
       SELECT 1 FROM staged s WHERE s.actor = r.actor AND s.collection = r.collection AND s.rkey = r.rkey
     ) AS isStaged
     FROM record r JOIN collection c ON c.id = r.collection
     WHERE r.actor = ? AND (r.collection, r.rkey) > (?, ?) AND r.cid IS NOT NULL
     ORDER BY r.collection, r.rkey LIMIT ?`,
    actor,
    collection,
    rkey,
    limit,
  )

/** Takes the first records out. */
export function takeStaged(
  tx: SqlWriter,
  actor: number,
  limit: number,
): {nsid: string; rkey: string; cid: Uint8Array; body: Uint8Array}[] {
  const rows = tx.all<{row: number; nsid: string; rkey: string; cid: Uint8Array; body: Uint8Array}>(
    `SELECT s.rowid AS row, c.nsid, s.rkey, s.cid, s.body FROM staged s JOIN collection c ON c.id = s.collection
     WHERE s.actor = ? ORDER BY s.collection, s.rkey LIMIT ?`,
    actor,
    limit,
  )
  for (const {row} of rows) tx.run('DELETE FROM staged WHERE rowid = ?', row)
  return rows
}

export const hasStaged = (tx: SqlReader, actor: number): boolean =>
  tx.get('SELECT 1 FROM staged WHERE actor = ? LIMIT 1', actor) !== undefined
