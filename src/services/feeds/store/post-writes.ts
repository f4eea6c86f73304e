/** What a batch of changes does to the tables. Counts of one post are added up first, and written once. */
import type {SqlWriter} from '#engines/sql/sql.ts'
import type {
  AccountChange,
  Change,
  DeedChange,
  FollowChange,
  GoneChange,
  PostChange,
  PostName,
} from '../index/changes.ts'
import type {Accounts} from './accounts.ts'
import {tidEnd} from './packed.ts'
import {followsMax} from './post-reads.ts'

type Counted = 'likes' | 'reposts' | 'replies'
const counted: readonly Counted[] = ['likes', 'reposts', 'replies']

const statements = {
  likes: {
    table: 'liked',
    add: 'INSERT OR IGNORE INTO liked (account, post, tid) VALUES (?, ?, ?)',
    find: 'SELECT post FROM liked WHERE account = ? AND tid = ?',
    drop: 'DELETE FROM liked WHERE account = ? AND post = ?',
  },
  reposts: {
    table: 'reposted',
    add: 'INSERT OR IGNORE INTO reposted (account, post, tid) VALUES (?, ?, ?)',
    find: 'SELECT post FROM reposted WHERE account = ? AND tid = ?',
    drop: 'DELETE FROM reposted WHERE account = ? AND post = ?',
  },
} as const

interface PostRow {
  readonly id: number
  readonly timeMs: number
  readonly parent: number | null
}

export class PostWrites {
  readonly #tx: SqlWriter
  readonly #accounts: Accounts
  readonly #feeds: Map<string, number>
  /** By post, how much more there is of each count. */
  readonly #more = new Map<number, Record<Counted, number>>()

  constructor(tx: SqlWriter, accounts: Accounts, feeds: Map<string, number>) {
    this.#tx = tx
    this.#accounts = accounts
    this.#feeds = feeds
  }

  applyAll(changes: readonly Change[]): void {
    for (const change of changes) {
      switch (change.kind) {
        case 'post':
          this.#post(change)
          break
        case 'like':
          this.#deed('likes', change)
          break
        case 'repost':
          this.#deed('reposts', change)
          break
        case 'follow':
          this.#follow(change)
          break
        case 'gone':
          this.#gone(change)
          break
        case 'account':
          this.#account(change)
          break
        case 'listed':
          break
      }
    }
    this.#count()
  }

  #find({did, rkey}: PostName): PostRow | undefined {
    const author = this.#accounts.find(this.#tx, did)
    if (author === undefined) return undefined
    return this.#tx.get<PostRow>('SELECT id, timeMs, parent FROM post WHERE author = ? AND rkey = ?', author, rkey)
  }

  #post(change: PostChange): void {
    const {did, rkey, cid, timeMs, parent, isMarked, takenBy} = change
    const tx = this.#tx
    const known = this.#find(change)
    if (known) {
      // Where it stands among all others stays as it was, and so do counts.
      tx.run('UPDATE post SET isMarked = ? WHERE id = ?', isMarked ? 1 : 0, known.id)
      this.#untake(known, takenBy)
      this.#take(known, takenBy)
      return
    }
    const above = parent && (this.#find(parent)?.id ?? 0)
    const id = tx.run(
      'INSERT INTO post (author, rkey, digest, timeMs, parent, isMarked) VALUES (?, ?, ?, ?, ?, ?)',
      this.#accounts.numberOf(tx, did),
      rkey,
      cid.digest,
      timeMs,
      above ?? null,
      isMarked ? 1 : 0,
    ).lastRowId
    if (above) this.#add(above, 'replies', 1)
    this.#take({id, timeMs}, takenBy)
  }

  #take({id, timeMs}: Pick<PostRow, 'id' | 'timeMs'>, keys: readonly string[]): void {
    const sql = 'INSERT OR IGNORE INTO taken (feed, timeMs, post) VALUES (?, ?, ?)'
    for (const key of keys) this.#tx.run(sql, this.#feedOf(key), timeMs, id)
  }

  #untake({id}: PostRow, except: readonly string[]): void {
    const sql = `DELETE FROM taken WHERE post = ?
      AND feed NOT IN (SELECT id FROM feed WHERE key IN (SELECT value FROM json_each(?)))`
    this.#tx.run(sql, id, JSON.stringify(except))
  }

  #feedOf(key: string): number {
    const known = this.#feeds.get(key)
    if (known !== undefined) return known
    const id =
      this.#tx.get<{id: number}>('SELECT id FROM feed WHERE key = ?', key)?.id ??
      this.#tx.run('INSERT INTO feed (key) VALUES (?)', key).lastRowId
    this.#feeds.set(key, id)
    return id
  }

  #deed(count: 'likes' | 'reposts', {did, rkey, subject}: DeedChange): void {
    const tid = tidEnd(rkey)
    // Most are of posts that are too old to be kept, and cost nothing.
    const post = tid === undefined ? undefined : this.#find(subject)
    if (!post || tid === undefined) return
    const account = this.#accounts.numberOf(this.#tx, did)
    if (this.#tx.run(statements[count].add, account, post.id, tid).changes > 0) this.#add(post.id, count, 1)
  }

  /** Of viewers, and of whoever follows one that follows it. */
  #follow({did, rkey, subject}: FollowChange): void {
    const tx = this.#tx
    const tid = tidEnd(rkey)
    const [account, followed] = [this.#accounts.find(tx, did), this.#accounts.find(tx, subject)]
    if (tid === undefined) return
    const isViewer = account !== undefined && this.#isViewer(account)
    if (!isViewer) {
      if (account === undefined || followed === undefined || !this.#isViewer(followed)) return
      const isFollowed = tx.get('SELECT 1 FROM follow WHERE account = ? AND subject = ?', followed, account)
      if (!isFollowed) return
    } else if (this.#followed(account) >= followsMax) return
    const sql = 'INSERT OR IGNORE INTO follow (account, subject, tid) VALUES (?, ?, ?)'
    tx.run(sql, account, followed ?? this.#accounts.numberOf(tx, subject), tid)
  }

  #followed(account: number): number {
    return this.#tx.get<{count: number}>('SELECT count(*) AS count FROM follow WHERE account = ?', account)!.count
  }

  #isViewer(account: number): boolean {
    return this.#tx.get('SELECT 1 FROM viewer WHERE account = ?', account) !== undefined
  }

  #gone({what, did, rkey}: GoneChange): void {
    const tx = this.#tx
    const account = this.#accounts.find(tx, did)
    if (account === undefined) return
    if (what === 'post') {
      const row = this.#find({did, rkey})
      if (row) this.#dropPost(row)
      return
    }
    const tid = tidEnd(rkey)
    if (tid === undefined) return
    if (what === 'follow') tx.run('DELETE FROM follow WHERE account = ? AND tid = ?', account, tid)
    else if (what === 'like' || what === 'repost') {
      const count = what === 'like' ? 'likes' : 'reposts'
      const {find, drop} = statements[count]
      const post = tx.get<{post: number}>(find, account, tid)?.post
      if (post === undefined) return
      tx.run(drop, account, post)
      this.#add(post, count, -1)
    }
  }

  #dropPost({id, parent}: PostRow): void {
    this.#tx.run('DELETE FROM post WHERE id = ?', id)
    if (parent) this.#add(parent, 'replies', -1)
  }

  #account({did, state}: AccountChange): void {
    const tx = this.#tx
    const account = this.#accounts.find(tx, did)
    // Of most accounts there is nothing here to hide.
    if (account === undefined) return
    if (state === 'hidden') tx.run('INSERT OR IGNORE INTO hidden (account) VALUES (?)', account)
    if (state === 'shown') tx.run('DELETE FROM hidden WHERE account = ?', account)
    if (state !== 'gone') return
    const sql = 'SELECT id, timeMs, parent FROM post WHERE author = ? LIMIT 100000'
    for (const row of tx.all<PostRow>(sql, account)) this.#dropPost(row)
    for (const count of ['likes', 'reposts'] as const) {
      const {table, drop} = statements[count]
      const rows = tx.all<{post: number}>(`SELECT post FROM ${table} WHERE account = ? LIMIT 100000`, account)
      for (const {post} of rows) {
        tx.run(drop, account, post)
        this.#add(post, count, -1)
      }
    }
    tx.run('DELETE FROM follow WHERE account = ?', account)
    tx.run('DELETE FROM viewer WHERE account = ?', account)
    tx.run('DELETE FROM hidden WHERE account = ?', account)
  }

  #add(post: number, count: Counted, by: number): void {
    let more = this.#more.get(post)
    if (!more) this.#more.set(post, (more = {likes: 0, reposts: 0, replies: 0}))
    more[count] += by
  }

  #count(): void {
    const sql = 'UPDATE post SET likes = likes + ?, reposts = reposts + ?, replies = replies + ? WHERE id = ?'
    for (const [id, more] of this.#more) {
      if (counted.some(name => more[name] !== 0)) this.#tx.run(sql, more.likes, more.reposts, more.replies, id)
    }
  }
}
