/** `firehose` and `jetstream tail`: what they show of what comes, what they leave out, and how they end. */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import {suite, test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {WebSocketServer} from 'ws'
import {encodeEvent} from '#atp/sync/event.ts'
import {encodeErrorFrame, encodeMessageFrame} from '#atp/sync/frame.ts'
import type {Frame} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'
import {TestRepo, testKey} from '../../test/commits.ts'
import {alice, documentOf, fakeServers, known, refusal} from '../../test/fake-servers.ts'
import {wholesky} from '../../test/recorded-io.ts'
import {collectionWanted} from './stream.ts'

const startMs = Date.UTC(2026, 0)
const time = '2026-01-01T00:00:00.000Z'
const bob = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
type Answers = Parameters<typeof fakeServers>[0]
type Connection = readonly Frame[] | Response | Error

/** A world whose subscriptions are answered in turn, the last one without an end. It waits for nothing but long deadlines. */
function streaming(connections: readonly Connection[], answers: Answers = known) {
  const asked: {url: string; sent: string[]}[] = []
  const {world} = fakeServers(answers)
  const streams: Partial<World> = {
    ...world,
    now: () => startMs + 3_600_000,
    sleep: (ms, signal) =>
      ms <= 4_000 ? Promise.resolve() : new Promise((_, reject) => signal?.addEventListener('abort', reject)),
    async subscribe(request, signal, outgoing) {
      const connection = connections[asked.length] ?? []
      const isLast = asked.length >= connections.length - 1
      const sent: string[] = []
      asked.push({url: request.url, sent})
      if (connection instanceof Error) throw connection
      if (connection instanceof Response) return connection
      void (async () => {
        for await (const frame of outgoing ?? []) sent.push(String(frame))
      })()
      return (async function* () {
        // What the client says first is to be seen before it has all and leaves.
        await new Promise(resolve => setImmediate(resolve))
        yield* connection
        if (isLast) await new Promise(resolve => signal.addEventListener('abort', resolve))
      })()
    },
  }
  return {world: streams, asked}
}

/** Two commits of alice, an identity, an account and a note of the server. */
function events(): Uint8Array[] {
  const repo = new TestRepo(alice.did, testKey(1), startMs)
  const post = {$type: 'app.bsky.feed.post', text: 'Hello', createdAt: time}
  const like = {$type: 'app.bsky.feed.like', subject: {uri: 'at://x', cid: 'y'}, createdAt: time}
  const made = [
    repo.write({'app.bsky.feed.post/1': post}),
    repo.write({'app.bsky.feed.like/1': like, 'app.bsky.feed.post/1': null}),
  ]
  return [
    ...made.map(({event}) => encodeEvent(event)),
    encodeMessageFrame('#identity', {seq: 3, did: bob, time, handle: 'bob.test'}),
    encodeMessageFrame('#account', {seq: 4, did: bob, time, active: false, status: 'deactivated'}),
    encodeMessageFrame('#info', {name: 'OutdatedCursor', message: 'Some are gone'}),
  ]
}
const firehose = (argv: readonly string[], setting: ReturnType<typeof streaming>) =>
  wholesky(['firehose', ...argv], setting)
const documents = (out: string): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)

suite('firehose', () => {
  test('shows each event on a line, and a commit by its changes', async () => {
    const {code, out, err} = await firehose(['--limit', '5', '--cursor', '0'], streaming([events()]))
    assert.deepEqual([code, err], [0, ''])
    assert.deepEqual(out.trimEnd().split('\n'), [
      `1 00:00:01 ${alice.did} create app.bsky.feed.post/1  Hello`,
      `2 00:00:02 ${alice.did} create app.bsky.feed.like/1  at://x`,
      `2 00:00:02 ${alice.did} delete app.bsky.feed.post/1`,
      `3 00:00:00 ${bob} identity bob.test`,
      `4 00:00:00 ${bob} account deactivated`,
      'info OutdatedCursor Some are gone',
    ])
  })

  test('asks the server named from the cursor given', async () => {
    const setting = streaming([events()])
    await firehose(['--limit', '1', '--cursor', '7', '--service', 'https://relay.example.com/'], setting)
    assert.deepEqual(
      setting.asked.map(({url}) => url),
      ['https://relay.example.com/xrpc/com.atproto.sync.subscribeRepos?cursor=7'],
    )
    for (const [network, host] of [
      ['local', 'http://localhost:2470'],
      ['public', 'https://bsky.network'],
    ] as const) {
      const other = streaming([events()])
      await firehose(['--limit', '1', '--network', network], other)
      assert.equal(other.asked[0].url, `${host}/xrpc/com.atproto.sync.subscribeRepos`)
    }
  })

  for (const [name, argv, kinds] of [
    ['an account', ['--did', bob], ['identity', 'account', 'info']],
    ['a handle', ['--did', 'alice.test'], ['commit', 'commit', 'info']],
    ['a collection', ['--collection', 'app.bsky.feed.like', '--did', alice.did], ['commit', 'info']],
    ['all collections under one', ['--collection', 'app.bsky.*', '--did', alice.did], ['commit', 'commit', 'info']],
    ['a collection that nothing is in', ['--collection', 'a.b.c', '--did', alice.did], ['info']],
  ] as const) {
    test(`shows only what is of ${name}`, async () => {
      const {out} = await firehose([...argv, '--json', '--limit', String(kinds.length)], streaming([events()]))
      assert.deepEqual(
        documents(out).map(({kind}) => kind),
        kinds,
      )
    })
  }

  test('with --json gives records as JSON, and how each was checked', async () => {
    const {out} = await firehose(['--json', '--limit', '1'], streaming([events()]))
    const [{ops, rev, time: at, ...rest}] = documents(out)
    assert.deepEqual(rest, {kind: 'commit', seq: 1, did: alice.did, since: null, chain: 'unverified'})
    assert.equal(typeof rev, 'string')
    assert.equal(typeof at, 'string')
    const [op] = ops as {record: object; action: string; rkey: string}[]
    assert.deepEqual(
      [op.action, op.rkey, op.record],
      ['create', '1', {$type: 'app.bsky.feed.post', text: 'Hello', createdAt: time}],
    )
  })

  test('with --verify leaves out what is not valid, says so, and ends with 1', async () => {
    const forged = encodeEvent({
      ...new TestRepo(alice.did, testKey(2), startMs).write({'a.b.c/1': {$type: 'a.b.c'}}).event,
      seq: 1,
    })
    const valid = encodeEvent({
      ...new TestRepo(alice.did, testKey(1), startMs).write({'a.b.c/2': {$type: 'a.b.c'}}).event,
      seq: 2,
    })
    const {code, out, err} = await firehose(['--verify', '--json', '--limit', '1'], streaming([[forged, valid]]))
    assert.equal(code, 1)
    assert.deepEqual(
      documents(out).map(({seq, chain}) => [seq, chain]),
      [[2, 'first']],
    )
    assert.match(err, /^✗ bad-signature: did:plc:/)
    assert.equal((await firehose(['--verify', '--limit', '1'], streaming([[valid]]))).code, 0)
  })

  test('knows no account without its key', async () => {
    const unknown = streaming([events()], {
      [`http://localhost:2582/${alice.did}`]: documentOf({verificationMethod: []}),
    })
    const {code, err} = await firehose(['--verify', '--limit', '2'], unknown)
    assert.equal(code, 1)
    assert.match(err, /✗ unknown-key: did:plc:/)
  })

  test('says of frames that are none why they are left out', async () => {
    const {code, err} = await firehose(['--limit', '1'], streaming([[Uint8Array.of(1, 2, 3), events()[0]]]))
    assert.equal(code, 1)
    assert.match(err, /^✗ \S+: /)
  })

  test('ends when the server is not as far as the cursor', async () => {
    const future = encodeErrorFrame('FutureCursor', 'Cursor in the future')
    const {code, err} = await firehose(['--cursor', '999'], streaming([[future]]))
    assert.equal(code, 1)
    assert.match(err, /FutureCursor/)
  })

  for (const [name, connection, message] of [
    [
      'is not there',
      new Error('connect ECONNREFUSED'),
      /^wholesky: http:\/\/localhost:2470: connect ECONNREFUSED Is the network up\?/,
    ],
    ['refuses', new Response('', {status: 503}), /was refused with status 503/],
  ] as const) {
    test(`ends with 3 when the server ${name}`, async () => {
      const {code, out, err} = await firehose([], streaming([connection]))
      assert.deepEqual([code, out], [3, ''])
      assert.match(err, message)
    })
  }

  test('goes on after a connection that was lost, from where it was', async () => {
    const [first, second] = events()
    const setting = streaming([[first], new Error('reset\n✓ fine'), [second]])
    const {code, out, err} = await firehose(['--limit', '2', '--json'], setting)
    assert.equal(code, 0)
    assert.deepEqual(
      documents(out).map(({seq}) => seq),
      [1, 2],
    )
    assert.deepEqual(
      setting.asked.map(({url}) => new URL(url).search),
      ['', '?cursor=1', '?cursor=1'],
    )
    assert.match(
      err,
      /The server closed the connection\. Trying again in \d+ s\.\nwholesky: .*reset\\n✓ fine Trying again/,
    )
  })

  test('keeps what strangers send within its line', async () => {
    const hostile = '\u001b[2J\n✓ fine\r\u202e'
    const repo = new TestRepo(alice.did, testKey(1), startMs)
    const frames = [
      encodeEvent(repo.write({'a.b.c/1': {$type: 'a.b.c', text: hostile}}).event),
      encodeMessageFrame('#account', {seq: 4, did: bob, time, active: false, status: hostile}),
      encodeMessageFrame('#info', {name: 'x', message: hostile}),
    ]
    const {out} = await firehose(['--limit', '3'], streaming([frames]))
    assert.equal(out.trimEnd().split('\n').length, 3)
    assert.doesNotMatch(out.replaceAll('\n', ''), /\p{Cc}|\p{Bidi_Control}/u)
  })

  test('stops when nobody reads on', async () => {
    const {code, err} = await wholesky(['firehose'], {...streaming([events()]), readMax: 60})
    assert.deepEqual([code, err], [0, ''])
  })

  for (const [argv, code, message] of [
    [['--collection', 'x'], 2, /expected a collection, or all under one: app\.bsky\.feed\.\*/],
    [['--cursor', '-1'], 2, /--cursor/],
    [['--limit', '0'], 2, /--limit '0'/],
    [['--did', 'x y'], 2, /expected a handle such as alice\.test, or a DID/],
    [['--service', 'relay'], 2, /--service 'relay': expected a URL/],
    [['--network', 'mars'], 2, /expected one of local, public/],
    [['--did', 'carla.test'], 3, /--did 'carla\.test': .* Give its DID\./],
  ] as const) {
    test(`refuses ${argv.join(' ')}, and follows nobody`, async () => {
      const setting = streaming([events()], {'com.atproto.identity.resolveHandle': refusal(500, 'InternalServerError')})
      const {code: found, err} = await firehose(argv, setting)
      assert.deepEqual([found, setting.asked], [code, []])
      assert.match(err, message)
    })
  }
})

const tail = (argv: readonly string[], setting: ReturnType<typeof streaming>) =>
  wholesky(['jetstream', 'tail', ...argv], setting)

suite('jetstream tail', () => {
  const rev = '3jui7kd54zh2y'
  const cid = 'bafyreidef3g2vvlshwzf7vxjyxg3lraahujvhtkpo7y3g4br52ft3lzwem'
  const base = {did: alice.did, time_us: startMs * 1000}
  const commit = {
    rev,
    operation: 'create',
    collection: 'app.bsky.feed.post',
    rkey: '1',
    cid,
    record: {$type: 'app.bsky.feed.post', text: 'Hello'},
  }
  const frames = [
    {...base, kind: 'commit', commit},
    {...base, kind: 'commit', commit: {rev, operation: 'delete', collection: commit.collection, rkey: '1'}},
    {...base, kind: 'identity', identity: {did: alice.did, handle: 'alice.test', seq: 1, time}},
    {...base, kind: 'account', account: {did: alice.did, active: false, status: 'x\n✓ y', seq: 2, time}},
  ].map(event => JSON.stringify(event))
  test('shows each event on a line', async () => {
    const {code, out, err} = await tail(['--limit', '4'], streaming([frames]))
    assert.deepEqual([code, err], [0, ''])
    assert.deepEqual(out.trimEnd().split('\n'), [
      `00:00:00 ${alice.did} create app.bsky.feed.post/1  Hello`,
      `00:00:00 ${alice.did} delete app.bsky.feed.post/1`,
      `00:00:00 ${alice.did} identity alice.test`,
      `00:00:00 ${alice.did} account x\\n✓ y`,
    ])
  })

  test('with --json gives the event, its time as Jetstream names it', async () => {
    const {out} = await tail(['--limit', '1', '--json'], streaming([frames]))
    assert.deepEqual(documents(out), [{did: alice.did, kind: 'commit', ...commit, time_us: base.time_us}])
  })

  test('lets the server filter, from the cursor given', async () => {
    const setting = streaming([frames])
    const argv = ['--cursor', '1', '--did', 'alice.test', '--collection', 'app.bsky.feed.*', '--limit', '1']
    assert.equal((await tail([...argv, '--service', 'https://js.example.com'], setting)).code, 0)
    assert.equal(setting.asked[0].url, 'https://js.example.com/subscribe?requireHello=true&cursor=1')
    const payload = {wantedCollections: ['app.bsky.feed.*'], wantedDids: [alice.did]}
    assert.deepEqual(
      setting.asked[0].sent.map(text => JSON.parse(text)),
      [{type: 'options_update', payload}],
    )
  })

  test('says of messages that are none why they are left out', async () => {
    const {code, out, err} = await tail(['--limit', '1'], streaming([['{', '[]', frames[0]]]))
    assert.equal(code, 0)
    assert.equal(out.trimEnd().split('\n').length, 1)
    assert.match(err, /^✗ syntax: .*\n✗ not-an-object: /)
  })

  test('ends with 3 when the server is not there, and refuses a cursor that is none', async () => {
    assert.equal((await tail([], streaming([new Error('connect ECONNREFUSED')]))).code, 3)
    assert.equal((await tail(['--cursor', '0'], streaming([]))).code, 2)
  })
})

test('a pattern of collections is one of them, or all under it', () => {
  const wanted = collectionWanted(['app.bsky.feed.*', 'a.b.c'])
  assert.deepEqual(
    ['app.bsky.feed.post', 'a.b.c', 'app.bsky.feedx.post', 'a.b.cd', 'app.bsky.graph.follow'].map(wanted),
    [true, true, false, false, false],
  )
  assert.equal(collectionWanted([])('any.thing.else'), true)
})

test('Ctrl-C ends a stream at once, with nothing said', {timeout: 20_000}, async () => {
  const server = new WebSocketServer({port: 0, host: '127.0.0.1'})
  server.on('connection', socket => socket.send(events()[0]))
  await once(server, 'listening')
  const program = fileURLToPath(new URL('../bin/wholesky.js', import.meta.url))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const child = spawn(process.execPath, [program, 'firehose', '--service', url], {stdio: ['ignore', 'pipe', 'pipe']})
  try {
    let err = ''
    child.stderr.setEncoding('utf8').on('data', text => (err += text))
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
    assert.match(line, /^1 00:00:01 did:plc:\S+ create app\.bsky\.feed\.post\/1 {2}Hello\n$/)
    child.kill('SIGINT')
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    assert.deepEqual([code, signal, err], [null, 'SIGINT', ''])
  } finally {
    child.kill('SIGKILL')
    for (const socket of server.clients) socket.terminate()
    server.close()
  }
})
