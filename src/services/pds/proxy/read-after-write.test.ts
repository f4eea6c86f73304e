/** What was just written is in the AppView's answers, though the AppView has not read it yet. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {AppBskyFeedDefs, AtpAgent} from '@atproto/api'
import {fakeService} from '../../../../test/fake-service.ts'
import {pdsNetwork, signUp} from '../../../../test/pds-network.ts'

interface Behind {
  agent: AtpAgent
  did: string
  /** What the AppView answers to each method, and up to where it has read. */
  answers: Map<string, {status?: number; body: object}>
  /** The AppView has read everything. */
  catchUp(): Promise<void>
}

/** A person with an AppView that stands still until it is told to read on. */
async function behind(context: TestContext): Promise<Behind> {
  const network = await pdsNetwork(context, {PDS_APPVIEW_URL: 'http://localhost:2584'})
  const agent = network.agent()
  const did = await signUp(agent, 'alice')
  const answers: Behind['answers'] = new Map()
  let rev = ''
  const catchUp = async () => {
    rev = (await agent.com.atproto.sync.getLatestCommit({did})).data.rev
  }
  await catchUp()
  const answer = ({url}: Request): Response => {
    const {status = 200, body = {}} = answers.get(new URL(url).pathname.split('.').at(-1) ?? '') ?? {}
    return Response.json(body, {status, headers: status === 200 ? {'atproto-repo-rev': rev} : {}})
  }
  network.hosts.set('localhost:2584', fakeService(answer))
  return {agent, did, answers, catchUp}
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

  answers.set('getProfile', {body: {did, handle: 'alice.test', displayName: 'Alice', postsCount: 0}})
  answers.set('getTimeline', {body: {feed: [{post: {...old.post, uri: first.uri}}]}})
  const [second, again] = (await agent.getTimeline()).data.feed
  assert.equal(again.post.uri, first.uri)
  assert.equal(second.post.author.displayName, 'Alice')
  assert.ok(!('postsCount' in second.post.author))
  await catchUp()
  assert.equal((await agent.getTimeline()).data.feed.length, 1)
})

test('a quoted post is shown as the AppView knows it; what cannot be shown whole waits', async context => {
  const {agent, answers} = await behind(context)
  answers.set('getTimeline', {body: {feed: []}})
  answers.set('getPosts', {body: {posts: [{...old.post, likeCount: 7}]}})
  const quote = (uri: string) =>
    agent.post({text: 'see', embed: {$type: 'app.bsky.embed.record', record: {uri, cid: someCid}}})
  await quote(old.post.uri)
  await quote('at://did:web:x.com/app.bsky.feed.post/unknown')
  await quote('at://did:web:x.com/app.bsky.graph.list/1')
  const {feed} = (await agent.getTimeline()).data
  assert.equal(feed.length, 1)
  const {record} = feed[0].post.embed as unknown as {record: {$type: string; uri: string; likeCount: number}}
  assert.deepEqual([record.$type, record.uri, record.likeCount], ['app.bsky.embed.record#viewRecord', old.post.uri, 7])
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
