import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import type {PublicKey} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {encodeEvent, type RepoEvent} from '#atp/sync/event.ts'
import {encodeErrorFrame, encodeMessageFrame} from '#atp/sync/frame.ts'
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import {endpointsFor} from '#xrpc/endpoint.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {Router} from '#xrpc/router.ts'
import {TestRepo, testKey} from '../../test/commits.ts'
import {oddlyOrdered, readFrames} from '../../test/frames.ts'
import {needVectors, vector} from '../../test/vectors.ts'
import {Identities} from './identity.ts'
import {changesOf, Firehose, type FirehoseEvent, type FirehoseOptions} from './firehose.ts'

const startMs = Date.parse('2026-01-01T00:00:00Z')
const alice = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const bob = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'
const post = (rkey: string) => `app.bsky.feed.post/${rkey}`
const aliceRepo = () => new TestRepo(alice, testKey(1), startMs)

type Connect = (cursor: string | null) => Frames | Response
/** A firehose whose connections are answered in turn, and which ends after the last. */
function setUp(connections: (Connect | readonly Frame[])[], more: Partial<FirehoseOptions> = {}) {
  const stop = new AbortController()
  const state = {
    cursors: [] as (string | null)[],
    asked: [] as string[],
    forgotten: [] as string[],
    details: [] as string[],
  }
  const keys = new Map<string, PublicKey>([
    [alice, testKey(1).publicKey],
    [bob, testKey(2).publicKey],
  ])
  const identities = {
    async keyOf(did: Did, _?: string, fresh = false) {
      state.asked.push(`${did}${fresh ? ' fresh' : ''}`)
      return (fresh && keys.get(`${did} fresh`)) || keys.get(did)
    },
    forget: (identifier: string) => void state.forgotten.push(identifier),
  }
  const firehose = new Firehose({
    world: {
      now: () => startMs + 3_600_000,
      random: size => new Uint8Array(size),
      sleep: (ms, signal) =>
        ms < 300_000 ? Promise.resolve() : new Promise((_, reject) => signal?.addEventListener('abort', reject)),
      async subscribe(request) {
        const connection = connections[state.cursors.length]
        state.cursors.push(new URL(request.url).searchParams.get('cursor'))
        if (!connection) stop.abort()
        return typeof connection === 'function' ? connection(state.cursors.at(-1) ?? null) : streamOf(connection ?? [])
      },
    },
    service: 'https://relay.example.com',
    signal: stop.signal,
    identities,
    onDrop: (reason, detail) => state.details.push(`${reason} ${detail}`),
    ...more,
  })
  const all = () => Array.fromAsync(firehose)
  return {firehose, state, keys, all, dropped: () => Object.fromEntries(firehose.dropped)}
}
async function* streamOf(frames: readonly Frame[]): AsyncGenerator<readonly Frame[]> {
  yield frames
  // Long enough for the window to be drained before the next connection.
  for (let turns = 0; turns < 50; turns++) await new Promise(resolve => setImmediate(resolve))
}
const frames = (...events: RepoEvent[]) => events.map(encodeEvent)
const shown = (events: FirehoseEvent[]) =>
  events.map(event => `${event.t === '#info' ? '' : event.seq}${event.t}${'chain' in event ? ` ${event.chain}` : ''}`)

test('commits are verified and joined, and carry their records', async () => {
  const repo = aliceRepo()
  const first = repo.write({[post('a')]: {text: 'hello'}, [post('b')]: {text: 'bye'}})
  const second = repo.write({[post('a')]: {text: 'hello again'}, [post('b')]: null})
  const {all, dropped, firehose} = setUp([frames(first.event, second.event)])
  const events = await all()
  assert.deepEqual(shown(events), ['1#commit first', '2#commit ok'])
  assert.deepEqual(dropped(), {})
  assert.equal(firehose.cursor, 2)
  assert.ok(events[1].t === '#commit')
  const changes = Array.from(changesOf(events[1]), ({action, uri, record}) => ({action, uri, record}))
  assert.deepEqual(changes, [
    {action: 'update', uri: `at://${alice}/${post('a')}`, record: {text: 'hello again'}},
    {action: 'delete', uri: `at://${alice}/${post('b')}`, record: undefined},
  ])
  assert.deepEqual([...changesOf(events[1], collection => collection === ('com.example.x' as Nsid))], [])
})

test('what does not hold is dropped with its reason, and the stream goes on', async () => {
  const repo = aliceRepo()
  const {event} = repo.write({[post('a')]: {text: 'hello'}})
  const forged = {...new TestRepo(alice, testKey(2), startMs).write({[post('x')]: {}}).event, seq: 2}
  const stranger = {...new TestRepo('did:plc:cccccccccccccccccccccccc', testKey(3), startMs).write({}).event, seq: 3}
  const last = {...repo.write({[post('b')]: {}}).event, seq: 9}
  const bad = [
    new Uint8Array([0xff]),
    'text',
    encodeMessageFrame('#commit', {seq: 4}),
    encodeMessageFrame('#later', {any: 'thing'}),
    encodeErrorFrame('ConsumerTooSlow', 'Hurry.'),
  ]
  const {all, dropped, state} = setUp([[...frames(event, forged, stranger), ...bad, ...frames(last)]])
  assert.deepEqual(shown(await all()), ['1#commit first', '9#commit ok'])
  assert.deepEqual(dropped(), {
    'bad-signature': 1,
    'unknown-key': 1,
    'bad-header': 1,
    'not-binary': 1,
    'bad-since': 1,
    'error-frame': 1,
  })
  assert.ok(state.details.includes('error-frame ConsumerTooSlow: Hurry.'))
})

test('frames with keys in any order are read', async () => {
  const repo = aliceRepo()
  const events = ['a', 'b'].map(rkey => repo.write({[post(rkey)]: {text: rkey}}).event)
  const {all, dropped} = setUp([frames(...events).map(oddlyOrdered)])
  assert.deepEqual(shown(await all()), ['1#commit first', '2#commit ok'])
  assert.deepEqual(dropped(), {})
})

test('a key that was rotated is asked for anew', async () => {
  const repo = aliceRepo()
  const {event} = repo.write({[post('a')]: {}})
  const {all, state, keys} = setUp([frames(event)])
  keys.set(alice, testKey(9).publicKey)
  keys.set(`${alice} fresh`, testKey(1).publicKey)
  assert.deepEqual(shown(await all()), ['1#commit first'])
  assert.deepEqual(state.asked, [alice, `${alice} fresh`])
})

test('an #identity event makes us forget what we knew of the account', async () => {
  const time = aliceRepo().write({}).event.time
  const identity = {t: '#identity', seq: 1, did: alice as Did, time, handle: 'alice.example.com'} as RepoEvent
  const account = {t: '#account', seq: 2, did: alice as Did, time, active: false, status: 'deleted'} as RepoEvent
  const {all, state} = setUp([frames(identity, account, {t: '#info', name: 'OutdatedCursor'})])
  assert.deepEqual(shown(await all()), ['1#identity', '2#account', '#info'])
  assert.deepEqual(state.forgotten, [alice, 'alice.example.com'])
})

test('a gap is told, until the caller has fetched the repo', async () => {
  const repo = aliceRepo()
  const [one, , three, four] = ['a', 'b', 'c', 'd'].map(rkey => repo.write({[post(rkey)]: {}}))
  const {firehose, all} = setUp([frames(one.event, three.event)])
  assert.deepEqual(shown(await all()), ['1#commit first', '3#commit desynchronized'])
  firehose.resynchronized(alice as Did, three.event.rev, three.commit.data)
  const {firehose: other, all: rest} = setUp([frames(four.event)])
  other.resynchronized(alice as Did, three.event.rev, three.commit.data)
  assert.deepEqual(shown(await rest()), ['4#commit ok'])
})

test('a #sync tells whether we are in step', async () => {
  const repo = aliceRepo()
  const one = repo.write({[post('a')]: {}})
  const confirming = repo.sync(one)
  const {all} = setUp([frames(one.event, confirming)])
  assert.deepEqual(shown(await all()), ['1#commit first', '2#sync ok'])
})

test('a new connection goes on from the last event, and repeats are dropped', async () => {
  const repo = aliceRepo()
  const [one, two, three] = ['a', 'b', 'c'].map(rkey => repo.write({[post(rkey)]: {}}).event)
  const {all, state, dropped} = setUp([frames(one, two), frames(two, three)])
  assert.deepEqual(shown(await all()), ['1#commit first', '2#commit ok', '3#commit ok'])
  assert.deepEqual(state.cursors, [null, '2', '3'])
  assert.deepEqual(dropped(), {'repeated-seq': 1})
})

test('the cursor is the last event that the caller came back from', async () => {
  const repo = aliceRepo()
  const {firehose} = setUp([frames(...['a', 'b', 'c'].map(rkey => repo.write({[post(rkey)]: {}}).event))])
  for await (const event of firehose) if (event.t === '#commit' && event.seq === 2) break
  assert.equal(firehose.cursor, 1)
})

const behind = (thrown: unknown) => thrown instanceof UpstreamError && thrown.error === 'FutureCursor'

test('a server that is behind the cursor ends the iteration, whether it says so or not', async () => {
  await assert.rejects(setUp([[encodeErrorFrame('FutureCursor', 'No such event yet.')]], {cursor: 10}).all(), behind)
  const {event} = aliceRepo().write({[post('a')]: {}})
  await assert.rejects(setUp([frames(event)], {cursor: 10}).all(), behind)
})

test('keys are looked up at the same time, and events come in order all the same', async () => {
  const repos = Array.from(
    {length: 20},
    (_, i) => new TestRepo(`did:plc:${'abcdefghijklmnopqrst'[i].repeat(24)}`, testKey(1), startMs),
  )
  const events = repos.map((repo, i) => ({...repo.write({[post('a')]: {}}).event, seq: i + 1}))
  let asking = 0
  let most = 0
  let asked = 0
  const identities = {
    async keyOf() {
      most = Math.max(most, ++asking)
      // The answers come out of order, and all before the connection ends.
      for (let turns = (asked++ * 7) % 20; turns > 0; turns--) await new Promise(resolve => setImmediate(resolve))
      asking--
      return testKey(1).publicKey
    },
    forget() {},
  }
  const {all} = setUp([frames(...events)], {identities})
  assert.deepEqual(
    (await all()).map(event => event.t === '#commit' && event.seq),
    events.map(({seq}) => seq),
  )
  assert.ok(most > 10)
})

test('nothing more than a window is read while the caller is busy', async () => {
  const {event} = aliceRepo().write({[post('a')]: {}})
  const identity = (seq: number) => encodeEvent({t: '#identity', seq, did: alice as Did, time: event.time})
  let read = 0
  const endless: Connect = async function* () {
    for (;;) yield identity(++read)
  } as Connect
  const {firehose} = setUp([endless])
  for await (const _ of firehose) {
    await new Promise(resolve => setTimeout(resolve, 5))
    break
  }
  assert.ok(read > 10 && read < 100, String(read))
})

test('unverified, it believes what it gets, but for what it cannot read', async () => {
  const {event} = new TestRepo(alice, testKey(7), startMs).write({[post('a')]: {text: 'x'}})
  const {all, dropped} = setUp([frames(event, {...event, seq: 2, blocks: new Uint8Array(9)})], {
    identities: 'unverified',
  })
  const events = await all()
  assert.deepEqual(shown(events), ['1#commit unverified'])
  assert.ok(events[0].t === '#commit')
  assert.deepEqual(
    Array.from(changesOf(events[0]), ({record}) => record),
    [{text: 'x'}],
  )
  assert.deepEqual(dropped(), {'bad-car': 1})
})

test('it follows a router of ours within the process', async () => {
  const repo = aliceRepo()
  const log = ['a', 'b', 'c'].map(rkey => encodeEvent(repo.write({[post(rkey)]: {}}).event))
  const {subscription} = endpointsFor<object>()
  const router = new Router<object>({
    auth: {},
    endpoints: [
      subscription(subscribeRepos, {
        auth: 'none',
        async *handle({params: {cursor = 0}, fail}) {
          if (cursor > log.length) throw fail('FutureCursor', 'Cursor in the future.')
          yield log.slice(cursor)
        },
      }),
    ],
  })
  const stop = new AbortController()
  const {firehose} = setUp([], {
    signal: stop.signal,
    cursor: 1,
    world: {
      now: () => startMs + 3_600_000,
      random: size => new Uint8Array(size),
      sleep: (ms, signal) =>
        ms < 300_000 ? Promise.resolve() : new Promise((_, reject) => signal?.addEventListener('abort', reject)),
      subscribe: async (request, signal) => router.frames(request, signal),
    },
  })
  const seen: FirehoseEvent[] = []
  for await (const event of firehose) if (seen.push(event) === 2) stop.abort()
  assert.deepEqual(shown(seen), ['2#commit first', '3#commit ok'])
})

const sleep = (_: number, signal?: AbortSignal) =>
  new Promise<void>((_, reject) => signal?.addEventListener('abort', reject))

test('what the live network sends is proven, by keys from its own DID documents', needVectors, async () => {
  const documents = JSON.parse(readFileSync(vector('firehose/did-docs.json'), 'utf8')) as Record<string, unknown>
  const nowMs = Date.parse('2026-12-31T00:00:00Z')
  const page = async ({url}: Request) => {
    const {pathname, host} = new URL(url)
    const did = pathname.startsWith('/did:') ? pathname.slice(1) : `did:web:${host}`
    return Response.json(documents[did] ?? null, {status: did in documents ? 200 : 404})
  }
  const stop = new AbortController()
  const identities = new Identities({world: {now: () => nowMs, sleep, fetch: page}, txt: async () => []})
  const {firehose, dropped} = setUp([], {
    signal: stop.signal,
    identities,
    world: {
      now: () => nowMs,
      random: size => new Uint8Array(size),
      sleep: (ms, signal) => (ms === 0 ? Promise.resolve() : sleep(ms, signal)),
      subscribe: async () => streamOf(readFrames(vector('firehose/frames.bin'))),
    },
  })
  let changes = 0
  const chains: Record<string, number> = {}
  for await (const event of firehose) {
    assert.ok(event.t === '#commit')
    chains[event.chain] = (chains[event.chain] ?? 0) + 1
    for (const {action, record} of changesOf(event)) {
      assert.equal(record === undefined, action === 'delete')
      if (++changes === 92) stop.abort()
    }
  }
  assert.deepEqual(dropped(), {})
  assert.equal(chains.first + (chains.ok ?? 0) + (chains.desynchronized ?? 0), 90)
})

test('what is told while the directory is away waits for it', async () => {
  const repo = new TestRepo(alice, testKey(1), startMs)
  const events = ['a', 'b'].map(rkey => repo.write({[post(rkey)]: {text: rkey}}).event)
  let asked = 0
  const away = {ok: false, reason: 'http-503', detail: 'later', passing: true} as const
  const {publicKey} = testKey(1)
  const document = {} as never
  const identities: FirehoseOptions['identities'] = {
    keyOf: async () => (asked > 5 ? publicKey : undefined),
    forget: () => {},
    account: async () => (++asked > 5 ? {ok: true, value: {document, pds: undefined, key: publicKey}} : away) as never,
  }
  const {all, dropped} = setUp([frames(...events)], {identities})
  assert.deepEqual(shown(await all()), ['1#commit first', '2#commit ok'])
  assert.deepEqual(dropped(), {})
})
