/** The replica's own rows in SQLite, in the database of the operations, so that both change in one act. */
import type {Sql, SqlWriter} from '#engines/sql/sql.ts'
import {addEntry} from './entry-rows.ts'
import type {Finding, Followed, KeptFinding, Place, ReplicaStore} from './replica-store.ts'

const findingsMax = 10_000
/** A primary's seq so far above ours is not taken over: SQLite has only so many. */
const seqGapMax = 10_000_000

export function sqliteReplicaStore(sql: Sql): ReplicaStore {
  return {
    async place(primary) {
      const text = 'SELECT cursor AS seq, cid, recheckedMs FROM primary_directory WHERE url = ?'
      const row = sql.read(tx => tx.get<Place & {recheckedMs: number}>(text, primary))
      return row ? {...row} : {seq: 0, cid: null, recheckedMs: -1}
    },

    async apply(primary, {seq, cid}, followed, findings, nowMs) {
      try {
        return await sql.write(tx => {
          for (const one of followed) if (!addFollowed(tx, one)) throw new Stale()
          for (const finding of findings) addFinding(tx, finding, nowMs)
          tx.run(
            `INSERT INTO primary_directory (url, cursor, cid) VALUES (?1, ?2, ?3)
             ON CONFLICT (url) DO UPDATE SET cursor = ?2, cid = ?3`,
            primary,
            seq,
            cid,
          )
          return 'done'
        })
      } catch (error) {
        if (error instanceof Stale) return 'stale'
        throw error
      }
    },

    rechecked: (primary, recheckedMs, findings, nowMs) =>
      sql.write(tx => {
        for (const finding of findings) addFinding(tx, finding, nowMs)
        tx.run('UPDATE primary_directory SET recheckedMs = ? WHERE url = ?', recheckedMs, primary)
      }),

    async findings(limit) {
      return sql.read(tx => ({
        count: tx.get<{count: number}>('SELECT count(*) AS count FROM finding')?.count ?? 0,
        newest: tx
          .all<KeptFinding>(
            'SELECT did, kind, detail, firstMs, lastMs, count FROM finding ORDER BY lastMs DESC, did LIMIT ?',
            limit,
          )
          .map(row => ({...row})),
      }))
    },
  }
}

/** Undoes an act. */
class Stale extends Error {}

function addFollowed(tx: SqlWriter, {did, known, entry, nullifies, seq}: Followed): boolean {
  const last = tx.get<{seq: number | null}>('SELECT max(seq) AS seq FROM entry')?.seq ?? 0
  return addEntry(tx, did, known, entry, nullifies, seq > last && seq <= last + seqGapMax ? seq : null)
}

function addFinding(tx: SqlWriter, {did, kind, detail}: Finding, nowMs: number): void {
  tx.run(
    `INSERT INTO finding (did, kind, detail, firstMs, lastMs)
     SELECT ?1, ?2, ?3, ?4, ?4
     WHERE EXISTS (SELECT 1 FROM finding WHERE did = ?1 AND kind = ?2) OR (SELECT count(*) FROM finding) < ?5
     ON CONFLICT (did, kind) DO UPDATE SET detail = ?3, lastMs = ?4, count = count + 1`,
    did,
    kind,
    detail.slice(0, 500),
    nowMs,
    findingsMax,
  )
}
