/** Rows of blobs in SQLite: see `schema.ts` for the tables. What other acts do to blobs within theirs is here too. */
import {blobUsesOf, type BlobUse} from '#atp/data/blob-uses.ts'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import type {BlobFault, BlobRow, BlobRowStore, Upload, Uploaded} from './blob-row-store.ts'

type Row = Omit<BlobRow, 'cid' | 'quarantined'> & {quarantined: 0 | 1}

const treeSql = `(SELECT tree FROM repo WHERE account = (SELECT id FROM account WHERE did = ?))`
const rowSql = `SELECT mimeType, size, state, stage, uploadedMs, takedownRef, quarantined
  FROM blob WHERE did = ? AND cid = ?`
const isUsedSql = 'SELECT 1 FROM blob_use WHERE tree = ? AND cid = ? LIMIT 1'
/** Says nothing about the bytes. */
const unspecific = 'application/octet-stream'
const noCid = new Uint8Array(0)

const treeOf = (tx: SqlReader, did: Did): number | undefined =>
  tx.get<{tree: number}>('SELECT tree FROM repo WHERE account = (SELECT id FROM account WHERE did = ?)', did)?.tree

/** What speaks against a record at `path` of `tree` that refers to these blobs. */
export function blobFault(
  tx: SqlReader,
  did: Did,
  tree: number,
  path: string,
  uses: readonly BlobUse[],
): BlobFault | undefined {
  for (const use of uses) {
    const fault = faultOf(tx.get<Row>(rowSql, did, use.cid.bytes), use)
    if (fault && !(fault.mayStay && stands(tx, tree, path, use))) return fault.fault
  }
  return undefined
}

/** `mayStay`: what stood in the record before may stand in it after, as it came with an import, say. */
function faultOf(
  row: Row | undefined,
  {cid, mimeType, size}: BlobUse,
): {fault: BlobFault; mayStay: boolean} | undefined {
  if (size === undefined) {
    const detail = `Legacy blobs are not allowed (${cid}): give "$type", "ref" and "size".`
    return {fault: {reason: 'legacy-form', cid, detail}, mayStay: false}
  }
  if (!row || row.state === 'leaving' || row.state === 'lost' || row.takedownRef !== null) {
    const detail = `Blob ${cid} not found: upload it first.`
    return {fault: {reason: 'blob-missing', cid, detail}, mayStay: !row || row.takedownRef === null}
  }
  if (row.mimeType !== mimeType) {
    const detail = `The blob ${cid} is ${row.mimeType}, not ${mimeType}.`
    return {fault: {reason: 'wrong-mime-type', cid, detail}, mayStay: true}
  }
  if (row.size !== size) {
    const detail = `The blob ${cid} has ${row.size} bytes, not ${size}.`
    return {fault: {reason: 'wrong-size', cid, detail}, mayStay: true}
  }
  return undefined
}

function stands(tx: SqlReader, tree: number, path: string, use: BlobUse): boolean {
  const before = tx.get<{bytes: Uint8Array}>('SELECT bytes FROM record WHERE tree = ? AND path = ?', tree, path)
  if (!before) return false
  return blobUsesOf(decodeCborLenient(before.bytes)).some(
    ({cid, mimeType, size}) => cid.equals(use.cid) && mimeType === use.mimeType && size === use.size,
  )
}

/** Notes that the record at `path` refers to these blobs. */
export function addUses(tx: SqlWriter, tree: number, path: string, rev: Tid, uses: readonly BlobUse[]): void {
  for (const {cid} of uses) {
    tx.run('INSERT OR IGNORE INTO blob_use (tree, path, cid, rev) VALUES (?, ?, ?, ?)', tree, path, cid.bytes, rev)
  }
}

/** Forgets what the record at `path` referred to. Gives the CIDs. */
export const removeUses = (tx: SqlWriter, tree: number, path: string): Uint8Array[] =>
  tx
    .arrays<[Uint8Array]>('DELETE FROM blob_use WHERE tree = ? AND path = ? RETURNING cid', tree, path)
    .map(([cid]) => cid)

/** A record of the account refers to this blob now. Whether its bytes are to be moved. */
export const take = (tx: SqlWriter, did: Did, cid: Uint8Array): boolean =>
  tx.run(`UPDATE blob SET state = 'moving' WHERE did = ? AND cid = ? AND state = 'uploaded'`, did, cid).changes > 0

/** A record that referred to this blob does not any more. Whether it was the last one, so that its bytes are to go. */
export function letGo(tx: SqlWriter, did: Did, tree: number, cid: Uint8Array): boolean {
  if (tx.get(isUsedSql, tree, cid)) return false
  const text = `UPDATE blob SET state = 'leaving' WHERE did = ? AND cid = ? AND state IN ('moving', 'kept', 'lost')`
  return tx.run(text, did, cid).changes > 0
}

/** The account's repository is `tree` from now on, which may use blobs that were uploaded before. */
export function takeUsed(tx: SqlWriter, did: Did, tree: number): void {
  const text = `UPDATE blob SET state = 'moving' WHERE did = ? AND state = 'uploaded'
    AND EXISTS (SELECT 1 FROM blob_use WHERE tree = ? AND blob_use.cid = blob.cid)`
  tx.run(text, did, tree)
}

/** The account is no more. */
export function letAllGo(tx: SqlWriter, did: Did): void {
  tx.run(`UPDATE blob SET state = 'leaving' WHERE did = ? AND state <> 'barred'`, did)
}

function addUpload(tx: SqlWriter, did: Did, {cid, mimeType, size, stage, uploadedMs}: Upload): Uploaded {
  const before = tx.get<Row>(rowSql, did, cid.bytes)
  if (before && before.takedownRef !== null) return {ok: false, reason: 'taken-down'}
  // The newest word on the type counts, unless it is none.
  const type = before && mimeType === unspecific ? before.mimeType : mimeType
  if (before?.state === 'moving' || before?.state === 'kept') {
    tx.run('UPDATE blob SET mimeType = ? WHERE did = ? AND cid = ?', type, did, cid.bytes)
    return {ok: true, mimeType: type, state: 'kept', needless: stage}
  }
  const tree = treeOf(tx, did)
  const state = tree !== undefined && tx.get(isUsedSql, tree, cid.bytes) ? 'moving' : 'uploaded'
  tx.run(
    `INSERT OR REPLACE INTO blob (did, cid, mimeType, size, state, stage, uploadedMs) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    did,
    cid.bytes,
    type,
    size,
    state,
    stage,
    uploadedMs,
  )
  return {ok: true, mimeType: type, state, needless: before?.stage ?? null}
}

/** One that is not here. */
const barSql = `INSERT INTO blob (did, cid, mimeType, size, state, stage, uploadedMs, takedownRef)
  VALUES (?, ?, ?, 0, 'barred', NULL, 0, ?)`

export function sqliteBlobRowStore(sql: Sql): BlobRowStore {
  const change = (text: string, did: Did, cid: Cid): Promise<void> =>
    sql.write(tx => {
      tx.run(text, did, cid.bytes)
    })

  const keptOf = (did: Did, quarantined: 0 | 1, after: Cid | undefined, limit: number): Cid[] => {
    const text = `SELECT cid FROM blob WHERE did = ? AND cid > ? AND state = 'kept' AND quarantined = ?
      ORDER BY cid LIMIT ?`
    const rows = sql.read(tx => tx.arrays<[Uint8Array]>(text, did, after?.bytes ?? noCid, quarantined, limit))
    return rows.map(([cid]) => new Cid(cid))
  }

  return {
    add: (did, upload) => sql.write(tx => addUpload(tx, did, upload)),

    async row(did, cid) {
      const row = sql.read(tx => tx.get<Row>(rowSql, did, cid.bytes))
      return row && {...row, cid, quarantined: row.quarantined === 1}
    },

    setTakedown: (did, cid, ref) =>
      sql.write(tx => {
        const text = 'UPDATE blob SET takedownRef = ? WHERE did = ? AND cid = ?'
        const {changes} = tx.run(text, ref, did, cid.bytes)
        if (ref === null) tx.run(`DELETE FROM blob WHERE did = ? AND cid = ? AND state = 'barred'`, did, cid.bytes)
        else if (changes === 0) tx.run(barSql, did, cid.bytes, unspecific, ref)
      }),

    async waiting(did) {
      const text = `SELECT coalesce(sum(size), 0) AS size FROM blob WHERE did = ? AND state = 'uploaded'`
      return sql.read(tx => tx.get<{size: number}>(text, did))?.size ?? 0
    },

    async isUsed(did, cid) {
      return sql.read(tx => {
        const tree = treeOf(tx, did)
        return tree !== undefined && tx.get(isUsedSql, tree, cid.bytes) !== undefined
      })
    },

    async fault(did, path, uses) {
      return sql.read(tx => {
        const tree = treeOf(tx, did)
        return tree === undefined ? undefined : blobFault(tx, did, tree, path, uses)
      })
    },

    async unsettled(after, limit) {
      // Each half by an index of its own, which has little or nothing in it.
      const text = `SELECT did, cid FROM blob WHERE state IN ('moving', 'leaving') AND (did, cid) > (?1, ?2)
        UNION ALL SELECT did, cid FROM blob
          WHERE state = 'kept' AND quarantined <> (takedownRef IS NOT NULL) AND (did, cid) > (?1, ?2)
        ORDER BY did, cid LIMIT ?3`
      const rows = sql.read(tx =>
        tx.all<{did: Did; cid: Uint8Array}>(text, after?.did ?? '', after?.cid.bytes ?? noCid, limit),
      )
      return rows.map(({did, cid}) => ({did, cid: new Cid(cid)}))
    },

    moved: (did, cid) =>
      change(`UPDATE blob SET state = 'kept', stage = NULL WHERE did = ? AND cid = ? AND state = 'moving'`, did, cid),

    confined: (did, cid, isSo) =>
      sql.write(tx => {
        const text = `UPDATE blob SET quarantined = ? WHERE did = ? AND cid = ? AND state = 'kept'`
        tx.run(text, isSo ? 1 : 0, did, cid.bytes)
      }),

    gone: (did, cid) =>
      sql.write(tx => {
        const bar = `UPDATE blob SET state = 'barred', stage = NULL, quarantined = 0
          WHERE did = ? AND cid = ? AND state = 'leaving' AND takedownRef IS NOT NULL`
        tx.run(bar, did, cid.bytes)
        tx.run(`DELETE FROM blob WHERE did = ? AND cid = ? AND state = 'leaving'`, did, cid.bytes)
      }),

    lost: (did, cid) =>
      change(
        `UPDATE blob SET state = 'lost', stage = NULL, quarantined = 0 WHERE did = ? AND cid = ? AND state IN ('moving', 'kept')`,
        did,
        cid,
      ),

    found: (did, cid) =>
      change(`UPDATE blob SET state = 'kept' WHERE did = ? AND cid = ? AND state = 'lost'`, did, cid),

    lapse: (beforeMs, limit) =>
      sql.write(tx => {
        const text = `UPDATE blob SET state = 'leaving' WHERE (did, cid) IN (
          SELECT did, cid FROM blob WHERE state = 'uploaded' AND uploadedMs < ? LIMIT ?)`
        return tx.run(text, beforeMs, limit).changes
      }),

    async total() {
      const text = `SELECT count(*) AS count, total(size) AS size FROM blob WHERE state IN ('uploaded', 'moving', 'kept')`
      return {...(sql.read(tx => tx.get<{count: number; size: number}>(text)) ?? {count: 0, size: 0})}
    },

    async owners(after, limit) {
      // One step of the key for each account, however many blobs it has.
      return sql.read(tx => {
        const owners: Did[] = []
        for (let last: string = after ?? ''; owners.length < limit;) {
          const next = tx.get<{did: Did}>('SELECT did FROM blob WHERE did > ? ORDER BY did LIMIT 1', last)
          if (!next) break
          owners.push(next.did)
          last = next.did
        }
        return owners
      })
    },

    kept: async (did, after, limit) => keptOf(did, 0, after, limit),
    quarantined: async (did, after, limit) => keptOf(did, 1, after, limit),

    async visible(did, since, after, limit) {
      const text = `SELECT DISTINCT cid FROM blob_use WHERE tree = ${treeSql} AND cid > ? AND rev > ? AND EXISTS (
          SELECT 1 FROM blob WHERE did = ? AND blob.cid = blob_use.cid
          AND state IN ('moving', 'kept') AND takedownRef IS NULL)
        ORDER BY cid LIMIT ?`
      const rows = sql.read(tx => tx.arrays<[Uint8Array]>(text, did, after?.bytes ?? noCid, since ?? '', did, limit))
      return rows.map(([cid]) => new Cid(cid))
    },

    async missing(did, after, limit) {
      const text = `SELECT cid, min(path) FROM blob_use AS used WHERE tree = ${treeSql} AND cid > ? AND NOT EXISTS (
          SELECT 1 FROM blob WHERE did = ? AND blob.cid = used.cid
          AND (state IN ('moving', 'kept') OR takedownRef IS NOT NULL))
        GROUP BY cid ORDER BY cid LIMIT ?`
      const rows = sql.read(tx => tx.arrays<[Uint8Array, string]>(text, did, after?.bytes ?? noCid, did, limit))
      return rows.map(([cid, path]) => ({cid: new Cid(cid), path}))
    },
  }
}
