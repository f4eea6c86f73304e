/** The posts of the last days in SQLite. Each batch of changes is one act, and the cursor is part of it. */
import type {Did} from '#atp/syntax/did.ts'
import type {Settled, Sql, SqlWriter} from '#engines/sql/sql.ts'
import type {Cursor} from '#stream/verified-events.ts'
import type {Change} from '../index/changes.ts'
import {Accounts} from './accounts.ts'
import {tidEnd} from './packed.ts'
import {PostReads} from './post-reads.ts'
import type {Filter, Followed, Place, PostStore, StoredPost, Whose} from './post-store.ts'
import {PostWrites} from './post-writes.ts'

/** Rows of each table that one act drops. */
const dropMax = 2_000
/** Accounts whose likes are looked through for old ones in one act. */
const accountsMax = 500

export class SqlitePostStore implements PostStore {
  readonly #sql: Sql
  readonly #accounts = new Accounts()
  readonly #feeds = new Map<string, number>()
  /** The account after which old likes are looked for next. */
  #dropped = 0

  constructor(sql: Sql) {
    this.#sql = sql
  }

  async cursor(source: string): Promise<Cursor | undefined> {
    const sql = 'SELECT cursor FROM place WHERE source = ?'
    return this.#sql.read(tx => tx.get<{cursor: number}>(sql, source)?.cursor)
  }

  apply(source: string, changes: readonly Change[], cursor: Cursor): Promise<void> {
    return this.#act(tx => {
      new PostWrites(tx, this.#accounts, this.#feeds).applyAll(changes)
      const sql = 'INSERT INTO place VALUES (?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor'
      tx.run(sql, source, cursor)
    })
  }

  async newest(whose: Whose, filter: Filter, after: Place | undefined, limit: number): Promise<readonly StoredPost[]> {
    return this.#sql.read(tx => new PostReads(tx, this.#accounts).newest(whose, filter, after, limit))
  }

  async posts(ids: readonly number[]): Promise<readonly (StoredPost | undefined)[]> {
    return this.#sql.read(tx => new PostReads(tx, this.#accounts).posts(ids))
  }

  dropOld(beforeMs: number, seenSinceMs: number): Promise<boolean> {
    return this.#act(tx => {
      const dropped = [
        tx.run(`DELETE FROM post WHERE id IN (SELECT id FROM post WHERE timeMs < ? LIMIT ${dropMax})`, beforeMs)
          .changes,
        this.#dropTaken(tx, beforeMs),
        this.#dropViewers(tx, seenSinceMs),
      ]
      return this.#dropDeeds(tx) || dropped.some(count => count >= dropMax)
    })
  }

  #dropTaken(tx: SqlWriter, beforeMs: number): number {
    const sql = `DELETE FROM taken WHERE feed = ? AND timeMs < ? AND (feed, timeMs, post) IN
      (SELECT feed, timeMs, post FROM taken WHERE feed = ? AND timeMs < ? LIMIT ?)`
    let rest = dropMax
    for (const {id} of tx.all<{id: number}>('SELECT id FROM feed LIMIT 100000')) {
      if (rest > 0) rest -= tx.run(sql, id, beforeMs, id, beforeMs, rest).changes
    }
    // What nothing is taken under is no feed any more, or took nothing for days.
    const idle = 'DELETE FROM feed WHERE NOT EXISTS (SELECT 1 FROM taken WHERE taken.feed = feed.id)'
    if (tx.run(idle).changes > 0) this.#feeds.clear()
    return dropMax - rest
  }

  #dropViewers(tx: SqlWriter, seenSinceMs: number): number {
    const sql = 'SELECT account FROM viewer WHERE seenMs < ? LIMIT 20'
    const viewers = tx.all<{account: number}>(sql, seenSinceMs)
    for (const {account} of viewers) this.#dropViewer(tx, account)
    return viewers.length === 20 ? dropMax : 0
  }

  #dropViewer(tx: SqlWriter, account: number): void {
    tx.run('DELETE FROM follow WHERE account = ?', account)
    tx.run('DELETE FROM follow WHERE subject = ? AND account NOT IN (SELECT account FROM viewer)', account)
    tx.run('DELETE FROM viewer WHERE account = ?', account)
  }

  forgetViewers(countMax: number): Promise<readonly Did[]> {
    return this.#act(tx => {
      const count = tx.get<{count: number}>('SELECT count(*) AS count FROM viewer')!.count
      const sql = 'SELECT account FROM viewer ORDER BY seenMs, account LIMIT ?'
      const viewers = tx.all<{account: number}>(sql, Math.min(Math.max(count - countMax, 0), 10))
      return viewers.map(({account}) => {
        this.#dropViewer(tx, account)
        return this.#accounts.didOf(tx, account)
      })
    })
  }

  /**
   * Likes and reposts of posts that are gone, and accounts of which nothing is left, of some accounts at a time and round
   * and round. True until all were looked through.
   */
  #dropDeeds(tx: SqlWriter): boolean {
    const rows = tx.all<{id: number}>(
      `SELECT id FROM account WHERE id > ? ORDER BY id LIMIT ${accountsMax}`,
      this.#dropped,
    )
    const last = rows.at(-1)?.id
    if (last === undefined) {
      this.#dropped = 0
      return false
    }
    const oldest = tx.get<{id: number | null}>('SELECT min(id) AS id FROM post')?.id ?? Number.MAX_SAFE_INTEGER
    const range = [this.#dropped, last] as const
    for (const table of ['liked', 'reposted']) {
      tx.run(`DELETE FROM ${table} WHERE account > ? AND account <= ? AND post < ?`, ...range, oldest)
    }
    const gone = tx.run(
      `DELETE FROM account WHERE id > ? AND id <= ?
         AND NOT EXISTS (SELECT 1 FROM post WHERE author = account.id)
         AND NOT EXISTS (SELECT 1 FROM liked WHERE liked.account = account.id)
         AND NOT EXISTS (SELECT 1 FROM reposted WHERE reposted.account = account.id)
         AND NOT EXISTS (SELECT 1 FROM viewer WHERE viewer.account = account.id)
         AND NOT EXISTS (SELECT 1 FROM follow WHERE follow.account = account.id OR follow.subject = account.id)`,
      ...range,
    ).changes
    if (gone > 0) {
      this.#accounts.clear()
      const hidden = `DELETE FROM hidden WHERE account > ? AND account <= ?
        AND NOT EXISTS (SELECT 1 FROM account WHERE account.id = hidden.account)`
      tx.run(hidden, ...range)
    }
    this.#dropped = last
    return true
  }

  async see(viewer: Did, nowMs: number): Promise<number | undefined> {
    const known = this.#sql.read(tx => {
      const account = this.#accounts.find(tx, viewer)
      const sql = 'SELECT seenMs, knownMs FROM viewer WHERE account = ?'
      return account === undefined ? undefined : tx.get<{seenMs: number; knownMs: number | null}>(sql, account)
    })
    // It is enough to know the day.
    if (!known || known.seenMs < nowMs - 86_400_000) {
      await this.#act(tx => {
        const sql = 'INSERT INTO viewer VALUES (?, ?, NULL) ON CONFLICT DO UPDATE SET seenMs = excluded.seenMs'
        tx.run(sql, this.#accounts.numberOf(tx, viewer), nowMs)
      })
    }
    return known?.knownMs ?? undefined
  }

  setFollows(viewer: Did, follows: readonly Followed[], nowMs: number): Promise<void> {
    return this.#act(tx => {
      const account = this.#accounts.numberOf(tx, viewer)
      tx.run('DELETE FROM follow WHERE account = ?', account)
      this.#follow(
        tx,
        follows.map(({subject, rkey}) => [account, this.#accounts.numberOf(tx, subject), rkey]),
      )
      const sql = 'INSERT INTO viewer VALUES (?1, ?2, ?2) ON CONFLICT DO UPDATE SET knownMs = excluded.knownMs'
      tx.run(sql, account, nowMs)
    })
  }

  addFollowers(viewer: Did, followers: readonly Followed[]): Promise<void> {
    return this.#act(tx => {
      const account = this.#accounts.numberOf(tx, viewer)
      this.#follow(
        tx,
        followers.map(({subject, rkey}) => [this.#accounts.numberOf(tx, subject), account, rkey]),
      )
    })
  }

  #follow(tx: SqlWriter, rows: readonly (readonly [account: number, subject: number, rkey: string])[]): void {
    const sql = 'INSERT OR REPLACE INTO follow (account, subject, tid) VALUES (?, ?, ?)'
    for (const [account, subject, rkey] of rows) tx.run(sql, account, subject, tidEnd(rkey) ?? 0)
  }

  async follows(viewer: Did): Promise<readonly Did[]> {
    return this.#sql.read(tx =>
      new PostReads(tx, this.#accounts).followed(viewer).map(id => this.#accounts.didOf(tx, id)),
    )
  }

  async count(): Promise<number> {
    return this.#sql.read(tx => tx.get<{count: number}>('SELECT count(*) AS count FROM post')?.count ?? 0)
  }

  /** What was remembered within an act that is rolled back is not so. */
  async #act<T extends Settled>(act: (tx: SqlWriter) => T): Promise<T> {
    try {
      return await this.#sql.write(act)
    } catch (error) {
      this.#accounts.clear()
      this.#feeds.clear()
      throw error
    }
  }
}
