import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {Cid, cidOf} from '#atp/data/cid.ts'
import type {Frame} from '#std/wire/frames.ts'
import {Malformed} from '#std/malformed.ts'
import {toUtf8} from '#std/text.ts'
import {valueToJson} from '#atp/data/json.ts'
import {needVectors, vector} from '../../test/vectors.ts'
import {Jetstream, type JetstreamEvent, type JetstreamOptions, parseJetstreamEvent} from './jetstream.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const cid = cidOf(0x71, toUtf8('x')).toString()
const time = '2026-01-01T00:00:00.000Z'
const commit = {
  rev: '3kabcdefghijk',
  operation: 'create',
  collection: 'app.bsky.feed.post',
  rkey: '3kabcdefghijk',
  record: {$type: 'app.bsky.feed.post', text: 'hi', link: {$link: cid}},
  cid,
}
const event = (time_us: number, more: object = {}) => JSON.stringify({did, time_us, kind: 'commit', commit, ...more})

test('a commit comes with its record as data', () => {
  const parsed = parseJetstreamEvent(event(7))
  assert.ok(parsed?.kind === 'commit')
  const {record, ...rest} = parsed
  assert.deepEqual(rest, {
    did,
    timeMicros: 7,
    kind: 'commit',
    rev: commit.rev,
    operation: 'create',
    collection: commit.collection,
    rkey: commit.rkey,
    cid,
  })
  assert.ok(record?.link instanceof Cid)
})

test('a delete has no record; identity and account events have their own members', () => {
  const {record, cid: _, ...deleted} = {...commit, operation: 'delete'}
  const parsed = parseJetstreamEvent(event(7, {commit: deleted}))
  assert.ok(parsed?.kind === 'commit' && parsed.record === undefined && parsed.cid === undefined && record)
  const identity = {did, handle: 'alice.example.com', seq: 3, time}
  const seen = parseJetstreamEvent(JSON.stringify({did, time_us: 8, kind: 'identity', identity}))
  assert.deepEqual(seen, {did, timeMicros: 8, kind: 'identity', seq: 3, time, handle: 'alice.example.com'})
  const account = {active: false, did, seq: 4, time, status: 'deleted'}
  const other = parseJetstreamEvent(JSON.stringify({did, time_us: 9, kind: 'account', account}))
  assert.deepEqual(other, {did, timeMicros: 9, kind: 'account', seq: 4, time, active: false, status: 'deleted'})
  assert.equal(parseJetstreamEvent(JSON.stringify({did, time_us: 9, kind: 'later'})), undefined)
})

test('what a live Jetstream sends is read in full', needVectors, () => {
  for (const line of readFileSync(vector('firehose/expected-jetstream-v1.jsonl'), 'utf8').trim().split('\n')) {
    const json = JSON.parse(line) as {commit: {record?: unknown}; did: string; time_us: number}
    const parsed = parseJetstreamEvent(line)
    assert.ok(parsed?.kind === 'commit')
    const {did: repo, timeMicros, kind, record, ...commit} = parsed
    assert.deepEqual([repo, timeMicros, kind], [json.did, json.time_us, 'commit'])
    const {record: expected, ...rest} = {cid: undefined, ...json.commit}
    assert.deepEqual(commit, rest)
    assert.deepEqual(record && valueToJson(record), expected)
  }
})

test('what is no event is refused as malformed', () => {
  const bad = [
    '',
    '[]',
    'null',
    '{}',
    event(1.5),
    event(7, {did: 'x'}),
    event(7, {commit: null}),
    event(7, {commit: {...commit, operation: 'steal'}}),
    event(7, {commit: {...commit, rkey: '..'}}),
    event(7, {commit: {...commit, record: undefined}}),
    `{"did":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  ]
  for (const json of bad) assert.throws(() => parseJetstreamEvent(json), Malformed, json.slice(0, 80))
})

/** A Jetstream whose connections give these frames in turn, and which ends after the last. */
function setUp(connections: readonly (readonly Frame[])[], more: Partial<JetstreamOptions> = {}) {
  const stop = new AbortController()
  const state = {urls: [] as string[], sent: [] as string[]}
  const jetstream = new Jetstream({
    world: {
      now: () => 0,
      random: size => new Uint8Array(size),
      sleep: (ms, signal) =>
        ms < 300_000 ? Promise.resolve() : new Promise((_, reject) => signal?.addEventListener('abort', reject)),
      async subscribe(request, _, outgoing) {
        const connection = connections[state.urls.length]
        state.urls.push(decodeURIComponent(new URL(request.url).pathname + new URL(request.url).search))
        if (!connection) stop.abort()
        void collect(outgoing)
        return framesOf(connection ?? [])
      },
    },
    service: 'https://jetstream.example.com',
    signal: stop.signal,
    ...more,
  })
  const collect = async (outgoing: AsyncIterable<Frame> | undefined) => {
    for await (const frame of outgoing ?? []) state.sent.push(String(frame))
  }
  return {jetstream, state}
}
async function* framesOf(frames: readonly Frame[]): AsyncGenerator<Frame> {
  for (const frame of frames) {
    yield frame
    await new Promise(resolve => setImmediate(resolve))
  }
}

test('events come one by one, and a lost connection goes on from the last', async () => {
  const {jetstream, state} = setUp([
    [event(1), toUtf8(event(2)), 'nonsense', new Uint8Array([0xff])],
    [event(2), event(3)],
  ])
  const times: number[] = []
  for await (const {timeMicros} of jetstream) times.push(timeMicros)
  assert.deepEqual(times, [1, 2, 2, 3])
  assert.deepEqual(state.urls, ['/subscribe', '/subscribe?cursor=2', '/subscribe?cursor=3'])
  assert.deepEqual(Object.fromEntries(jetstream.dropped), {syntax: 1, 'bad-utf8': 1})
  assert.equal(jetstream.cursor, 3)
})

test('a filter goes as the first message, and can be changed while events come', async () => {
  const {jetstream, state} = setUp([[event(1), event(2)]], {wantedCollections: ['app.bsky.feed.*'], cursor: 5})
  const seen: JetstreamEvent[] = []
  for await (const one of jetstream) if (seen.push(one) === 1) jetstream.update({wantedDids: [did]})
  assert.deepEqual(state.urls, ['/subscribe?requireHello=true&cursor=5', '/subscribe?requireHello=true&cursor=2'])
  const payloads = state.sent.map(message => (JSON.parse(message) as {payload: object}).payload)
  assert.deepEqual(payloads, [{wantedCollections: ['app.bsky.feed.*']}, {wantedDids: [did]}, {wantedDids: [did]}])
})
