/** What was just written is in the AppView's answers, though the AppView has not read it yet. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {gzipSync} from 'node:zlib'
import type {AppBskyFeedDefs, AtpAgent} from '@atproto/api'
import {fakeService} from '../../../../test/fake-service.ts'
import {pdsNetwork, signUp, type PdsNetwork} from '../../../../test/pds-network.ts'

interface Behind extends Pick<PdsNetwork, 'pds' | 'hosts'> {
  agent: AtpAgent
  did: string
  /** What the AppView answers to each method; a refusal says up to where it has read only if it `tells`. */
  answers: Map<string, {status?: number; tells?: boolean; body: object}>
  /** What it was asked: path and query. */
  asked: string[]
  /** The AppView has read everything. */
  catchUp(): Promise<void>
}

/** A person with an AppView that stands still until it is told to read on. */
async function behind(context: TestContext, settings: Record<string, string> = {}): Promise<Behind> {
  const network = await pdsNetwork(context, {PDS_APPVIEW_URL: 'http://localhost:2584', ...settings})
  const agent = network.agent()
  const did = await signUp(agent, 'alice')
  const answers: Behind['answers'] = new Map()
  let rev = ''
  const catchUp = async () => {
    rev = (await agent.com.atproto.sync.getLatestCommit({did})).data.rev
  }
  await catchUp()
  const asked: string[] = []
  const answer = ({url}: Request): Response => {
    const {pathname, search} = new URL(url)
    const name = pathname.split('.').at(-1) ?? ''
    asked.push(name + search)
    const {status = 200, body = {}, tells = status === 200} = answers.get(name + search) ?? answers.get(name) ?? {}
    return Response.json(body, {status, headers: tells ? {'atproto-repo-rev': rev} : {}})
  }
  network.hosts.set('localhost:2584', fakeService(answer))
  return {pds: network.pds, hosts: network.hosts, agent, did, answers, asked, catchUp}
}

/** A view of what is embedded, as far as it is looked at. */
interface Shown {
  $type: string
  record: {$type: string; uri: string; likeCount?: number; embeds?: unknown; record?: {$type: string}}
}

const someCid = 'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua'
const other = (uri: string, indexedAt: string) => ({
  post: {uri, cid: someCid, author: {did: 'did:web:x.com', handle: 'x.com'}, record: {}, indexedAt},
})
const old = other('at://did:web:x.com/app.bsky.feed.post/1', '2020-01-01T00:00:00.000Z')

test('a new post is in the timeline and the author’s feed at once, and once', async context => {
  const {agent, did, answers, catchUp} = await behind(context)
  answers.set('getTimeline', {body: {feed: [old], cursor: 'x'}})
  answers.set('getAuthorFeed', {body: {feed: []}})
  const texts = async (): Promise<(string | undefined)[]> =>
    (await agent.getTimeline()).data.feed.map(({post}) => (post.record as {text?: string}).text)
  assert.deepEqual(await texts(), [undefined])
  const first = await agent.post({text: 'first'})
  await agent.post({text: 'second', reply: {root: first, parent: first}})
  const timeline = await agent.getTimeline()
  assert.deepEqual(await texts(), ['second', 'first', undefined])
  assert.match(timeline.headers['atproto-upstream-lag'] ?? '', /^\d+$/)
  assert.equal(timeline.data.cursor, 'x')
  assert.deepEqual((await agent.getTimeline({cursor: 'x'})).data.feed.length, 1)
  const feed = async (params: object) => (await agent.getAuthorFeed({actor: did, ...params})).data.feed.length
  assert.equal(await feed({}), 2)
  assert.equal(await feed({actor: 'alice.test', filter: 'posts_no_replies'}), 1)
  assert.equal(await feed({filter: 'posts_with_media'}), 0)
  assert.equal(await feed({actor: 'did:web:x.com'}), 0)

  // What is longer than any page is not taken apart.
  const pad = 'x'.repeat(2_000_000)
  answers.set('getProfile', {body: {did, handle: 'alice.test', displayName: 'Alice', pad}})
  const [newest] = (await agent.getTimeline()).data.feed
  assert.equal(newest.post.author.displayName, undefined)
  answers.set('getTimeline', {body: {feed: [old], cursor: 'x', pad}})
  assert.deepEqual(await texts(), [undefined])
  answers.set('getTimeline', {body: {feed: [old], cursor: 'x', pad: pad.slice(1_000)}})
  assert.deepEqual(await texts(), ['second', 'first', undefined])

  answers.set('getProfile', {body: {did, handle: 'alice.test', displayName: 'Alice', postsCount: 0}})
  answers.set('getTimeline', {body: {feed: [{post: {...old.post, uri: first.uri}}]}})
  const [second, again] = (await agent.getTimeline()).data.feed
  assert.equal(again.post.uri, first.uri)
  assert.equal(second.post.author.displayName, 'Alice')
  assert.ok(!('postsCount' in second.post.author))
  await catchUp()
  assert.equal((await agent.getTimeline()).data.feed.length, 1)
})

const quoteOf = (uri: string) => ({$type: 'app.bsky.embed.record', record: {uri, cid: someCid}})

test('what is quoted is shown as the AppView knows it, or is as new, or is not found', async context => {
  const {agent, answers, asked} = await behind(context)
  answers.set('getTimeline', {body: {feed: []}})
  answers.set('getPosts', {body: {posts: [{...old.post, likeCount: 7}]}})
  const [feed, list] = ['at://did:web:x.com/app.bsky.feed.generator/1', 'at://did:web:x.com/app.bsky.graph.list/1']
  const made = {cid: someCid, creator: old.post.author, indexedAt: old.post.indexedAt}
  answers.set('getFeedGenerator', {
    body: {view: {uri: feed, did: 'did:web:x.com', displayName: 'A feed', ...made}, isOnline: true, isValid: true},
  })
  const purpose = 'app.bsky.graph.defs#curatelist'
  answers.set('getList', {body: {list: {uri: list, name: 'A list', purpose, ...made}, items: []}})
  const quote = (uri: string, more: object = quoteOf(uri)) => agent.post({text: 'see', embed: more as never})
  const unknown = 'at://did:web:x.com/app.bsky.feed.post/unknown'
  const own = await quote(old.post.uri)
  for (const uri of [unknown, list, feed]) await quote(uri)
  await quote(own.uri)
  const external = {$type: 'app.bsky.embed.external', external: {uri: 'https://x.com', title: 'x', description: ''}}
  const {record} = quoteOf(feed)
  await quote(feed, {$type: 'app.bsky.embed.recordWithMedia', record: {record}, media: external})
  const shown = (await agent.getTimeline()).data.feed.map(({post}) => post.embed as unknown as Shown)
  assert.deepEqual(
    shown.map(({$type, record: found}) => [$type.split('.').at(-1), (found.record ?? found).$type.split('.').at(-1)]),
    [
      ['recordWithMedia#view', 'defs#generatorView'],
      ['record#view', 'record#viewRecord'],
      ['record#view', 'defs#generatorView'],
      ['record#view', 'defs#listView'],
      ['record#view', 'record#viewNotFound'],
      ['record#view', 'record#viewRecord'],
    ],
  )
  const [, ofOwn, , , , ofOld] = shown
  assert.deepEqual([ofOwn.record.uri, ofOld.record.uri, ofOld.record.likeCount], [own.uri, old.post.uri, 7])
  // What the new one quotes is shown in it, too, as far as the AppView has it.
  assert.equal((ofOwn.record.embeds as Shown[])[0].record.uri, old.post.uri)
  // Names alone need none of that.
  const count = asked.length
  answers.set('getProfile', {body: {did: agent.assertDid, handle: 'alice.test'}})
  await agent.getProfile({actor: agent.assertDid})
  assert.equal(asked.length, count + 1)
})

test('posts that quote each other end, and a video waits for the AppView', async context => {
  const {agent, did, answers} = await behind(context)
  answers.set('getTimeline', {body: {feed: []}})
  const put = (rkey: string, embed: object) =>
    agent.com.atproto.repo.putRecord({
      repo: did,
      collection: 'app.bsky.feed.post',
      rkey,
      record: {$type: 'app.bsky.feed.post', text: rkey, createdAt: new Date().toISOString(), embed},
    })
  const uriOf = (rkey: string): string => `at://${did}/app.bsky.feed.post/${rkey}`
  const quote = (rkey: string) => quoteOf(uriOf(rkey))
  const [a, b, c] = ['3l5', '3l6', '3l7'].map(start => `${start}aaaaaaaaaa`)
  await put(a, quote(b))
  await put(b, quote(a))
  await put(c, quote(c))
  const {blob} = (await agent.uploadBlob(new Uint8Array(100), {encoding: 'video/mp4'})).data
  await put('3l7bbbbbbbbbb', {$type: 'app.bsky.embed.video', video: blob})
  const {feed} = (await agent.getTimeline()).data
  const texts = feed.map(({post}) => [(post.record as {text: string}).text, post.embed !== undefined])
  assert.deepEqual(texts.toSorted(), [
    [a, true],
    [b, true],
    [c, true],
    ['3l7bbbbbbbbbb', false],
  ])
})

test('a new profile and its pictures are shown as they were uploaded', async context => {
  const {agent, did, answers} = await behind(context)
  answers.set('getProfile', {body: {did, handle: 'alice.test', displayName: 'Old', postsCount: 3}})
  const {blob} = (await agent.uploadBlob(new Uint8Array(100), {encoding: 'image/png'})).data
  await agent.upsertProfile(() => ({displayName: 'New', description: 'hello', avatar: blob}))
  const {data} = await agent.getProfile({actor: did})
  assert.deepEqual([data.displayName, data.description, data.postsCount], ['New', 'hello', 3])
  assert.ok(data.avatar)
  assert.deepEqual((await agent.com.atproto.sync.getBlob({did, cid: blob.ref.toString()})).data.length, 100)
  assert.equal(new URL(data.avatar).searchParams.get('cid'), blob.ref.toString())
})

test('an own answer is in the thread at once, and so is the thread of an own post', async context => {
  const {agent, answers} = await behind(context)
  const root = {uri: old.post.uri, cid: someCid}
  const $type = 'app.bsky.feed.defs#threadViewPost'
  answers.set('getPostThread', {body: {thread: {$type, post: old.post, replies: []}}})
  const reply = await agent.post({text: 'answer', reply: {root, parent: root}})
  await agent.post({text: 'and more', reply: {root, parent: reply}})
  const {thread} = (await agent.getPostThread({uri: root.uri})).data
  const [answer] = (thread as AppBskyFeedDefs.ThreadViewPost).replies as AppBskyFeedDefs.ThreadViewPost[]
  assert.equal(answer.post.uri, reply.uri)
  assert.equal(answer.replies?.length, 1)

  answers.set('getPostThread', {status: 400, body: {error: 'NotFound', message: 'Post not found'}})
  const own = (await agent.getPostThread({uri: reply.uri.replace(/did:[^/]+/, 'alice.test')})).data.thread
  assert.equal((own as AppBskyFeedDefs.ThreadViewPost).post.uri, reply.uri)
  await assert.rejects(agent.getPostThread({uri: root.uri}), {error: 'NotFound'})
})

test('a thread that the AppView does not have yet stands below what it has, also where it says how far it has read', async context => {
  const {agent, answers, asked, catchUp} = await behind(context)
  const root = {uri: old.post.uri, cid: someCid}
  const reply = await agent.post({text: 'answer', reply: {root, parent: root}})
  const last = await agent.post({text: 'and more', reply: {root, parent: reply}})
  const below = await agent.post({text: 'the last word', reply: {root, parent: last}})
  const notFound = {status: 400, body: {error: 'NotFound', message: 'Post not found'}}
  answers.set('getPostThread', {...notFound, tells: true})
  const above = new URLSearchParams({uri: root.uri, depth: '0', parentHeight: '7'})
  answers.set(`getPostThread?${above.toString()}`, {
    body: {thread: {$type: 'app.bsky.feed.defs#threadViewPost', post: old.post}},
  })
  const ask = async (uri: string) => {
    const {thread} = (await agent.getPostThread({uri, parentHeight: 7})).data
    return thread as AppBskyFeedDefs.ThreadViewPost & {parent: AppBskyFeedDefs.ThreadViewPost}
  }
  const thread = await ask(last.uri)
  assert.equal((thread.replies as AppBskyFeedDefs.ThreadViewPost[])[0].post.uri, below.uri)
  const parents = [thread.parent.post.uri, (thread.parent.parent as AppBskyFeedDefs.ThreadViewPost).post.uri]
  assert.deepEqual(parents, [reply.uri, root.uri])
  // What the AppView cannot show above is left out, and what it says it has read it is believed about.
  answers.delete(`getPostThread?${above.toString()}`)
  assert.equal((await ask(reply.uri)).parent, undefined)
  assert.ok(asked.includes(`getPostThread?${above.toString()}`))
  await catchUp()
  await assert.rejects(ask(last.uri), {error: 'NotFound'})
})

const names = (feed: AppBskyFeedDefs.FeedViewPost[]) => feed.map(({post}) => post.author.displayName)

test('a new name is beside own posts in own feed and among likes, and in lists of profiles', async context => {
  const {agent, did, answers} = await behind(context)
  const author = {did, handle: 'alice.test', displayName: 'Old', avatar: 'https://cdn.example.com/old'}
  const own = {post: {...old.post, uri: `at://${did}/app.bsky.feed.post/1`, author}}
  answers.set('getAuthorFeed', {body: {feed: [own, old]}})
  answers.set('getActorLikes', {body: {feed: [old, own]}})
  answers.set('getProfiles', {body: {profiles: [{did: 'did:web:x.com', handle: 'x.com', displayName: 'X'}, author]}})
  answers.set('getTimeline', {body: {feed: [own]}})
  await agent.upsertProfile(() => ({displayName: 'New'}))
  const authorFeed = (params: object) => agent.getAuthorFeed({actor: did, ...params})
  assert.deepEqual(names((await authorFeed({})).data.feed), ['New', undefined])
  const later = await authorFeed({cursor: 'x'})
  assert.deepEqual([names(later.data.feed), later.data.feed[0].post.author.avatar], [['New', undefined], undefined])
  assert.deepEqual(names((await authorFeed({actor: 'did:web:x.com'})).data.feed), ['Old', undefined])
  assert.deepEqual(names((await agent.getActorLikes({actor: did})).data.feed), [undefined, 'New'])
  assert.deepEqual(names((await agent.getTimeline()).data.feed), ['Old'], 'as at the official server')
  const {data, headers} = await agent.getProfiles({actors: ['did:web:x.com', did]})
  assert.deepEqual(
    data.profiles.map(({displayName}) => displayName),
    ['X', 'New'],
  )
  assert.ok(Number(headers['atproto-upstream-lag']) >= 0)
})

test('pictures are shown where the AppView will show them, if that is known', async context => {
  const setting = 'PDS_APPVIEW_CDN_URL_PATTERN'
  const {agent, did, answers} = await behind(context, {[setting]: 'https://cdn.example.com/img/%s/plain/%s/%s@jpeg'})
  answers.set('getProfile', {body: {did, handle: 'alice.test', banner: 'old'}})
  answers.set('getTimeline', {body: {feed: []}})
  const {blob} = (await agent.uploadBlob(new Uint8Array(100), {encoding: 'image/png'})).data
  await agent.upsertProfile(() => ({avatar: blob, banner: blob}))
  const at = (preset: string) => `https://cdn.example.com/img/${preset}/plain/${did}/${blob.ref.toString()}@jpeg`
  const {avatar, banner} = (await agent.getProfile({actor: did})).data
  assert.deepEqual([avatar, banner], [at('avatar'), at('banner')])
  await agent.post({text: 'look', embed: {$type: 'app.bsky.embed.images', images: [{image: blob, alt: ''}]}})
  const [{post}] = (await agent.getTimeline()).data.feed
  const [{thumb, fullsize}] = (post.embed as {images: {thumb: string; fullsize: string}[]}).images
  assert.deepEqual([thumb, fullsize], [at('feed_thumbnail'), at('feed_fullsize')])
  for (const wrong of ['cdn.example.com/%s/%s/%s', 'https://cdn.example.com/%s/%s']) {
    await assert.rejects(behind(context, {[setting]: wrong}), {name: 'ConfigError', message: new RegExp(setting)})
  }
})

test('an answer that comes compressed is passed on so, and undone only where something is put into it', async context => {
  const {pds, agent, did, hosts} = await behind(context)
  const rev = (await agent.com.atproto.sync.getLatestCommit({did})).data.rev
  const asked: (string | null)[] = []
  const packed = gzipSync(JSON.stringify({feed: [old]}))
  let body: Uint8Array<ArrayBuffer> = packed
  const headers = {'content-encoding': 'gzip', 'content-type': 'application/json', 'atproto-repo-rev': rev}
  const answer = (request: Request): Response => {
    asked.push(request.headers.get('accept-encoding'))
    return new Response(body, {headers})
  }
  hosts.set('localhost:2584', fakeService(answer))
  const ask = (accept: string): Promise<Response> => {
    const own = {authorization: `Bearer ${agent.session?.accessJwt}`, 'accept-encoding': accept}
    return pds.fetch(new Request('http://localhost:2583/xrpc/app.bsky.feed.getTimeline', {headers: own}))
  }
  const whole = await ask('gzip, deflate, br, zstd')
  assert.deepEqual([whole.headers.get('content-encoding'), Buffer.from(await whole.bytes())], ['gzip', packed])
  await ask('br')
  await ask('gzip;q=0')
  assert.deepEqual(asked, ['gzip', null, null])
  await agent.post({text: 'new'})
  const merged = await ask('gzip')
  assert.deepEqual([merged.status, merged.headers.get('content-encoding')], [200, null])
  assert.equal(((await merged.json()) as {feed: object[]}).feed.length, 2)
  body = Uint8Array.from([...packed.subarray(0, 20), ...packed])
  assert.equal((await ask('gzip')).status, 502)
})
