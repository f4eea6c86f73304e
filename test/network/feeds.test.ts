/** A built-in feed, published by anybody, is read in the network by the official client: through the PDS and the AppView. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {until} from '../until.ts'
import {openLoop} from './loop.ts'

useNativeCrypto()

const service = 'did:web:localhost%3A2586'

test('a feed is read through PDS and AppView, its service found by its did:web', {timeout: 60_000}, async context => {
  const world = await openLoop(context)
  const agentOf = async (name: string): Promise<AtpAgent> => {
    const agent = new AtpAgent({
      service: 'http://localhost:2583',
      fetch: (input, init) => world.fetch(new Request(input, init)),
    })
    await agent.createAccount({handle: `${name}.test`, email: `${name}@example.com`, password: 'correct horse'})
    return agent
  }
  const [alice, bob] = [await agentOf('alice'), await agentOf('bob')]
  const publish = async (rkey: string): Promise<string> => {
    const {data} = await alice.com.atproto.repo.putRecord({
      repo: alice.assertDid,
      collection: 'app.bsky.feed.generator',
      rkey,
      record: {did: service, displayName: rkey, createdAt: new Date().toISOString()},
    })
    return data.uri
  }
  const [friends, mutuals] = [await publish('friends-like'), await publish('mutuals')]
  const post = await alice.post({text: 'look'})
  await alice.like(post.uri, post.cid)
  await bob.follow(alice.assertDid)
  await alice.follow(bob.assertDid)
  const read = async (feed: string, agent = bob) =>
    (await agent.app.bsky.feed.getFeed({feed})).data.feed.map(({post: {uri}}) => uri)
  const isThere = (feed: string, agent?: AtpAgent) => async () => (await read(feed, agent).catch(() => [])).length > 0
  await until(isThere(friends), 'a post that somebody has liked whom Bob follows')
  assert.deepEqual(await read(friends), [post.uri])
  await until(isThere(mutuals), 'a post of somebody who follows Bob back')
  assert.deepEqual(await read(mutuals), [post.uri])

  const {data} = await bob.app.bsky.feed.getFeedGenerator({feed: friends})
  assert.deepEqual([data.isOnline, data.isValid], [true, true])
  const described = await world.fetch(
    new Request('http://localhost:2586/xrpc/app.bsky.feed.describeFeedGenerator', {method: 'GET'}),
  )
  const {feeds} = (await described.json()) as {feeds: {uri: string}[]}
  assert.ok(feeds.some(({uri}) => uri === `at://${service}/app.bsky.feed.generator/whats-hot`))
  const interactions = [{item: post.uri, event: 'app.bsky.feed.defs#interactionSeen'}]
  await bob.withProxy('bsky_fg', service).app.bsky.feed.sendInteractions({interactions})
})
