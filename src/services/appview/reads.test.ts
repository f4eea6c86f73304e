/** What is read of an index that the real index store filled: feeds, threads, rules between people, pages. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {openSql} from '#engines/open.ts'
import {Router} from '#xrpc/router.ts'
import {Author} from '../../../test/index-events.ts'
import {endpoint as getProfile} from './api/app/bsky/actor/getProfile.ts'
import {endpoint as getAuthorFeed} from './api/app/bsky/feed/getAuthorFeed.ts'
import {endpoint as getLikes} from './api/app/bsky/feed/getLikes.ts'
import {endpoint as getPosts} from './api/app/bsky/feed/getPosts.ts'
import {endpoint as getPostThread} from './api/app/bsky/feed/getPostThread.ts'
import {endpoint as getTimeline} from './api/app/bsky/feed/getTimeline.ts'
import {endpoint as getPostThreadOtherV2} from './api/app/bsky/unspecced/getPostThreadOtherV2.ts'
import {endpoint as getPostThreadV2} from './api/app/bsky/unspecced/getPostThreadV2.ts'
import type {Caller, Callers} from './callers.ts'
import type {StreamEvent} from '#stream/verified-events.ts'
import {appviewMigrations} from './store/schema.ts'
import {sqliteAppViewStores} from './store/stores.sqlite.ts'
import {imageUrls} from './views/image-urls.ts'

const pathOf = (uri: string): string => uri.split('/').slice(-2).join('/')

const nowMs = Date.parse('2026-06-01T00:00:00Z')
const anyCid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const ref = (uri: string) => ({uri, cid: anyCid})
const names = ['alice', 'bob', 'carol'] as const

interface PostJson {
  uri: string
  author: {handle: string; viewer?: Record<string, unknown>}
  likeCount: number
  viewer?: Record<string, unknown>
  embed?: {record: {$type: string}}
}
interface FeedJson {
  cursor?: string
  feed: {post: PostJson; reply?: {parent: {$type: string}}; reason?: {$type: string}}[]
}
interface ThreadJson {
  thread: {uri: string; depth: number; value: {$type: string}}[]
  hasOtherReplies: boolean
}

async function setUp() {
  const sql = openSql('memory:', {migrations: appviewMigrations})
  const world = {now: () => nowMs}
  const stores = sqliteAppViewStores(sql, {world, images: imageUrls('http://localhost:2584')})
  const store = stores.index
  const parts = {hydrator: stores.hydration, skeletons: stores.skeletons}
  const made = [getProfile, getAuthorFeed, getLikes, getPosts, getPostThread, getTimeline]
  const endpoints = [...made, getPostThreadOtherV2, getPostThreadV2].map(endpoint => endpoint(parts))
  // Who asks is told plainly here; tokens are another matter.
  const anyone = async (request: Request): Promise<Caller | undefined> => {
    const name = request.headers.get('x-test-caller')
    return name === null ? undefined : {did: people[name as 'alice'].did}
  }
  const viewer = async (request: Request): Promise<Caller> => (await anyone(request)) as Caller
  const router = new Router<Callers>({endpoints, auth: {anyone, viewer, feed: anyone}})
  const people = Object.fromEntries(names.map(name => [name, new Author(`did:web:${name}.test`)])) as Record<
    (typeof names)[number],
    Author
  >
  let seq = 0
  let count = 0
  const apply = (...events: StreamEvent[]) =>
    store.apply(
      'relay',
      events.map(event => (event.t === '#info' ? event : {...event, seq: ++seq})),
      seq,
    )
  /** Writes one record a minute after the last, and gives its URI. */
  const write = async (author: Author, collection: string, record: Record<string, Value>, key?: string) => {
    const rkey = key ?? author.rkey(++count)
    const createdAt = new Date(Date.parse('2025-01-01T00:00:00Z') + ++count * 60_000).toISOString()
    await apply(
      author.commit({[`app.bsky.${collection}/${rkey}`]: {$type: `app.bsky.${collection}`, createdAt, ...record}}),
    )
    return `at://${author.did}/app.bsky.${collection}/${rkey}`
  }
  const ask = async <T>(method: string, params: Record<string, string>, as?: (typeof names)[number]): Promise<T> => {
    const headers: Record<string, string> = as ? {'x-test-caller': as} : {}
    const url = `http://localhost/xrpc/app.bsky.${method}?${new URLSearchParams(params)}`
    const response = await router.fetch(new Request(url, {headers}))
    return (await response.json()) as T
  }
  for (const name of names) {
    await write(people[name], 'actor.profile', {displayName: name}, 'self')
    await store.setHandle(people[name].did, `${name}.test` as Handle, nowMs)
  }
  return {...people, sql, store, apply, write, ask, [Symbol.asyncDispose]: () => sql.close()}
}

const readTest = (name: string, run: (setup: Awaited<ReturnType<typeof setUp>>) => Promise<void>) =>
  test(name, async () => {
    await using setup = await setUp()
    await run(setup)
  })

const uris = ({feed}: FeedJson): string[] => feed.map(({post}) => post.uri)

readTest('a timeline has what is followed and what is one’s own, by pages', async ({alice, bob, carol, write, ask}) => {
  const posts: string[] = []
  for (const author of [alice, bob, carol, bob, alice]) posts.push(await write(author, 'feed.post', {text: 'hello'}))
  await write(alice, 'graph.follow', {subject: bob.did})
  const mine = [posts[4], posts[3], posts[1], posts[0]]
  assert.deepEqual(uris(await ask<FeedJson>('feed.getTimeline', {}, 'alice')), mine)
  const first = await ask<FeedJson>('feed.getTimeline', {limit: '3'}, 'alice')
  const rest = await ask<FeedJson>('feed.getTimeline', {limit: '3', cursor: first.cursor ?? ''}, 'alice')
  assert.deepEqual([...uris(first), ...uris(rest)], mine)
  assert.equal(rest.cursor, undefined)
})

readTest('what was read is read anew when it changes', async ({alice, bob, write, ask, store}) => {
  const post = await write(alice, 'feed.post', {text: 'hello'})
  const read = async (): Promise<PostJson> =>
    (await ask<{posts: PostJson[]}>('feed.getPosts', {uris: post}, 'bob')).posts[0]
  assert.equal((await read()).likeCount, 0)
  const like = await write(bob, 'feed.like', {subject: ref(post)})
  assert.equal((await read()).likeCount, 1)
  assert.equal((await read()).viewer?.like, like)
  const follow = await write(bob, 'graph.follow', {subject: alice.did})
  assert.equal((await read()).author.viewer?.following, follow)
  await store.setHandle(bob.did, 'alice.test' as Handle, nowMs)
  assert.equal((await read()).author.handle, 'handle.invalid')
})

readTest(
  'a block hides both from each other, and a quote across it from all',
  async ({alice, bob, carol, write, ask}) => {
    const post = await write(alice, 'feed.post', {text: 'hello'})
    const quote = await write(bob, 'feed.post', {
      text: 'look',
      embed: {$type: 'app.bsky.embed.record', record: ref(post)},
    })
    const embedded = async (): Promise<string | undefined> =>
      (await ask<{posts: PostJson[]}>('feed.getPosts', {uris: quote}, 'carol')).posts[0].embed?.record.$type
    await write(carol, 'graph.follow', {subject: bob.did})
    assert.equal(await embedded(), 'app.bsky.embed.record#viewRecord')
    await write(alice, 'graph.block', {subject: bob.did})
    assert.equal(await embedded(), 'app.bsky.embed.record#viewBlocked')
    const error = async (actor: string, as: 'alice' | 'bob') =>
      (await ask<{error: string}>('feed.getAuthorFeed', {actor}, as)).error
    assert.equal(await error(bob.did, 'alice'), 'BlockedActor')
    assert.equal(await error(alice.did, 'bob'), 'BlockedByActor')
    const {viewer} = await ask<{viewer: Record<string, unknown>}>('actor.getProfile', {actor: 'alice.test'}, 'bob')
    assert.equal(viewer.blockedBy, true)
  },
)

readTest('an author’s feed is narrowed, and pinned', async ({alice, bob, write, ask}) => {
  const first = await write(alice, 'feed.post', {text: 'first'})
  const other = await write(bob, 'feed.post', {text: 'of bob'})
  const answer = await write(alice, 'feed.post', {text: 'answer', reply: {root: ref(other), parent: ref(other)}})
  const onward = await write(alice, 'feed.post', {text: 'onward', reply: {root: ref(first), parent: ref(first)}})
  await write(alice, 'feed.repost', {subject: ref(other)})
  const feed = (params: Record<string, string>): Promise<FeedJson> =>
    ask<FeedJson>('feed.getAuthorFeed', {actor: alice.did, ...params})
  assert.deepEqual(uris(await feed({})), [other, onward, answer, first])
  assert.deepEqual(uris(await feed({filter: 'posts_no_replies'})), [other, first])
  assert.deepEqual(uris(await feed({filter: 'posts_and_author_threads'})), [other, onward, first])
  assert.deepEqual(uris(await feed({filter: 'posts_with_media'})), [])
  await write(alice, 'actor.profile', {displayName: 'alice', pinnedPost: ref(first)}, 'self')
  const pinned = await feed({includePins: 'true'})
  assert.deepEqual(uris(pinned), [first, other, onward, answer])
  assert.equal(pinned.feed[0].reason?.$type, 'app.bsky.feed.defs#reasonPin')
})

readTest(
  'a thread is read from above to below, without what its gate keeps out',
  async ({alice, bob, carol, write, ask}) => {
    const root = await write(alice, 'feed.post', {text: 'root'})
    const reply = (author: Author, parent: string, text: string): Promise<string> =>
      write(author, 'feed.post', {text, reply: {root: ref(root), parent: ref(parent)}})
    const one = await reply(bob, root, 'one')
    const below = await reply(carol, one, 'below')
    const pin = await reply(carol, root, '📌')
    const onward = await reply(alice, root, 'onward')
    const flat = async (anchor: string): Promise<[string, number][]> =>
      (await ask<ThreadJson>('unspecced.getPostThreadV2', {anchor})).thread.map(({uri, depth}) => [uri, depth])
    assert.deepEqual(await flat(root), [
      [root, 0],
      [onward, 1],
      [one, 1],
      [below, 2],
    ])
    assert.deepEqual(await flat(below), [
      [root, -2],
      [one, -1],
      [below, 0],
    ])
    const others = await ask<ThreadJson>('unspecced.getPostThreadOtherV2', {anchor: root})
    assert.deepEqual(
      others.thread.map(({uri}) => uri),
      [pin],
    )
    await write(alice, 'feed.threadgate', {post: root, allow: []}, root.split('/').at(-1))
    assert.deepEqual(await flat(root), [
      [root, 0],
      [onward, 1],
    ])
    const {posts} = await ask<{posts: PostJson[]}>('feed.getPosts', {uris: root}, 'bob')
    assert.equal(posts[0].viewer?.replyDisabled, true)
    const {error} = await ask<{error: string}>('feed.getPostThread', {uri: `${root.slice(0, -1)}3`})
    assert.equal(error, 'NotFound')
  },
)

readTest('a muted account’s posts are left out of the timeline, a deactivated one is nowhere', async setup => {
  const {alice, bob, carol, write, ask, sql, apply} = setup
  const post = await write(bob, 'feed.post', {text: 'hello'})
  await write(carol, 'feed.like', {subject: ref(post)})
  await write(alice, 'graph.follow', {subject: bob.did})
  const timeline = async (): Promise<string[]> => uris(await ask<FeedJson>('feed.getTimeline', {}, 'alice'))
  assert.deepEqual(await timeline(), [post])
  await sql.write(tx => {
    const select = 'SELECT id FROM actor WHERE did = ?'
    const [by, of] = [alice, bob].map(({did}) => tx.get<{id: number}>(select, did)?.id ?? 0)
    tx.run('INSERT INTO mute (actor, subject, createdMs) VALUES (?, ?, 0)', by, of)
  })
  assert.deepEqual(await timeline(), [])
  const time = new Date(nowMs).toISOString() as never
  await apply({t: '#account', seq: 1, did: carol.did, time, active: false, status: 'deactivated'} as StreamEvent)
  assert.deepEqual((await ask<{likes: unknown[]}>('feed.getLikes', {uri: post})).likes, [])
  const {error} = await ask<{error: string}>('actor.getProfile', {actor: carol.did})
  assert.equal(error, 'AccountDeactivated')
})

readTest('what goes is forgotten by both sides', async ({alice, bob, apply, write, ask}) => {
  const post = await write(alice, 'feed.post', {text: 'hello'})
  const like = await write(bob, 'feed.like', {subject: ref(post)})
  const follow = await write(alice, 'graph.follow', {subject: bob.did})
  const read = async (): Promise<PostJson> =>
    (await ask<{posts: PostJson[]}>('feed.getPosts', {uris: post}, 'bob')).posts[0]
  assert.equal((await read()).viewer?.like, like)
  assert.equal((await read()).author.viewer?.followedBy, follow)
  await apply(bob.commit({[pathOf(like)]: null}), alice.commit({[pathOf(follow)]: null}))
  assert.equal((await read()).viewer?.like, undefined)
  assert.equal((await read()).likeCount, 0)
  assert.equal((await read()).author.viewer?.followedBy, undefined)
})
