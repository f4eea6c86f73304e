import assert from 'node:assert/strict'
import {test} from 'node:test'
import {brotliCompressSync, deflateSync, gzipSync} from 'node:zlib'
import {AtpAgent, XRPCError} from '@atproto/api'
import {Cid, cidOf} from '#atp/data/cid.ts'
import {decodeFrame} from '#atp/sync/frame.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {toUtf8} from '#std/text.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {searchActors} from '#lex/gen/app/bsky/actor/searchActors.ts'
import {getPreferences} from '#lex/gen/app/bsky/actor/getPreferences.ts'
import {createRecord} from '#lex/gen/com/atproto/repo/createRecord.ts'
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import {deleteSession} from '#lex/gen/com/atproto/server/deleteSession.ts'
import {getBlob} from '#lex/gen/com/atproto/sync/getBlob.ts'
import {subscribeRepos} from '#lex/gen/com/atproto/sync/subscribeRepos.ts'
import {endpointsFor} from './endpoint.ts'
import {UpstreamError, XrpcError} from './errors.ts'
import {Router, type RouterOptions} from './router.ts'

type Callers = {session: {did: string}}
const {query, procedure, subscription} = endpointsFor<Callers>()
const alice = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const raw = cidOf(0x55, toUtf8('blob'))

const session = async (request: Request) => {
  if (request.headers.get('authorization') !== 'Bearer good') throw new XrpcError('AuthMissing', 'Log in.')
  return {did: alice}
}

const profile = query(getProfile, {
  auth: 'none',
  async handle({params}) {
    return {did: alice, handle: params.actor}
  },
})
const search = query(searchActors, {
  auth: 'none',
  async handle({params}) {
    return {actors: [], cursor: `${params.limit} ${params.q}`}
  },
})
const create = procedure(createRecord, {
  auth: 'session',
  bodySizeMax: 1_000_000,
  async handle({input, caller, fail, headers}) {
    if (input.swapCommit) throw fail('InvalidSwap', 'The repo has moved past swapCommit.')
    headers.set('atproto-repo-rev', '3kabc')
    const {link} = input.record
    const cid = link instanceof Cid ? link.toString() : raw.toString()
    return {uri: `at://${caller.did}/${input.collection}/${input.rkey ?? 'self'}`, cid}
  },
})
const upload = procedure(uploadBlob, {
  auth: 'none',
  bodySizeMax: 1000,
  async handle({input}) {
    let size = 0
    for await (const chunk of input.body) size += chunk.length
    return {blob: {$type: 'blob', ref: raw, mimeType: input.encoding, size}}
  },
})
const logOut = procedure(deleteSession, {
  auth: 'none',
  async handle() {
    return undefined
  },
})
const router = (options: Partial<RouterOptions<Callers>> = {}) =>
  new Router<Callers>({
    endpoints: [profile, search, create, upload, logOut],
    auth: {session},
    checkAnswers: true,
    ...options,
  })

const at = (path: string, init?: RequestInit & {duplex?: 'half'}) => new Request(`https://pds.example.com${path}`, init)
const post = (nsid: string, body: BodyInit | undefined, headers: Record<string, string> = {}) =>
  at(`/xrpc/${nsid}`, {
    method: 'POST',
    body,
    headers: {authorization: 'Bearer good', 'content-type': 'application/json', ...headers},
    duplex: 'half',
  })
const record = (more: object = {}) =>
  JSON.stringify({repo: alice, collection: 'com.example.note', record: {$type: 'com.example.note'}, ...more})
const creating = (body: BodyInit, headers?: Record<string, string>) => post(createRecord.nsid, body, headers)

/** The status and error name of an answer. */
async function outcome(response: Response): Promise<string> {
  if (response.ok) return String(response.status)
  const {error} = (await response.json()) as {error: string}
  return `${response.status} ${error}`
}
const send = async (request: Request, options?: Partial<RouterOptions<Callers>>) =>
  outcome(await router(options).fetch(request))

test('a query answers JSON, with its parameters read and defaults filled in', async () => {
  const response = await router().fetch(at('/xrpc/app.bsky.actor.searchActors?q=a%20b&unknown=1'))
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.deepEqual(await response.json(), {actors: [], cursor: '25 a b'})
})

test('parameters are checked before the handler runs', async () => {
  const get = (search: string) => send(at(`/xrpc/app.bsky.actor.searchActors?${search}`))
  assert.equal(await get('limit=100'), '200')
  for (const bad of ['limit=101', 'limit=x', 'limit=1.5', 'limit=1&limit=2', 'limit=99999999999999999999']) {
    assert.equal(await get(bad), '400 InvalidRequest', bad)
  }
  assert.equal(await send(at('/xrpc/app.bsky.actor.getProfile')), '400 InvalidRequest')
  assert.equal(await send(at('/xrpc/app.bsky.actor.getProfile?actor=not a handle')), '400 InvalidRequest')
})

test('a procedure gets its checked input and its caller, and may set headers', async () => {
  const response = await router().fetch(creating(record({rkey: 'k'})))
  assert.deepEqual(await response.json(), {uri: `at://${alice}/com.example.note/k`, cid: raw.toString()})
  assert.equal(response.headers.get('atproto-repo-rev'), '3kabc')
  assert.equal(response.headers.get('cache-control'), 'private')
  assert.match(response.headers.get('vary') ?? '', /Authorization/)
})

test('links in a body are CIDs in the handler', async () => {
  const link = cidOf(0x71, toUtf8('block'))
  const response = await router().fetch(creating(record({record: {link: {$link: link.toString()}}})))
  assert.equal(((await response.json()) as {cid: string}).cid, link.toString())
})

test('a declared error is a 400 by its name', async () => {
  assert.equal(await send(creating(record({swapCommit: raw.toString()}))), '400 InvalidSwap')
})

test('only declared and generic errors compile', () => {
  procedure(createRecord, {
    auth: 'none',
    async handle({fail}) {
      // @ts-expect-error: the lexicon does not declare it
      throw fail('NotDeclared', 'x')
    },
  })
  query(getPreferences, {
    auth: 'session',
    async handle({fail, caller}) {
      // @ts-expect-error: of a caller only what the service says is known
      void caller.password
      throw fail('RateLimitExceeded', 'x')
    },
  })
  // @ts-expect-error: the service has no such callers
  query(getPreferences, {auth: 'admin', handle: async () => ({preferences: []})})
  // @ts-expect-error: the answer is not what the lexicon says
  query(getProfile, {auth: 'none', handle: async () => ({handle: 'a.example.com'})})
})

test('without a caller there is no body read and no handler run', async () => {
  const unread = new ReadableStream({pull: () => assert.fail('read')}, {highWaterMark: 0})
  assert.equal(await send(creating(unread, {authorization: ''})), '401 AuthMissing')
})

test('bad bodies are refused by what is wrong with them', async () => {
  const refused = '400 InvalidRequest'
  assert.equal(await send(creating('{')), refused)
  assert.equal(await send(creating('')), refused)
  assert.equal(await send(creating('[]')), refused)
  assert.equal(await send(creating('"text"')), refused)
  assert.equal(await send(creating(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]))), refused)
  assert.equal(await send(creating(record({collection: 'x'}))), refused)
  assert.equal(await send(creating(record({record: 7}))), refused)
  assert.equal(await send(creating(record({record: {n: 1.5}}))), refused)
  assert.equal(await send(creating(record({record: {$link: 'x'}}))), refused)
  assert.equal(await send(creating(`{"a":${'['.repeat(200_000)}`)), refused)
  assert.equal(await send(creating(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)), refused)
  assert.equal(await send(creating(record(), {'content-type': 'text/plain'})), refused)
  assert.equal(await send(creating(record(), {'content-type': 'nonsense'})), refused)
  assert.equal(await send(post(createRecord.nsid, undefined)), refused)
  assert.equal(await send(creating(record(), {'content-type': 'Application/JSON; charset=utf-8'})), '200')
})

test('a body has a bound, however long it says it is', async () => {
  const long = record({record: {text: 'x'.repeat(1_000_000)}})
  assert.equal(await send(creating(long)), '413 PayloadTooLargeError')
  assert.equal(await send(creating(record(), {'content-length': '1000001'})), '413 PayloadTooLargeError')
  assert.equal(await send(creating(new Blob([long]).stream(), {'content-length': '10'})), '413 PayloadTooLargeError')
  let asked = 0
  const endless = new ReadableStream({
    pull: controller => {
      asked++
      controller.enqueue(new Uint8Array(100_000))
    },
  })
  assert.equal(await send(creating(endless)), '413 PayloadTooLargeError')
  assert.ok(asked < 20)
})

test('a compressed body is counted as it unfolds', async () => {
  const gzip = (text: string) => creating(gzipSync(text), {'content-encoding': 'gzip'})
  assert.equal(await send(gzip(record())), '200')
  assert.equal(await send(gzip(record({record: {text: 'x'.repeat(5_000_000)}}))), '413 PayloadTooLargeError')
  assert.equal(await send(creating('no gzip', {'content-encoding': 'gzip'})), '400 InvalidRequest')
  const packed = (encoding: string, bytes: Uint8Array<ArrayBuffer>) =>
    send(creating(bytes, {'content-encoding': encoding}))
  assert.equal(await packed('br', brotliCompressSync(record())), '200')
  assert.equal(await packed('deflate, X-Gzip', gzipSync(deflateSync(record()))), '200')
  assert.equal(await packed('gzip, br', gzipSync(brotliCompressSync(record()))), '400 InvalidRequest')
  assert.equal(
    await packed('br', brotliCompressSync(record({record: {text: 'x'.repeat(5_000_000)}}))),
    '413 PayloadTooLargeError',
  )
  for (const encoding of ['zstd', 'gzip, zstd', 'constructor', 'gzip, gzip, gzip, gzip']) {
    assert.equal(await packed(encoding, gzipSync(record())), '415 UnsupportedMediaType', encoding)
  }
})

test('a body that breaks off is the sender’s fault', async () => {
  const broken = new ReadableStream({pull: controller => controller.error(new Error('connection lost'))})
  assert.equal(await send(creating(broken)), '400 InvalidRequest')
})

const uploading = (size: number) => post(uploadBlob.nsid, new Uint8Array(size), {'content-type': 'image/png; x=y'})

test('a body that is no JSON comes as a stream, with its own bound', async () => {
  const response = await router().fetch(uploading(1000))
  assert.deepEqual(await response.json(), {
    blob: {$type: 'blob', ref: {$link: raw.toString()}, mimeType: 'image/png', size: 1000},
  })
  assert.equal(await send(uploading(1001)), '413 PayloadTooLarge')
})

test('a body that does not unfold is the sender’s fault, also where it comes as a stream', async () => {
  const headers = {'content-type': 'image/png', 'content-encoding': 'gzip'}
  const body = new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.equal(
    await send(at('/xrpc/com.atproto.repo.uploadBlob', {method: 'POST', headers, body})),
    '400 InvalidRequest',
  )
  const cut = gzipSync('x'.repeat(500)).subarray(0, 20)
  assert.equal(
    await send(at('/xrpc/com.atproto.repo.uploadBlob', {method: 'POST', headers, body: cut})),
    '400 InvalidRequest',
  )
})

test('a procedure without input takes no body', async () => {
  assert.equal(await send(post(deleteSession.nsid, undefined)), '200')
  assert.equal(await send(post(deleteSession.nsid, '')), '200')
  assert.equal(await send(post(deleteSession.nsid, '{}')), '400 InvalidRequest')
})

test('unknown methods, wrong verbs and other paths are told apart', async () => {
  assert.equal(await send(at('/xrpc/com.example.unknown')), '501 MethodNotImplemented')
  assert.equal(await send(at('/xrpc/not-an-nsid')), '400 InvalidRequest')
  assert.equal(await send(at('/xrpc/')), '400 InvalidRequest')
  assert.equal(await send(at('/xrpc/__proto__')), '400 InvalidRequest')
  assert.equal(await send(at('/elsewhere')), '404 XRPCNotSupported')
  assert.equal(await send(at('/xrpc/com.atproto.repo.createRecord')), '400 InvalidRequest')
  assert.equal(await send(post(getProfile.nsid, '{}')), '400 InvalidRequest')
  assert.equal(await send(at('/xrpc/app.bsky.actor.searchActors/')), '200')
})

const otherwise = async (request: Request, nsid: string) =>
  new Response(`${request.method} ${nsid}`, {status: 203, headers: {'x-from': 'upstream', vary: 'Accept'}})

test('what the service does not know can be passed on', async () => {
  const response = await router({otherwise}).fetch(at('/xrpc/com.example.unknown'))
  assert.equal(await response.text(), 'GET com.example.unknown')
  assert.equal(response.status, 203)
  assert.equal(response.headers.get('x-from'), 'upstream')
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
})

test('browsers may call from anywhere, with any header they ask for', async () => {
  const asking = at('/xrpc/app.bsky.actor.getProfile', {
    method: 'OPTIONS',
    headers: {'access-control-request-headers': 'authorization,atproto-proxy', origin: 'https://app.example.com'},
  })
  const allowed = await router().fetch(asking)
  assert.equal(allowed.status, 204)
  assert.equal(allowed.headers.get('access-control-allow-headers'), 'authorization,atproto-proxy')
  const refused = await router().fetch(at('/xrpc/com.example.unknown'))
  assert.equal(refused.headers.get('access-control-allow-origin'), '*')
})

test('HEAD is a query without its body', async () => {
  const response = await router().fetch(at('/xrpc/app.bsky.actor.searchActors', {method: 'HEAD'}))
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.equal(await response.text(), '')
})

test('what the rooms of a service throw goes out as the service says, from methods and from streams', async () => {
  const thrown = new RangeError('taken')
  const errorOf = (found: unknown): unknown =>
    found === thrown ? new XrpcError('HandleNotAvailable', 'Taken.') : found
  const refusing = query(getProfile, {auth: 'none', handle: () => Promise.reject(thrown)})
  const faulty = query(searchActors, {auth: 'none', handle: () => Promise.reject(new RangeError('other'))})
  const stream = subscription(subscribeRepos, {
    auth: 'none',
    async *handle() {
      yield new Uint8Array(1)
      throw thrown
    },
  })
  const served = router({endpoints: [refusing, faulty, stream], errorOf})
  const refused = await served.fetch(at(`/xrpc/app.bsky.actor.getProfile?actor=${alice}`))
  assert.equal(refused.status, 400)
  assert.deepEqual(await refused.json(), {error: 'HandleNotAvailable', message: 'Taken.'})
  assert.equal((await served.fetch(at('/xrpc/app.bsky.actor.searchActors?q=x'))).status, 500)
  const frames = served.frames(at('/xrpc/com.atproto.sync.subscribeRepos'), new AbortController().signal)
  assert.ok(!(frames instanceof Response))
  const [, last] = await Array.fromAsync(eachFrame(frames))
  assert.deepEqual(decodeFrame(last as Uint8Array), {op: -1, error: 'HandleNotAvailable', message: 'Taken.'})
})

test('a fault of ours tells the caller nothing, and the observer all', async () => {
  const fault = new TypeError('secret')
  const faulty = query(getProfile, {auth: 'none', handle: () => Promise.reject(fault)})
  const seen: unknown[] = []
  const response = await router({
    endpoints: [faulty],
    observe: nsid => outcome => seen.push(nsid, outcome),
  }).fetch(at(`/xrpc/app.bsky.actor.getProfile?actor=${alice}`))
  assert.equal(response.status, 500)
  assert.deepEqual(await response.json(), {error: 'InternalServerError', message: 'Internal Server Error'})
  assert.deepEqual(seen, [getProfile.nsid, {status: 500, error: 'InternalServerError', fault}])
})

test("the observer hears of a stranger's invented methods without their names", async () => {
  const seen: unknown[] = []
  const observe = (nsid: string | undefined) => (outcome: object) => seen.push(nsid, outcome)
  await send(at('/xrpc/com.example.unknown'), {observe})
  assert.deepEqual(seen, [undefined, {status: 501, error: 'MethodNotImplemented'}])
})

const asking = () => at(`/xrpc/app.bsky.actor.getProfile?actor=${alice}`)

test('that we gave up with a caller who has gone is no fault of ours', async () => {
  const gone = new AbortController()
  const endpoint = query(getProfile, {
    auth: 'none',
    handle: ({signal}) => {
      gone.abort(new DOMException('The client has gone.', 'AbortError'))
      return Promise.reject(signal.reason as Error)
    },
  })
  const seen: unknown[] = []
  const served = router({endpoints: [endpoint], observe: () => outcome => seen.push(outcome)})
  const url = `https://a.test/xrpc/${getProfile.nsid}?actor=alice.test`
  await served.fetch(new Request(url, {signal: gone.signal}))
  assert.deepEqual(seen, [{status: 400, error: 'InvalidRequest'}])
})

test('an answer that breaks its lexicon is a fault of ours when answers are checked', async () => {
  const wrong = query(getProfile, {auth: 'none', handle: async () => ({did: 'x', handle: 'not a handle'})})
  assert.equal(await send(asking(), {endpoints: [wrong]}), '500 InternalServerError')
  assert.equal(await send(asking(), {endpoints: [wrong], checkAnswers: false}), '200')
})

test('a rate limit comes before all else, and its headers go out either way', async () => {
  let calls = 0
  const admit: RouterOptions<Callers>['admit'] = (_, nsid, headers) => {
    headers.set('ratelimit-remaining', String(1 - calls))
    if (calls++ > 0) throw new XrpcError('RateLimitExceeded', `Slow down with ${nsid}.`)
  }
  const limited = router({admit})
  assert.equal((await limited.fetch(asking())).headers.get('ratelimit-remaining'), '1')
  const refused = await limited.fetch(asking())
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('ratelimit-remaining'), '0')
})

const failing = (error: UpstreamError) =>
  send(at(`/xrpc/app.bsky.actor.getProfile?actor=${alice}`), {
    endpoints: [query(getProfile, {auth: 'none', handle: () => Promise.reject(error)})],
  })

test("an upstream's refusal passes through a handler, its failure does not", async () => {
  assert.equal(await failing(new UpstreamError('BlockedActor', 'x', {status: 400})), '400 BlockedActor')
  assert.equal(await failing(new UpstreamError('InternalServerError', 'x', {status: 500})), '502 UpstreamFailure')
})

test('an answer may be a stream, which is made as it is read and ended when the reader goes', async () => {
  let made = 0
  let ended = false
  async function* bytes() {
    try {
      for (; made < 100; made++) yield new Uint8Array([made])
    } finally {
      ended = true
    }
  }
  const streaming = query(getBlob, {
    auth: 'none',
    async handle({headers}) {
      headers.set('x-content-type-options', 'nosniff')
      return {encoding: 'image/png', body: bytes()}
    },
  })
  const response = await router({endpoints: [streaming]}).fetch(
    at(`/xrpc/com.atproto.sync.getBlob?did=${alice}&cid=${raw}`),
  )
  assert.equal(response.headers.get('content-type'), 'image/png')
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  assert.deepEqual((await reader.read()).value, new Uint8Array([0]))
  assert.ok(made < 3)
  await reader.cancel()
  assert.ok(ended)
})

test('one method cannot have two endpoints', () => {
  assert.throws(() => router({endpoints: [profile, profile]}), /no method has two endpoints/)
})

// Subscriptions

const time = '2026-01-01T00:00:00.000Z'
const account = (seq: number) =>
  ({$type: 'com.atproto.sync.subscribeRepos#account', seq, did: alice, time, active: true}) as const
const frozen = [new Uint8Array([1]), new Uint8Array([2])]

async function framesOf(search: string, run: () => AsyncIterable<object>, options: object = {}) {
  const endpoint = subscription(subscribeRepos, {
    auth: 'none',
    async *handle({params, fail}) {
      if ((params.cursor ?? 0) > 10) throw fail('FutureCursor', 'The cursor is ahead of the stream.')
      yield* run() as AsyncIterable<ReturnType<typeof account>>
    },
  })
  const serving = router({endpoints: [endpoint], ...options})
  const frames = serving.frames(at(`/xrpc/com.atproto.sync.subscribeRepos${search}`), new AbortController().signal)
  assert.ok(!(frames instanceof Response))
  return Array.fromAsync(frames)
}

test('a message becomes a frame by its $type; frames that are made already pass untouched', async () => {
  const [message, made] = await framesOf('', async function* () {
    yield account(1)
    yield frozen
  })
  assert.ok(message instanceof Uint8Array)
  assert.deepEqual(decodeFrame(message), {op: 1, t: '#account', body: {seq: 1, did: alice, time, active: true}})
  assert.equal(made, frozen)
})

const none = async function* () {}

test('whatever goes wrong in a stream is its last frame', async () => {
  const last = async (search: string, run: () => AsyncIterable<object>) => {
    const frames = await framesOf(search, run)
    return decodeFrame(frames.at(-1) as Uint8Array)
  }
  assert.deepEqual(await last('?cursor=11', none), {
    op: -1,
    error: 'FutureCursor',
    message: 'The cursor is ahead of the stream.',
  })
  assert.equal(((await last('?cursor=x', none)) as {error: string}).error, 'InvalidRequest')
  const seen: object[] = []
  const [frame] = await framesOf(
    '',
    async function* () {
      yield* []
      throw new Error('secret')
    },
    {observe: () => (outcome: object) => seen.push(outcome)},
  )
  assert.deepEqual(decodeFrame(frame as Uint8Array), {
    op: -1,
    error: 'InternalServerError',
    message: 'Internal Server Error',
  })
  assert.equal((seen[0] as {fault: Error}).fault.message, 'secret')
})

test('the consumer who leaves ends the handler; its abort is no fault', async () => {
  const seen: object[] = []
  let ended = false
  const leaving = new AbortController()
  const endpoint = subscription(subscribeRepos, {
    auth: 'none',
    async *handle({signal}) {
      try {
        for (let seq = 1; ; seq++) {
          signal.throwIfAborted()
          yield account(seq)
        }
      } finally {
        ended = true
      }
    },
  })
  const serving = router({endpoints: [endpoint], observe: () => outcome => seen.push(outcome)})
  const frames = serving.frames(at('/xrpc/com.atproto.sync.subscribeRepos'), leaving.signal)
  assert.ok(!(frames instanceof Response))
  let count = 0
  for await (const _ of eachFrame(frames)) if (++count === 3) leaving.abort()
  assert.equal(count, 3)
  assert.ok(ended)
  assert.deepEqual(seen, [{status: 200}])
})

test('a subscription is no plain request, and a query no subscription', async () => {
  const endpoint = subscription(subscribeRepos, {auth: 'none', async *handle() {}})
  const serving = router({endpoints: [endpoint, profile]})
  const path = '/xrpc/com.atproto.sync.subscribeRepos'
  assert.equal(await outcome(await serving.fetch(at(path))), '426 UpgradeRequired')
  assert.equal(await outcome(await serving.fetch(at(path, {method: 'POST'}))), '405 InvalidRequest')
  const refused = serving.frames(at('/xrpc/app.bsky.actor.getProfile'), new AbortController().signal)
  assert.ok(refused instanceof Response && refused.status === 501)
})

// The official client, its fetch pointed at the router.

const failed = (error: string, status: number) => (thrown: unknown) =>
  thrown instanceof XRPCError && thrown.error === error && (thrown.status as number) === status

test('the official client understands our answers and our errors', async () => {
  const serving = router()
  const agent = new AtpAgent({
    service: 'https://pds.example.com',
    fetch: (input, init) => serving.fetch(new Request(input, init)),
  })
  const {data} = await agent.app.bsky.actor.searchActors({q: 'x', limit: 7})
  assert.equal(data.cursor, '7 x')
  const headers = {authorization: 'Bearer good'}
  const note = {repo: alice, collection: 'com.example.note', record: {text: 'hello'}}
  const created = await agent.com.atproto.repo.createRecord(note, {headers})
  assert.equal(created.data.uri, `at://${alice}/com.example.note/self`)
  assert.equal(created.headers['atproto-repo-rev'], '3kabc')
  const swap = {...note, swapCommit: raw.toString()}
  await assert.rejects(agent.com.atproto.repo.createRecord(swap, {headers}), failed('InvalidSwap', 400))
  await assert.rejects(agent.com.atproto.repo.createRecord(note), failed('AuthMissing', 401))
  await assert.rejects(agent.app.bsky.actor.getPreferences(), failed('MethodNotImplemented', 501))
  const uploaded = await agent.com.atproto.repo.uploadBlob(new Uint8Array(10), {encoding: 'image/png'})
  assert.equal(uploaded.data.blob.ref.toString(), raw.toString())
  assert.equal(uploaded.data.blob.size, 10)
})
