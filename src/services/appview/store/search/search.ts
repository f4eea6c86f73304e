/** Finds posts and accounts: gives their numbers, in order, a page at a time. Who may see them is judged elsewhere. */
import type {Sql, SqlReader} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import {anyPost, byFact} from '../../search/facts.ts'
import {firstRowAt, timeOfRow} from './entries.ts'
import {matchOf} from '../../search/post-query.ts'
import {phraseOf} from '../../search/words.ts'
import type {FoundPage, FoundQuery, PageOptions} from './search-store.ts'

/** Of the newest posts that match, how many are weighed for the best. */
const weighedMax = 1_000
/** Accounts that match, of which those with the most followers come first. */
const actorsMax = 2_000
const hourMs = 3_600_000

const emptyPage: FoundPage = {ids: [], cursor: undefined}

export class Search {
  readonly #sql: Sql
  readonly #world: Pick<World, 'now'>

  constructor(sql: Sql, world: Pick<World, 'now'>) {
    this.#sql = sql
    this.#world = world
  }

  /** The newest first. */
  async latestPosts(query: FoundQuery, {limit, cursor}: PageOptions): Promise<FoundPage> {
    const before = /^\d{1,16}$/.test(cursor ?? '') ? Number(cursor) : Infinity
    const rows = this.#sql.read(tx => newestRows(tx, query, before, limit))
    return {
      ids: rows.map(([, record]) => record),
      cursor: rows.length < limit ? undefined : String(rows[rows.length - 1][0]),
    }
  }

  /** Those that have moved most people, the older the more it takes. A cursor keeps the time of the first page. */
  async topPosts(query: FoundQuery, {limit, cursor}: PageOptions): Promise<FoundPage> {
    const [, offset = '0', start] = /^(\d{1,6})__(\d{1,15})$/.exec(cursor ?? '') ?? []
    const nowMs = start === undefined ? this.#world.now() : Number(start)
    const from = Number(offset)
    const best = this.#sql.read(tx => {
      const rows = newestRows(tx, query, firstRowAt(nowMs + 1000), weighedMax)
      const ids = JSON.stringify(rows.map(([, record]) => record))
      const weights = new Map(
        tx.arrays<[number, number]>(
          `SELECT g.record, g.likes + 2 * g.reposts + 2 * g.quotes + g.replies FROM json_each(?) j
           CROSS JOIN post_agg g ON g.record = j.value`,
          ids,
        ),
      )
      const score = (row: number, record: number): number =>
        (1 + (weights.get(record) ?? 0)) / (Math.max(nowMs - timeOfRow(row), 0) / hourMs + 12)
      return rows
        .map(([row, record]) => ({record, score: score(row, record)}))
        .toSorted((a, b) => b.score - a.score)
        .map(({record}) => record)
    })
    const next = from + limit
    return {ids: best.slice(from, next), cursor: next < best.length ? `${next}__${nowMs}` : undefined}
  }

  /**
   * Accounts whose handle, name or, with `inAbout`, description has words that begin as those of `text` do: the one of
   * that very handle first, then by followers.
   */
  async actors(text: string, inAbout: boolean, {limit, cursor}: PageOptions): Promise<FoundPage> {
    const phrases = text
      .slice(0, 300)
      .trim()
      .split(/\s+/)
      .flatMap(part => phraseOf(part, true) ?? [])
    if (phrases.length === 0) return emptyPage
    const columns = inAbout ? 'handle name about' : 'handle name'
    const match = phrases.map(phrase => `{${columns}} : ${phrase}`).join(' AND ')
    const handle = text.trim().replace(/^@/, '').toLowerCase()
    const from = /^\d{1,6}$/.test(cursor ?? '') ? Number(cursor) : 0
    const ids = this.#sql.read(tx =>
      tx
        .arrays<[number]>(
          `SELECT a.id FROM (
             SELECT id FROM actor WHERE handle = ?1
             UNION SELECT rowid FROM (SELECT rowid FROM actor_search WHERE actor_search MATCH ?2 LIMIT ${actorsMax})
           ) f CROSS JOIN actor a ON a.id = f.id LEFT JOIN profile_agg g ON g.actor = a.id
           WHERE a.status IS NULL AND a.takedownRef IS NULL
           ORDER BY a.handle IS ?1 DESC, coalesce(g.followers, 0) DESC, a.id LIMIT ?3 OFFSET ?4`,
          handle,
          match,
          limit,
          from,
        )
        .map(([id]) => id),
    )
    return {ids, cursor: ids.length < limit ? undefined : String(from + limit)}
  }
}

function newestRows(tx: SqlReader, query: FoundQuery, before: number, limit: number): [row: number, record: number][] {
  const {authors, sinceMs, untilMs, facts, anyOf = []} = query
  const groups = [...(authors ? [authors.map(byFact)] : []), ...anyOf]
  if (groups.some(({length}) => length === 0)) return []
  const one = groups.map(group => `(${group.map(fact => `facts : "${fact}"`).join(' OR ')}) AND `).join('')
  return tx.arrays<[number, number]>(
    `SELECT rowid, record FROM post_search WHERE post_search MATCH ? AND rowid < ? AND rowid >= ?
     ORDER BY rowid DESC LIMIT ?`,
    one + matchOf({...query, facts: [anyPost, ...facts]}),
    Math.min(before, rowAt(untilMs)),
    rowAt(sinceMs),
    limit,
  )
}

/** The first row at or after a time that may be fractional seconds in or none at all. */
const rowAt = (ms: number): number => firstRowAt(Math.ceil(ms / 1000) * 1000)
