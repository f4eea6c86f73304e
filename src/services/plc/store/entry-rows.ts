/** How an operation stands in the tables, for the stores that read and add them. */
import type {PlcEntry} from '#atp/plc/log.ts'
import {operationCid} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import {packDid, packOperation, unpackDid, unpackOperation} from './packed-operation.ts'
import type {Sequenced} from './operation-store.ts'

export interface Row {
  seq: number
  did: Uint8Array
  nullified: number
  takenMs: number
  packed: Uint8Array
}

/** The CID is not kept: it is the hash of the operation, and so the operation is known to be whole. */
export function entryOf({packed, nullified, takenMs}: Row): PlcEntry {
  const operation = unpackOperation(packed)
  return {operation, cid: operationCid(operation), nullified: nullified === 1, takenMs}
}

export const sequencedOf = (row: Row): Sequenced => ({seq: row.seq, did: unpackDid(row.did), ...entryOf(row)})

/** The history of an identity, oldest first. */
export const historyRows = (tx: SqlReader, key: Uint8Array): Row[] =>
  tx.all<Row>(
    `WITH RECURSIVE history (seq, did, before, nullified, takenMs, packed) AS (
       SELECT entry.* FROM identity JOIN entry ON entry.seq = identity.newest WHERE identity.did = ?
       UNION ALL
       SELECT entry.* FROM history JOIN entry ON entry.seq = history.before
     ) SELECT seq, did, nullified, takenMs, packed FROM history ORDER BY seq`,
    key,
  )

/**
 * Adds one operation to a history of `known`, and marks what it nullifies; false, and does nothing, when the history has
 * another length. `seq` is its place where that is not simply the next.
 */
export function addEntry(
  tx: SqlWriter,
  did: Did,
  known: number,
  entry: PlcEntry,
  nullifies: readonly string[],
  seq: number | null = null,
): boolean {
  const key = packDid(did)
  const identity = tx.get<{newest: number; count: number}>('SELECT newest, count FROM identity WHERE did = ?', key)
  if ((identity?.count ?? 0) !== known) return false
  if (nullifies.length > 0) {
    for (const row of historyRows(tx, key)) {
      if (nullifies.includes(entryOf(row).cid)) tx.run('UPDATE entry SET nullified = 1 WHERE seq = ?', row.seq)
    }
  }
  const {lastRowId} = tx.run(
    'INSERT INTO entry (seq, did, before, nullified, takenMs, packed) VALUES (?, ?, ?, ?, ?, ?)',
    seq,
    key,
    identity?.newest ?? null,
    entry.nullified ? 1 : 0,
    entry.takenMs,
    packOperation(entry.operation),
  )
  tx.run(
    'INSERT INTO identity VALUES (?1, ?2, 1) ON CONFLICT (did) DO UPDATE SET newest = ?2, count = count + 1',
    key,
    lastRowId,
  )
  return true
}
