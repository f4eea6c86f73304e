/** What two people write at the PDS is read at the AppView by the official client, as its server passes the calls on. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {AppBskyFeedDefs, AtpAgent} from '@atproto/api'
import type {World} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openLoop, openSeparateLoop} from './loop.ts'

useNativeCrypto()

/** What `read` gives, once it passes; what is written takes a moment to come through the relay. */
async function eventually<T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const value = await read().catch((error: unknown) => {
      if (tries > 200) throw error
      return undefined
    })
    if (value !== undefined && isThere(value)) return value
    if (tries > 200) assert.fail(`not there in time: ${JSON.stringify(value)?.slice(0, 2000)}`)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}

const pixel = Uint8Array.fromBase64(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
)

const signUp = (agent: AtpAgent, name: string) =>
  agent.createAccount({handle: `${name}.test`, email: `${name}@example.com`, password: 'correct horse'})

const peopleAndPosts = (open: (context: TestContext) => Promise<World>) => async (context: TestContext) => {
  const world = await open(context)
  const agentOf = (): AtpAgent =>
    new AtpAgent({service: 'http://localhost:2583', fetch: (input, init) => world.fetch(new Request(input, init))})
  const [alice, bob] = [agentOf(), agentOf()]
  await signUp(alice, 'alice')
  await signUp(bob, 'bob')

  const {data: uploaded} = await alice.uploadBlob(pixel, {encoding: 'image/png'})
  await alice.upsertProfile(profile => ({...profile, displayName: 'Alice', avatar: uploaded.blob}))
  const post = await alice.post({
    text: 'look',
    embed: {$type: 'app.bsky.embed.images', images: [{image: uploaded.blob, alt: 'a pixel'}]},
  })
  const {uri: followUri} = await bob.follow(alice.assertDid)
  const {uri: likeUri} = await bob.like(post.uri, post.cid)
  const reply = await bob.post({text: 'nice', reply: {root: post, parent: post}})
  const quote = await bob.post({text: 'see', embed: {$type: 'app.bsky.embed.record', record: post}})

  const profile = await eventually(
    async () => (await bob.getProfile({actor: 'alice.test'})).data,
    ({followersCount, displayName}) => followersCount === 1 && displayName === 'Alice',
  )
  assert.equal(profile.did, alice.assertDid)
  assert.equal(profile.postsCount, 1)
  assert.equal(profile.viewer?.following, followUri)
  assert.match(profile.avatar ?? '', /^http:\/\/localhost:\d+\/img\/avatar\/plain\/did:plc:/)

  const timeline = await eventually(
    async () => (await bob.getTimeline()).data.feed,
    // The server shows what is new at once; the AppView knows of it all when it has counted what was written last.
    feed => feed.length === 3 && feed[2].post.quoteCount === 1,
  )
  assert.deepEqual(
    timeline.map(({post: {uri}}) => uri),
    [quote.uri, reply.uri, post.uri],
  )
  const [quoting, replying, first] = timeline
  assert.equal(first.post.viewer?.like, likeUri)
  assert.equal(first.post.likeCount, 1)
  assert.equal(first.post.replyCount, 1)
  assert.equal(first.post.quoteCount, 1)
  assert.equal(first.post.embed?.$type, 'app.bsky.embed.images#view')
  assert.ok(AppBskyFeedDefs.isPostView(replying.reply?.parent))
  assert.equal(replying.reply.parent.author.displayName, 'Alice')
  const quoted = quoting.post.embed as unknown as {record: {$type: string; uri: string; value: {text: string}}}
  assert.equal(quoted.record.$type, 'app.bsky.embed.record#viewRecord')
  assert.equal(quoted.record.value.text, 'look')

  const thread = (await bob.app.bsky.unspecced.getPostThreadV2({anchor: reply.uri})).data.thread
  assert.deepEqual(
    thread.map(({uri, depth}) => [uri, depth]),
    [
      [post.uri, -1],
      [reply.uri, 0],
    ],
  )
  const {thread: tree} = (await alice.getPostThread({uri: post.uri})).data
  assert.ok(AppBskyFeedDefs.isThreadViewPost(tree))
  assert.equal(tree.replies?.length, 1)
  // Handles are confirmed beside the index.
  await eventually(
    async () => (await alice.getLikes({uri: post.uri})).data.likes,
    ([like]) => like.actor.handle === 'bob.test',
  )
  assert.deepEqual(
    (await alice.app.bsky.feed.getQuotes({uri: post.uri})).data.posts.map(({uri}) => uri),
    [quote.uri],
  )
  assert.equal((await alice.getFollowers({actor: 'alice.test'})).data.followers[0].handle, 'bob.test')

  await alice.app.bsky.graph.block.create(
    {repo: alice.assertDid},
    {subject: bob.assertDid, createdAt: new Date().toISOString()},
  )
  await eventually(
    async () => (await bob.getProfile({actor: 'alice.test'})).data.viewer,
    viewer => viewer?.blockedBy === true,
  )
  await assert.rejects(bob.getAuthorFeed({actor: 'alice.test'}), {error: 'BlockedByActor'})
  const anonymous = new AtpAgent({
    service: 'http://localhost:2584',
    fetch: (input, init) => world.fetch(new Request(input, init)),
  })
  assert.equal((await anonymous.getAuthorFeed({actor: 'alice.test'})).data.feed.length, 1)
  await assert.rejects(anonymous.getTimeline(), {error: 'AuthMissing'})
}

const title = 'people, posts, likes, replies and quotes come back through the proxy'
test(title, {timeout: 60_000}, peopleAndPosts(openLoop))
test(`${title}, from process to process`, {timeout: 60_000}, peopleAndPosts(openSeparateLoop))
