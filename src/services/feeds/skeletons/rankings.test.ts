/** How orders by score are made and kept: others are served meanwhile, and what readers may have kept is bounded. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {parseCid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {FeedPage, KeptPost} from '#sdk/feed/feed.ts'
import type {StoredPost} from '../store/post-store.ts'
import {KeptPosts} from './feed-posts.ts'
import {bestOf, Rankings, type Scored} from './rankings.ts'

const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const stored = (id: number): StoredPost => {
  const [author, digest] = ['did:web:alice.test' as Did, parseCid(cid).digest]
  const uri = `at://${author}/app.bsky.feed.post/${id}` as StoredPost['uri']
  return {id, uri, cid, author, digest, timeMs: 5, likes: 0, reposts: 0, replies: 0, isReply: false}
}
const store = {posts: async (ids: readonly number[]) => ids.map(stored)}

test('whoever else waits is served while posts are scored', async () => {
  let [reads, turned] = [0, false]
  const some = Array.from({length: 2_000}, (_, n) => stored(n))
  const newest = async (): Promise<StoredPost[]> => {
    if (++reads === 1) setImmediate(() => (turned = true))
    if (reads < 3) return some
    equal(turned, true)
    return []
  }
  const [rankings, lists] = [new Rankings(store, () => 0), {members: async () => []}]
  const posts = new KeptPosts({store: {newest}, rankings, now: () => 0, know: async () => {}, lists}, 'all', undefined)
  await posts.best({from: 'everybody', score: () => 1}, {limit: 1, cursor: undefined})
  equal(reads, 3)
})

/** Another for each of 18,000. */
const score = ({uri}: KeptPost): number => (Number(uri.split('/')[4]) * 7_919) % 18_000

test('of scored posts no more are held than are sorted in one turn, and the best of all stay', async () => {
  let [reads, held] = [0, [] as readonly Scored[]]
  const newest = async (): Promise<StoredPost[]> => {
    const first = reads++ * 2_000
    return reads > 9 ? [] : Array.from({length: 2_000}, (_, n) => stored(first + n))
  }
  const page: Rankings['page'] = async (_, make) => ((held = await make(0)), {feed: []})
  const deps = {store: {newest}, rankings: {page}, now: () => 0, know: async () => {}, lists: {members: async () => []}}
  await new KeptPosts(deps, 'all', undefined).best({from: 'everybody', score}, {limit: 1, cursor: undefined})
  ok(held.length <= 10_000, `${held.length} are held`)
  deepEqual(
    bestOf(held).map(one => one.score),
    Array.from({length: 2_000}, (_, n) => 17_999 - n),
  )
})

test('of orders are kept as many as there is room for, those asked for last', async () => {
  let made: string[] = []
  // Each takes 3 posts and 50 more.
  const rankings = new Rankings(store, () => 0, 110)
  const page = (name: string, cursor?: string): Promise<FeedPage> => {
    const make = async () => (made.push(name), [1, 2, 3].map(id => ({post: stored(id), score: -id})))
    return rankings.page(name, make, 60_000, {limit: 1, cursor})
  }
  const {cursor} = await page('a')
  for (const name of ['b', 'a', 'c', 'a', 'c']) await page(name)
  deepEqual(made, ['a', 'b', 'c'])
  made = []
  await page('b')
  await page('c')
  deepEqual(made, ['b'])
  // Whose order is gone goes on in the one of now.
  equal((await page('a', cursor)).feed[0].post, stored(2).uri)
  deepEqual(made, ['b', 'a'])
})
