import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {BadCursor, type FeedRequest, type IncomingPost} from '#sdk/feed/feed.ts'
import {readManifest} from '../manifest/read.ts'
import type {Candidate} from './evaluate.ts'
import {ManifestFeeds, type OfferedManifest} from './manifest-feeds.ts'

const alice = `did:plc:${'a'.repeat(24)}` as Did
const bob = `did:plc:${'b'.repeat(24)}` as Did
const list = {kind: 'list', of: `at://${alice}/app.bsky.graph.list/1`} as const
const uriOf = (n: number): string => `at://${bob}/app.bsky.feed.post/${n}`
const network = {$type: '#input', from: {$type: '#network'}}
const cats = [network, {$type: '#keep', when: {$type: '#words', words: ['cat']}}]

function offered(name: string, blocks: object[], rest: object = {}): OfferedManifest {
  const read = readManifest({name: name.toUpperCase(), blocks, createdAt: '2026-11-30T00:00:00Z', ...rest})
  assert.ok(read.ok, JSON.stringify(read))
  return {owner: alice, name, manifest: read.manifest}
}
const repost = {uri: `at://${alice}/app.bsky.feed.repost/1`, by: alice}
const kept = [1, 2, 3].map((n): Candidate => {
  const counts = {likes: 0, reposts: 0, replies: 0, labels: [], bits: 3}
  return {uri: uriOf(n), cid: `cid${n}`, author: bob, timeMs: n, ...counts, ...(n === 2 && {repost})}
})
const setOf = (...all: OfferedManifest[]): ManifestFeeds => {
  const set = new ManifestFeeds(
    {
      candidates: async () => kept,
      members: async () => new Set(),
      removed: async () => new Set(),
      wishes: async () => assert.fail('nobody is known'),
    },
    () => 1_000,
  )
  set.replace(all)
  return set
}
const post = (text: string): IncomingPost =>
  ({uri: uriOf(9), author: bob, timeMs: 0, record: {text}}) as unknown as IncomingPost

test('feeds without code are a set of feeds, by owner and name', async () => {
  const personal = {seeLess: false}
  const set = setOf(
    offered('cats', cats),
    offered('all', [network], {description: 'All', personal}),
    offered('cats', cats),
  )
  assert.deepEqual([...set.match(post('a cat'))].toSorted(), [`${alice}/all`, `${alice}/cats`])
  assert.deepEqual([...set.match(post('a dog'))], [`${alice}/all`])
  const {owner, feed} = set.feeds.get(`${alice}/all`)!
  assert.deepEqual(
    [owner, feed.name, feed.title, feed.description, feed.acceptsInteractions],
    [alice, 'all', 'ALL', 'All', false],
  )
  assert.equal(set.feeds.get(`${alice}/cats`)!.feed.acceptsInteractions, true)
  set.replace([])
  assert.deepEqual([[...set.match(post('a cat'))], set.feeds.size], [[], 0])
})

test('a page is as any feed gives it, and a cursor of another is refused', async () => {
  const {feed} = setOf(offered('cats', cats, {pinned: [{post: uriOf(7)}]})).feeds.get(`${alice}/cats`)!
  const ask = async (limit: number, cursor?: string) =>
    feed.skeleton({viewer: undefined, languages: [], limit, cursor} as unknown as FeedRequest)
  const first = await ask(3)
  assert.deepEqual(first.feed, [
    {post: uriOf(7), reason: {$type: 'app.bsky.feed.defs#skeletonReasonPin'}},
    {post: uriOf(3)},
    {post: uriOf(2), reason: {$type: 'app.bsky.feed.defs#skeletonReasonRepost', repost: repost.uri}},
  ])
  assert.deepEqual(await ask(3, first.cursor), {feed: [{post: uriOf(1)}], cursor: undefined})
  await assert.rejects(ask(3, 'mine'), BadCursor)
})

test('who is on a list stays known while feeds change', () => {
  const listed = [{$type: '#input', from: {$type: '#list', uri: list.of}}]
  const set = setOf(offered('listed', listed))
  assert.deepEqual(set.sources, [list])
  assert.deepEqual([...set.match(post(''))], [])
  set.setMembers(list, new Set([bob]))
  set.replace([offered('again', listed), offered('cats', cats)])
  assert.deepEqual([...set.match(post(''))], [`${alice}/again`])
  set.replace([])
  set.replace([offered('again', listed)])
  assert.deepEqual([...set.match(post(''))], [], 'what no feed asks for is forgotten')
})
