/** Who follows whom, and who likes and reposts what, newest first: numbers only. */
import type {Sql} from '#engines/sql/sql.ts'
import type {Position} from '../../pages/paging.ts'

/** An account, and the record by which it is on the page. */
export interface ActorRow extends Position {
  readonly actor: number
}

const pageSql = (table: string, shown: string, by: string): string => `
  SELECT record, ${shown}, sortMs FROM ${table} WHERE ${by} = ?1 AND sortMs <= ?2 AND (sortMs < ?2 OR record < ?3)
  ORDER BY sortMs DESC, record DESC LIMIT ?4`

const sqls = {
  followers: pageSql('follow', 'actor', 'subject'),
  follows: pageSql('follow', 'subject', 'actor'),
  likes: pageSql('like', 'actor', 'subject'),
  reposts: pageSql('repost', 'actor', 'subject'),
}

/** Followers looked through for those whom the viewer knows, and how many of them are shown. */
const knownLookMax = 5_000
const knownShownMax = 5
const knownSql = `
  SELECT v.subject FROM (SELECT subject FROM follow WHERE actor = ?1 LIMIT ${knownLookMax}) v
  CROSS JOIN follow f ON f.actor = v.subject AND f.subject = ?2`

export class Graph {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** `of` is the number of an account, or for likes and reposts that of a record. */
  async page(what: keyof typeof sqls, of: number, after: Position, limit: number): Promise<ActorRow[]> {
    return this.#sql
      .read(tx => tx.arrays<[number, number, number]>(sqls[what], of, after.ms, after.id, limit))
      .map(([id, actor, ms]) => ({id, actor, ms}))
  }

  /** Who follows `subject` and is followed by the viewer: how many, and a few of them. */
  async knownFollowers(
    viewer: number,
    subject: number,
    limit = knownShownMax,
  ): Promise<{count: number; ids: number[]}> {
    const ids = this.#sql.read(tx => tx.arrays<[number]>(knownSql, viewer, subject)).flat()
    const others = ids.filter(id => id !== viewer && id !== subject)
    return {count: others.length, ids: others.slice(0, limit)}
  }
}
