/**
 * What is read of repositories in long answers: pages of records, and whole repositories. Apart from the rest of their
 * store, since it needs no more than a connection that reads, and so can be done on any thread.
 */
import {emptyBytes} from '#std/bytes.ts'
import {collectionRange} from '#atp/mst/walk.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {SqlReader, SqlReads} from '#engines/sql/sql.ts'
import {JoinedRecords} from './joined-records.ts'
import {exportNews, exportTree} from './repo-export.sqlite.ts'
import type {RecordPage, RepoStore} from './repo-store.ts'

interface HeadRow {
  tree: number
  root: Uint8Array
  data: Uint8Array
  rev: Tid
  newest: Uint8Array
  /** See `runAt`. */
  written: number
}

/** Bytes of one page of records, and a single record more: a hundred of the largest would be 100 MB at a time. */
const pageSizeMax = 4 * 2 ** 20

const headSql = `SELECT tree, root, data, rev, newest, written FROM repo JOIN head USING (tree)
  WHERE account = (SELECT id FROM account WHERE did = ?)`
export const treeSql = `(SELECT tree FROM repo WHERE account = (SELECT id FROM account WHERE did = ?))`

/** Of rows of `record` those that were not taken down; takes the DID. Nearly always a look at nothing. */
export const isShownSql = 'path NOT IN (SELECT path FROM record_takedown WHERE did = ?)'

export const headRow = (tx: SqlReader, did: Did): HeadRow | undefined => tx.get<HeadRow>(headSql, did)

/**
 * Those of `rows` in one value, as `JoinedRecords` has them, but for those that are longer than the first parameter;
 * how many rows there are, and how many of them are so long.
 */
type JoinedRow = [joined: Uint8Array | null, count: number, longCount: number | null]
const joinedSql = (rows: string): string => `
  SELECT CAST(group_concat(iif(length(bytes) <= ?1, path || ' ' || length(bytes) || ' ' || cid || bytes, NULL), '') AS BLOB),
    count(*), sum(length(bytes) > ?1) FROM (${rows})`

/** How many of the first of `sizes`, one at least, are within the bound of a page; Infinity for all of them. */
function countWithin(sizes: string): number {
  let sum = 0
  const end = sizes.split(',').findIndex(size => (sum += Number(size)) > pageSizeMax)
  return end < 0 ? Infinity : Math.max(end, 1)
}

function recordPage(tx: SqlReader, did: Did, {collection, after, limit, ascending}: RecordPage) {
  const {from, to} = collectionRange(collection)
  const low = ascending && after !== undefined ? `${collection}/${after}` : from
  const high = !ascending && after !== undefined ? `${collection}/${after}` : to
  const rows = `SELECT path, cid, bytes FROM record WHERE tree = ${treeSql} AND path > ? AND path < ? AND ${isShownSql}
    ORDER BY path ${ascending ? 'ASC' : 'DESC'} LIMIT ?`
  const joined = (longMax: number, count: number): JoinedRow =>
    tx.arrays<JoinedRow>(joinedSql(rows), longMax, did, low, high, did, count)[0]
  // Nearly always all of them fit, and that is so when each is no longer than its share.
  const [bytes, length, longCount] = joined(pageSizeMax / limit, limit)
  if (!longCount) return {records: new JoinedRecords(bytes ?? emptyBytes, length), isCut: false}
  const sizesSql = `SELECT group_concat(length(bytes)) AS sizes FROM (${rows})`
  const sizes = tx.get<{sizes: string}>(sizesSql, did, low, high, did, limit)?.sizes ?? ''
  const count = Math.min(limit, countWithin(sizes))
  const [all, some] = joined(Number.MAX_SAFE_INTEGER, count)
  return {records: new JoinedRecords(all ?? emptyBytes, some), isCut: count < limit}
}

export const sqliteRecordReads = (sql: SqlReads): Pick<RepoStore, 'records' | 'export'> => ({
  records: async (did, page) => sql.read(tx => recordPage(tx, did, page)),

  async *export(did, since, signal) {
    using view = sql.snapshot()
    const head = headRow(view, did)
    if (!head) return
    for await (const chunk of since === undefined ? exportTree(view, head) : exportNews(view, head, since)) {
      if (signal.aborted) return
      yield chunk
    }
  },
})
