/** The tables of a directory, as the steps in which they came about. A step that was released stays as it is. */
import {parseOperation} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Migration, SqlWriter} from '#engines/sql/sql.ts'
import {packDid, packOperation} from './packed-operation.ts'

const pageSize = 1_000

export const plcMigrations: readonly Migration[] = [
  {
    name: 'operations',
    up: `CREATE TABLE operation (
           seq INTEGER PRIMARY KEY AUTOINCREMENT,
           did TEXT NOT NULL,
           cid TEXT NOT NULL,
           operation TEXT NOT NULL,
           nullified INTEGER NOT NULL DEFAULT 0,
           takenMs INTEGER NOT NULL,
           UNIQUE (did, cid)
         ) STRICT;
         CREATE INDEX operation_by_time ON operation (takenMs, seq);`,
  },
  {name: 'packed operations', up: pack},
  {
    name: 'replica',
    up: `CREATE TABLE primary_directory (
           url TEXT PRIMARY KEY,
           cursor INTEGER NOT NULL,
           recheckedMs INTEGER NOT NULL DEFAULT -1
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE finding (
           did TEXT NOT NULL,
           kind TEXT NOT NULL,
           detail TEXT NOT NULL,
           firstMs INTEGER NOT NULL,
           lastMs INTEGER NOT NULL,
           count INTEGER NOT NULL DEFAULT 1,
           PRIMARY KEY (did, kind)
         ) STRICT, WITHOUT ROWID;`,
  },
  {name: 'place of a replica', up: 'ALTER TABLE primary_directory ADD COLUMN cid TEXT'},
]

interface OldRow {
  seq: number
  did: Did
  operation: string
  nullified: number
  takenMs: number
}

/**
 * From an operation as JSON, with indexes of two texts, to its bytes alone: the CID is their hash, and a history is found
 * by its newest operation, from where each names the one before.
 */
function pack(tx: SqlWriter): void {
  tx.run(`CREATE TABLE identity (
            did BLOB PRIMARY KEY,
            newest INTEGER NOT NULL,
            count INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID`)
  tx.run(`CREATE TABLE entry (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            did BLOB NOT NULL,
            before INTEGER,
            nullified INTEGER NOT NULL DEFAULT 0,
            takenMs INTEGER NOT NULL,
            packed BLOB NOT NULL
          ) STRICT`)
  tx.run('CREATE INDEX entry_by_time ON entry (takenMs)')
  tx.run(`CREATE TABLE removed (
            did BLOB NOT NULL,
            seq INTEGER NOT NULL,
            takenMs INTEGER NOT NULL,
            removedMs INTEGER NOT NULL,
            packed BLOB NOT NULL
          ) STRICT`)
  for (let last = 0; ;) {
    const rows = tx.all<OldRow>('SELECT * FROM operation WHERE seq > ? ORDER BY seq LIMIT ?', last, pageSize)
    if (rows.length === 0) break
    for (const {seq, did, operation, nullified, takenMs} of rows) {
      const key = packDid(did)
      const packed = packOperation(parseOperation(JSON.parse(operation)))
      const before = tx.get<{newest: number}>('SELECT newest FROM identity WHERE did = ?', key)?.newest ?? null
      tx.run('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)', seq, key, before, nullified, takenMs, packed)
      tx.run(
        `INSERT INTO identity VALUES (?1, ?2, 1) ON CONFLICT (did) DO UPDATE SET newest = ?2, count = count + 1`,
        key,
        seq,
      )
      last = seq
    }
  }
  tx.run('DROP TABLE operation')
}
