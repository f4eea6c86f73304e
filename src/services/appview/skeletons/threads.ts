/** The posts above and below a post, as numbers. */
import type {Sql} from '#engines/sql/sql.ts'

/** Replies that are read at once: those nearest to the post come first. */
const repliesMax = 1000

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
    CROSS JOIN post ON post.parent = below.record WHERE depth < ?3 AND post.root = ?2
    LIMIT ${repliesMax}
  )
  SELECT record, parent FROM below`

const chainMax = 100
const chainSql = `
  WITH RECURSIVE chain (record, length) AS (
    SELECT ?1, 1
    UNION ALL
    SELECT (SELECT p.record FROM post p WHERE p.parent = chain.record AND p.actor = ?2
      ORDER BY p.sortMs, p.record LIMIT 1), length + 1
    FROM chain WHERE record IS NOT NULL AND length < ${chainMax}
  )
  SELECT record FROM chain WHERE record IS NOT NULL`
const likedSql = `
  SELECT l.subject, r.rkey FROM json_each(?2) j CROSS JOIN like l ON l.actor = ?1 AND l.subject = j.value
  JOIN record r ON r.id = l.record`

export class Threads {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** What a post answers, what that answers, and so on: the nearest first, `height` of them at most. */
  async above(post: number, height: number): Promise<number[]> {
    if (height === 0) return []
    return this.#sql.read(tx => tx.arrays<[number]>(aboveSql, post, height)).flat()
  }

  /** Replies below a post by what they answer, `depth` levels of them, within the thread of `root` alone. */
  async below(post: number, root: number, depth: number): Promise<Map<number, number[]>> {
    const replies = new Map<number, number[]>()
    if (depth === 0) return replies
    for (const [record, parent] of this.#sql.read(tx => tx.arrays<[number, number]>(belowSql, post, root, depth))) {
      const siblings = replies.get(parent)
      if (siblings) siblings.push(record)
      else replies.set(parent, [record])
    }
    return replies
  }

  /** The posts with which the author of a thread has gone on after its first, each in answer to the last. */
  async chain(root: number, author: number): Promise<number[]> {
    return this.#sql.read(tx => tx.arrays<[number]>(chainSql, root, author)).flat()
  }

  /** Which of these posts an account likes, and the record keys of its likes. */
  async likedBy(actor: number, posts: Iterable<number>): Promise<Map<number, string>> {
    return new Map(this.#sql.read(tx => tx.arrays<[number, string]>(likedSql, actor, JSON.stringify([...posts]))))
  }
}
