/** The database of a feed service with the posts of two days, as the network has them: five likes a post, most for few. */
import {cidOfDigest, codecs} from '#atp/data/cid.ts'
import {toBase32} from '#std/encoding/base32.ts'
import type {Did} from '#atp/syntax/did.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {openSql} from '#engines/open.ts'
import type {Change} from '#services/feeds/index/changes.ts'
import {SqlitePostStore} from '#services/feeds/store/post-store.sqlite.ts'
import {feedsMigrations} from '#services/feeds/store/schema.ts'
import {seeded} from '../test/random.ts'

export interface FeedTownPlan {
  readonly posts: number
  readonly likesPerPost: number
  readonly repostsPerPost: number
  /** Feeds that take a tenth of the posts each: so many rows for ten posts. */
  readonly feeds: readonly string[]
  readonly viewers: number
  readonly followsPerViewer: number
}

const chance = seeded(7)
const spanMs = 47 * 3_600_000
const batch = 2_000

const bytes = (size: number): Uint8Array => Uint8Array.from({length: size}, () => chance() * 256)

/** Fills it, and gives the viewers. `onBatch` is told how many changes were applied and how long that took. */
export async function fillFeeds(
  database: string,
  plan: FeedTownPlan,
  onBatch: (changes: number, ms: number) => void,
): Promise<readonly Did[]> {
  const sql = openSql(database, {migrations: feedsMigrations, cacheSize: 512 * 2 ** 20})
  const store = new SqlitePostStore(sql)
  const accounts = Array.from({length: Math.max(1_000, plan.posts / 3)}, () => `did:plc:${toBase32(bytes(15))}` as Did)
  // Some write and like far more than others.
  const somebody = (): Did => accounts[Math.floor(chance() ** 2 * accounts.length)]
  const startMs = Date.now() - spanMs
  const recent: {did: Did; rkey: string}[] = []
  let micros = startMs * 1000
  const tid = (): string => tidOf(Math.floor(++micros), Math.floor(chance() * 1024))
  let changes: Change[] = []
  let seq = 0
  const apply = async (): Promise<void> => {
    const started = performance.now()
    await store.apply('https://relay.example.com', changes, (seq += changes.length))
    onBatch(changes.length, performance.now() - started)
    changes = []
  }
  for (let n = 0; n < plan.posts; n++) {
    micros = Math.max(micros, (startMs + (n / plan.posts) * spanMs) * 1000)
    const post = {did: somebody(), rkey: tid()}
    const isReply = recent.length > 0 && chance() < 0.4
    const above = recent[Math.floor(chance() * recent.length)]
    changes.push({
      kind: 'post',
      ...post,
      cid: cidOfDigest(codecs.cbor, bytes(32)),
      timeMs: Math.floor(micros / 1000),
      parent: isReply ? above : undefined,
      isMarked: chance() < 0.02,
      takenBy: plan.feeds.filter(() => chance() < 0.1),
    })
    recent.push(post)
    if (recent.length > 20_000) recent.shift()
    for (const [kind, count] of [
      ['like', plan.likesPerPost],
      ['repost', plan.repostsPerPost],
    ] as const) {
      for (let rest = count; rest > 0; rest--) {
        if (rest < 1 && chance() > rest) break
        const subject = recent[recent.length - 1 - Math.floor(chance() ** 6 * recent.length)]
        changes.push({kind, did: somebody(), rkey: tid(), subject})
      }
    }
    if (changes.length >= batch) await apply()
  }
  if (changes.length > 0) await apply()
  const viewers: Did[] = []
  for (let n = 0; n < plan.viewers; n++) {
    const viewer = accounts[accounts.length - 1 - n]
    const follows = Array.from({length: plan.followsPerViewer}, () => ({subject: somebody(), rkey: tid()}))
    await store.setFollows(viewer, follows, Date.now())
    viewers.push(viewer)
  }
  await sql.close()
  return viewers
}
