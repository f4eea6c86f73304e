/**
 * What people tell only this AppView: whom they mute, what they bookmark, what they have seen. No repository holds it, so
 * it cannot be made again: keep it. Each method is one atomic act, and doing it twice is doing it once.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import {Numbers} from './index/numbers.ts'
import type {RecordLink} from './index/record-indexer.ts'
import type {Position} from '../pages/paging.ts'

/** Mutes are of everything, unless one of these says of what. */
export interface MuteScope {
  readonly onlyReposts?: boolean
  readonly onlyQuoteposts?: boolean
}

/** Lists that people keep here: of accounts (by number) or of records. */
const kept = {
  mutes: ['mute', 'subject', 'AND onlyReposts = 0 AND onlyQuoteposts = 0'],
  listMutes: ['list_mute', 'list', ''],
  subscriptions: ['activity_subscription', 'subject', 'AND (posts = 1 OR replies = 1)'],
} as const

export interface Bookmark extends Position {
  readonly uri: string
  readonly cid: string
}
const bookmarksSql = `
  SELECT b.subject AS id, b.createdMs AS ms, b.cid, 'at://' || a.did || '/' || c.nsid || '/' || r.rkey AS uri
  FROM bookmark b JOIN record r ON r.id = b.subject JOIN actor a ON a.id = r.actor
  JOIN collection c ON c.id = r.collection
  WHERE b.actor = (SELECT id FROM actor WHERE did = ?1)
  AND b.createdMs <= ?2 AND (b.createdMs < ?2 OR b.subject < ?3) ORDER BY b.createdMs DESC, b.subject DESC LIMIT ?4`

type Marked = 'list_mute' | 'thread_mute'
const markColumns = {list_mute: 'list', thread_mute: 'root'} as const

export class PrivateState {
  readonly #sql: Sql
  readonly #world: Pick<World, 'now'>
  readonly #forget: (ids: Iterable<number>) => void

  /** `forget` is told of records whose counts have changed. */
  constructor(sql: Sql, world: Pick<World, 'now'>, forget: (ids: Iterable<number>) => void) {
    this.#sql = sql
    this.#world = world
    this.#forget = forget
  }

  /** A page of one of a viewer's lists, the newest first; `id` is the number of what is on it. */
  async page(what: keyof typeof kept, viewer: Did, {ms, id}: Position, limit: number): Promise<Position[]> {
    const [table, column, only] = kept[what]
    const rows = this.#sql.read(tx =>
      tx.arrays<[number, number]>(
        `SELECT ${column}, createdMs FROM ${table} WHERE actor = (SELECT id FROM actor WHERE did = ?1) ${only}
         AND createdMs <= ?2 AND (createdMs < ?2 OR ${column} < ?3)
         ORDER BY createdMs DESC, ${column} DESC LIMIT ?4`,
        viewer,
        ms,
        id,
        limit,
      ),
    )
    return rows.map(([of, createdMs]) => ({id: of, ms: createdMs}))
  }

  /** Mutes an account anew, as far as the scope says. */
  mute(viewer: Did, subject: number, {onlyReposts = false, onlyQuoteposts = false}: MuteScope): Promise<void> {
    return this.#act((tx, numbers, nowMs) => {
      tx.run(
        `INSERT INTO mute (actor, subject, createdMs, onlyReposts, onlyQuoteposts) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET onlyReposts = excluded.onlyReposts, onlyQuoteposts = excluded.onlyQuoteposts`,
        numbers.actor(tx, viewer, nowMs),
        subject,
        nowMs,
        Number(onlyReposts),
        Number(onlyQuoteposts),
      )
    })
  }

  unmute(viewer: Did, subject: number): Promise<void> {
    return this.#act((tx, numbers, nowMs) => {
      tx.run('DELETE FROM mute WHERE actor = ? AND subject = ?', numbers.actor(tx, viewer, nowMs), subject)
    })
  }

  /** Mutes the accounts on a list, or a thread by its first post; or no longer. */
  mark(what: Marked, viewer: Did, of: RecordLink, isMarked: boolean): Promise<void> {
    return this.#act((tx, numbers, nowMs) => {
      const [actor, record] = [numbers.actor(tx, viewer, nowMs), numbers.record(tx, of, nowMs)]
      const column = markColumns[what]
      if (!isMarked) tx.run(`DELETE FROM ${what} WHERE actor = ? AND ${column} = ?`, actor, record)
      else tx.run(`INSERT OR IGNORE INTO ${what} (actor, ${column}, createdMs) VALUES (?, ?, ?)`, actor, record, nowMs)
    })
  }

  /** A page of what a viewer has bookmarked, the newest first: also what is gone since. */
  async bookmarks(viewer: Did, {ms, id}: Position, limit: number): Promise<Bookmark[]> {
    return this.#sql.read(tx => tx.all<Bookmark>(bookmarksSql, viewer, ms, id, limit))
  }

  /** Bookmarks a version of a post; without `cid`, no longer. */
  bookmark(viewer: Did, post: RecordLink, cid: string | undefined): Promise<void> {
    return this.#act((tx, numbers, nowMs) => {
      const [actor, subject] = [numbers.actor(tx, viewer, nowMs), numbers.record(tx, post, nowMs)]
      const add = 'INSERT OR IGNORE INTO bookmark (actor, subject, createdMs, cid) VALUES (?, ?, ?, ?)'
      const {changes} = cid
        ? tx.run(add, actor, subject, nowMs, cid)
        : tx.run('DELETE FROM bookmark WHERE actor = ? AND subject = ?', actor, subject)
      if (changes === 0) return
      tx.run(
        `INSERT INTO post_agg (record, bookmarks) VALUES (?, ?)
         ON CONFLICT (record) DO UPDATE SET bookmarks = bookmarks + excluded.bookmarks`,
        subject,
        cid ? 1 : -1,
      )
      this.#forget([subject])
    })
  }

  /** Wishes to hear of an account's posts, or replies too; with neither, no longer. */
  subscribe(viewer: Did, subject: Did, {post, reply}: {post: boolean; reply: boolean}): Promise<void> {
    return this.#act((tx, numbers, nowMs) => {
      tx.run(
        `INSERT INTO activity_subscription (actor, subject, createdMs, posts, replies) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET posts = excluded.posts, replies = excluded.replies`,
        numbers.actor(tx, viewer, nowMs),
        numbers.actor(tx, subject, nowMs),
        nowMs,
        Number(post),
        Number(reply),
      )
    })
  }

  /** Up to when the viewer has seen their notifications; `undefined` when never. */
  async seenMs(viewer: Did): Promise<number | undefined> {
    const sql = 'SELECT s.seenMs FROM actor a JOIN notification_seen s ON s.actor = a.id WHERE a.did = ?'
    return this.#sql.read(tx => tx.get<{seenMs: number}>(sql, viewer)?.seenMs)
  }

  setSeen(viewer: Did, seenMs: number): Promise<void> {
    return this.#act((tx, numbers, nowMs) => {
      const sql = 'INSERT OR REPLACE INTO notification_seen (actor, seenMs, prioritySeenMs) VALUES (?1, ?2, ?2)'
      tx.run(sql, numbers.actor(tx, viewer, nowMs), seenMs)
    })
  }

  /** Notification preferences, as JSON of those that were changed. */
  async preferences(viewer: Did): Promise<string | undefined> {
    return this.#sql.read(tx => preferencesOf(tx, viewer))
  }

  /** Changes some preferences and leaves the others; gives all that were ever changed. */
  putPreferences(viewer: Did, changed: object): Promise<string> {
    return this.#act((tx, numbers, nowMs) => {
      const all = JSON.stringify({...(JSON.parse(preferencesOf(tx, viewer) ?? '{}') as object), ...changed})
      const sql = 'INSERT OR REPLACE INTO notification_preferences (actor, preferences) VALUES (?, ?)'
      tx.run(sql, numbers.actor(tx, viewer, nowMs), all)
      return all
    })
  }

  #act<T extends string | void>(act: (tx: SqlWriter, numbers: Numbers, nowMs: number) => T): Promise<T> {
    return this.#sql.write(tx => act(tx, new Numbers(), this.#world.now())) as Promise<T>
  }
}

const preferencesOf = (tx: SqlReader, viewer: Did): string | undefined =>
  tx.get<{preferences: string}>(
    'SELECT p.preferences FROM actor a JOIN notification_preferences p ON p.actor = a.id WHERE a.did = ?',
    viewer,
  )?.preferences
