/** What a Jetstream tells of a relay's events, and to whom. */
import {deepEqual, equal, match, ok, rejects} from 'node:assert/strict'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {zstdDecompressSync} from 'node:zlib'
import {rowKind} from '#atp/archive/block.ts'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {syncOf} from '#atp/sync/pass-on.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {openEventLog} from '#engines/open.ts'
import {Channel} from '#std/waiting/async.ts'
import {readConfig} from '#std/config.ts'
import {eachFrame, type Frame} from '#std/wire/frames.ts'
import {silentLog} from '#std/log.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {toBase64} from '#std/encoding/base64.ts'
import {withHosts} from '#runtime/in-process.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {FirehoseNetwork, plcUrl} from '../../../test/firehose-network.ts'
import {readFrames} from '../../../test/frames.ts'
import {running} from '../../../test/relays.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {jetstreamConfig} from './config.ts'
import {openJetstream, type JetstreamServer} from './jetstream.ts'
import {encodeRecord} from './log-record.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const relayHost = 'relay.example.com'

interface Event {
  did: string
  time_us: number
  kind: string
  commit?: {operation: string; collection: string; rkey: string}
}

async function opened(
  context: TestContext,
  network: Pick<FirehoseNetwork, 'world'>,
  settings: Record<string, string> = {},
): Promise<JetstreamServer> {
  const env = {
    JETSTREAM_LOG: 'memory:',
    JETSTREAM_PLC_URL: plcUrl,
    JETSTREAM_UPSTREAM: `https://${relayHost}`,
    ...settings,
  }
  const config = readConfig(jetstreamConfig, {env, args: []})
  const jetstream = await openJetstream(config, network.world, network.world, silentLog, new Metrics())
  context.after(() => jetstream.stop())
  await jetstream.start()
  return jetstream
}

/** What a reader gets: `query` is that of its URL, `incoming` what it sends. */
async function* reading(
  jetstream: JetstreamServer,
  query: string,
  incoming = new Channel<Frame>(8),
): AsyncGenerator<Event & {text: string}> {
  const stopping = new AbortController()
  const frames = await jetstream.frames(new Request(`http://jetstream/subscribe?${query}`), stopping.signal, incoming)
  ok(!(frames instanceof Response))
  try {
    for await (const frame of eachFrame(frames)) yield {...JSON.parse(frame as string), text: frame as string}
  } finally {
    incoming.close()
    stopping.abort()
  }
}

async function read(jetstream: JetstreamServer, query: string, count: number): Promise<(Event & {text: string})[]> {
  const found: (Event & {text: string})[] = []
  for await (const event of reading(jetstream, query)) if (found.push(event) === count) break
  return found
}

const oldest = 'cursor=1'
const update = (payload: object): string => JSON.stringify({type: 'options_update', payload})
const paths = (events: readonly Event[]): string[] =>
  events.map(({kind, commit}) => (commit ? `${commit.operation} ${commit.collection}/${commit.rkey}` : kind))

/** A relay's firehose with three commits, an identity and an account, of two accounts. */
function smallNetwork(): {network: FirehoseNetwork; send: (repo: TestRepo, path: string) => void; repos: TestRepo[]} {
  const network = new FirehoseNetwork(nowMs)
  const repos = ['a', 'b'].map(
    (letter, i) => new TestRepo(`did:plc:${letter.repeat(24)}`, testKey(i + 1), nowMs - 60_000),
  )
  const host = network.host(relayHost)
  const send = (repo: TestRepo, path: string): void => {
    const {event} = repo.write({[path]: {$type: path.split('/')[0], text: `"${path}" ✓`}})
    host.send(encodeEvent({...event, seq: host.frames.length + 1}))
  }
  for (const {did, key} of repos) network.account(did, key.publicKey, relayHost)
  send(repos[0], 'app.bsky.feed.post/a')
  send(repos[1], 'app.bsky.feed.like/b')
  send(repos[0], 'app.bsky.graph.follow/c')
  const [{did}] = repos
  const time = datetimeOf(nowMs)
  host.send(
    encodeMessageFrame('#identity', {seq: 4, did, time, handle: 'a.example.com'}),
    encodeMessageFrame('#account', {seq: 5, did, time, active: false, status: 'deactivated'}),
  )
  return {network, send, repos}
}

test(
  '90 live frames through relay and Jetstream are what the public Jetstream said of them',
  needVectors,
  async context => {
    const network = new FirehoseNetwork(Date.parse('2026-07-04T15:00:00Z'))
    const documents = JSON.parse(readFileSync(vector('firehose/did-docs.json'), 'utf8')) as Record<string, object>
    for (const [did, document] of Object.entries(documents)) {
      const service = [
        {id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://pds.example.com'},
      ]
      network.documents.set(did, {...document, service})
    }
    network.host('pds.example.com').send(...readFrames(vector('firehose/frames.bin')))
    const {relay} = await running(context, network)
    const jetstream = await opened(context, {world: withHosts(network.world, new Map([[relayHost, relay]]))})

    const expected = readFileSync(vector('firehose/expected-jetstream-v1.jsonl'), 'utf8').trim().split('\n')
    const found = await read(jetstream, oldest, expected.length)
    for (const [i, line] of expected.entries()) {
      const {time_us: _, ...rest} = JSON.parse(line) as Event
      const {time_us, text, ...told} = found[i]
      deepEqual(told, rest, `line ${i + 1}`)
      deepEqual(Object.keys(JSON.parse(text)), Object.keys(JSON.parse(line)))
      ok(Number.isSafeInteger(time_us))
    }
    // By `subscribeEvents` the same is told in other words.
    const stream = `http://jetstream/xrpc/network.bsky.jetstream.subscribeEvents?cursor=1&kinds=commit&kinds=identity&kinds=account`
    const stopping = new AbortController()
    const frames = await jetstream.frames(new Request(stream), stopping.signal, new Channel<Frame>(1))
    ok(!(frames instanceof Response))
    let n = 0
    for await (const frame of eachFrame(frames)) {
      const {kind, did, ...body} = JSON.parse(expected[n]) as Event
      const {$type, payload} = JSON.parse(frame as string) as {$type: string; payload: object}
      const {seq, time, witnessedAt, ...told} = payload as Record<string, unknown>
      const {time_us, ...parts} = body
      const same = kind === 'commit' ? parts.commit : parts
      deepEqual(told, {$type: `network.bsky.jetstream.subscribeEvents#${kind}`, did, ...same}, `line ${n + 1}`)
      deepEqual([$type, time, Number.isSafeInteger(time_us)], ['message', witnessedAt, true])
      ok(Number(seq) > n)
      equal(Math.floor(found[n].time_us / 1_000), Date.parse(time as string))
      if (++n === expected.length) stopping.abort()
    }
    const times = found.map(({time_us}) => time_us)
    deepEqual(
      times,
      [...new Set(times)].toSorted((a, b) => a - b),
      'times rise',
    )
  },
)

test('accounts and identities are told as they are', async context => {
  const {network, repos} = smallNetwork()
  const jetstream = await opened(context, network)
  const events = (await read(jetstream, oldest, 5)).map(({text}) => text.replace(/"time_us":\d+,/, ''))
  const [{did}] = repos
  equal(
    events[3],
    `{"did":"${did}","kind":"identity","identity":{"did":"${did}","handle":"a.example.com","seq":4,"time":"2026-01-02T03:04:05.000Z"}}`,
  )
  equal(
    events[4],
    `{"did":"${did}","kind":"account","account":{"active":false,"did":"${did}","seq":5,"time":"2026-01-02T03:04:05.000Z","status":"deactivated"}}`,
  )
})

test('a #sync is told with its signed commit, by subscribeEvents alone', {timeout: 60_000}, async context => {
  const {network, send, repos} = smallNetwork()
  const sync = syncOf(repos[0].write({'app.bsky.feed.post/d': {text: 'Good morning.'}}).event)
  ok(sync)
  network.host(relayHost).send(encodeEvent({...sync, seq: 6}))
  const jetstream = await opened(context, network, {JETSTREAM_VERIFY: 'true'})
  const stopping = new AbortController()
  const stream = 'http://jetstream/xrpc/network.bsky.jetstream.subscribeEvents?cursor=1&kinds=sync'
  const frames = await jetstream.frames(new Request(stream), stopping.signal, new Channel<Frame>(1))
  ok(!(frames instanceof Response))
  const {did, rev, time, blocks} = sync
  for await (const frame of eachFrame(frames)) {
    const {payload} = JSON.parse(frame as string) as {payload: {seq: number; sync: object}}
    deepEqual(payload.sync, {blocks: {$bytes: toBase64(blocks)}, did, rev, seq: 6, time})
    equal(payload.seq, 6)
    stopping.abort()
  }
  send(repos[1], 'app.bsky.feed.post/e')
  deepEqual(paths((await read(jetstream, oldest, 6)).slice(4)), ['account', 'create app.bsky.feed.post/e'])
})

test('a reader gets the collections and accounts that it wants', async context => {
  const {network, repos} = smallNetwork()
  const jetstream = await opened(context, network)
  await read(jetstream, oldest, 5)
  const wanting = async (query: string, count: number) => paths(await read(jetstream, `${oldest}&${query}`, count))
  deepEqual(await wanting('wantedCollections=app.bsky.feed.post', 3), [
    'create app.bsky.feed.post/a',
    'identity',
    'account',
  ])
  deepEqual(await wanting('wantedCollections=app.bsky.feed.*&wantedCollections=app.bsky.graph.block', 4), [
    'create app.bsky.feed.post/a',
    'create app.bsky.feed.like/b',
    'identity',
    'account',
  ])
  deepEqual(await wanting(`wantedDids=${repos[1].did}`, 1), ['create app.bsky.feed.like/b'])
  deepEqual(await wanting('maxMessageSizeBytes=240', 2), ['identity', 'account'])
})

test('a cursor is the time of the first event wanted; one that lies ahead means live', async context => {
  const {network, send, repos} = smallNetwork()
  const jetstream = await opened(context, network)
  const all = await read(jetstream, oldest, 5)
  deepEqual(
    (await read(jetstream, `cursor=${all[2].time_us}`, 3)).map(({text}) => text),
    all.slice(2).map(({text}) => text),
  )
  for (const query of ['', `cursor=${all[4].time_us + 1e9}`]) {
    const live = read(jetstream, query, 1)
    await network.world.sleep(500)
    send(repos[1], `app.bsky.feed.post/live${query.length}`)
    deepEqual(paths(await live), [`create app.bsky.feed.post/live${query.length}`])
  }
})

test('a message changes the whole filter, and a reader may wait for its first', async context => {
  const {network, send, repos} = smallNetwork()
  const jetstream = await opened(context, network)
  await read(jetstream, oldest, 5)
  const incoming = new Channel<Frame>(8)
  const events = reading(jetstream, `${oldest}&requireHello=true`, incoming)
  const first = events.next()
  incoming.offer(JSON.stringify({type: 'something_later'}))
  incoming.offer(update({wantedCollections: ['app.bsky.graph.*']}))
  equal(paths([(await first).value as Event])[0], 'create app.bsky.graph.follow/c')
  deepEqual(paths([(await events.next()).value, (await events.next()).value] as Event[]), ['identity', 'account'])
  const next = events.next()
  incoming.offer(update({wantedDids: [repos[1].did]}))
  await network.world.sleep(500)
  send(repos[0], 'app.bsky.graph.follow/d')
  send(repos[1], 'app.bsky.feed.like/e')
  equal(paths([(await next).value as Event])[0], 'create app.bsky.feed.like/e')
  await events.return(undefined)
})

test('a reader whom nothing of a page concerns gives up its turn as others do', {timeout: 60_000}, async context => {
  const {network} = smallNetwork()
  const jetstream = await opened(context, network)
  await read(jetstream, oldest, 5)
  const stopping = new AbortController()
  context.after(() => stopping.abort())
  const query = `${oldest}&wantedDids=did:plc:${'z'.repeat(24)}`
  const frames = await jetstream.frames(
    new Request(`http://jetstream/subscribe?${query}`),
    stopping.signal,
    new Channel(8),
  )
  ok(!(frames instanceof Response))
  const {value} = await frames[Symbol.asyncIterator]().next()
  deepEqual(value, [])
})

test('a request that cannot be met is refused before the upgrade, in words', async context => {
  const {network} = smallNetwork()
  const jetstream = await opened(context, network)
  const refusal = async (path: string, headers = {}): Promise<[number, string]> => {
    const request = new Request(`http://jetstream${path}`, {headers})
    const response = await jetstream.frames(request, new AbortController().signal, new Channel<Frame>(1))
    ok(response instanceof Response)
    return [response.status, ((await response.json()) as {message: string}).message]
  }
  const many = Array.from({length: 101}, (_, i) => `wantedCollections=a.b.c${i}`).join('&')
  for (const [query, words] of [
    ['wantedCollections=app.bsky.feed*', /neither an NSID/],
    [many, /at most 100/],
    ['wantedDids=alice.example.com', /no DID/],
    ['cursor=yesterday', /microseconds/],
    ['compress=true', /no dictionary/],
  ] as const) {
    const [status, message] = await refusal(`/subscribe?${query}`)
    equal(status, 400)
    match(message, words)
  }
  equal((await refusal('/subscribe', {'socket-encoding': 'zstd'}))[0], 400)
  equal((await refusal('/xrpc/com.atproto.sync.subscribeRepos'))[0], 404)
  equal((await jetstream.fetch(new Request('http://jetstream/subscribe'))).status, 426)
})

test(
  'one quiet PDS will do: hours without an event end nothing, and the next one is told',
  {timeout: 60_000},
  async context => {
    const network = new FirehoseNetwork(nowMs)
    const repo = new TestRepo(`did:plc:${'a'.repeat(24)}`, testKey(1), nowMs - 60_000)
    const host = network.host('pds.example.com')
    const write = (seq: number): void => {
      const {event} = repo.write({[`app.bsky.feed.post/${seq}`]: {$type: 'app.bsky.feed.post', text: 'Good morning.'}})
      host.send(encodeEvent({...event, seq}))
    }
    write(1)
    const jetstream = await opened(context, network, {JETSTREAM_UPSTREAM: 'https://pds.example.com'})
    let hasEnded = false
    void jetstream.ended.then(
      () => (hasEnded = true),
      () => (hasEnded = true),
    )
    const events = reading(jetstream, oldest)
    await events.next()
    for (let hour = 0; hour < 12; hour++) {
      network.nowMs += 3_600_000
      await network.world.sleep(20_000 / 12)
    }
    write(2)
    deepEqual(paths([(await events.next()).value as Event]), ['create app.bsky.feed.post/2'])
    await events.return(undefined)
    deepEqual([hasEnded, host.dials], [false, 1])
  },
)

test('where to go on stands in the log: a restart misses nothing and repeats nothing', async context => {
  const {network, send, repos} = smallNetwork()
  const folder = mkdtempSync(join(tmpdir(), 'jetstream-'))
  context.after(() => rmSync(folder, {recursive: true}))
  const settings = {JETSTREAM_LOG: `file:${folder}`}
  const before = await opened(context, network, settings)
  const told = await read(before, oldest, 5)
  await before.stop()
  send(repos[1], 'app.bsky.feed.post/later')
  const after = await opened(context, network, settings)
  const all = await read(after, oldest, 6)
  deepEqual(
    all.slice(0, 5).map(({text}) => text),
    told.map(({text}) => text),
  )
  deepEqual(paths(all.slice(5)), ['create app.bsky.feed.post/later'])
  ok(all[5].time_us > all[4].time_us)
  equal(network.host(relayHost).cursors.at(-1), '5')
})

test('of an event that a crash cut in two, the rest is told after it', async context => {
  const network = new FirehoseNetwork(nowMs)
  const repo = new TestRepo(`did:plc:${'a'.repeat(24)}`, testKey(1), nowMs - 60_000)
  const write = (...names: string[]): Uint8Array =>
    encodeEvent(repo.write(Object.fromEntries(names.map(name => [`app.bsky.feed.post/${name}`, {name}]))).event)
  network.host(relayHost).send(write('a'), write('b', 'c', 'd'), write('e'))
  const folder = mkdtempSync(join(tmpdir(), 'jetstream-'))
  context.after(() => rmSync(folder, {recursive: true}))
  const log = await openEventLog(`file:${folder}`, {now: () => nowMs})
  const told = {
    did: repo.did,
    kind: rowKind.delete,
    collection: 'app.bsky.feed.post',
    rkey: 'a',
    rev: '3k2yihcrp6c2a',
    payload: new Uint8Array(),
  }
  await log.append([
    encodeRecord(told, {timeMicros: 1, seq: 1, left: 0}),
    encodeRecord(told, {timeMicros: 2, seq: 2, left: 2}),
  ])
  await log.close()
  const jetstream = await opened(context, network, {JETSTREAM_LOG: `file:${folder}`})
  deepEqual(paths((await read(jetstream, oldest, 5)).slice(2)), [
    'create app.bsky.feed.post/c',
    'create app.bsky.feed.post/d',
    'create app.bsky.feed.post/e',
  ])
})

test('what is told is archived, and its numbers go on where the log is lost', {timeout: 20_000}, async context => {
  const {network, send, repos} = smallNetwork()
  const folder = mkdtempSync(join(tmpdir(), 'jetstream-'))
  context.after(() => rmSync(folder, {recursive: true}))
  const settings = {
    JETSTREAM_LOG: `file:${folder}/log`,
    JETSTREAM_ARCHIVE: `file:${folder}/archive`,
    JETSTREAM_SEGMENT_AGE: '1s',
  }
  /** Of all sealed segments, once they go so far. */
  const archived = async (jetstream: JetstreamServer, through: number): Promise<number[]> => {
    for (;;) {
      const response = await jetstream.fetch(new Request('http://jetstream/xrpc/network.bsky.jetstream.listSegments'))
      const {segments} = (await response.json()) as {segments: {minSeq: number; maxSeq: number}[]}
      const seqs = segments.flatMap(({minSeq, maxSeq}) =>
        Array.from({length: maxSeq - minSeq + 1}, (_, i) => minSeq + i),
      )
      if (seqs.at(-1) === through) return seqs
      network.nowMs += 1_000
      await network.world.sleep(1_000)
    }
  }
  const before = await opened(context, network, settings)
  await read(before, oldest, 5)
  deepEqual(await archived(before, 5), [1, 2, 3, 4, 5])
  await before.stop()
  rmSync(`${folder}/log`, {recursive: true})
  send(repos[0], 'app.bsky.feed.post/later')
  const after = await opened(context, network, settings)
  deepEqual(await archived(after, 11), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
})

test('asked to, it verifies by itself', async context => {
  const {network, repos} = smallNetwork()
  network.account(repos[0].did, testKey(9).publicKey, relayHost)
  const jetstream = await opened(context, network, {JETSTREAM_VERIFY: 'true'})
  deepEqual(paths(await read(jetstream, oldest, 3)), ['create app.bsky.feed.like/b', 'identity', 'account'])
})

test(
  'readers that ask for it get each event as one zstd frame of the public dictionary',
  needVectors,
  async context => {
    const {network} = smallNetwork()
    const path = vector('jetstream/v1.zdict')
    const jetstream = await opened(context, network, {JETSTREAM_DICTIONARY: path})
    const texts = (await read(jetstream, oldest, 5)).map(({text}) => text)
    const dictionary = readFileSync(path)
    const stopping = new AbortController()
    const asked = [
      new Request(`http://jetstream/subscribe?${oldest}&compress=true`),
      new Request(`http://jetstream/subscribe?${oldest}`, {headers: {'socket-encoding': 'zstd'}}),
    ]
    for (const request of asked) {
      const frames = await jetstream.frames(request, stopping.signal, new Channel<Frame>(8))
      ok(!(frames instanceof Response))
      const found: string[] = []
      for await (const frame of eachFrame(frames)) {
        ok(typeof frame !== 'string')
        if (found.push(zstdDecompressSync(frame, {dictionary}).toString()) === texts.length) break
      }
      deepEqual(found, texts)
    }
    stopping.abort()
  },
)

test(
  'readers who get the same of a batch are given one array, put on the wire once for all',
  needVectors,
  async context => {
    const {network} = smallNetwork()
    const jetstream = await opened(context, network, {JETSTREAM_DICTIONARY: vector('jetstream/v1.zdict')})
    await read(jetstream, oldest, 5)
    const stopping = new AbortController()
    context.after(() => stopping.abort())
    const first = async (query: string): Promise<unknown> => {
      const frames = await jetstream.frames(
        new Request(`http://jetstream/subscribe?${query}`),
        stopping.signal,
        new Channel(8),
      )
      ok(!(frames instanceof Response))
      for await (const some of frames) if (!Array.isArray(some) || some.length > 0) return some
      return undefined
    }
    const likes = `${oldest}&wantedCollections=app.bsky.feed.like`
    const sameLikes = `${oldest}&wantedCollections=app.bsky.feed.*&wantedDids=${smallNetwork().repos[1].did}`
    for (const query of [oldest, likes, `${oldest}&compress=true`, `${likes}&compress=true`]) {
      const got = await first(query)
      ok(Array.isArray(got))
      equal(await first(query), got, query)
    }
    equal((await first(likes)) === (await first(oldest)), false)
    ok((await first(`${likes}&compress=true`)) !== (await first(likes)))
    deepEqual(paths(await read(jetstream, likes, 3)), ['create app.bsky.feed.like/b', 'identity', 'account'])
    deepEqual(paths(await read(jetstream, sameLikes, 1)), ['create app.bsky.feed.like/b'])
  },
)

test('a dictionary that is none is refused before anything opens', async context => {
  const settings = {JETSTREAM_DICTIONARY: import.meta.filename}
  await rejects(opened(context, smallNetwork().network, settings), /JETSTREAM_DICTIONARY: .* is no zstd dictionary/)
})

test('an event of /subscribe has its number where the operator wants it, and from there on it is read again', async context => {
  const {network} = smallNetwork()
  const jetstream = await opened(context, network, {JETSTREAM_SUBSCRIBE_CURSORS: 'true'})
  const all = await read(jetstream, oldest, 5)
  deepEqual(
    all.map(({text}) => (JSON.parse(text) as {cursor: number}).cursor),
    [1, 2, 3, 4, 5],
  )
  deepEqual(Object.keys(JSON.parse(all[0].text)), ['did', 'time_us', 'cursor', 'kind', 'commit'])
  deepEqual(await read(jetstream, 'cursor=4', 2), all.slice(3))
  const plain = await read(await opened(context, network), oldest, 1)
  ok(!plain[0].text.includes('"cursor"'), 'v1 has none')
})
