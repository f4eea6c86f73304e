/** How fast an AppView indexes, on one core: a mix as the network has it, in commits of one record, on a disk. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Value} from '#atp/data/value.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openSql} from '#engines/open.ts'
import {Author} from '../test/index-events.ts'
import {seeded} from '../test/random.ts'
import type {StreamEvent} from '../src/stream/verified-events.ts'
import {SqliteIndexStore} from '../src/services/appview/store/index/index-store.sqlite.ts'
import {appviewMigrations} from '../src/services/appview/store/schema.ts'
import {figure} from './measure.ts'

useNativeCrypto()

const authorCount = 5_000
const commitCount = 100_000
const batchSize = 500
const createdAt = '2026-01-01T00:00:00.000Z'
/** As an AppView has it unless told otherwise. */
const cacheSize = 256 * 2 ** 20
const cid = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'

const chance = seeded(1)
/** Smaller numbers far more often: some people and posts have most of what happens. */
const below = (count: number): number => Math.floor(chance() ** 3 * count)
const authors = Array.from({length: authorCount}, (_, at) => new Author(`did:web:account-${at}.example.com`))
const posts: string[] = [authors[0].uri('app.bsky.feed.post', 0)]

/** Roughly what a relay carries: for a hundred records 62 likes, 14 posts, 12 follows, 9 reposts, 3 blocks. */
function record(author: Author, at: number): [collection: string, record: Value] {
  const kind = chance() * 100
  const subject = {uri: posts[posts.length - 1 - below(posts.length)], cid}
  const did = authors[below(authorCount)].did
  if (kind < 62) return ['app.bsky.feed.like', {$type: 'app.bsky.feed.like', subject, createdAt}]
  if (kind < 71) return ['app.bsky.feed.repost', {$type: 'app.bsky.feed.repost', subject, createdAt}]
  if (kind < 83) return ['app.bsky.graph.follow', {$type: 'app.bsky.graph.follow', subject: did, createdAt}]
  if (kind < 86) return ['app.bsky.graph.block', {$type: 'app.bsky.graph.block', subject: did, createdAt}]
  posts.push(author.uri('app.bsky.feed.post', at))
  const post = {$type: 'app.bsky.feed.post', text: 'What a day it was, and how long ago it seems.'.repeat(3), createdAt}
  return ['app.bsky.feed.post', kind < 94 ? {...post, reply: {root: subject, parent: subject}} : post]
}

const events: StreamEvent[] = Array.from({length: commitCount}, (_, at) => {
  const author = authors[Math.floor(chance() * authorCount)]
  const [collection, value] = record(author, at)
  return {...author.commit({[`${collection}/${author.rkey(at)}`]: value}), seq: at + 1}
})

const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
const sql = openSql(`sqlite:${join(folder, 'appview.sqlite')}`, {migrations: appviewMigrations, cacheSize})
try {
  const store = new SqliteIndexStore(sql, {now: () => Date.parse('2026-06-01T00:00:00Z')})
  const start = performance.now()
  for (let at = 0; at < commitCount; at += batchSize) {
    await store.apply('https://relay.example.com', events.slice(at, at + batchSize))
  }
  const seconds = (performance.now() - start) / 1000
  figure('index commits of one record', commitCount / seconds, 'records/s', {atLeast: 8_000})
} finally {
  await sql.close()
  rmSync(folder, {recursive: true})
}
