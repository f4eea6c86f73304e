/** What is known of the links of commits that the store does not show yet, and for how long. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import type {RepoWrite} from '#atp/repo/repo.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {RecentLinks} from './recent-links.ts'
import {subjectOf} from './record-links.ts'

const like = 'app.bsky.feed.like' as Nsid
const path = (rkey: string): string => `${like}/${rkey}`

const put = (rkey: string, uri: string): RepoWrite => ({
  action: 'put',
  collection: like,
  rkey: rkey as RecordKey,
  record: {$type: like, subject: {uri}},
})
const remove = (rkey: string): RepoWrite => ({action: 'remove', collection: like, rkey: rkey as RecordKey})

const about = (recent: RecentLinks, subject: string, stored: readonly string[] = []): string[] =>
  [...recent.about(like, subject, stored.map(path))].map(found => found.slice(like.length + 1)).toSorted()

test('a like that the store does not show yet is known, and one that it still shows and is gone is not', () => {
  const recent = new RecentLinks()
  using _look = recent.look()
  recent.add([put('a', 'at://p/1'), remove('b')])
  deepEqual(about(recent, 'at://p/1', ['b', 'c']), ['a', 'c'])
  recent.add([put('a', 'at://p/2')])
  deepEqual(about(recent, 'at://p/1', ['a']), [])
  deepEqual(about(recent, 'at://p/2'), ['a'])
})

test('what is stored is the word of the store alone, once every look that began before has ended', () => {
  const recent = new RecentLinks()
  const look = recent.look()
  const stored = recent.add([put('a', 'at://p/1')])
  stored()
  // This look may have asked the store before.
  deepEqual(about(recent, 'at://p/1'), ['a'])
  equal(recent.size, 1)
  using _later = recent.look()
  look[Symbol.dispose]()
  deepEqual(about(recent, 'at://p/1'), [])
  equal(recent.size, 0)
})

test('the word on a commit that is stored does not end what a newer one says of the same path', () => {
  const recent = new RecentLinks()
  const first = recent.add([put('a', 'at://p/1')])
  const second = recent.add([put('a', 'at://p/2')])
  first()
  equal(recent.size, 1)
  deepEqual(about(recent, 'at://p/2'), ['a'])
  deepEqual(about(recent, 'at://p/1', ['a']), [])
  second()
  equal(recent.size, 0)
  deepEqual(about(recent, 'at://p/1', ['a']), ['a'])
})

test('commits are forgotten in their order: a later one that is stored first waits for those before it', () => {
  const recent = new RecentLinks()
  const first = recent.add([put('a', 'at://p/1')])
  recent.add([put('b', 'at://p/1')])()
  deepEqual(about(recent, 'at://p/1'), ['a', 'b'])
  first()
  equal(recent.size, 0)
})

test('of two looks under way each may have missed what is stored now, so it is known until both have ended', () => {
  const recent = new RecentLinks()
  const looks = [recent.look(), recent.look()]
  recent.add([put('a', 'at://p/1')])()
  for (const look of looks) {
    deepEqual(about(recent, 'at://p/1'), ['a'])
    look[Symbol.dispose]()
  }
  equal(recent.size, 0)
})

test('only what is about one thing is remembered', () => {
  const recent = new RecentLinks()
  const post = {...put('a', 'at://p/1'), collection: 'app.bsky.feed.post' as Nsid}
  recent.add([post, put('b', 'at://p/1')])
  equal(recent.size, 1)
})

test('likes, reposts, follows and blocks are about one thing, whatever else is about none', () => {
  const uri = {subject: {uri: 'at://p/1', cid: 'x'}}
  for (const [collection, record, expected] of [
    ['app.bsky.feed.like', uri, 'at://p/1'],
    ['app.bsky.feed.repost', uri, 'at://p/1'],
    ['app.bsky.graph.follow', {subject: 'did:plc:a'}, 'did:plc:a'],
    ['app.bsky.graph.block', {subject: 'did:plc:a'}, 'did:plc:a'],
    ['app.bsky.graph.listitem', {subject: 'did:plc:a'}, undefined],
    ['app.bsky.feed.like', {subject: {uri: 7}}, undefined],
    ['app.bsky.feed.like', {}, undefined],
  ] as const) {
    equal(subjectOf(collection, record), expected, `${collection} ${JSON.stringify(record)}`)
  }
})
