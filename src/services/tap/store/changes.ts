/** From what a commit or a repository has to what is to be told of it, held against the records that were told of. */
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {Value} from '#atp/data/value.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import type {SqlReader, SqlWriter} from '#engines/sql/sql.ts'
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

/** Within an act: notes what is told. Gives by how many records there are more. */
export function noteChange(tx: SqlWriter, repo: number, {collection, rkey, action, cid}: Change): number {
  const path = `${collection}/${rkey}`
  if (action === 'delete' || !cid) {
    return -tx.run('DELETE FROM record WHERE repo = ? AND path = ?', repo, path).changes
  }
  if (action === 'create') tx.run('INSERT OR REPLACE INTO record VALUES (?, ?, ?)', repo, path, cid.bytes)
  else tx.run('UPDATE record SET cid = ? WHERE repo = ? AND path = ?', cid.bytes, repo, path)
  return action === 'create' ? 1 : 0
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
