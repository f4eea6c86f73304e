/** What the viewer has done with records: liked, reposted, kept them for later; and which threads they do not hear. */
import type {SqlReader} from '#engines/sql/sql.ts'
import {textOf} from '../../hydration/record-json.ts'
import type {Marks} from '../../hydration/relation.ts'
import type {Told} from './relations.ts'

const marksSql = `
  SELECT j.value, (SELECT r.rkey FROM like l JOIN record r ON r.id = l.record
      WHERE l.actor = ?2 AND l.subject = j.value),
    (SELECT r.rkey FROM repost p JOIN record r ON r.id = p.record WHERE p.actor = ?2 AND p.subject = j.value)
  FROM json_each(?1) j`
const bookmarkedSql = 'SELECT subject FROM bookmark WHERE actor = ?2 AND subject IN (SELECT value FROM json_each(?1))'
const mutedThreadsSql = 'SELECT root FROM thread_mute WHERE actor = ?2 AND root IN (SELECT value FROM json_each(?1))'

/** The marks on these records. Adds to `known` what the viewer's records say of those that are not there yet. */
export function marksOf(
  tx: SqlReader,
  viewer: {readonly id: number; readonly did: string},
  told: Told,
  records: readonly number[],
  known: Map<number, Marks>,
): ReadonlyMap<number, Marks> {
  const missing = records.filter(id => !known.has(id))
  if (missing.length > 0) {
    const rows = tx.arrays<[number, string | null, string | null]>(marksSql, JSON.stringify(missing), viewer.id)
    for (const [id, like, repost] of rows) {
      const marks: Marks = {}
      if (like !== null) marks.like = textOf('at://', viewer.did, '/app.bsky.feed.like/', like)
      if (repost !== null) marks.repost = textOf('at://', viewer.did, '/app.bsky.feed.repost/', repost)
      known.set(id, marks)
    }
  }
  if (!told.bookmarks) return known
  const marks = new Map(known)
  for (const [subject] of tx.arrays<[number]>(bookmarkedSql, JSON.stringify(records), viewer.id)) {
    marks.set(subject, {...known.get(subject), bookmarked: true})
  }
  return marks
}

/** Which of the threads that begin with these records the viewer has muted. */
export function mutedThreads(tx: SqlReader, viewer: number, told: Told, roots: Iterable<number>): Set<number> {
  if (!told.threadMutes) return new Set()
  return new Set(tx.arrays<[number]>(mutedThreadsSql, JSON.stringify([...roots]), viewer).map(([root]) => root))
}
