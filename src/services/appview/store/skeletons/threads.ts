/**
 * The posts above and below a post, as numbers. The index keeps replies from being their own ancestors, but for rings
 * that are too long for it to see, so a post that was met before is the end of the way here as well.
 */
import type {Sql} from '#engines/sql/sql.ts'

/** Replies that are read at once: those nearest to the post come first. */
const repliesMax = 1000
/** Levels that are read above and below a post, whoever asks for more: a tree of them is walked by calls in calls. */
const heightMax = 200
const depthMax = 200

const aboveSql = `
  WITH RECURSIVE above (record, height) AS (
    SELECT parent, 1 FROM post WHERE record = ?1 AND parent IS NOT NULL
    UNION ALL
    SELECT post.parent, height + 1 FROM above JOIN post ON post.record = above.record
    WHERE post.parent IS NOT NULL AND height < ?2
  )
  SELECT record FROM above ORDER BY height`
const belowSql = `
  WITH RECURSIVE below (record, parent, depth) AS (
    SELECT record, parent, 1 FROM post WHERE parent = ?1 AND root = ?2
    UNION ALL
    SELECT post.record, post.parent, depth + 1 FROM below
    CROSS JOIN post ON post.parent = below.record AND post.root = ?2 WHERE depth < ?3
    LIMIT ${repliesMax}
  )
  SELECT record, parent FROM below`

/** The author's own answers to one post, which are read however many others there are. */
const ownMax = 100
const ownSql = `
  SELECT record, parent FROM post WHERE root = ?2 AND actor = ?3 AND parent = ?1 ORDER BY sortMs LIMIT ${ownMax}`

const chainMax = 100
const chainSql = `
  WITH RECURSIVE chain (record, length) AS (
    SELECT ?1, 1
    UNION ALL
    SELECT (SELECT p.record FROM post p WHERE p.root = ?1 AND p.actor = ?2 AND p.parent = chain.record
      ORDER BY p.sortMs, p.record LIMIT 1), length + 1
    FROM chain WHERE record IS NOT NULL AND length < ${chainMax}
  )
  SELECT record FROM chain WHERE record IS NOT NULL`
const likedSql = `
  SELECT l.subject, r.rkey FROM json_each(?2) j CROSS JOIN like l ON l.actor = ?1 AND l.subject = j.value
  JOIN record r ON r.id = l.record`

/** The posts before the first that comes a second time. */
function untilMetAgain(posts: readonly number[]): number[] {
  const seen = new Set<number>()
  for (const post of posts) {
    if (seen.has(post)) break
    seen.add(post)
  }
  return [...seen]
}

export class Threads {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** What a post answers, what that answers, and so on: the nearest first, `height` of them at most. */
  async above(post: number, height: number): Promise<number[]> {
    if (height === 0) return []
    const rows = this.#sql.read(tx => tx.arrays<[number]>(aboveSql, post, Math.min(height, heightMax))).flat()
    return untilMetAgain([post, ...rows]).slice(1)
  }

  /**
   * Replies below a post by what they answer, `depth` levels of them, within the thread of `root` alone. `author` is who
   * began it.
   */
  async below(post: number, root: number, author: number | undefined, depth: number): Promise<Map<number, number[]>> {
    const replies = new Map<number, number[]>()
    if (depth === 0) return replies
    const levels = Math.min(depth, depthMax)
    const seen = new Set([post])
    const rows = this.#sql.read(tx => [
      ...tx.arrays<[number, number]>(belowSql, post, root, levels),
      ...tx.arrays<[number, number]>(ownSql, post, root, author ?? 0),
    ])
    for (const [record, parent] of rows) {
      if (seen.has(record)) continue
      seen.add(record)
      const siblings = replies.get(parent)
      if (siblings) siblings.push(record)
      else replies.set(parent, [record])
    }
    return replies
  }

  /** The posts with which the author of a thread has gone on after its first, each in answer to the last. */
  async chain(root: number, author: number): Promise<number[]> {
    return untilMetAgain(this.#sql.read(tx => tx.arrays<[number]>(chainSql, root, author)).flat())
  }

  /** Which of these posts an account likes, and the record keys of its likes. */
  async likedBy(actor: number, posts: Iterable<number>): Promise<Map<number, string>> {
    return new Map(this.#sql.read(tx => tx.arrays<[number, string]>(likedSql, actor, JSON.stringify([...posts]))))
  }
}
