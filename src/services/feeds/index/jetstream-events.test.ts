/** A Jetstream as a view reads it: the same events as a relay has, from a time on. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import type {Frame} from '#std/wire/frames.ts'
import type {StreamEvent} from '#stream/verified-events.ts'
import {jetstreamEvents} from './jetstream-events.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const time = '2026-01-01T00:00:00.000Z'
const nowMs = Date.parse(time)
const post = {$type: 'app.bsky.feed.post', text: 'hi', createdAt: time}
const commit = {
  rev: '3kabcdefghijk',
  operation: 'create',
  collection: post.$type,
  rkey: '3kabcdefghijk',
  record: post,
  cid,
}
const sent = [
  {kind: 'commit', commit},
  {kind: 'commit', commit: {...commit, cid: 'b'}},
  {kind: 'commit', commit: {...commit, operation: 'delete', record: undefined, cid: undefined}},
  {kind: 'identity', identity: {did, seq: 1, time, handle: 'alice.test'}},
  {kind: 'account', account: {did, seq: 2, time, active: false, status: 'deleted'}},
].map((event, at) => JSON.stringify({did, time_us: nowMs * 1000 + at, ...event}))

async function read(after: number | 'live') {
  const asked: string[] = []
  const stop = new AbortController()
  async function* subscribe(request: Request): AsyncGenerator<readonly Frame[]> {
    asked.push(request.url)
    yield sent
    stop.abort()
  }
  const world = {now: () => nowMs, random: (size: number) => new Uint8Array(size), sleep: async () => {}, subscribe}
  const source = jetstreamEvents('https://jetstream.test', {world: world as never, windowMs: 1_000})
  const batches: {last: number; events: readonly StreamEvent[]}[] = []
  for await (const {last, events} of source.follow(after, stop.signal)) batches.push({last, events: events()})
  return {asked, batches}
}

test('tells what a relay tells, and passes over what cannot be read', async () => {
  const {batches} = await read('live')
  equal(batches.length, 3)
  const [[written], [deleted], [account]] = batches.map(({events}) => events)
  if (written.t !== '#commit' || deleted.t !== '#commit') throw new Error('they are commits')
  const [op] = written.ops
  deepEqual([written.did, written.time, op.action, op.path], [did, time, 'create', `${post.$type}/${commit.rkey}`])
  deepEqual(decodeCbor(written.carried.get(op.cid!)!), post)
  deepEqual(deleted.ops, [{action: 'delete', path: `${post.$type}/${commit.rkey}`, cid: null}])
  deepEqual(account, {t: '#account', seq: nowMs * 1000 + 4, did, time, active: false, status: 'deleted'})
  deepEqual(
    batches.map(({last}) => last - nowMs * 1000),
    [0, 2, 4],
  )
})

for (const [what, after, cursor] of [
  ['at what happens now', 'live', null],
  ['as far back as posts are kept, at first', 0, `${(nowMs - 1_000) * 1000}`],
  ['where it was, later', 7, '7'],
] as const) {
  test(`begins ${what}`, async () => {
    const {asked} = await read(after)
    equal(new URL(asked[0]).searchParams.get('cursor'), cursor)
  })
}
