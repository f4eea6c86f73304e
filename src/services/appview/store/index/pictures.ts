/**
 * Which pictures the records of the index name: profiles, posts, lists, feeds. Only these are fetched. Anybody can ask
 * for any CID of any account, and each that is made up would cost a look at a stranger's server.
 */
import {blobUsesOf} from '#atp/data/blob-uses.ts'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {Value} from '#atp/data/value.ts'
import type {Sql, SqlWriter} from '#engines/sql/sql.ts'

/** Records of these show pictures. */
const collections = [
  'app.bsky.actor.profile',
  'app.bsky.actor.status',
  'app.bsky.feed.generator',
  'app.bsky.feed.post',
  'app.bsky.graph.list',
] as const
const pictured: ReadonlySet<string> = new Set(collections)
/** Rows that are looked at in one act, where an index of an earlier version is filled. */
const stepMax = 2_000

/** Within an act: notes what a record names that is new, or has a new version. */
export function notePictures(tx: SqlWriter, actor: number, id: number, collection: string, record: Value): void {
  if (!pictured.has(collection)) return
  for (const {cid} of blobUsesOf(record)) {
    tx.run('INSERT INTO picture (actor, cid, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', actor, cid.bytes, id)
  }
}

/** Within an act: the record is gone, or has a new version. */
export function dropPictures(tx: SqlWriter, id: number, collection: string): void {
  if (pictured.has(collection)) tx.run('DELETE FROM picture WHERE record = ?', id)
}

export class Pictures {
  readonly #sql: Sql
  #isFilled = false

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Whether a record of this account names it. While an index is filled that is older than this, all are let pass. */
  isNamed(actor: number, cid: Cid): boolean {
    this.#isFilled ||= this.#next() === 0
    if (!this.#isFilled) return true
    const sql = 'SELECT 1 FROM picture WHERE actor = ? AND cid = ? LIMIT 1'
    return this.#sql.read(tx => tx.get(sql, actor, cid.bytes)) !== undefined
  }

  /** Notes what some records name that were there before this was kept, the newest first. True while there are more. */
  async catchUp(): Promise<boolean> {
    if (this.#next() === 0) return false
    await this.#sql.write(fillSome)
    return this.#next() > 0
  }

  /** The newest record that has not been looked at yet; 0 once all have. */
  #next(): number {
    return this.#sql.read(tx => tx.get<{next: number}>('SELECT next FROM picture_filling')?.next ?? 0)
  }
}

function fillSome(tx: SqlWriter): void {
  const {next = 0} = tx.get<{next: number}>('SELECT next FROM picture_filling') ?? {}
  const after = Math.max(0, next - stepMax)
  const rows = tx.all<{id: number; actor: number; nsid: string; body: Uint8Array}>(
    `SELECT r.id, r.actor, c.nsid, r.body FROM record r JOIN collection c ON c.id = r.collection
     WHERE r.id > ? AND r.id <= ? AND r.body IS NOT NULL
       AND c.nsid IN (${collections.map(nsid => `'${nsid}'`).join(', ')})`,
    after,
    next,
  )
  // They were checked before they were kept.
  for (const {id, actor, nsid, body} of rows) notePictures(tx, actor, id, nsid, decodeCborLenient(body))
  tx.run('UPDATE picture_filling SET next = ?', after)
}
