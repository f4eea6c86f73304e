/** From what a commit or a repository has to what is to be told of it, held against the records that were told of. */
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {Value} from '#atp/data/value.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import type {SqlReader, SqlValue, SqlWriter} from '#engines/sql/sql.ts'
import {equalBytes} from '#std/bytes.ts'
import type {StreamCommit} from '#stream/verified-events.ts'
import type {Action, Change} from '../outbox/page.ts'

/** A record's new version, or that it is gone. */
export interface Write {
  readonly path: string
  readonly cid: Cid | null
  readonly bytes: Uint8Array | undefined
}

export const writesOf = ({ops, carried}: StreamCommit): Write[] =>
  ops.map(({path, cid}) => ({path, cid, bytes: cid ? carried.get(cid) : undefined}))

/** Writes as they are kept until their turn comes. */
export const encodeWrites = (writes: readonly Write[]): Uint8Array =>
  encodeCbor(writes.map(({path, cid, bytes}): Value => [path, cid, bytes ?? null]))

export const decodeWrites = (bytes: Uint8Array): Write[] =>
  (decodeCbor(bytes) as [string, Cid | null, Uint8Array | null][]).map(([path, cid, bytes]) => ({
    path,
    cid,
    bytes: bytes ?? undefined,
  }))

/** The parts of a record's path, or nothing where one of them is not what it has to be. */
export function partsOf(path: string): {readonly collection: string; readonly rkey: string} | undefined {
  const slash = path.indexOf('/')
  const [collection, rkey] = [path.slice(0, slash), path.slice(slash + 1)]
  return isNsid(collection) && isRecordKey(rkey) ? {collection, rkey} : undefined
}

export const cidOfRecord = (tx: SqlReader, repo: number, path: string): Uint8Array | undefined =>
  tx.get<{cid: Uint8Array}>('SELECT cid FROM record WHERE repo = ? AND path = ?', repo, path)?.cid

/** What a write changes for whoever was told of the record that there is, if there is one. */
export function actionOf({cid, bytes}: Write, known: Uint8Array | undefined): Action | undefined {
  if (!cid || !bytes) return known ? 'delete' : undefined
  if (!known) return 'create'
  return equalBytes(known, cid.bytes) ? undefined : 'update'
}

const pathOf = ({collection, rkey}: Change): string => `${collection}/${rkey}`

/** Rows that one statement inserts: a call of SQLite costs about as much as a row. */
const rowsAtOnce = 16
const insertOne = 'INSERT OR REPLACE INTO record VALUES (?, ?, ?)'
const insertMany = `${insertOne}${', (?, ?, ?)'.repeat(rowsAtOnce - 1)}`

/** Within an act: notes what is told. */
export function noteChanges(tx: SqlWriter, repo: number, changes: readonly Change[]): void {
  let more = 0
  let rows: SqlValue[] = []
  const insert = (): void => {
    if (rows.length === 3 * rowsAtOnce) tx.run(insertMany, ...rows)
    else for (let at = 0; at < rows.length; at += 3) tx.run(insertOne, rows[at], rows[at + 1], rows[at + 2])
    rows = []
  }
  for (const change of changes) {
    const {action, cid} = change
    if (action === 'create' && cid) {
      rows.push(repo, pathOf(change), cid.bytes)
      more++
      if (rows.length === 3 * rowsAtOnce) insert()
      continue
    }
    // In their order: a record may be written more than once.
    insert()
    if (cid) tx.run('UPDATE record SET cid = ? WHERE repo = ? AND path = ?', cid.bytes, repo, pathOf(change))
    else more -= tx.run('DELETE FROM record WHERE repo = ? AND path = ?', repo, pathOf(change)).changes
  }
  insert()
  if (more !== 0) tx.run('UPDATE repo SET records = records + ? WHERE id = ?', more, repo)
}

/** Keys of changes, as they are kept beside the body that tells of them. */
export const encodeKeys = (changes: readonly Change[]): Uint8Array =>
  encodeCbor(changes.map(({collection, rkey, action, cid}): Value => [collection, rkey, action, cid ?? null]))

export const decodeKeys = (bytes: Uint8Array): Change[] =>
  (decodeCbor(bytes) as [string, string, Action, Cid | null][]).map(([collection, rkey, action, cid]) => ({
    collection,
    rkey,
    action,
    cid: cid ?? undefined,
  }))
