/**
 * No reply is its own ancestor. Anybody can write posts that answer each other in a ring, or one that answers itself:
 * each names the next by its URI, and none is wrong by itself. A post answers one other, so rings do not touch, and one
 * can be closed only by the last of its posts to be indexed, whichever that is. All the posts of a ring then stand for
 * themselves, in whatever order they came, and are replies again once one of them goes or answers something else.
 *
 * A ring of more posts than are looked at stays; what reads threads stops at what it has seen.
 */
import type {SqlReader, SqlWriter} from '#engines/sql/sql.ts'

/** What of a row of `post` is needed. */
interface Reply {
  readonly record: number
  readonly root: number | null
  readonly parent: number | null
}

/** Posts that are looked at on either side: few at first, for nearly always one side ends at once. */
const looks = [10, 100, 1000]
const ringMax = Math.max(...looks)

const aboveSql = `
  WITH RECURSIVE above (record) AS (
    SELECT ?1 UNION ALL
    SELECT post.parent FROM above JOIN post ON post.record = above.record WHERE post.parent IS NOT NULL
    LIMIT ?2
  )
  SELECT record FROM above`
const belowSql = `
  WITH RECURSIVE below (record) AS (
    SELECT ?1 UNION ALL SELECT post.record FROM below CROSS JOIN post ON post.parent = below.record LIMIT ?2
  )
  SELECT record FROM below`

/** The posts of the ring that a reply closes, itself the last; empty when it closes none. */
function ringOf(tx: SqlReader, {record, root, parent}: Reply): number[] {
  if (parent === null) return []
  if (parent === record || root === record) return [record]
  for (const look of looks) {
    const above = tx.arrays<[number]>(aboveSql, parent, look).flat()
    const at = above.indexOf(record)
    if (at >= 0) return above.slice(0, at + 1)
    if (above.length < look) return []
    const below = tx.arrays<[number]>(belowSql, record, look)
    if (below.length < look && !below.some(([one]) => one === parent)) return []
  }
  return []
}

export function countReply(tx: SqlWriter, parent: number | null, change: 1 | -1): void {
  tx.run(
    `INSERT INTO post_agg (record, replies) VALUES (?, ?)
     ON CONFLICT (record) DO UPDATE SET replies = replies + excluded.replies`,
    parent,
    change,
  )
}

/** Takes apart the ring that a reply closes whose row has just been put in. True when there was one. */
export function breakRing(tx: SqlWriter, reply: Reply): boolean {
  const ring = ringOf(tx, reply)
  for (const record of ring) {
    const row = tx.get<{root: number; parent: number; violatesGate: number}>(
      'SELECT root, parent, violatesGate FROM post WHERE record = ?',
      record,
    )
    if (!row) continue
    tx.run('INSERT INTO reply_ring (record, root, parent) VALUES (?, ?, ?)', record, row.root, row.parent)
    tx.run('UPDATE post SET root = NULL, parent = NULL, violatesGate = 0 WHERE record = ?', record)
    if (row.violatesGate === 0) countReply(tx, row.parent, -1)
  }
  return ring.length > 0
}

/** Makes the others of a ring replies again, once the row of one of them is gone. Gives their numbers. */
export function mendRing(tx: SqlWriter, gone: number): number[] {
  const sql = 'SELECT record, root, parent FROM reply_ring WHERE record = ?'
  const first = tx.get<{root: number; parent: number}>(sql, gone)
  if (!first) return []
  tx.run('DELETE FROM reply_ring WHERE record = ?', gone)
  const others: {record: number; root: number; parent: number}[] = []
  // One that says to be its own root was a ring by itself, and may answer one of another ring.
  let at = first.root === gone ? gone : first.parent
  while (at !== gone) {
    const next = others.length < ringMax ? tx.get<(typeof others)[number]>(sql, at) : undefined
    if (!next) return []
    others.push(next)
    at = next.parent
  }
  for (const {record, root, parent} of others) {
    tx.run('DELETE FROM reply_ring WHERE record = ?', record)
    tx.run('UPDATE post SET root = ?, parent = ? WHERE record = ?', root, parent, record)
    countReply(tx, parent, 1)
  }
  return others.map(({record}) => record)
}
