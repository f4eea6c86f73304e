/** Pages of posts, out of the tables. */
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {Did} from '#atp/syntax/did.ts'
import {cidOfDigest, codecs} from '#atp/data/cid.ts'
import type {SqlReader} from '#engines/sql/sql.ts'
import {toHex} from '#std/bytes.ts'
import type {Accounts} from './accounts.ts'
import {packDid} from './packed.ts'
import type {Filter, Place, StoredPost, Whose} from './post-store.ts'

/** Posts that a page looks through, whatever it leaves out. */
const scanMax = 20_000
/** Accounts whose posts make one page: as many of whom a viewer follows are known, as many of a list are looked at. */
export const followsMax = 2_000
const perAccountMax = 100
const likesMax = 30

type Row = readonly [
  id: number,
  author: number,
  rkey: string,
  digest: Uint8Array,
  timeMs: number,
  likes: number,
  reposts: number,
  replies: number,
  parent: number | null,
  isMarked: number,
]

const columns = 'p.id, p.author, p.rkey, p.digest, p.timeMs, p.likes, p.reposts, p.replies, p.parent, p.isMarked'
const isAfter = '(p.timeMs < ?1 OR p.digest < ?2 OR (p.digest = ?2 AND p.id < ?4))'
const shown = 'NOT EXISTS (SELECT 1 FROM hidden h WHERE h.account = p.author)'
const inOrder = 'p.digest DESC, p.id DESC LIMIT ?3'

const everybody = (index: string, more = ''): string =>
  `SELECT ${columns} FROM post p INDEXED BY ${index} WHERE p.timeMs <= ?1 AND ${isAfter} ${more} AND ${shown}
   ORDER BY p.timeMs DESC, ${inOrder}`
const plain = 'AND p.parent IS NULL AND p.isMarked = 0'
const pages = {
  all: everybody('post_by_time'),
  liked: everybody('post_liked', `AND p.likes >= 3 ${plain}`),
  popular: everybody('post_popular', `AND p.likes >= 12 ${plain}`),
  taken: `SELECT ${columns} FROM taken t CROSS JOIN post p ON p.id = t.post
    WHERE t.feed = ?5 AND t.timeMs <= ?1 AND ${isAfter} AND ${shown}
    ORDER BY t.timeMs DESC, ${inOrder}`,
} as const
/** Of many accounts, named by ?11, in one go: what does not fit never leaves the database. */
const ofFollows = (from: string): string =>
  `SELECT ${columns} FROM ${from} WHERE p.timeMs <= ?1 AND ${isAfter} AND ${shown}
     AND p.timeMs >= ?5 AND p.likes >= ?6 AND p.reposts >= ?7 AND p.replies >= ?8
     AND (?9 = 0 OR p.parent IS NULL) AND (?10 = 0 OR p.isMarked = 0)
   ORDER BY p.timeMs DESC, ${inOrder}`
const theirPosts = `p.id IN (SELECT q.id FROM post q WHERE q.author = f.subject ORDER BY q.rkey DESC LIMIT ${perAccountMax})`
const theirLikes = `l.post IN (SELECT m.post FROM liked m WHERE m.account = f.subject ORDER BY m.post DESC LIMIT ${likesMax})`
/** Whom a viewer follows. */
const followed = `(SELECT subject FROM follow WHERE account = ?11 LIMIT ${followsMax})`
const personal = {
  follows: ofFollows(`${followed} f CROSS JOIN post p ON ${theirPosts}`),
  mutuals: ofFollows(
    `(SELECT a.subject FROM ${followed} a CROSS JOIN follow b ON b.account = a.subject AND b.subject = ?11) f CROSS JOIN post p ON ${theirPosts}`,
  ),
  'liked by follows': ofFollows(
    `(SELECT DISTINCT l.post AS id FROM ${followed} f CROSS JOIN liked l ON l.account = f.subject AND ${theirLikes}) d CROSS JOIN post p ON p.id = d.id`,
  ),
} as const
/** By the accounts of a JSON list, as their packed DIDs in hex. */
const byAuthors = ofFollows(
  `(SELECT DISTINCT a.id AS subject FROM json_each(?11) j CROSS JOIN account a ON a.did = unhex(j.value)) f
    CROSS JOIN post p ON ${theirPosts}`,
)
const byId = `SELECT ${columns} FROM post p WHERE p.id = ? AND ${shown}`

const newestDigest = new Uint8Array(33).fill(255)
const first: Place = {timeMs: Number.MAX_SAFE_INTEGER, digest: newestDigest}

export class PostReads {
  readonly #tx: SqlReader
  readonly #accounts: Accounts

  constructor(tx: SqlReader, accounts: Accounts) {
    this.#tx = tx
    this.#accounts = accounts
  }

  newest(whose: Whose, filter: Filter, after: Place | undefined, limit: number): StoredPost[] {
    const from = after ?? first
    switch (whose.of) {
      case 'everybody':
        return this.#page(pages[indexFor(filter)], [], filter, from, limit)
      case 'taken': {
        const feed = this.#tx.get<{id: number}>('SELECT id FROM feed WHERE key = ?', whose.key)?.id
        return feed === undefined ? [] : this.#page(pages.taken, [feed], filter, from, limit)
      }
      case 'follows':
      case 'mutuals':
      case 'liked by follows':
        return this.#personal(personal[whose.of], whose.viewer, filter, from, limit)
      case 'authors': {
        const packed = whose.dids.slice(0, followsMax).map(did => toHex(packDid(did)))
        return this.#ofMany(byAuthors, JSON.stringify(packed), filter, from, limit)
      }
    }
  }

  posts(ids: readonly number[]): (StoredPost | undefined)[] {
    return ids.map(id => {
      const [row] = this.#tx.arrays<Row>(byId, id)
      return row && this.#post(row)
    })
  }

  /** Whom the viewer follows; 2,000 at most. */
  followed(viewer: Did): number[] {
    const account = this.#accounts.find(this.#tx, viewer)
    if (account === undefined) return []
    const sql = `SELECT subject FROM follow WHERE account = ? LIMIT ${followsMax}`
    return this.#tx.arrays<[number]>(sql, account).map(([subject]) => subject)
  }

  #personal(sql: string, viewer: Did, filter: Filter, after: Place, limit: number): StoredPost[] {
    const account = this.#accounts.find(this.#tx, viewer)
    return account === undefined ? [] : this.#ofMany(sql, account, filter, after, limit)
  }

  #ofMany(sql: string, whose: number | string, filter: Filter, after: Place, limit: number): StoredPost[] {
    const {sinceMs = 0, likesMin = 0, repostsMin = 0, repliesMin = 0, withoutReplies, withoutMarked} = filter
    const [noReplies, noMarked] = [withoutReplies ? 1 : 0, withoutMarked ? 1 : 0]
    const place = [after.timeMs, after.digest, limit, after.id ?? 0] as const
    const fits = [sinceMs, likesMin, repostsMin, repliesMin, noReplies, noMarked] as const
    return this.#tx.arrays<Row>(sql, ...place, ...fits, whose).map(row => this.#post(row))
  }

  /** Rows in the order of the statement, looked through until there are enough. */
  #page(sql: string, more: readonly number[], filter: Filter, after: Place, limit: number): StoredPost[] {
    const fits = fitsIn(filter)
    const found: StoredPost[] = []
    let from = after
    for (let [scanned, size] = [0, limit]; scanned < scanMax; size = Math.min(size * 4, 2_000)) {
      const rows = this.#tx.arrays<Row>(sql, from.timeMs, from.digest, size, from.id ?? 0, ...more)
      for (const row of rows) {
        if (row[4] < (filter.sinceMs ?? 0)) return found
        if (fits(row) && found.push(this.#post(row)) === limit) return found
      }
      if (rows.length < size) return found
      scanned += rows.length
      const [id, , , digest, timeMs] = rows.at(-1)!
      from = {timeMs, digest, id}
    }
    return found
  }

  #post(row: Row): StoredPost {
    return new Kept(row, this.#accounts.didOf(this.#tx, row[1]))
  }
}

/** A post as it was read. Its texts are made when they are asked for: of a page, one CID. */
class Kept implements StoredPost {
  readonly id: number
  readonly author: Did
  readonly digest: Uint8Array
  readonly timeMs: number
  readonly likes: number
  readonly reposts: number
  readonly replies: number
  readonly isReply: boolean
  readonly #rkey: string

  constructor([id, , rkey, digest, timeMs, likes, reposts, replies, parent]: Row, author: Did) {
    this.id = id
    this.author = author
    this.digest = digest
    this.timeMs = timeMs
    this.likes = likes
    this.reposts = reposts
    this.replies = replies
    this.isReply = parent !== null
    this.#rkey = rkey
  }

  get uri(): AtUri {
    return `at://${this.author}/app.bsky.feed.post/${this.#rkey}` as AtUri
  }

  get cid(): string {
    return cidOfDigest(codecs.cbor, this.digest).toString()
  }
}

function indexFor({likesMin = 0, withoutReplies, withoutMarked}: Filter): keyof typeof pages {
  if (!withoutReplies || !withoutMarked || likesMin < 3) return 'all'
  return likesMin >= 12 ? 'popular' : 'liked'
}

function fitsIn({likesMin = 0, repostsMin = 0, repliesMin = 0, withoutReplies, withoutMarked}: Filter) {
  return ([, , , , , likes, reposts, replies, parent, isMarked]: Row): boolean =>
    likes >= likesMin &&
    reposts >= repostsMin &&
    replies >= repliesMin &&
    !(withoutReplies && parent !== null) &&
    !(withoutMarked && isMarked === 1)
}
