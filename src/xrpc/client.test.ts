import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Cid, cidOf} from '#atp/data/cid.ts'
import {toUtf8} from '#std/text.ts'
import {getProfile} from '#lex/gen/app/bsky/actor/getProfile.ts'
import {searchActors} from '#lex/gen/app/bsky/actor/searchActors.ts'
import {getRecord} from '#lex/gen/com/atproto/repo/getRecord.ts'
import {putRecord} from '#lex/gen/com/atproto/repo/putRecord.ts'
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import {deleteSession} from '#lex/gen/com/atproto/server/deleteSession.ts'
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import {getRepo} from '#lex/gen/com/atproto/sync/getRepo.ts'
import {TimedOut} from '#std/waiting/deadline.ts'
import {Client, type ClientOptions, type Credentials} from './client.ts'
import {endpointsFor} from './endpoint.ts'
import {UpstreamError} from './errors.ts'
import {Router} from './router.ts'

const {query, procedure} = endpointsFor<{session: string}>()
const alice = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const raw = cidOf(0x55, toUtf8('blob'))
const service = 'https://pds.example.com'

const seen: Request[] = []
const car = async function* () {
  for (let i = 0; i < 3; i++) yield new Uint8Array([i])
}

const router = new Router<{session: string}>({
  endpoints: [
    query(describeServer, {auth: 'none', handle: async () => ({did: alice, availableUserDomains: []})}),
    query(searchActors, {
      auth: 'none',
      handle: async ({params}) => ({actors: [], cursor: JSON.stringify(params)}),
    }),
    query(getProfile, {
      auth: 'none',
      async handle({headers, fail}) {
        headers.set('retry-after', '7')
        throw fail('RateLimitExceeded', 'Slow down.')
      },
    }),
    query(getRecord, {
      auth: 'none',
      handle: async ({params}) => ({
        uri: `at://${params.repo}/${params.collection}/${params.rkey}`,
        value: {link: raw, bytes: new Uint8Array([1, 2])},
      }),
    }),
    procedure(putRecord, {
      auth: 'session',
      async handle({input}) {
        const same = input.record.link instanceof Cid && input.record.link.equals(raw)
        return {
          uri: `at://${alice}/${input.collection}/${input.rkey}`,
          cid: raw.toString(),
          validationStatus: `${same}`,
        }
      },
    }),
    procedure(uploadBlob, {
      auth: 'none',
      async handle({input}) {
        let size = 0
        for await (const chunk of input.body) size += chunk.length
        return {blob: {$type: 'blob', ref: raw, mimeType: input.encoding, size}}
      },
    }),
    procedure(deleteSession, {auth: 'none', handle: async () => undefined}),
    query(getRepo, {
      auth: 'none',
      async handle() {
        return {encoding: 'application/vnd.ipld.car', body: car()}
      },
    }),
  ],
  auth: {session: async request => request.headers.get('authorization') ?? 'nobody'},
  checkAnswers: true,
})
const client = new Client({service, fetch: request => router.fetch(request)})

/** A client of a server that answers what the test says. */
const answering = (answer: (request: Request) => Response | Promise<Response>, options: Partial<ClientOptions> = {}) =>
  new Client({
    service,
    fetch: async request => {
      seen.push(request)
      return answer(request)
    },
    ...options,
  })
const refused =
  (error: string, status?: number) =>
  (thrown: unknown): boolean =>
    thrown instanceof UpstreamError && thrown.error === error && (status === undefined || thrown.status === status)

test('queries and procedures go to a router in the process as they would over the network', async () => {
  assert.deepEqual(await client.query(describeServer), {did: alice, availableUserDomains: []})
  const {cursor} = await client.query(searchActors, {q: 'a&b', limit: 3, cursor: undefined})
  assert.deepEqual(JSON.parse(cursor ?? ''), {q: 'a&b', limit: 3})
  assert.equal(await client.procedure(deleteSession), undefined)
})

test('links and bytes go through JSON and back', async () => {
  const {value} = await client.query(getRecord, {repo: alice, collection: 'com.example.note', rkey: 'x'})
  assert.ok(value.link instanceof Cid && value.link.equals(raw))
  assert.deepEqual(value.bytes, new Uint8Array([1, 2]))
  const note = {repo: alice, collection: 'com.example.note', rkey: 'x', record: {link: raw, none: undefined}}
  assert.equal((await client.procedure(putRecord, note)).validationStatus, 'true')
})

test('what the types forbid does not compile', () => {
  void (async () => {
    // @ts-expect-error: the actor is missing
    await client.query(getProfile, {})
    // @ts-expect-error: parameters are required
    await client.query(getProfile)
    // @ts-expect-error: an input is required
    await client.procedure(putRecord)
    // @ts-expect-error: limit is a number
    await client.query(searchActors, {limit: '3'})
  })
})

test('an error carries its name, status, message and headers', async () => {
  await assert.rejects(client.query(getProfile, {actor: alice}), (thrown: unknown) => {
    assert.ok(thrown instanceof UpstreamError)
    assert.equal(thrown.error, 'RateLimitExceeded')
    assert.equal(thrown.status, 429)
    assert.equal(thrown.message, 'Slow down.')
    assert.equal(thrown.headers['retry-after'], '7')
    return true
  })
})

const chunks = async function* () {
  for (let i = 0; i < 3; i++) yield new Uint8Array(100)
}

test('bodies that are no JSON stream both ways', async () => {
  const sizes = []
  for (const body of [chunks(), new Uint8Array(300), new Blob(['x'.repeat(300)]), 'x'.repeat(300)]) {
    const {blob} = await client.procedure(uploadBlob, body, {encoding: 'image/png'})
    sizes.push(blob.size)
    assert.equal(blob.mimeType, 'image/png')
  }
  assert.deepEqual(sizes, [300, 300, 300, 300])
  const typed = await client.procedure(uploadBlob, new Blob(['x'], {type: 'text/vtt'}))
  assert.equal(typed.blob.mimeType, 'text/vtt')
  const car = await client.queryAnswer(getRepo, {did: alice})
  assert.equal(car.headers.get('content-type'), 'application/vnd.ipld.car')
  assert.deepEqual(
    await Array.fromAsync(car.output),
    [0, 1, 2].map(i => new Uint8Array([i])),
  )
})

const wrong = () => Response.json({did: 'x', availableUserDomains: []})

test('an answer that is not what the lexicon says is refused, unless nobody asked', async () => {
  await assert.rejects(answering(wrong).query(describeServer), refused('InvalidResponse', 502))
  assert.equal((await answering(wrong, {checkAnswers: false}).query(describeServer)).did, 'x')
})

test('an answer that is no JSON, too long, or broken off is refused', async () => {
  const bodies = ['<html>', '', '{"a":', new Uint8Array([0xff]), `${'['.repeat(5000)}${']'.repeat(5000)}`]
  for (const body of bodies) {
    await assert.rejects(answering(() => new Response(body)).query(describeServer), refused('InvalidResponse'))
  }
  const long = answering(() => Response.json({pad: 'x'.repeat(1000)}), {answerSizeMax: 1000})
  await assert.rejects(long.query(describeServer), refused('InvalidResponse'))
  const broken = new ReadableStream({pull: controller => controller.error(new Error('lost'))})
  await assert.rejects(answering(() => new Response(broken)).query(describeServer), refused('UpstreamFailure'))
})

const page = (status: number, body: BodyInit | null) => answering(() => new Response(body, {status}))

test('an error page of a proxy is an error by its status', async () => {
  await assert.rejects(page(503, '<html>').query(describeServer), refused('NotEnoughResources', 503))
  await assert.rejects(page(502, null).query(describeServer), refused('UpstreamFailure', 502))
  await assert.rejects(page(404, '{"error":7}').query(describeServer), refused('XRPCNotSupported', 404))
  await assert.rejects(page(400, '{"error":"a b"}').query(describeServer), refused('InvalidRequest', 400))
  await assert.rejects(page(304, null).query(describeServer), refused('InvalidResponse', 502))
  await assert.rejects(page(400, 'x'.repeat(100_000)).query(describeServer), refused('InvalidRequest', 400))
})

test('a server that cannot be reached, or is late, or is not waited for', async () => {
  const failing = (error: Error) => answering(() => Promise.reject(error)).query(describeServer)
  await assert.rejects(failing(new TypeError('fetch failed')), refused('UpstreamFailure', 502))
  await assert.rejects(failing(new TimedOut('late')), refused('UpstreamTimeout', 504))
  const caller = new AbortController()
  caller.abort(new Error('gone'))
  const gone = answering(request => {
    request.signal.throwIfAborted()
    return Response.json({})
  })
  await assert.rejects(gone.query(describeServer, {}, {signal: caller.signal}), /gone/)
})

test('a redirect is followed, and tells nobody else who we are', async () => {
  seen.length = 0
  const moved = answering(({url}) =>
    url.startsWith(service)
      ? new Response(null, {status: 302, headers: {location: url.replace(service, 'https://other.example.com')}})
      : Response.json({did: alice, availableUserDomains: []}),
  )
  await moved.query(describeServer, {}, {headers: {authorization: 'Bearer x', 'x-kept': 'yes'}})
  assert.equal(seen[1].headers.get('authorization'), null)
  assert.equal(seen[1].headers.get('x-kept'), 'yes')
  const endless = answering(({url}) => new Response(null, {status: 302, headers: {location: url}}))
  await assert.rejects(endless.query(describeServer), refused('InvalidResponse'))
})

test('credentials mark each request, and have one second try', async () => {
  let token = 'old'
  let renewals = 0
  const credentials: Credentials = {
    authorize: async request => request.headers.set('authorization', token),
    renew: async refusal => {
      renewals++
      token = 'new'
      return refusal.error === 'ExpiredToken'
    },
  }
  const strict = (name: string) =>
    answering(
      ({headers}) =>
        headers.get('authorization') === 'new'
          ? Response.json({did: alice, availableUserDomains: []})
          : Response.json({error: name}, {status: 400}),
      {credentials},
    )
  assert.equal((await strict('ExpiredToken').query(describeServer)).did, alice)
  assert.equal(renewals, 1)
  token = 'old'
  await assert.rejects(strict('InvalidRequest').query(describeServer), refused('InvalidRequest'))
  token = 'old'
  const own = {headers: {authorization: 'mine'}}
  await assert.rejects(strict('ExpiredToken').query(describeServer, {}, own), refused('ExpiredToken'))
  assert.equal(renewals, 2)
})

test('credentials have as many more tries as they ask for', async () => {
  for (const renewalsMax of [undefined, 1, 2]) {
    let tries = 0
    const credentials: Credentials = {renewalsMax, authorize: async () => {}, renew: async () => true}
    const never = answering(
      () => {
        tries++
        return Response.json({error: 'ExpiredToken'}, {status: 400})
      },
      {credentials},
    )
    await assert.rejects(never.query(describeServer), refused('ExpiredToken'))
    assert.equal(tries, (renewalsMax ?? 1) + 1)
  }
})

test('a body is sent again on the second try, but a stream cannot be', async () => {
  const bodies: string[] = []
  const credentials: Credentials = {authorize: async () => {}, renew: async () => true}
  const flaky = answering(
    async request => {
      bodies.push(await request.text())
      return bodies.length === 1
        ? Response.json({error: 'ExpiredToken'}, {status: 400})
        : Response.json({blob: {$type: 'blob', ref: {$link: raw.toString()}, mimeType: 'text/plain', size: 1}})
    },
    {credentials},
  )
  await flaky.procedure(uploadBlob, 'body')
  assert.deepEqual(bodies, ['body', 'body'])
  bodies.length = 0
  await assert.rejects(flaky.procedure(uploadBlob, new Blob(['body']).stream()), refused('ExpiredToken'))
  assert.deepEqual(bodies, ['body'])
})

test('a home that moves is asked for at each call, and a client can be had with other options', async () => {
  seen.length = 0
  let home = 'https://one.example.com'
  const moving = answering(() => Response.json({did: alice, availableUserDomains: []}), {service: () => home})
  await moving.query(describeServer)
  home = 'https://two.example.com'
  await moving.with({headers: {'accept-language': 'de'}}).query(describeServer)
  assert.deepEqual(
    seen.map(({url}) => new URL(url).host),
    ['one.example.com', 'two.example.com'],
  )
  assert.equal(seen[1].headers.get('accept-language'), 'de')
  await moving.with({headers: {'X-Both': 'a'}}).query(describeServer, {}, {headers: {'x-both': 'b'}})
  assert.equal(seen[2].headers.get('x-both'), 'b')
})
