/** Repositories in SQLite: see `schema.ts` for the tables. */
import {Cid} from '#atp/data/cid.ts'
import {collectionRange} from '#atp/mst/walk.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {insertRows} from '#engines/sql/rows/insert-rows.ts'
import type {Sql, SqlWriter} from '#engines/sql/sql.ts'
import {addUses, blobFault, letGo, removeUses, take} from './blob-row-store.sqlite.ts'
import {appendEvent} from '../events/event-store.sqlite.ts'
import {addCids, byCidSql, removeCid, runAt} from './record-cids.sqlite.ts'
import {addLink, removeLink} from './record-links.sqlite.ts'
import type {StoredRecord} from './joined-records.ts'
import {changeHead, nodeOf} from './nodes.sqlite.ts'
import {headRow, isShownSql, sqliteRecordReads, treeSql} from './record-reads.sqlite.ts'
import type {Committed, RepoCommit, RepoHead, RepoStore} from './repo-store.ts'

interface RecordRow {
  path: string
  cid: Uint8Array
  bytes: Uint8Array
}

/** Collections of one repository that are named: each takes a look of its own, and an account may make any number. */
const collectionsMax = 1_000

const recordOf = ({path, cid, bytes}: RecordRow): StoredRecord => ({path, cid: new Cid(cid), bytes})

function writeCommit(tx: SqlWriter, {did, prev, head, newNodes, oldNodes, put, deleted, event}: RepoCommit): Committed {
  const now = headRow(tx, did)
  if (!now || !prev || !prev.equals(new Cid(now.root))) return {ok: false, reason: 'stale'}
  const {tree, newest, written} = now
  for (const {path, blobs} of put) {
    const fault = blobs.length > 0 ? blobFault(tx, did, tree, path, blobs) : undefined
    if (fault) return {ok: false, ...fault}
  }
  const replaced = put.filter(record => !record.isNew)
  const dropped: Uint8Array[] = []
  for (const path of [...deleted, ...replaced.map(record => record.path)]) {
    dropped.push(...removeUses(tx, tree, path))
    removeCid(tx, tree, path)
    removeLink(tx, tree, path)
  }
  for (const path of deleted) tx.run('DELETE FROM record WHERE tree = ? AND path = ?', tree, path)
  const run = runAt(written)
  insertRows(
    tx,
    'INSERT OR REPLACE INTO record (tree, path, cid, rev, bytes, run) VALUES',
    put.map(({path, cid, bytes}) => [tree, path, cid.bytes, head.rev, bytes, run]),
  )
  addCids(tx, tree, run, put)
  for (const {path, blobs, subject} of put) {
    addUses(tx, tree, path, head.rev, blobs)
    if (subject !== undefined) addLink(tx, tree, path, subject)
  }
  const taken = put.flatMap(({blobs}) => blobs.map(({cid}) => cid.bytes)).filter(cid => take(tx, did, cid))
  const left = dropped.filter(cid => letGo(tx, did, tree, cid))
  changeHead(tx, tree, newest, head, newNodes, oldNodes, written + put.length)
  appendEvent(tx, event)
  return {ok: true, unsettled: [...taken, ...left].map(cid => new Cid(cid))}
}

export function sqliteRepoStore(sql: Sql): RepoStore {
  return {
    ...sqliteRecordReads(sql),
    version: () => sql.version,

    async head(did): Promise<RepoHead | undefined> {
      const row = sql.read(tx => headRow(tx, did))
      return row && {root: new Cid(row.root), data: new Cid(row.data), rev: row.rev}
    },

    async blocks(did, cids) {
      return sql.read(tx => {
        const head = headRow(tx, did)
        if (!head) return []
        const {tree, newest} = head
        return cids.flatMap(cid => {
          const row =
            nodeOf(tx, tree, newest, cid.bytes) ?? tx.get<{bytes: Uint8Array}>(byCidSql('bytes'), tree, cid.bytes)
          return row ? [{cid, bytes: row.bytes}] : []
        })
      })
    },

    commit: change => sql.write(tx => writeCommit(tx, change), {again: true}),

    async record(did, path) {
      const row = sql.read(tx =>
        tx.get<RecordRow>(
          `SELECT path, cid, bytes FROM record WHERE tree = ${treeSql} AND path = ? AND ${isShownSql}`,
          did,
          path,
          did,
        ),
      )
      return row && recordOf(row)
    },

    async recordTakedown(did, path) {
      const text = `SELECT cid, (SELECT ref FROM record_takedown t WHERE t.did = ? AND t.path = record.path) AS ref
        FROM record WHERE tree = ${treeSql} AND path = ?`
      const row = sql.read(tx => tx.get<{cid: Uint8Array; ref: string | null}>(text, did, did, path))
      return row && {cid: new Cid(row.cid), ref: row.ref}
    },

    setRecordTakedown: (did, path, ref) =>
      sql.write(tx => {
        if (ref === null) tx.run('DELETE FROM record_takedown WHERE did = ? AND path = ?', did, path)
        else tx.run('INSERT OR REPLACE INTO record_takedown (did, path, ref) VALUES (?, ?, ?)', did, path, ref)
      }),

    async recent(did, collection, since, limit) {
      const {from, to} = collectionRange(collection)
      const text = `SELECT path, cid, bytes, rev FROM record WHERE tree = ${treeSql} AND path > ? AND path < ?
        ORDER BY path DESC LIMIT ?`
      const rows = sql.read(tx => tx.all<RecordRow & {rev: Tid}>(text, did, from, to, limit))
      return rows.flatMap(row => (row.rev > since ? [{...recordOf(row), rev: row.rev}] : []))
    },

    async collections(did) {
      return sql.read(tx => {
        const found: Nsid[] = []
        // One step of the index for each collection, however many records it has.
        for (let from = ''; ;) {
          const row = tx.get<{path: string}>(
            `SELECT path FROM record WHERE tree = ${treeSql} AND path >= ? ORDER BY path LIMIT 1`,
            did,
            from,
          )
          if (!row || found.length === collectionsMax) return found
          const collection = row.path.slice(0, row.path.indexOf('/')) as Nsid
          found.push(collection)
          from = collectionRange(collection).to
        }
      })
    },

    async about(did, collection, subject) {
      const rows = sql.read(tx =>
        tx.all<{path: string}>(
          `SELECT path FROM backlink WHERE tree = ${treeSql} AND collection = ? AND subject = ? LIMIT 100`,
          did,
          collection,
          subject,
        ),
      )
      return rows.map(({path}) => path)
    },
  }
}
