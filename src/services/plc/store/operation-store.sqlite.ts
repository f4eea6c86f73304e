/** The operations of the directory in SQLite, packed (`packed-operation.ts`), each history linked from its newest. */
import type {PlcOperation} from '#atp/plc/operation.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {addEntry, entryOf, historyRows, sequencedOf, unpackedInTurns, type Row} from './entry-rows.ts'
import type {OperationStore} from './operation-store.ts'
import {packDid, unpackOperation} from './packed-operation.ts'

export function sqliteOperationStore(sql: Sql): OperationStore {
  return {
    async history(did) {
      const rows = sql.read(tx => historyRows(tx, packDid(did)))
      return unpackedInTurns(rows, entryOf)
    },

    async current(did): Promise<PlcOperation | undefined> {
      // What was taken last strikes out others, and is struck out only by what is taken after it.
      const newest = `SELECT packed FROM identity JOIN entry ON entry.seq = identity.newest WHERE identity.did = ?`
      const row = sql.read(tx => tx.get<Pick<Row, 'packed'>>(newest, packDid(did)))
      return row && unpackOperation(row.packed)
    },

    add: (did, known, entry, nullifies) =>
      sql.write(tx => (addEntry(tx, did, known, entry, nullifies) ? 'done' : 'stale')),

    remove: (did, known, kept, nowMs) =>
      sql.write(tx => {
        const key = packDid(did)
        const rows = historyRows(tx, key)
        if (rows.length !== known) return 'stale'
        for (const {seq} of rows.slice(kept)) {
          tx.run('INSERT INTO removed SELECT did, seq, takenMs, ?, packed FROM entry WHERE seq = ?', nowMs, seq)
          tx.run('DELETE FROM entry WHERE seq = ?', seq)
        }
        if (kept === 0) tx.run('DELETE FROM identity WHERE did = ?', key)
        else tx.run('UPDATE identity SET newest = ?, count = ? WHERE did = ?', rows[kept - 1].seq, kept, key)
        return 'done'
      }),

    async after(seq, limit) {
      const rows = sql.read(tx => tx.all<Row>('SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT ?', seq, limit))
      await sql.durable()
      return unpackedInTurns(rows, sequencedOf)
    },

    async takenAfter(ms, limit) {
      const text = 'SELECT * FROM entry WHERE takenMs > ? ORDER BY takenMs, seq LIMIT ?'
      const rows = sql.read(tx => tx.all<Row>(text, ms, limit))
      await sql.durable()
      return unpackedInTurns(rows, sequencedOf)
    },

    async newest() {
      const text = 'SELECT (SELECT max(seq) FROM entry) AS seq, (SELECT max(takenMs) FROM entry) AS takenMs'
      const row = sql.read(tx => tx.get<{seq: number | null; takenMs: number | null}>(text))
      return {seq: row?.seq ?? 0, takenMs: row?.takenMs ?? 0}
    },

    close: () => sql.close(),
  }
}
