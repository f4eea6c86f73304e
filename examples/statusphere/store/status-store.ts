/**
 * What the app knows of the network: a view of records that others own. It can be deleted and is filled again. Each method
 * is one act; to take the same event twice changes nothing.
 */
import type {Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'

/** A record, whose author may say of its time what they like. */
export interface Stamped {
  readonly uri: string
  readonly did: string
  readonly createdAt: string
}

export interface StatusView {
  readonly uri: string
  readonly did: string
  readonly status: string
  readonly sortMs: number
  readonly handle: string | null
  readonly displayName: string | null
}

export interface LinkView {
  readonly link: string
  readonly average: number
  readonly people: number
  /** The viewer's own. */
  readonly mine: number | null
}

export interface AccountView {
  readonly did: string
  readonly handle: string | null
  readonly displayName: string | null
  readonly active: number
}

/** Of one account; beyond it the oldest go, so that nobody fills the disk. */
export const keptMax = 200
export const followsMax = 20_000

const newest = 'ORDER BY sortMs DESC, uri DESC'

export class StatusStore {
  readonly #sql: Sql
  readonly #now: () => number

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql
    this.#now = now
  }

  /** Takes a status: from the form that wrote it, and once more when it comes from the network. */
  putStatus({uri, did, status, createdAt}: Stamped & {readonly status: string}): Promise<void> {
    const nowMs = this.#now()
    return this.#sql.write(tx => {
      tx.run('INSERT INTO account (did) VALUES (?) ON CONFLICT DO NOTHING', did)
      tx.run(
        `INSERT INTO status (uri, did, status, seenMs, sortMs) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (uri) DO UPDATE SET status = excluded.status, sortMs = min(?, seenMs)`,
        uri,
        did,
        status,
        nowMs,
        sortMsOf(createdAt, nowMs),
        createdMsOf(createdAt, nowMs),
      )
      tx.run(
        `DELETE FROM status WHERE uri IN (SELECT uri FROM status WHERE did = ? ${newest} LIMIT 9 OFFSET ?)`,
        did,
        keptMax,
      )
      settleStatus(tx, did)
    })
  }

  putRating({
    uri,
    did,
    link,
    rating,
    createdAt,
  }: Stamped & {readonly link: string; readonly rating: number}): Promise<void> {
    const nowMs = this.#now()
    return this.#sql.write(tx => {
      tx.run('INSERT INTO account (did) VALUES (?) ON CONFLICT DO NOTHING', did)
      const before = tx.get<{link: string}>('SELECT link FROM rating WHERE uri = ?', uri)
      tx.run(
        `INSERT INTO rating (uri, did, link, rating, seenMs, sortMs) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (uri) DO UPDATE SET link = excluded.link, rating = excluded.rating, current = 0, sortMs = min(?, seenMs)`,
        uri,
        did,
        link,
        rating,
        nowMs,
        sortMsOf(createdAt, nowMs),
        createdMsOf(createdAt, nowMs),
      )
      tx.run(
        `DELETE FROM rating WHERE uri IN (SELECT uri FROM rating WHERE did = ? ${newest} LIMIT 9 OFFSET ?)`,
        did,
        keptMax,
      )
      if (before) settleRating(tx, did, before.link)
      settleRating(tx, did, link)
    })
  }

  /** Forgets a record that was deleted. What was there before it counts again. */
  drop(uri: string): Promise<void> {
    return this.#sql.write(tx => {
      const status = tx.get<{did: string}>('DELETE FROM status WHERE uri = ? RETURNING did', uri)
      if (status) settleStatus(tx, status.did)
      const rating = tx.get<{did: string; link: string}>('DELETE FROM rating WHERE uri = ? RETURNING did, link', uri)
      if (rating) settleRating(tx, rating.did, rating.link)
      tx.run('DELETE FROM follow WHERE uri = ?', uri)
    })
  }

  async isKnown(did: string): Promise<boolean> {
    return this.#sql.read(tx => tx.get('SELECT 1 FROM account WHERE did = ?', did) !== undefined)
  }

  /** What an account is called, as far as it is given; null takes a display name away. */
  putName(did: string, {handle, displayName}: {handle?: string; displayName?: string | null}): Promise<void> {
    return this.#sql.write(tx => {
      tx.run('INSERT INTO account (did) VALUES (?) ON CONFLICT DO NOTHING', did)
      if (handle !== undefined) tx.run('UPDATE account SET handle = ? WHERE did = ?', handle, did)
      if (displayName !== undefined) tx.run('UPDATE account SET displayName = ? WHERE did = ?', displayName, did)
    })
  }

  /** One that is not active is not shown, and comes back when it is again. */
  setActive(did: string, active: boolean): Promise<void> {
    return this.#sql.write(tx => {
      tx.run('UPDATE account SET active = ? WHERE did = ?', Number(active), did)
    })
  }

  /** An account is no more: nothing of it stays, and nobody is signed in as it. */
  purge(did: string): Promise<void> {
    return this.#sql.write(tx => {
      for (const table of ['account', 'status', 'rating', 'follow', 'session', 'auth_session'] as const)
        tx.run(`DELETE FROM ${table} WHERE did = ?`, did)
    })
  }

  /** Whom somebody follows who signs in, as it was listed since `sinceMs`; events since then are not undone. */
  setFollows(did: string, follows: readonly {uri: string; subject: string}[], sinceMs: number): Promise<void> {
    return this.#sql.write(tx => {
      tx.run('INSERT INTO account (did, member) VALUES (?, 1) ON CONFLICT DO UPDATE SET member = 1', did)
      for (const {uri, subject} of follows) writeFollow(tx, uri, did, subject, sinceMs)
      tx.run('DELETE FROM follow WHERE did = ? AND seenMs < ?', did, sinceMs)
    })
  }

  /** Of those who have signed in; who others follow is nothing to us. */
  putFollow(uri: string, did: string, subject: string): Promise<void> {
    const nowMs = this.#now()
    return this.#sql.write(tx => {
      const isMember = tx.get('SELECT 1 FROM account WHERE did = ? AND member = 1', did) !== undefined
      const count = isMember ? tx.get<{n: number}>('SELECT count(*) AS n FROM follow WHERE did = ?', did)!.n : 0
      if (isMember && count < followsMax) writeFollow(tx, uri, did, subject, nowMs)
    })
  }

  /** Somebody has signed out everywhere: whom they follow is forgotten. */
  forgetFollows(did: string): Promise<void> {
    return this.#sql.write(tx => {
      tx.run('UPDATE account SET member = 0 WHERE did = ?', did)
      tx.run('DELETE FROM follow WHERE did = ?', did)
    })
  }

  /** The newest statuses of those who are there; with `followedBy`, only of those whom that account follows. */
  async recent({followedBy, limit}: {followedBy?: string; limit: number}): Promise<readonly StatusView[]> {
    const columns = 'status.uri, status.did, status.status, status.sortMs, handle, displayName'
    const from = `SELECT ${columns} FROM status JOIN account USING (did) WHERE active = 1`
    const order = 'ORDER BY status.sortMs DESC, status.uri DESC LIMIT ?'
    const whose = 'status.did IN (SELECT subject FROM follow WHERE follow.did = ?)'
    return this.#sql.read(tx =>
      followedBy === undefined
        ? tx.all<StatusView>(`${from} ${order}`, limit)
        : tx.all<StatusView>(`${from} AND ${whose} ${order}`, followedBy, limit),
    )
  }

  /** How many have each status now, the most common first. */
  async counts(limit: number): Promise<readonly {status: string; people: number}[]> {
    return this.#sql.read(tx =>
      tx.all(
        `SELECT status, count(*) AS people FROM status JOIN account USING (did)
         WHERE current = 1 AND active = 1 GROUP BY status ORDER BY people DESC, status LIMIT ?`,
        limit,
      ),
    )
  }

  async currentOf(did: string): Promise<{uri: string; status: string} | undefined> {
    return this.#sql.read(tx => tx.get('SELECT uri, status FROM status WHERE did = ? AND current = 1', did))
  }

  /** Pages that people have rated, those rated last first: of each the mean of what each person last gave it. */
  async links({viewer, limit}: {viewer: string | undefined; limit: number}): Promise<readonly LinkView[]> {
    return this.#sql.read(tx =>
      tx.all<LinkView>(
        `SELECT link, avg(rating) AS average, count(*) AS people, max(CASE WHEN did = ? THEN rating END) AS mine
         FROM rating JOIN account USING (did) WHERE current = 1 AND active = 1
         GROUP BY link ORDER BY max(sortMs) DESC, link LIMIT ?`,
        viewer ?? '',
        limit,
      ),
    )
  }

  async account(did: string): Promise<AccountView | undefined> {
    return this.#sql.read(tx => accountIn(tx, did))
  }

  async cursor(source: string): Promise<number | undefined> {
    return this.#sql.read(tx => tx.get<{seq: number}>('SELECT seq FROM cursor WHERE source = ?', source)?.seq)
  }

  setCursor(source: string, seq: number): Promise<void> {
    return this.#sql.write(tx => {
      tx.run('INSERT INTO cursor (source, seq) VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq', source, seq)
    })
  }
}

/** A time that nobody can have written yet is none: such a record stands where it was seen. */
function createdMsOf(createdAt: string, nowMs: number): number {
  const ms = Date.parse(createdAt)
  return Number.isNaN(ms) ? nowMs : ms
}
const sortMsOf = (createdAt: string, nowMs: number): number => Math.min(createdMsOf(createdAt, nowMs), nowMs)

/** The newest status of somebody is what they are now. */
function settleStatus(tx: SqlWriter, did: string): void {
  tx.run('UPDATE status SET current = 0 WHERE did = ? AND current = 1', did)
  tx.run(`UPDATE status SET current = 1 WHERE uri = (SELECT uri FROM status WHERE did = ? ${newest} LIMIT 1)`, did)
}

/** Who rates a page again has changed their mind. */
function settleRating(tx: SqlWriter, did: string, link: string): void {
  tx.run('UPDATE rating SET current = 0 WHERE did = ? AND link = ? AND current = 1', did, link)
  const last = `SELECT uri FROM rating WHERE did = ? AND link = ? ${newest} LIMIT 1`
  tx.run(`UPDATE rating SET current = 1 WHERE uri = (${last})`, did, link)
}

function writeFollow(tx: SqlWriter, uri: string, did: string, subject: string, seenMs: number): void {
  tx.run(
    `INSERT INTO follow (uri, did, subject, seenMs) VALUES (?, ?, ?, ?)
     ON CONFLICT (uri) DO UPDATE SET subject = excluded.subject, seenMs = max(seenMs, excluded.seenMs)`,
    uri,
    did,
    subject,
    seenMs,
  )
}

const accountIn = (tx: SqlReader, did: string): AccountView | undefined =>
  tx.get('SELECT did, handle, displayName, active FROM account WHERE did = ?', did)
