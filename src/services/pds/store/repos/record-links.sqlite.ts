/**
 * What likes, reposts, follows and blocks are about, so that a second one replaces the first. Found by their subjects
 * alone: in an index by path as well, each act of an import, whose rows come by subject, would touch nearly every page,
 * and that was half of all that it wrote. Where a record goes, what it was about is read from itself.
 */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {isMap} from '#atp/data/value.ts'
import type {Migration, SqlWriter} from '#engines/sql/sql.ts'
import {isLink, subjectOf} from '../../repos/record-links.ts'

export const recordLinkMigration: Migration = {
  name: 'links by their subjects alone',
  up: 'DROP INDEX backlink_by_path',
}

const collectionOf = (path: string): string => path.slice(0, path.indexOf('/'))

/** Notes what the record at `path` is about. */
export function addLink(tx: SqlWriter, tree: number, path: string, subject: string): void {
  const text = 'INSERT INTO backlink (tree, collection, subject, path) VALUES (?, ?, ?, ?)'
  tx.run(text, tree, collectionOf(path), subject, path)
}

/** Forgets what the record at `path` is about; to be called while it is there. */
export function removeLink(tx: SqlWriter, tree: number, path: string): void {
  const collection = collectionOf(path)
  if (!isLink(collection)) return
  const row = tx.get<{bytes: Uint8Array}>('SELECT bytes FROM record WHERE tree = ? AND path = ?', tree, path)
  const record = row && decodeCborLenient(row.bytes)
  const subject = isMap(record) ? subjectOf(collection, record) : undefined
  if (subject === undefined) return
  const text = 'DELETE FROM backlink WHERE tree = ? AND collection = ? AND subject = ? AND path = ?'
  tx.run(text, tree, collection, subject, path)
}
