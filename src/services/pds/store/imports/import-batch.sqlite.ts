/** What an import writes in one act, as rows: the same that a commit writes (`repo-store.sqlite.ts`), of a tree of its own. */
import type {Cid} from '#atp/data/cid.ts'
import type {Block} from '#atp/mst/blocks.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {RowRuns} from '#engines/sql/rows/row-runs.ts'
import type {ImportBatch, ImportedRecord, ImportPlace} from './import-store.ts'

/** Of each kind of row its statement, and how many values of it come with the row: those before them are of the batch. */
const statements = {
  node: ['INSERT OR IGNORE INTO node (tree, rev, cid, bytes) VALUES', 2],
  early: ['INSERT OR IGNORE INTO node (tree, rev, cid, bytes) VALUES', 2],
  record: ['INSERT OR REPLACE INTO record (tree, rev, run, path, cid, bytes) VALUES', 3],
  use: ['INSERT OR IGNORE INTO blob_use (tree, rev, path, cid) VALUES', 2],
  lookup: ['INSERT OR IGNORE INTO record_cid (tree, run, cid, path) VALUES', 2],
  link: ['INSERT INTO backlink (tree, collection, subject, path) VALUES', 3],
} as const
type Kind = keyof typeof statements

export class RowBatch implements ImportBatch {
  readonly rows = new RowRuns()
  rev = '' as Tid
  readonly #place: ImportPlace
  readonly #numbers = new Map<Kind, number>()
  /** Where the CIDs of its records and early blocks are, each before the bytes. */
  readonly #cids: number[] = []

  constructor(place: ImportPlace) {
    this.#place = place
  }

  get size(): number {
    return this.rows.size
  }

  get count(): number {
    return this.#cids.length
  }

  node({cid, bytes}: Block): void {
    this.#row('node').blob(cid.bytes).blob(bytes)
  }

  record({path, cid, bytes, blobs}: ImportedRecord): void {
    this.#block(this.#row('record').text(path), cid, bytes)
    for (const use of blobs) this.#row('use').text(path).blob(use.cid.bytes)
  }

  early({cid, bytes}: Block): void {
    this.#block(this.#row('early'), cid, bytes)
  }

  lookup(cid: Cid, path: string): void {
    this.#row('lookup').blob(cid.bytes).text(path)
  }

  link(path: string, subject: string): void {
    const collection = path.slice(0, path.indexOf('/'))
    this.#row('link').text(collection).text(subject).text(path)
  }

  block(cid: Cid): Uint8Array | undefined {
    const {rows} = this
    const at = this.#cids.findLast(at => rows.isAt(at, cid.bytes))
    return at === undefined ? undefined : rows.valueAt(rows.after(at))
  }

  #block(rows: RowRuns, cid: Cid, bytes: Uint8Array): void {
    this.#cids.push(rows.size)
    rows.blob(cid.bytes).blob(bytes)
  }

  #row(kind: Kind): RowRuns {
    return this.rows.row(this.#numbers.get(kind) ?? this.#declare(kind))
  }

  /** What all rows of a kind have beside their tree. */
  #ofAll(kind: Kind): (string | number)[] {
    const {run} = this.#place
    if (kind === 'link') return []
    if (kind === 'lookup') return [run]
    return kind === 'record' ? [this.rev, run] : [this.rev]
  }

  #declare(kind: Kind): number {
    const [sql, width] = statements[kind]
    const tree = kind === 'early' ? this.#place.spool : this.#place.tree
    const number = this.rows.statement(sql, [tree, ...this.#ofAll(kind)], width)
    this.#numbers.set(kind, number)
    return number
  }
}
