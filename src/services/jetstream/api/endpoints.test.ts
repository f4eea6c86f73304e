/** `network.bsky.jetstream`: what is told, to whom, from where on, and what is refused, over a log of six events. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict'
import {fileURLToPath} from 'node:url'
import {suite, test} from 'node:test'
import {zstdDecompressSync} from 'node:zlib'
import {parseJson} from '#atp/data/json.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {type EventLog, Overrun} from '#engines/event-log/event-log.ts'
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {subscribeEvents} from '#lex/gen/network/bsky/jetstream/subscribeEvents.ts'
import {Channel} from '#std/waiting/async.ts'
import {eachFrame, type Frame} from '#std/wire/frames.ts'
import {streamEvent, type StreamEvent} from '#stream/verified-events.ts'
import {turns} from '../../../../test/until.ts'
import {TestRepo, testKey} from '../../../../test/commits.ts'
import {Compression} from '../compression.ts'
import {encodeRecord} from '../log-record.ts'
import {toldOf} from '../told.ts'
import {JetstreamApi} from './index.ts'

const startMs = Date.parse('2026-01-02T03:04:05Z')
const micros = startMs * 1_000
const world = {now: () => startMs}
const compression = Compression.of(
  fileURLToPath(new URL('../events/events.zdict', import.meta.url)),
  'JETSTREAM_EVENTS_DICTIONARY',
)
const {id, dictionary} = compression
const time = '2026-01-02T03:04:05.000Z' as Datetime
const [alice, bob] = [1, 2].map(n => new TestRepo(`did:plc:${'ab'[n - 1].repeat(24)}`, testKey(n), startMs))

const record = {$type: 'app.bsky.feed.post', text: '“✓”'}
const created = alice.write({'app.bsky.feed.post/a': record}).event
const liked = bob.write({'app.bsky.feed.like/b': {$type: 'app.bsky.feed.like'}}).event
const deleted = alice.write({'app.bsky.feed.post/a': null}).event
const aliceIs = {did: alice.did as Did, time}
const told: readonly StreamEvent[] = [
  streamEvent(created, 91),
  streamEvent(liked, 92),
  streamEvent(deleted, 93),
  {...aliceIs, t: '#identity', seq: 94, handle: 'alice.example.com' as never},
  {...aliceIs, t: '#account', seq: 95, active: false, status: 'deactivated'},
  {...aliceIs, t: '#sync', seq: 96, rev: deleted.rev, blocks: Uint8Array.of(1, 2, 3, 4)},
]
/** The first is given the seq `first`, and its time is `micros`; each that follows comes a microsecond later. */
async function logged(first = 1): Promise<EventLog> {
  const log = memoryEventLog({now: world.now, first})
  await log.append(told.map(recordOf))
  return log
}
const recordOf = (event: StreamEvent, i: number): Uint8Array =>
  encodeRecord(toldOf(event)[0], {timeMicros: micros + i, seq: i + 1, left: 0})

const apiOf = (log: EventLog) =>
  new JetstreamApi({
    log,
    world,
    eventsCompression: compression,
    archive: undefined,
    imports: undefined,
    token: undefined,
  })

interface Payload {
  $type: string
  seq?: number
  name?: string
}

async function opened(log: EventLog, query: string, incoming = new Channel<Frame>(1), headers = {}) {
  const stopping = new AbortController()
  const request = new Request(`http://jetstream/xrpc/network.bsky.jetstream.subscribeEvents?${query}`, {headers})
  const frames = await apiOf(log).frames(request, stopping.signal, incoming)
  return {frames, stop: () => stopping.abort()}
}

/** All that comes before the seventh event, which is appended once live is reached, and that if it passes. */
async function read(query: string, log?: EventLog): Promise<{payload: Payload; text: string}[]> {
  const from = log ?? (await logged())
  const {frames, stop} = await opened(from, query)
  ok(!(frames instanceof Response), query)
  const found: string[] = []
  const reading = (async () => {
    for await (const some of frames) {
      found.push(...(some as string[]))
    }
  })()
  // Nothing on the way from a log in memory waits for time.
  await turns()
  await from.append([recordOf(told[0], 6)])
  await turns()
  stop()
  await reading
  return found.map(text => ({text, payload: (JSON.parse(text) as {payload: Payload}).payload}))
}
const seqs = async (query: string, log?: EventLog): Promise<unknown[]> =>
  (await read(query, log)).map(({payload}) => payload.seq ?? payload.name)

async function refusal(query: string, log?: EventLog, headers = {}): Promise<[number, string, string]> {
  const {frames} = await opened(log ?? (await logged()), query, undefined, headers)
  ok(frames instanceof Response, query)
  const {error, message} = (await frames.json()) as {error: string; message: string}
  return [frames.status, error, message]
}

test('each kind is told in the words of its lexicon, in a frame of xrpc.v1.json', async () => {
  const found = await read('cursor=1')
  const head = (kind: string, n: number, did = alice.did) => {
    const at = `2026-01-02T03:04:05.00000${n - 1}Z`
    return {$type: `network.bsky.jetstream.subscribeEvents#${kind}`, seq: n, did, time: at, witnessedAt: at}
  }
  const [of] = created.ops
  const post = {
    rev: created.rev,
    operation: 'create',
    collection: 'app.bsky.feed.post',
    rkey: 'a',
    record,
    cid: `${of.cid}`,
  }
  const {cid: _, record: __, ...gone} = {...post, rev: deleted.rev, operation: 'delete'}
  const {did} = alice
  const sync = {blocks: {$bytes: 'AQIDBA'}, did, rev: deleted.rev, seq: 96, time}
  const expected = [
    {...head('commit', 1), ...post},
    undefined,
    {...head('commit', 3), ...gone},
    {...head('identity', 4), identity: {did, handle: 'alice.example.com', seq: 94, time}},
    {...head('account', 5), account: {active: false, did, seq: 95, time, status: 'deactivated'}},
    {...head('sync', 6), sync},
  ]
  for (const [i, payload] of expected.entries()) {
    if (payload) deepEqual(JSON.parse(found[i].text), {$type: 'message', payload})
    const value = parseJson(JSON.stringify(found[i].payload))
    equal(subscribeEvents.message.check(value), undefined, found[i].text)
  }
})

suite('who gets what', () => {
  for (const [query, expected] of [
    ['cursor=1', [1, 2, 3, 4, 5, 6, 7]],
    ['cursor=1&kinds=commit', [1, 2, 3, 7]],
    ['cursor=1&kinds=identity&kinds=account', [4, 5]],
    ['cursor=1&kinds=sync', [6]],
    [`cursor=1&dids=${bob.did}`, [2]],
    [`cursor=1&dids=${bob.did}&kinds=account`, []],
    ['cursor=1&collections=app.bsky.feed.post', [1, 3, 4, 5, 6, 7]],
    ['cursor=1&collections=app.bsky.feed.post&kinds=commit', [1, 3, 7]],
    ['cursor=1&collections=app.bsky.*&kinds=commit', [1, 2, 3, 7]],
    ['cursor=1&collections=app.bsky.graph.*&kinds=commit&kinds=sync', [6]],
    [`cursor=1&collections=app.bsky.feed.like&dids=${bob.did}&kinds=commit`, [2]],
    ['cursor=4', [4, 5, 6, 7]],
    ['cursor=0', [1, 2, 3, 4, 5, 6, 7]],
    ['cursor=7', [7]],
    ['cursor=8', ['FutureCursor', 7]],
    ['', [7]],
    [`cursor=${micros + 4}`, [5, 6, 7]],
    [`cursor=${micros}`, [1, 2, 3, 4, 5, 6, 7]],
    [`cursor=${micros - 1}`, ['OutdatedCursor', 1, 2, 3, 4, 5, 6, 7]],
    [`cursor=${micros + 1e9}`, [7]],
    ['cursor=1&unknown=1', [1, 2, 3, 4, 5, 6, 7]],
  ] as const) {
    test(`${query} tells ${expected.join()}`, {timeout: 60_000}, async () => deepEqual(await seqs(query), expected))
  }

  test('the limit of size is of the whole frame, in bytes', async () => {
    const [{text}] = await read('cursor=1')
    const size = Buffer.byteLength(text)
    ok(size > text.length)
    deepEqual((await seqs(`cursor=1&kinds=commit&maxMessageSizeBytes=${size}`)).includes(1), true)
    deepEqual((await seqs(`cursor=1&kinds=commit&maxMessageSizeBytes=${size - 1}`)).includes(1), false)
  })

  test('what was kept once and is no longer is refused by number, and clamped by time', async () => {
    const log = await logged(1_001)
    deepEqual((await refusal('cursor=1000', log)).slice(0, 2), [400, 'CursorTooOld'])
    match((await refusal('cursor=1', log))[2], /the oldest seq is 1001\.$/)
    deepEqual(await seqs('cursor=1001&kinds=sync', log), [1_006])
    const [info] = await read(`cursor=${micros - 5}&kinds=sync`, log)
    match(info.text, /^\{"\$type":"message","payload":\{.*OutdatedCursor.*seq 1001\./)
  })
})

const many = (key: string, count: number): string =>
  Array.from({length: count}, (_, i) => `${key}=${key === 'dids' ? 'did:web:' : ''}a.b.c${i}`).join('&')

suite('refused before the stream begins', () => {
  for (const [query, error, words] of [
    ['wantedCollections=app.bsky.feed.post', 'InvalidRequest', /collections here/],
    ['wantedDids=did:web:a.b', 'InvalidRequest', /dids here/],
    ['requireHello=true', 'InvalidRequest', /no messages/],
    ['compress=true', 'InvalidRequest', /zstdDictionary/],
    ['kinds=post', 'InvalidRequest', /kinds/],
    [`${'kinds=commit&'.repeat(5)}`, 'InvalidRequest', /kinds/],
    ['dids=alice.example.com', 'InvalidRequest', /dids/],
    [many('dids', 10_001), 'InvalidRequest', /dids/],
    [many('collections', 101), 'InvalidRequest', /collections/],
    ['collections=app.bsky.feed*', 'InvalidRequest', /collections/],
    ['collections=.*', 'InvalidRequest', /collections/],
    ['collections=app.*', 'InvalidRequest', /collections/],
    ['collections=app.bsky.feed.post&kinds=account', 'InvalidRequest', /only commits/],
    ['cursor=yesterday', 'InvalidRequest', /cursor/],
    ['cursor=-1', 'InvalidRequest', /cursor/],
    ['maxMessageSizeBytes=-1', 'InvalidRequest', /maxMessageSizeBytes/],
    ['maxMessageSizeBytes=4294967296', 'InvalidRequest', /maxMessageSizeBytes/],
    ['zstdDictionary=0', 'InvalidRequest', /zstdDictionary/],
    [`zstdDictionary=${id + 1}`, 'UnknownZstdDictionary', new RegExp(`is ${id}:`)],
  ] as const) {
    test(`${query.slice(0, 60)}: ${error}`, async () => {
      const [status, name, message] = await refusal(query)
      deepEqual([status, name], [400, error])
      match(message, words)
    })
  }

  test('a header of the older endpoint; a request that is no WebSocket', async () => {
    match((await refusal('', undefined, {'socket-encoding': 'zstd'}))[2], /zstdDictionary/)
    const events = apiOf(await logged())
    equal((await events.fetch(new Request(`http://jetstream/xrpc/network.bsky.jetstream.subscribeEvents`))).status, 426)
  })
})

test('the dictionary is had by its ID, and its frames hold the texts', {timeout: 60_000}, async () => {
  const log = await logged()
  const path = '/xrpc/network.bsky.jetstream.getZstdDictionary'
  const get = async (query: string) => apiOf(log).fetch(new Request(`http://jetstream${path}${query}`))
  const answers = await Promise.all(['', `?id=${id}`, `?id=${id + 1}`].map(get))
  deepEqual(Buffer.from(await answers[0].bytes()), dictionary)
  deepEqual(Buffer.from(await answers[1].bytes()), dictionary)
  match(answers[1].headers.get('cache-control') ?? '', /immutable/)
  deepEqual([answers[2].status, ((await answers[2].json()) as {error: string}).error], [400, 'DictionaryNotFound'])

  await log.append([recordOf(told[0], 6)])
  const three = async (query: string): Promise<Frame[]> => {
    const {frames, stop} = await opened(log, query)
    ok(!(frames instanceof Response))
    const found: Frame[] = []
    for await (const frame of eachFrame(frames)) if (found.push(frame) === 3) stop()
    return found
  }
  // The first is a notice.
  const query = `cursor=${micros - 1}&kinds=commit`
  const texts = await three(query)
  const packed = (await three(`${query}&zstdDictionary=${id}`)) as Uint8Array[]
  deepEqual(
    packed.map(frame => zstdDecompressSync(frame, {dictionary}).toString()),
    texts,
  )
  for (const frame of packed) equal(Buffer.from(frame).readUInt32LE(5), id, 'it names its dictionary')
})

test('readers who get the same are given one array, apart from those of the older wire', async () => {
  const log = await logged()
  const first = async (query: string): Promise<unknown> => {
    const {frames, stop} = await opened(log, query)
    ok(!(frames instanceof Response))
    for await (const some of frames) {
      stop()
      return some
    }
    return undefined
  }
  for (const query of ['', '&kinds=commit', `&zstdDictionary=${id}`, `&kinds=commit&zstdDictionary=${id}`]) {
    equal(await first(`cursor=1${query}`), await first(`cursor=1${query}`), query)
  }
  equal(await first('cursor=1&kinds=commit'), await first(`cursor=1&collections=app.bsky.*&kinds=commit`))
})

test('a reader that sends anything is turned out', {timeout: 60_000}, async () => {
  const incoming = new Channel<Frame>(1)
  incoming.offer('{"type":"options_update","payload":{}}')
  const {frames} = await opened(await logged(), '', incoming)
  ok(!(frames instanceof Response))
  await rejects(Array.fromAsync(frames), {name: 'Farewell', code: 1008})
})

test('a stream that cannot go on ends with an error', async () => {
  for (const [fault, error, isThrown] of [
    [new Overrun('gone'), 'ConsumerTooSlow', false],
    [new Error('the disk is on fire'), 'InternalError', true],
  ] as const) {
    const log = await logged()
    log.tail = async function* () {
      yield await log.read(2, 2)
      throw fault
    }
    const {frames} = await opened(log, 'cursor=3')
    ok(!(frames instanceof Response))
    const found: string[] = []
    const reading = (async () => {
      for await (const frame of eachFrame(frames)) found.push(frame as string)
    })()
    await (isThrown ? rejects(reading, fault) : reading)
    deepEqual(found.length, 3)
    match(found[2], new RegExp(`^\\{"\\$type":"error","error":"${error}","message":"[^"]+"\\}$`))
    equal(found[2].includes('cursor=5'), !isThrown)
    ok(!found[2].includes('fire'))
  }
})
