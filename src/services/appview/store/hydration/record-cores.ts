/**
 * Records as they are read in sets: kept in memory until something about them has changed, so what many people read is
 * read from the database once. Heavy records are not kept, and read only while there is room for them.
 */
import type {SqlReader} from '#engines/sql/sql.ts'
import {type RecordCore, recordCoreOf, type RecordRow} from '../../hydration/record-core.ts'
import {lightMax, type Room} from '../../hydration/room.ts'
import type {Memory} from '../memory.ts'
import {Cores} from './cores.ts'

const keptMax = 50_000

const rowsSql = `
  SELECT r.id, r.actor, a.did, c.nsid, r.rkey, r.cid,
    CASE WHEN length(r.body) <= ${lightMax} THEN r.body END, length(r.body), r.indexedMs, p.root, p.parent, p.violatesGate, p.quoted,
    t.record, q.record, g.likes, g.reposts, g.replies, g.quotes, g.joined, g.bookmarks
  FROM json_each(?) j CROSS JOIN record r ON r.id = j.value JOIN actor a ON a.id = r.actor
  JOIN collection c ON c.id = r.collection LEFT JOIN post p ON p.record = r.id LEFT JOIN post_agg g ON g.record = r.id
  LEFT JOIN threadgate t ON t.post = r.id LEFT JOIN postgate q ON q.post = r.id
  WHERE r.cid IS NOT NULL AND r.takedownRef IS NULL`

export class RecordCores extends Cores<RecordRow, RecordCore> {
  constructor(memory: Memory) {
    super(memory.changing(keptMax), rowsSql, recordCoreOf)
  }

  /** Adds what these numbers name to `found`, the heavy ones among them as long as they find room. */
  findIn(tx: SqlReader, ids: Iterable<number>, found: Map<number, RecordCore>, room: Room): void {
    for (const row of this.find(tx, ids, found)) {
      const [id, , , , , , , size] = row
      const body = room.take(size) && tx.get<{body: Uint8Array}>('SELECT body FROM record WHERE id = ?', id)?.body
      const core = body && recordCoreOf(row.with(6, body) as unknown as RecordRow)
      if (core) found.set(id, core)
    }
  }
}
