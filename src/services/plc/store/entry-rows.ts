/** How an operation stands in the tables, for the stores that read and add them. */
import {setImmediate as nextTurn} from 'node:timers/promises'
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

/** Rows that are unpacked before others get their turn of the event loop: some milliseconds of work. */
const betweenTurns = 128

/** Each of them unpacked. The rows are of one moment, however long it takes. */
export async function unpackedInTurns<T>(rows: readonly Row[], unpacked: (row: Row) => T): Promise<T[]> {
  const all: T[] = []
  for (const [i, row] of rows.entries()) {
    if (i > 0 && i % betweenTurns === 0) await nextTurn()
    all.push(unpacked(row))
  }
  return all
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
    // From the newest on, where they are: the CID of each row is a hash to be made again.
    const left = new Set(nullifies)
    for (const row of historyRows(tx, key).toReversed()) {
      if (left.size > 0 && left.delete(entryOf(row).cid)) {
        tx.run('UPDATE entry SET nullified = 1 WHERE seq = ?', row.seq)
      }
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
