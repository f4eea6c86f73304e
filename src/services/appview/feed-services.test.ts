import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Identities} from '#sdk/identity.ts'
import {Places} from '#std/waiting/places.ts'
import {realWorld} from '#std/world.ts'
import {feedPlaces, FeedServices} from './feed-services.ts'

const did = 'did:web:feeds.example.com'
const serviceEndpoint = 'https://feeds.example.com'
const document = {id: did, service: [{id: '#bsky_fg', type: 'BskyFeedGenerator', serviceEndpoint}]}
const identities = {document: async () => ({ok: true, value: document})} as unknown as Pick<Identities, 'document'>

/** What becomes of a page of that many posts, each with so much to know it by. */
function pageOf(posts: number, contextSize: number) {
  const post = {post: `at://${did}/app.bsky.feed.post/3lbcd2345672k`, feedContext: 'x'.repeat(contextSize)}
  const fetch = async (): Promise<Response> => Response.json({feed: Array.from({length: posts}, () => post)})
  const services = new FeedServices({identities, guarded: {fetch}, world: realWorld, places: new Places(feedPlaces)})
  const params = {feed: `at://${did}/app.bsky.feed.generator/x`, limit: 100}
  return services.skeleton(did, params, new Request('https://appview.example.com/'), new AbortController().signal)
}

test('a page as long as any may be is taken, and a longer answer is not read', async () => {
  assert.equal((await pageOf(100, 2_000)).feed.length, 100)
  await assert.rejects(pageOf(10_000, 10), {error: 'InvalidFeedResponse', status: 502})
})
