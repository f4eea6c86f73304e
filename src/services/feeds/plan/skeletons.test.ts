import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {runSeed, seeded} from '../../../../test/random.ts'
import {readManifest} from '../manifest/read.ts'
import type {CompiledFeed} from './compiled-feed.ts'
import type {Candidate} from './evaluate.ts'
import {Plan} from './plan.ts'
import {type CandidateQuery, type FeedSources, lessMax, type SkeletonPage, Skeletons, type Wishes} from './skeletons.ts'

const did = (letter: string): string => `did:plc:${letter.repeat(24)}`
const uriOf = (n: number | string, author = did('b')): string => `at://${author}/app.bsky.feed.post/${n}`
const input = {$type: '#input', from: {$type: '#network'}}
const byLikes = {$type: '#sort', by: 'likes'}
const noWishes: Wishes = {lessPosts: new Set(), lessOf: new Map(), moreOf: new Map()}

/** A feed of everything, with these blocks below, and what stands beside them. */
function feedOf(blocks: object[] = [], rest: object = {}): CompiledFeed {
  const read = readManifest({name: 'a', blocks: [input, ...blocks], createdAt: '2026-11-30T00:00:00Z', ...rest})
  assert.ok(read.ok, JSON.stringify(read))
  return new Plan([['feed', read.manifest]]).feeds.get('feed')!
}

/** Posts that come and change, and a clock. */
class Town implements FeedSources {
  nowMs = 1_000_000
  readonly posts = new Map<string, Candidate>()
  removedPosts: ReadonlySet<string> = new Set()
  said: Wishes = noWishes
  asked = 0
  readonly skeletons = new Skeletons(this, () => this.nowMs)

  write(n: number, rest: Partial<Candidate> = {}): void {
    const author = rest.author ?? did('b')
    const counts = {likes: 0, reposts: 0, replies: 0, labels: [], bits: 1}
    this.posts.set(uriOf(n, author), {
      uri: uriOf(n, author),
      cid: `cid${n}`,
      author,
      timeMs: 1_000 + n,
      ...counts,
      ...rest,
    })
  }
  async candidates(_feed: string, {sinceMs, countMax}: CandidateQuery): Promise<Candidate[]> {
    this.asked++
    return [...this.posts.values()].filter(({timeMs}) => timeMs >= sinceMs).slice(-countMax)
  }
  members = async (): Promise<Set<string>> => new Set()
  removed = async (): Promise<ReadonlySet<string>> => this.removedPosts
  wishes = async (): Promise<Wishes> => this.said

  async page(feed: CompiledFeed, limit: number, cursor?: string, viewer?: string): Promise<SkeletonPage> {
    const page = await this.skeletons.page({feed, limit, cursor, viewer})
    assert.ok(page)
    return page
  }
  /** All pages from a cursor on, as the last parts of URIs. */
  async rest(feed: CompiledFeed, limit: number, cursor?: string, viewer?: string): Promise<string[]> {
    const shown: string[] = []
    do {
      const page = await this.page(feed, limit, cursor, viewer)
      shown.push(...namesOf(page))
      cursor = page.cursor
    } while (cursor !== undefined)
    return shown
  }
}
const namesOf = ({feed}: SkeletonPage): string[] =>
  feed.map(({post, reason}) => post.split('/').at(-1)! + (reason === 'pin' ? ' pinned' : ''))

const town = (count: number, rest: (n: number) => Partial<Candidate> = () => ({})): Town => {
  const made = new Town()
  for (let n = 1; n <= count; n++) made.write(n, rest(n))
  return made
}

suite('pages of a feed', () => {
  const feeds: Record<string, CompiledFeed> = {
    'by time': feedOf(),
    'by time of what is liked': feedOf([{$type: '#keep', when: {$type: '#counts', of: 'likes', atLeast: 1}}]),
    'by likes': feedOf([byLikes]),
    'by rank': feedOf([{$type: '#sort', by: 'rank'}]),
    'that is shuffled': feedOf([{$type: '#sort', by: 'shuffle'}]),
    'with a limit': feedOf([{$type: '#limit', count: 30, perAuthor: 10}]),
    'with pinned posts': feedOf([byLikes], {pinned: [{post: uriOf('p'), place: 3}, {post: uriOf(7)}]}),
    'of two in turn': feedOf([
      byLikes,
      {$type: '#stash', name: 'a'},
      input,
      {$type: '#pop', name: 'a', how: 'interleave'},
    ]),
  }
  for (const [what, feed] of Object.entries(feeds)) {
    test(`${what} repeat nothing and lose nothing while posts come and counts grow (seed ${runSeed})`, async () => {
      const random = seeded(runSeed)
      const below = (count: number): number => Math.floor(random() * count)
      const made = town(40, n => ({likes: below(4), author: did('bcde'[n % 4])}))
      const whole = await made.rest(feed, 100)
      made.nowMs += 60_000
      const start = await made.page(feed, 5)
      const first = await new Skeletons(made, () => made.nowMs).page({feed, limit: 100})
      const shown = namesOf(start)
      let next = 100
      for (let {cursor} = start; cursor !== undefined;) {
        // Others begin at the top meanwhile, posts come, and counts go up and down, but none to where it is dropped.
        made.nowMs += 30_000
        made.write(next++, {likes: 9, timeMs: 5_000 + next})
        for (const [uri, post] of made.posts) if (post.likes > 0) made.posts.set(uri, {...post, likes: 1 + below(9)})
        await made.page(feed, 2)
        const page = await made.page(feed, 1 + below(4), cursor)
        shown.push(...namesOf(page))
        cursor = page.cursor
      }
      assert.equal(new Set(shown).size, shown.length)
      assert.deepEqual(shown.toSorted(), whole.toSorted())
      if (what !== 'that is shuffled') assert.deepEqual(shown, namesOf(first!))
    })
  }

  test('go on by time alone when their order is no longer kept', async () => {
    const made = town(20)
    const feed = feedOf()
    const {cursor} = await made.page(feed, 5)
    assert.match(cursor!, /^\d+:1016::cid16$/)
    made.posts.delete(uriOf(16))
    made.write(21)
    made.write(15.5, {timeMs: 1_015.5})
    const anew = new Skeletons(made, () => made.nowMs)
    const page = await anew.page({feed, limit: 3, cursor})
    assert.deepEqual(namesOf(page!), ['15.5', '15', '14'])
  })

  test('go on behind the same post when a rank is no longer kept, and end where it is gone', async () => {
    const made = town(20, n => ({likes: n}))
    const feed = feedOf([byLikes], {pinned: [{post: uriOf('p')}, {post: uriOf('q'), place: 8}]})
    const {cursor} = await made.page(feed, 5)
    const anew = (): Skeletons => new Skeletons(made, () => made.nowMs)
    assert.deepEqual(namesOf((await anew().page({feed, limit: 3, cursor}))!), ['16', '15', '14'])
    made.posts.delete(uriOf(17))
    assert.deepEqual(await anew().page({feed, limit: 3, cursor}), {feed: []})
  })

  test('have pinned posts in their places, once, and may end with one', async () => {
    const made = town(6)
    const pinned = [
      {post: uriOf('p')},
      {post: uriOf('q'), place: 4},
      {post: uriOf(3), place: 1},
      {post: uriOf('p'), place: 1},
    ]
    const feed = feedOf([], {pinned})
    const whole = ['p pinned', '3 pinned', '6', 'q pinned', '5', '4', '2', '1']
    for (const limit of [1, 2, 3, 4, 100]) assert.deepEqual(await made.rest(feed, limit), whole, String(limit))
  })

  test('tell of reposts', async () => {
    const made = new Town()
    const repost = {uri: `at://${did('c')}/app.bsky.feed.repost/1`, by: did('c')}
    made.write(1, {repost})
    assert.deepEqual(await made.page(feedOf(), 9), {feed: [{post: uriOf(1), reason: {repost: repost.uri}}]})
  })

  test('are refused for a cursor that is none', async () => {
    const made = town(3)
    for (const cursor of [
      '',
      'a',
      '1',
      '1:2::',
      '1:x::cid',
      '1:2::cid+',
      `1:2::${'c'.repeat(300)}`,
      '1:2::a b',
      '-1:2::a',
    ]) {
      assert.equal(await made.skeletons.page({feed: feedOf(), limit: 3, cursor}), undefined, cursor)
    }
    assert.deepEqual(await made.rest(feedOf(), 3, '99:1002::cid2'), ['1'])
    assert.deepEqual(await made.rest(feedOf(), 3, '99:::'), ['3', '2', '1'])
  })

  test('leave out what moderators have taken out', async () => {
    const made = town(3)
    made.removedPosts = new Set([uriOf(2)])
    assert.deepEqual(await made.rest(feedOf(), 9), ['3', '1'])
  })
})

suite('an order', () => {
  test('serves everyone who begins within some seconds', async () => {
    const made = town(3)
    const feed = feedOf()
    await Promise.all([made.page(feed, 1), made.page(feed, 2)])
    made.write(4)
    made.nowMs += 14_999
    assert.deepEqual(await made.rest(feed, 9), ['3', '2', '1'])
    assert.equal(made.asked, 1)
    made.nowMs += 1
    assert.deepEqual(await made.rest(feed, 9), ['4', '3', '2', '1'])
  })

  test('is made anew when the manifest changes, or the store fails', async () => {
    const made = town(3)
    await made.page(feedOf(), 1)
    await made.page(feedOf(), 1)
    assert.equal(made.asked, 2)
    const feed = feedOf()
    made.candidates = () => Promise.reject(new Error('closed'))
    await assert.rejects(made.page(feed, 1), /closed/)
    made.candidates = async () => [...made.posts.values()]
    assert.equal((await made.page(feed, 9)).feed.length, 3)
  })

  test('is let go for others when there are too many posts in all, the one asked for longest ago first', async () => {
    const made = town(10, n => ({likes: n}))
    const feed = feedOf([byLikes])
    const skeletons = new Skeletons(made, () => made.nowMs, 30)
    const page = async (cursor?: string): Promise<SkeletonPage> => (await skeletons.page({feed, limit: 1, cursor}))!
    const {cursor} = await page()
    made.write(10, {likes: 0})
    const others = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        made.nowMs += 15_000
        await page()
      }
    }
    // In its own order it goes on there; in that of now, the post is the last.
    for (let i = 0; i < 3; i++) {
      await others(2)
      assert.deepEqual(namesOf(await page(cursor)), ['9'])
    }
    await others(3)
    assert.deepEqual(namesOf(await page(cursor)), [])
  })
})

suite('what a reader wants', () => {
  const viewer = did('v')
  const authors = (n: number): Partial<Candidate> => ({author: did('bcd'[n % 3])})
  const less = (letter: string, here: number, everywhere = here): Wishes => ({
    ...noWishes,
    lessOf: new Map([[did(letter), {here, everywhere}]]),
  })
  const seen = (made: Town, feed: CompiledFeed): Promise<string[]> => made.rest(feed, 2, undefined, viewer)

  test('less of: the post is gone, its author after five times in this feed or 25 in all', async () => {
    const made = town(6, authors)
    const feed = feedOf()
    const all = ['6', '5', '4', '3', '2', '1']
    const withoutB = ['5', '4', '2', '1']
    const table: [Wishes, string[]][] = [
      [{...noWishes, lessPosts: new Set([uriOf(5, did('d'))])}, ['6', '4', '3', '2', '1']],
      [less('b', lessMax.here - 1), all],
      [less('b', lessMax.here), withoutB],
      [less('b', 0, lessMax.everywhere - 1), all],
      [less('b', 0, lessMax.everywhere), withoutB],
    ]
    for (const [wishes, expected] of table) {
      made.said = wishes
      assert.deepEqual(await seen(made, feed), expected)
      assert.deepEqual(await made.rest(feed, 2), all, 'nobody else sees a difference')
      assert.deepEqual(await seen(made, feedOf([], {personal: {seeLess: false}})), all)
    }
  })

  test('less of, in the middle of a feed: what comes behind is still there', async () => {
    const made = town(6, authors)
    const {cursor} = await made.page(feedOf(), 2, undefined, viewer)
    made.said = less('c', 5)
    assert.deepEqual(await made.rest(feedOf(), 1, cursor, viewer), ['3', '2'])
  })

  test('more of: the author stands further up from the next order on', async () => {
    const made = town(30, n => ({author: did(n === 1 || n === 9 ? 'c' : 'b')}))
    const feed = feedOf([], {personal: {seeMore: true}})
    const before = await made.page(feed, 4, undefined, viewer)
    made.said = {...noWishes, moreOf: new Map([[did('c'), made.nowMs]])}
    const rest = await made.rest(feed, 7, before.cursor, viewer)
    assert.deepEqual(
      [...namesOf(before), ...rest],
      await made.rest(feed, 100),
      'an order stays as it is for who is in it',
    )
    made.nowMs += 15_000
    const moved = await seen(made, feed)
    assert.deepEqual([moved.indexOf('9'), moved.indexOf('1')], [11, 20])
    assert.deepEqual(moved.toSorted(), (await made.rest(feed, 100)).toSorted())
    assert.deepEqual(await seen(made, feedOf()), await made.rest(feedOf(), 100))
  })
})
