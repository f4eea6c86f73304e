/** What events mean to feeds. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Value} from '#atp/data/value.ts'
import type {StreamEvent} from '#stream/verified-events.ts'
import {Author} from '../../../../test/index-events.ts'
import {changesOf, collections} from './changes.ts'

const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
/** When the first commit of an author is made. */
const cameMs = Date.parse('2026-01-01T00:00:01Z')
const bob = 'did:web:bob.test'
const ref = (uri: string) => ({uri, cid})
const postUri = `at://${bob}/app.bsky.feed.post/3jui7kd54zh2y`

function read(events: readonly StreamEvent[], nowMs = cameMs) {
  const skipped: string[] = []
  const changes = changesOf(events, {
    nowMs,
    sinceMs: cameMs - 1_000,
    match: ({record: {text}}) => [text],
    skip: reason => void skipped.push(reason),
  })
  return {changes, skipped}
}

const ofRecord = (type: string, record: object, nowMs?: number) => {
  const alice = new Author('did:web:alice.test')
  const $type = `app.bsky.${type}`
  const fields = {$type, createdAt: '2026-01-01T00:00:01.000Z', ...record} as Record<string, Value>
  const {changes, skipped} = read([alice.commit({[`${$type}/${alice.rkey(1)}`]: fields})], nowMs)
  const [change] = changes
  return {change: change && {...change, cid: undefined, did: undefined, rkey: undefined}, skipped}
}
const none = {cid: undefined, did: undefined, rkey: undefined}
const subject = {did: bob, rkey: '3jui7kd54zh2y'}

suite('a record', () => {
  const post = {kind: 'post', timeMs: cameMs, parent: undefined, isMarked: false, takenBy: ['hi'], ...none}
  for (const [what, type, record, expected] of [
    ['is a post, and the feeds that take it', 'feed.post', {text: 'hi'}, post],
    [
      'is a reply to what it names',
      'feed.post',
      {text: 'hi', reply: {root: ref(postUri), parent: ref(postUri)}},
      {...post, parent: subject},
    ],
    [
      'is a reply also where it names no post',
      'feed.post',
      {text: 'hi', reply: {root: ref(postUri), parent: ref(`at://${bob}/app.bsky.feed.like/a`)}},
      {...post, parent: {did: 'did:web:alice.test', rkey: ''}},
    ],
    ['is of no later than it came', 'feed.post', {text: 'hi', createdAt: '2099-01-01T00:00:00Z'}, post],
    [
      'is of when it says that it was written',
      'feed.post',
      {text: 'hi', createdAt: '2026-01-01T00:00:00.5Z'},
      {...post, timeMs: cameMs - 500},
    ],
    [
      'is marked by what its author says of it',
      'feed.post',
      {text: 'hi', labels: {$type: 'com.atproto.label.defs#selfLabels', values: [{val: 'porn'}]}},
      {...post, isMarked: true},
    ],
    [
      'is not marked by a label that says little',
      'feed.post',
      {text: 'hi', labels: {$type: 'com.atproto.label.defs#selfLabels', values: [{val: 'spoiler'}]}},
      post,
    ],
    ['is a like', 'feed.like', {subject: ref(postUri)}, {kind: 'like', subject, ...none}],
    ['is a repost', 'feed.repost', {subject: ref(postUri)}, {kind: 'repost', subject, ...none}],
    ['is a like of something that is no post', 'feed.like', {subject: ref(`at://${bob}/a.b.c/d`)}, undefined],
    ['is a like of a post by its handle', 'feed.like', {subject: ref('at://bob.test/app.bsky.feed.post/a')}, undefined],
    ['is a follow', 'graph.follow', {subject: bob}, {kind: 'follow', subject: bob, ...none}],
    [
      'is somebody on a list',
      'graph.listitem',
      {subject: bob, list: 'at://did:web:alice.test/app.bsky.graph.list/a'},
      {kind: 'listed', subject: bob, list: 'at://did:web:alice.test/app.bsky.graph.list/a', ...none},
    ],
    ['is nobody on a list of another', 'graph.listitem', {subject: bob, list: `at://${bob}/a.b.c/d`}, undefined],
    ['is nothing to feeds', 'actor.profile', {displayName: 'Alice'}, undefined],
  ] as const) {
    test(what, () => deepEqual(ofRecord(type, record).change, expected))
  }

  for (const [what, type, record, reason] of [
    ['that is older than what is kept', 'feed.post', {text: 'hi', createdAt: '2025-12-31T23:59:59Z'}, 'too-old'],
    ['that is not as its lexicon says', 'feed.post', {text: 5}, 'invalid'],
    ['that is a like of no URI', 'feed.like', {subject: {uri: 'x', cid}}, 'invalid'],
  ] as const) {
    test(`${what} is left out, and counted`, () => {
      const {change, skipped} = ofRecord(type, record)
      deepEqual([change, skipped], [undefined, [reason]])
    })
  }

  test('is of no later than now, whatever the stream says', () => {
    equal((ofRecord('feed.post', {text: 'hi'}, cameMs - 100).change as {timeMs: number}).timeMs, cameMs - 100)
  })
})

test('what is deleted is told by its key, and what has no bytes is counted', () => {
  const alice = new Author('did:web:alice.test')
  const gone = alice.commit({'app.bsky.feed.like/a': null, 'app.bsky.actor.profile/self': null})
  const bare = alice.commit({'app.bsky.feed.post/b': {$type: 'app.bsky.feed.post'}})
  const {changes, skipped} = read([gone, {...bare, carried: {get: () => undefined}}])
  deepEqual(changes, [{kind: 'gone', what: 'like', did: alice.did, rkey: 'a'}])
  deepEqual(skipped, ['missing-block'])
})

test('an account is shown, hidden or gone', () => {
  const {did} = new Author('did:web:alice.test')
  const account = (active: boolean, status?: string) =>
    ({t: '#account', seq: 1, did, time: '', active, ...(status && {status})}) as unknown as StreamEvent
  const {changes} = read([account(true), account(false, 'takendown'), account(false), account(false, 'deleted')])
  deepEqual(
    changes.map(change => change.kind === 'account' && change.state),
    ['shown', 'hidden', 'hidden', 'gone'],
  )
})

test('a Jetstream is asked for what there is anything to read from', () => {
  deepEqual(
    collections.map(nsid => nsid.split('.').at(-1)),
    ['post', 'like', 'repost', 'follow', 'listitem'],
  )
})
