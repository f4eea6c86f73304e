/** What records and accounts are to everyone who looks, made of rows as a store reads them. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {parseCid} from '#atp/data/cid.ts'
import type {Value} from '#atp/data/value.ts'
import {type ActorRow, actorCoreOf} from './actor-core.ts'
import {type RecordRow, recordCoreOf} from './record-core.ts'
import {lightMax, Room} from './room.ts'

const did = 'did:web:alice.test'
const cid = parseCid('bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm')
const indexedMs = Date.parse('2026-01-01T00:00:00Z')
const collection = 'app.bsky.feed.post'

function recordOf(record: Value, more: {parent?: number; likes?: number} = {}) {
  const body = encodeCbor(record)
  const row: RecordRow = [
    ...([10, 1, did, collection, 'key', cid.bytes, body, body.length, indexedMs] as const),
    ...([more.parent ?? null, more.parent ?? null, 0, null, null, null] as const),
    ...([more.likes ?? null, null, null, null, null, null] as const),
  ]
  return recordCoreOf(row)
}

test('a record has its URI, its JSON, and no counts where nothing counts', () => {
  const core = recordOf({$type: collection, text: 'hello', createdAt: '2025-01-01T00:00:00Z'})
  deepEqual([core?.uri, core?.cid, core?.record.text], [`at://${did}/${collection}/key`, cid.toString(), 'hello'])
  deepEqual([core?.likes, core?.reposts, core?.joined, recordOf({text: ''}, {likes: 3})?.likes], [0, 0, 0, 3])
})

const at = (createdAt: Value) => recordOf({text: '', createdAt})?.indexedAt

test('a record is shown at the earlier of what it claims and when it came', () => {
  equal(at('2025-01-01T00:00:00Z'), '2025-01-01T00:00:00.000Z')
  equal(at('2036-01-01T00:00:00Z'), '2026-01-01T00:00:00.000Z')
  for (const none of ['never', 5, null]) equal(at(none), '2026-01-01T00:00:00.000Z', String(none))
})

test('a record knows what it embeds, with or without media', () => {
  const record = {uri: 'at://a', cid: cid.toString()}
  equal(recordOf({embed: {$type: 'app.bsky.embed.record', record}})?.embedded, 'at://a')
  equal(recordOf({embed: {$type: 'app.bsky.embed.recordWithMedia', record: {record}}})?.embedded, 'at://a')
  equal(recordOf({embed: {$type: 'app.bsky.embed.images', images: []}})?.embedded, undefined)
})

test('a reply knows whom it answers, as its URI says', () => {
  const reply = {parent: {uri: 'at://did:web:bob.test/app.bsky.feed.post/a'}}
  equal(recordOf({reply}, {parent: 9})?.answeredDid, 'did:web:bob.test')
  equal(recordOf({reply})?.answeredDid, undefined)
})

test('a record has the labels that it gives itself', () => {
  const labels = {$type: 'com.atproto.label.defs#selfLabels', values: [{val: 'a'}, {val: 'b'}]}
  const made = recordOf({labels, createdAt: '2025-01-01T00:00:00.000Z'})?.labels
  deepEqual(
    made?.map(({src, val, cts}) => [src, val, cts]),
    [
      [did, 'a', '2025-01-01T00:00:00.000Z'],
      [did, 'b', '2025-01-01T00:00:00.000Z'],
    ],
  )
  deepEqual(recordOf({labels: {$type: 'other', values: [{val: 'a'}]}})?.labels, [])
})

test('a row without a body is none yet', () => {
  const row = [
    10,
    1,
    did,
    collection,
    'key',
    cid.bytes,
    null,
    9_000,
    indexedMs,
    ...Array.from({length: 12}, () => null),
  ]
  equal(recordCoreOf(row as unknown as RecordRow), undefined)
})

interface Account {
  handle?: string
  status?: string
  takedownRef?: string
  profile?: Value
  records?: readonly [chat?: Value, subscriptions?: Value, germ?: Value]
  counts?: readonly (number | null)[]
}

function actorOf({handle, status, takedownRef, profile, records = [], counts = []}: Account) {
  const bodies = [0, 1, 2].map(at => (records[at] === undefined ? null : encodeCbor(records[at])))
  const row = [
    1,
    did,
    handle ?? null,
    status ?? null,
    takedownRef ?? null,
    'rev',
    profile ? cid.bytes : null,
    profile ? encodeCbor(profile) : null,
    profile ? indexedMs : null,
    null,
    0,
    1,
    0,
    ...[0, 1, 2, 3, 4, 5].map(at => counts[at] ?? null),
    ...bodies,
  ]
  return actorCoreOf(row as unknown as ActorRow)
}

test('a handle that is not confirmed is none', () => {
  deepEqual([actorOf({}).handle, actorOf({handle: 'alice.test'}).handle], ['handle.invalid', 'alice.test'])
})

test('who is not active is hidden, and only some of them are taken down', () => {
  const states = [
    {},
    {status: 'deactivated'},
    {status: 'deleted'},
    {status: 'suspended'},
    {status: 'takendown'},
    {takedownRef: 'x'},
  ]
  deepEqual(
    states.map(state => actorOf(state)).map(({isHidden, isTakenDown}) => [isHidden, isTakenDown]),
    [
      [false, false],
      [true, false],
      [true, false],
      [true, true],
      [true, true],
      [true, true],
    ],
  )
})

test('an account has its counts, and none where nothing counts', () => {
  const {followers, follows, posts, lists, generators, starterPacks} = actorOf({counts: [1, 2, 3, 4, 5, 6]})
  deepEqual([followers, follows, posts, lists, generators, starterPacks], [1, 2, 3, 4, 5, 6])
  equal(actorOf({}).followers, 0)
})

test('of a profile only what is shown is kept, with the labels of its account', () => {
  const labels = {$type: 'com.atproto.label.defs#selfLabels', values: [{val: '!no-unauthenticated'}]}
  const core = actorOf({profile: {displayName: 'Alice', secret: 'x', labels, createdAt: '2024-01-01T00:00:00.000Z'}})
  deepEqual([core.profile?.displayName, 'secret' in (core.profile ?? {})], ['Alice', false])
  deepEqual([core.createdAt, core.indexedAt], ['2024-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'])
  deepEqual(
    core.labels.map(({val, uri}) => [val, uri]),
    [['!no-unauthenticated', `at://${did}/app.bsky.actor.profile/self`]],
  )
})

test('an account says who may write to it, hear of it, and reach it elsewhere', () => {
  const {chat, subscriptions, germ} = actorOf({
    records: [
      {allowIncoming: 'following', other: 1},
      {allowSubscriptions: 'none', other: 1},
      {messageMe: {showButtonTo: 'everyone', messageMeUrl: 'https://a.test'}},
    ],
  })
  deepEqual({...chat}, {allowIncoming: 'following', allowGroupInvites: undefined})
  deepEqual(subscriptions, {allowSubscriptions: 'none'})
  deepEqual(germ, {showButtonTo: 'everyone', messageMeUrl: 'https://a.test'})
})

test('light records are always read, and heavy ones share what room there is', () => {
  const room = new Room()
  const heavy = 1024 * 1024
  deepEqual(
    [heavy, heavy, heavy, lightMax, lightMax + 1].map(size => room.take(size)),
    [true, true, false, true, false],
  )
})
