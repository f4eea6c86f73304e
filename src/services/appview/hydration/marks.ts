/** What the viewer has done with records: liked, reposted, kept them for later; and which threads they do not hear. */
import type {SqlReader} from '#engines/sql/sql.ts'
import type {Told} from './relations.ts'

export interface Marks {
  /** URIs of the viewer's records. */
  like?: string
  repost?: string
  bookmarked?: boolean
}

const marksSql = `
  SELECT 0, l.subject, r.rkey FROM json_each(?1) j CROSS JOIN like l ON l.actor = ?2 AND l.subject = j.value
  JOIN record r ON r.id = l.record
  UNION ALL
  SELECT 1, p.subject, r.rkey FROM json_each(?1) j CROSS JOIN repost p ON p.actor = ?2 AND p.subject = j.value
  JOIN record r ON r.id = p.record`
const bookmarkedSql = 'SELECT subject FROM bookmark WHERE actor = ?2 AND subject IN (SELECT value FROM json_each(?1))'
const mutedThreadsSql = 'SELECT root FROM thread_mute WHERE actor = ?2 AND root IN (SELECT value FROM json_each(?1))'

export function marksOf(
  tx: SqlReader,
  viewer: {readonly id: number; readonly did: string},
  told: Told,
  records: Iterable<number>,
): Map<number, Marks> {
  const marks = new Map<number, Marks>()
  const at = (id: number): Marks => {
    let found = marks.get(id)
    if (!found) marks.set(id, (found = {}))
    return found
  }
  const ids = JSON.stringify([...records])
  for (const [kind, subject, rkey] of tx.arrays<[number, number, string]>(marksSql, ids, viewer.id)) {
    if (kind === 0) at(subject).like = `at://${viewer.did}/app.bsky.feed.like/${rkey}`
    else at(subject).repost = `at://${viewer.did}/app.bsky.feed.repost/${rkey}`
  }
  if (told.bookmarks) {
    for (const [subject] of tx.arrays<[number]>(bookmarkedSql, ids, viewer.id)) at(subject).bookmarked = true
  }
  return marks
}

/** Which of the threads that begin with these records the viewer has muted. */
export function mutedThreads(tx: SqlReader, viewer: number, told: Told, roots: Iterable<number>): Set<number> {
  if (!told.threadMutes) return new Set()
  return new Set(tx.arrays<[number]>(mutedThreadsSql, JSON.stringify([...roots]), viewer).map(([root]) => root))
}
