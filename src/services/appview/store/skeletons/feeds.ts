/** Feeds in SQLite. */
import type {Lru} from '#engines/cache/lru.ts'
import type {Sql, SqlReader} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import type {Memory} from '../memory.ts'
import type {Position} from '../position.ts'
import type {FeedRow} from './skeleton-store.ts'

type ItemRow = readonly [item: number, post: number, ms: number]
const feedRow = ([item, post, ms]: ItemRow): FeedRow => ({item, post, ms, id: item})

/** What the last first page of a timeline or list took, in ms: what to look through the next time. */
interface Window {
  /** How far back it went from when it was read. */
  readonly backMs: number
  /** From its newest item to its oldest. Where nothing new has come since, no more is to be looked through. */
  readonly spanMs: number
  readonly newestMs: number
}

const windowsKeptMax = 50_000
const firstWindowMs = 6 * 3_600_000
const widerBy = 4

/** Accounts whose items are merged: those that were followed or listed last. */
const mergedMax = 20_000

const followedSql = `
  SELECT * FROM (SELECT subject AS actor FROM follow WHERE actor = ?1 ORDER BY sortMs DESC LIMIT ${mergedMax})
  UNION ALL SELECT ?1`
const listedSql = `SELECT subject AS actor FROM list_item WHERE list = ?1 ORDER BY sortMs DESC LIMIT ${mergedMax}`
// The accounts come first in the join: for each of them the index gives the few items of the window, and no more.
const windowSql = (accounts: string): string => `
  SELECT i.record, i.post, i.sortMs FROM (${accounts}) f
  CROSS JOIN feed_item i ON i.actor = f.actor AND i.sortMs > ?2 AND i.sortMs <= ?3
  WHERE i.sortMs < ?3 OR i.record < ?4 ORDER BY i.sortMs DESC, i.record DESC LIMIT ?5`
const timelineSql = windowSql(followedSql)
const listFeedSql = windowSql(listedSql)

/** What an author's feed is narrowed to. A repost has no row in `post`. */
const filters: Readonly<Record<string, string>> = {
  posts_with_replies: '1',
  posts_no_replies: 'p.root IS NULL',
  posts_with_media: 'p.media & 3 <> 0',
  posts_with_video: 'p.media & 2 <> 0',
  posts_and_author_threads: '(p.root IS NULL OR (SELECT r.actor FROM record r WHERE r.id = p.root) = ?1)',
}
const authorSql = (filter: string): string => `
  SELECT i.record, i.post, i.sortMs FROM feed_item i LEFT JOIN post p ON p.record = i.record
  WHERE i.actor = ?1 AND i.sortMs <= ?2 AND (i.sortMs < ?2 OR i.record < ?3) AND ${filter}
  ORDER BY i.sortMs DESC, i.record DESC LIMIT ?4`
const authorSqls = new Map(Object.entries(filters).map(([name, filter]) => [name, authorSql(filter)]))

const likedSql = `
  SELECT subject, subject, sortMs, record FROM like WHERE actor = ?1 AND sortMs <= ?2 AND (sortMs < ?2 OR record < ?3)
  ORDER BY sortMs DESC, record DESC LIMIT ?4`
/** Somewhat more than these took, so that the next page is had at once. */
function windowOf(page: readonly ItemRow[], nowMs: number): Window {
  const [[, , newestMs]] = page
  const [, , oldestMs] = page[page.length - 1]
  return {backMs: (nowMs - oldestMs) * 1.2 + 1, spanMs: (newestMs - oldestMs) * 1.2 + 1, newestMs}
}

export class Feeds {
  readonly #sql: Sql
  readonly #world: Pick<World, 'now'>
  readonly #windows: Lru<number, Window>

  constructor(sql: Sql, world: Pick<World, 'now'>, memory: Memory) {
    this.#sql = sql
    this.#world = world
    this.#windows = memory.given(windowsKeptMax)
  }

  /** What an account and those it follows have posted and reposted. */
  async timeline(viewer: number, after: Position, limit: number): Promise<FeedRow[]> {
    return this.#sql.read(tx => this.#merged(tx, timelineSql, viewer, after, limit))
  }

  /** What the accounts on a list have. */
  async listFeed(list: number, after: Position, limit: number): Promise<FeedRow[]> {
    return this.#sql.read(tx => this.#merged(tx, listFeedSql, list, after, limit))
  }

  /**
   * The newest items of many accounts. The accounts have more items than anybody could read, so they are looked through
   * by windows of time, each wider than the last, until a page is full. One account's items stand together in the
   * index: a window costs a seek for each account, and what it gives is nearly what is needed.
   */
  #merged(tx: SqlReader, sql: string, whose: number, after: Position, limit: number): FeedRow[] {
    const nowMs = this.#world.now()
    const isFirst = after.ms > nowMs
    let to: Position = isFirst ? {ms: nowMs, id: Number.MAX_SAFE_INTEGER} : after
    const known = this.#windows.get(whose)
    let widthMs = known?.spanMs ?? firstWindowMs
    if (isFirst && known) widthMs = Math.min(known.backMs, nowMs - known.newestMs + known.spanMs)
    const found: ItemRow[] = []
    for (;;) {
      const from = Math.max(to.ms - widthMs, -1)
      const rows = tx.arrays<ItemRow>(sql, whose, from, to.ms, to.id, limit - found.length)
      found.push(...rows)
      if (found.length >= limit || from < 0) break
      to = {ms: from, id: Number.MAX_SAFE_INTEGER}
      widthMs *= widerBy
    }
    if (isFirst && found.length >= limit) this.#windows.set(whose, windowOf(found, nowMs))
    return found.map(feedRow)
  }

  /** What one account has posted and reposted. An unknown filter is none. */
  async author(actor: number, filter: string, after: Position, limit: number): Promise<FeedRow[]> {
    const sql = authorSqls.get(filter) ?? authorSqls.get('posts_with_replies') ?? ''
    return this.#rows(sql, actor, after, limit)
  }

  /** What an account has liked, that last liked first; posts and other things. */
  async liked(actor: number, after: Position, limit: number): Promise<FeedRow[]> {
    const rows = this.#sql.read(tx =>
      tx.arrays<[number, number, number, number]>(likedSql, actor, after.ms, after.id, limit),
    )
    return rows.map(([item, post, ms, id]) => ({item, post, ms, id}))
  }

  #rows(sql: string, whose: number, after: Position, limit: number): FeedRow[] {
    return this.#sql.read(tx => tx.arrays<ItemRow>(sql, whose, after.ms, after.id, limit)).map(feedRow)
  }
}
