/** Private state in SQLite. Nothing of it is kept in memory. */
import type {Did} from '#atp/syntax/did.ts'
import type {Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import type {World} from '#std/world.ts'
import {Numbers} from '../index/numbers.ts'
import {Drafts} from './drafts.ts'
import type {Bookmark, MuteScope, PrivateList, PrivateStore} from './private-store.ts'
import type {RecordLink} from '../../index/record-indexer.ts'
import type {Position} from '../position.ts'

/** Lists that people keep here: of accounts (by number) or of records. */
const kept = {
  mutes: ['mute', 'subject', 'AND onlyReposts = 0 AND onlyQuoteposts = 0'],
  listMutes: ['list_mute', 'list', ''],
  subscriptions: ['activity_subscription', 'subject', 'AND (posts = 1 OR replies = 1)'],
} as const

const bookmarksSql = `
  SELECT b.subject AS id, b.createdMs AS ms, b.cid, 'at://' || a.did || '/' || c.nsid || '/' || r.rkey AS uri
  FROM bookmark b JOIN record r ON r.id = b.subject JOIN actor a ON a.id = r.actor
  JOIN collection c ON c.id = r.collection
  WHERE b.actor = (SELECT id FROM actor WHERE did = ?1)
  AND b.createdMs <= ?2 AND (b.createdMs < ?2 OR b.subject < ?3) ORDER BY b.createdMs DESC, b.subject DESC LIMIT ?4`

const markColumns = {list_mute: 'list', thread_mute: 'root'} as const

export class SqlitePrivateStore implements PrivateStore {
  readonly #sql: Sql
  readonly #world: Pick<World, 'now'>
  readonly #changed: (numbers: Iterable<number>) => void
  readonly #drafts: Drafts

  /** `changed` is told of records whose counts have changed. */
  constructor(sql: Sql, world: Pick<World, 'now'>, changed: (numbers: Iterable<number>) => void) {
    this.#sql = sql
    this.#world = world
    this.#changed = changed
    this.#drafts = new Drafts(sql, world)
  }

  async page(what: PrivateList, viewer: Did, {ms, id}: Position, limit: number): Promise<Position[]> {
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

  mark(what: keyof typeof markColumns, viewer: Did, of: RecordLink, isMarked: boolean): Promise<void> {
    return this.#act((tx, numbers, nowMs) => {
      const [actor, record] = [numbers.actor(tx, viewer, nowMs), numbers.record(tx, of, nowMs)]
      const column = markColumns[what]
      if (!isMarked) tx.run(`DELETE FROM ${what} WHERE actor = ? AND ${column} = ?`, actor, record)
      else tx.run(`INSERT OR IGNORE INTO ${what} (actor, ${column}, createdMs) VALUES (?, ?, ?)`, actor, record, nowMs)
    })
  }

  async bookmarks(viewer: Did, {ms, id}: Position, limit: number): Promise<Bookmark[]> {
    return this.#sql.read(tx => tx.all<Bookmark>(bookmarksSql, viewer, ms, id, limit))
  }

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
      this.#changed([subject])
    })
  }

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

  async preferences(viewer: Did): Promise<string | undefined> {
    return this.#sql.read(tx => preferencesOf(tx, viewer))
  }

  putPreferences(viewer: Did, changed: object): Promise<string> {
    return this.#act((tx, numbers, nowMs) => {
      const all = JSON.stringify({...(JSON.parse(preferencesOf(tx, viewer) ?? '{}') as object), ...changed})
      const sql = 'INSERT OR REPLACE INTO notification_preferences (actor, preferences) VALUES (?, ?)'
      tx.run(sql, numbers.actor(tx, viewer, nowMs), all)
      return all
    })
  }

  readonly drafts: PrivateStore['drafts'] = (viewer, after, limit) => this.#drafts.page(viewer, after, limit)
  readonly createDraft: PrivateStore['createDraft'] = (viewer, body) => this.#drafts.create(viewer, body)
  readonly updateDraft: PrivateStore['updateDraft'] = (viewer, tid, body) => this.#drafts.update(viewer, tid, body)
  readonly removeDraft: PrivateStore['removeDraft'] = (viewer, tid) => this.#drafts.remove(viewer, tid)

  #act<T extends string | void>(act: (tx: SqlWriter, numbers: Numbers, nowMs: number) => T): Promise<T> {
    return this.#sql.write(tx => act(tx, new Numbers(), this.#world.now())) as Promise<T>
  }
}

const preferencesOf = (tx: SqlReader, viewer: Did): string | undefined =>
  tx.get<{preferences: string}>(
    'SELECT p.preferences FROM actor a JOIN notification_preferences p ON p.actor = a.id WHERE a.did = ?',
    viewer,
  )?.preferences
