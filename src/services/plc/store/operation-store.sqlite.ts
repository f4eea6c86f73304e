/** The operations of the directory in SQLite: one table, the operation as the JSON that was signed. */
import {parseOperation} from '#atp/plc/operation.ts'
import type {PlcEntry} from '#atp/plc/log.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Migration, Sql} from '#engines/sql/sql.ts'
import type {OperationStore, Sequenced} from './operation-store.ts'

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
]

interface Row {
  seq: number
  did: Did
  cid: string
  operation: string
  nullified: number
  takenMs: number
}

const entryOf = ({cid, operation, nullified, takenMs}: Row): PlcEntry => ({
  operation: parseOperation(JSON.parse(operation)),
  cid,
  nullified: nullified === 1,
  takenMs,
})

const sequencedOf = (row: Row): Sequenced => ({seq: row.seq, did: row.did, ...entryOf(row)})

export function sqliteOperationStore(sql: Sql): OperationStore {
  return {
    async history(did) {
      return sql.read(tx => tx.all<Row>('SELECT * FROM operation WHERE did = ? ORDER BY seq', did)).map(entryOf)
    },

    add: (did, known, entry, nullifies) =>
      sql.write(tx => {
        const count = tx.get<{count: number}>('SELECT count(*) AS count FROM operation WHERE did = ?', did)?.count
        if (count !== known) return 'stale'
        for (const cid of nullifies) {
          tx.run('UPDATE operation SET nullified = 1 WHERE did = ? AND cid = ?', did, cid)
        }
        const text = JSON.stringify(entry.operation)
        tx.run(
          'INSERT INTO operation (did, cid, operation, takenMs) VALUES (?, ?, ?, ?)',
          did,
          entry.cid,
          text,
          entry.takenMs,
        )
        return 'done'
      }),

    async after(seq, limit) {
      const sqlText = 'SELECT * FROM operation WHERE seq > ? ORDER BY seq LIMIT ?'
      const rows = sql.read(tx => tx.all<Row>(sqlText, seq, limit))
      await sql.durable()
      return rows.map(sequencedOf)
    },

    async takenAfter(ms, limit) {
      const sqlText = 'SELECT * FROM operation WHERE takenMs > ? ORDER BY takenMs, seq LIMIT ?'
      return sql.read(tx => tx.all<Row>(sqlText, ms, limit)).map(sequencedOf)
    },

    async last() {
      return sql.read(tx => tx.get<{last: number | null}>('SELECT max(seq) AS last FROM operation'))?.last ?? 0
    },

    close: () => sql.close(),
  }
}
