/**
 * Paging over what changes meanwhile: no post comes twice, and each that was there all the time comes. Random posts, likes
 * and deletions between the pages; the seed is told when it fails.
 */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {AtUri} from '#atp/syntax/at-uri.ts'
import {defineFeed} from '#sdk/feed/feed.ts'
import {FeedTown} from '../../../../test/feed-town.ts'
import {runSeed, seeded} from '../../../../test/random.ts'
import {builtIn} from '../built-in/built-in.ts'

const taken = defineFeed({
  name: 'taken',
  title: 'Taken',
  takes: ({record}) => record.text.length % 2 === 0,
  skeleton: request => request.posts.newest({from: 'taken'}, request),
})
const all = defineFeed({
  name: 'all',
  title: 'All',
  skeleton: request => request.posts.newest({from: 'everybody'}, request),
})
const friends = defineFeed({
  name: 'friends',
  title: 'Friends',
  isPersonal: true,
  skeleton: request => request.posts.newest({from: 'follows'}, request),
})

const authors = ['bob', 'carol', 'dan']

async function fill(context: TestContext, random: () => number) {
  const town = new FeedTown(context)
  town.offer(all, taken, friends, ...builtIn(['whats-hot', 'hot-classic', 'with-friends', 'friends-like']))
  town.followed('alice', ['bob', 'carol', 'zoe'])
  const posts = new Set<AtUri>()
  const write = async (): Promise<void> => {
    const text = 'x'.repeat(1 + Math.floor(random() * 9))
    // Of the same few milliseconds, so that many stand at the same time.
    const hoursAgo = Math.floor(random() * 6) / 3_600_000
    const likes = random() < 0.3 ? 0 : 5 + Math.floor(random() * 15)
    const uri = await town.post(authors[Math.floor(random() * 3)], text, {hoursAgo, likes})
    posts.add(uri)
    if (random() < 0.5) await town.like('zoe', uri)
  }
  for (let n = 0; n < 30; n++) await write()
  return {town, posts, write}
}

for (const name of ['all', 'taken', 'friends', 'whats-hot', 'hot-classic', 'with-friends', 'friends-like']) {
  test(`paging through ${name} repeats no post and loses none`, async context => {
    const random = seeded(runSeed)
    const {town, posts, write} = await fill(context, random)
    const before = new Set((await town.page(name, {viewer: 'alice', limit: 100})).feed.map(({post}) => post))
    const shown: AtUri[] = []
    const gone = new Set<AtUri>()
    for (let cursor: string | undefined, pages = 0; pages < 100; pages++) {
      const page = await town.page(name, {viewer: 'alice', limit: 1 + Math.floor(random() * 4), cursor})
      for (const {post} of page.feed) shown.push(post)
      cursor = page.cursor
      if (cursor === undefined) break
      if (random() < 0.7) await write()
      const victim = [...posts][Math.floor(random() * posts.size)]
      if (random() < 0.4) {
        await town.remove(victim)
        posts.delete(victim)
        gone.add(victim)
      } else if (random() < 0.5) await town.like(`late${pages}`, victim)
      // Rankings are made anew meanwhile.
      if (random() < 0.3) town.nowMs += 61_000
    }
    equal(new Set(shown).size, shown.length, `nothing twice, seed ${runSeed}`)
    const lost = [...before].filter(uri => !gone.has(uri) && !shown.includes(uri))
    deepEqual(lost, [], `nothing lost, seed ${runSeed}`)
    ok(before.size > 3, `there is something to lose, seed ${runSeed}`)
  })
}

test('a cursor names one item, as a time and a CID, and what is none is refused', async context => {
  const {town} = await fill(context, seeded(1))
  const {cursor} = await town.page('all', {limit: 3})
  const [third] = await town.store.newest({of: 'everybody'}, {}, undefined, 3).then(posts => posts.slice(2))
  equal(cursor, `${third.timeMs}::${third.cid}`)
  for (const bad of ['', 'x', '1::x', `-1::${third.cid}`, `1:${third.cid}`, `1::${third.cid}a`, `1e3::${third.cid}`]) {
    await rejects(town.page('all', {cursor: bad}), {name: 'BadCursor'}, bad)
    await rejects(town.page('whats-hot', {cursor: bad}), {name: 'BadCursor'}, bad)
  }
})

test('who pages on in a ranking goes on in the order in which it began, and whoever begins has the newest', async context => {
  const town = new FeedTown(context)
  town.offer(...builtIn(['whats-hot']))
  const uris = [await town.post('alice', 'first', {likes: 9}), await town.post('bob', 'second', {likes: 6})]
  const first = await town.page('whats-hot', {limit: 1})
  equal(first.feed[0].post, uris[0])
  for (let n = 0; n < 9; n++) await town.like(`late${n}`, uris[1])
  town.nowMs += 61_000
  deepEqual(await town.shows('whats-hot'), ['second', 'first'])
  deepEqual((await town.page('whats-hot', {limit: 1, cursor: first.cursor})).feed, [{post: uris[1]}])
})
