import assert from 'node:assert/strict'
import {once} from 'node:events'
import type {Socket} from 'node:net'
import {connect} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {test} from 'node:test'
import {Channel} from '#std/waiting/async.ts'
import {createLog, silentLog} from '#std/log.ts'
import type {LogLine} from '#std/log.ts'
import {Reply} from '#std/wire/reply.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {listen} from './listener.ts'
import type {Listener, ListenOptions} from './listener.ts'
import {Metrics} from '../health/metrics.ts'
import {peerAddress} from '../strangers/peer.ts'
import type {Service} from '../service.ts'

const serviceOf = (fetch: Service['fetch']): Service => ({
  name: 'test',
  fetch,
  async start() {},
  async stop() {},
  ended: new Promise(() => {}),
})

const listening = (fetch: Service['fetch'], options: Partial<ListenOptions> = {}): Promise<Listener> =>
  listen(serviceOf(fetch), {port: 0, log: silentLog, ...options})

/** However it closes. */
const closed = (socket: Socket): Promise<unknown> =>
  new Promise(resolve => socket.on('error', () => {}).once('close', resolve))

/** All that a raw socket gets until the other side closes. */
async function answerTo(listener: Listener, text: string): Promise<string> {
  const socket = connect(listener.port, '127.0.0.1').setTimeout(10_000, () => socket.destroy())
  socket.write(text)
  let answer = ''
  socket.on('data', data => (answer += data.toString()))
  await closed(socket)
  return answer
}

test('a request arrives whole: method, URL, headers, body, client', async () => {
  let seen: unknown
  await using listener = await listening(async request => {
    const {method, url, headers} = request
    seen = [method, url, headers.get('x-a'), await request.text(), peerAddress(request), request.bodyUsed]
    return new Response('done', {status: 201, headers: {'x-b': '2'}})
  })
  const response = await fetch(`${listener.url}/a/b?c=d%20e`, {method: 'POST', body: 'body', headers: {'x-a': '1'}})
  assert.deepEqual(seen, ['POST', `${listener.url}/a/b?c=d%20e`, '1', 'body', '127.0.0.1', true])
  assert.deepEqual([response.status, response.headers.get('x-b'), await response.text()], [201, '2', 'done'])
  assert.equal(response.headers.get('content-length'), '4')
})

test('a service that does not answer in time is answered for, and the connection goes on', async () => {
  const late = Promise.withResolvers<Response>()
  let isLetGo = false
  const body = new ReadableStream({cancel: () => void (isLetGo = true)})
  await using listener = await listening(
    ({url, method}) => {
      if (url.endsWith('/quick')) return Promise.resolve(new Response('quick'))
      return method === 'POST' ? sleep(150).then(() => new Response('changed')) : late.promise
    },
    {limits: {answerMs: 50, changeMs: 10_000}},
  )
  const get = 'GET /slow HTTP/1.1\r\nhost: a\r\n\r\n'
  const next = 'GET /quick HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'
  const answer = await answerTo(listener, get + next)
  assert.match(answer, /^HTTP\/1.1 504 [^]*"error":"UpstreamTimeout"[^]*HTTP\/1.1 200 OK[^]*quick/)
  // What is changed has longer.
  assert.equal(await (await fetch(listener.url, {method: 'POST', body: 'x'})).text(), 'changed')
  late.resolve(new Response(body))
  await sleep(0)
  assert.ok(isLetGo)
})

test('a request is read in every way that the standard class offers', async () => {
  const reads: Record<string, (request: Request) => Promise<unknown>> = {
    json: request => request.json() as Promise<unknown>,
    bytes: async request => [...(await request.bytes())],
    arrayBuffer: async request => (await request.arrayBuffer()).byteLength,
    blob: async request => (await request.blob()).size,
    clone: async request => [await request.clone().text(), await request.text()],
    stream: async request => (await Array.fromAsync(request.body as ReadableStream<Uint8Array>)).length,
    copy: request => new Request('http://other.test/', request).text(),
  }
  await using listener = await listening(async request =>
    Response.json(await reads[new URL(request.url).pathname.slice(1)](request)),
  )
  for (const [name, expected] of Object.entries({
    json: {a: 1},
    bytes: [...Buffer.from('{"a":1}')],
    arrayBuffer: 7,
    blob: 7,
    clone: ['{"a":1}', '{"a":1}'],
    stream: 1,
    copy: '{"a":1}',
  })) {
    const response = await fetch(`${listener.url}/${name}`, {method: 'POST', body: '{"a":1}'})
    assert.deepEqual(await response.json(), expected, name)
  }
})

test('a body can be read once, and a request without one has none', async () => {
  await using listener = await listening(async request => {
    const first = await request.text()
    const second = await request.text().catch((error: unknown) => error)
    return Response.json([first, second instanceof TypeError, request.bodyUsed])
  })
  const post = (body?: string): Promise<Response> => fetch(listener.url, {method: 'POST', body})
  assert.deepEqual(await (await post('once')).json(), ['once', true, true])
  assert.deepEqual(await (await post('')).json(), ['', false, false])
  assert.deepEqual(await (await post()).json(), ['', false, false])
})

test('answers of every kind: none, empty, HEAD, many cookies, a stream in pieces', async () => {
  await using listener = await listening(async request => {
    switch (new URL(request.url).pathname) {
      case '/none':
        return new Response(null, {status: 204})
      case '/reply':
        return new Reply('é'.repeat(100_000), {status: 201, headers: new Headers({'x-a': '1'})})
      case '/empty':
        return new Response('')
      case '/cookies':
        return new Response(null, {headers: [...'ab'].map(name => ['set-cookie', `${name}=1`])})
      default:
        return new Response(
          new ReadableStream({
            async start(controller) {
              for (let i = 0; i < 3; i++) {
                controller.enqueue(new Uint8Array(300_000).fill(i))
                await sleep(1)
              }
              controller.close()
            },
          }),
        )
    }
  })
  const none = await fetch(`${listener.url}/none`)
  assert.deepEqual([none.status, await none.text()], [204, ''])
  const reply = await fetch(`${listener.url}/reply`)
  assert.deepEqual([reply.status, reply.headers.get('x-a'), reply.headers.get('content-length')], [201, '1', '200000'])
  assert.equal(await reply.text(), 'é'.repeat(100_000))
  const headOnly = await fetch(`${listener.url}/reply`, {method: 'HEAD'})
  assert.deepEqual([headOnly.headers.get('content-length'), await headOnly.text()], ['200000', ''])
  const empty = await fetch(`${listener.url}/empty`)
  assert.deepEqual([empty.headers.get('content-length'), await empty.text()], ['0', ''])
  assert.deepEqual((await fetch(`${listener.url}/cookies`)).headers.getSetCookie(), ['a=1', 'b=1'])
  const pieces = await (await fetch(`${listener.url}/pieces`)).bytes()
  assert.deepEqual([pieces.length, pieces[0], pieces[300_000], pieces[899_999]], [900_000, 0, 1, 2])
  const head = await fetch(`${listener.url}/pieces`, {method: 'HEAD'})
  assert.deepEqual([head.status, await head.text()], [200, ''])
})

test('a first piece is sent before the second is there', async () => {
  const more = new Channel<string>(1)
  await using listener = await listening(
    async () =>
      new Response(
        new ReadableStream<Uint8Array>({
          async pull(controller) {
            const [text] = (await more.nextAll()) ?? []
            if (text === undefined) controller.close()
            else controller.enqueue(Buffer.from(text))
          },
        }),
      ),
  )
  more.offer('first')
  const reader = (await fetch(listener.url)).body?.getReader()
  assert.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), 'first')
  more.close()
  assert.equal((await reader?.read())?.done, true)
})

test('a fault of the service is a 500 that says nothing, and is logged', async () => {
  const lines: LogLine[] = []
  const log = createLog({sink: line => lines.push(line), now: Date.now})
  await using listener = await listening(
    async () => {
      throw new Error('the password is hunter2')
    },
    {log},
  )
  const response = await fetch(`${listener.url}/x`)
  assert.equal(response.status, 500)
  assert.deepEqual(await response.json(), {error: 'InternalServerError', message: 'Internal Server Error'})
  assert.deepEqual([lines.length, lines[0].fields.service, lines[0].fields.path], [1, 'test', '/x'])
})

test('a fault of another server is told by its name, a client that has gone is no fault at all', async () => {
  const lines: LogLine[] = []
  const log = createLog({sink: line => lines.push(line), now: Date.now, level: 'info'})
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  await using listener = await listening(
    async request => {
      if (request.url.endsWith('/theirs')) {
        return new Response(new ReadableStream({start: c => c.error(new XrpcError('UpstreamFailure', 'It failed.'))}))
      }
      begun.resolve()
      await once(request.signal, 'abort')
      ended.resolve()
      throw request.signal.reason
    },
    {log},
  )
  const response = await fetch(`${listener.url}/theirs`)
  assert.deepEqual([response.status, await response.json()], [502, {error: 'UpstreamFailure', message: 'It failed.'}])
  const leave = new AbortController()
  const left = fetch(listener.url, {signal: leave.signal})
  await begun.promise
  leave.abort()
  await assert.rejects(left)
  await ended.promise
  assert.deepEqual(
    lines.map(({level}) => level),
    ['info'],
  )
})

test('a body that breaks in the middle breaks the answer, and nothing else', async () => {
  await using listener = await listening(async request =>
    request.url.endsWith('/broken')
      ? new Response(
          new ReadableStream({
            async pull(controller) {
              controller.enqueue(new Uint8Array(100_000))
              await sleep(1)
              throw new Error('broken')
            },
          }),
        )
      : new Response('fine'),
  )
  await assert.rejects(async () => (await fetch(`${listener.url}/broken`)).bytes())
  assert.equal(await (await fetch(listener.url)).text(), 'fine')
})

test('the signal of a request aborts when the client goes, and the body it was getting is cancelled', async () => {
  const aborted = Promise.withResolvers<unknown>()
  const cancelled = Promise.withResolvers<void>()
  await using listener = await listening(async request => {
    request.signal.addEventListener('abort', () => aborted.resolve(request.signal.reason))
    return new Response(
      new ReadableStream({
        async pull(controller) {
          controller.enqueue(new Uint8Array(1_000))
          await sleep(1)
        },
        cancel: () => cancelled.resolve(),
      }),
    )
  })
  const leave = new AbortController()
  await fetch(listener.url, {signal: leave.signal})
  leave.abort()
  assert.match(String(await aborted.promise), /The client has gone/)
  await cancelled.promise
})

test('garbage, foreign targets and large heads are refused', async () => {
  await using listener = await listening(async () => new Response('ok'), {limits: {headersSizeMax: 8_192}})
  const status = async (text: string): Promise<string> => (await answerTo(listener, text)).slice(9, 12)
  assert.equal(await status('\x00\x01\x02\r\n\r\n'), '400')
  assert.equal(await status('GET http://other.test/ HTTP/1.1\r\nhost: other.test\r\n\r\n'), '400')
  assert.equal(await status('GET / HTTP/1.1\r\nhost: a b<script>\r\n\r\n'), '400')
  assert.equal(await status('GET / HTTP/1.1\r\n\r\n'), '400')
  assert.equal(await status(`GET / HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(9_000)}\r\n\r\n`), '431')
})

test('an offer to speak another protocol is passed over', async () => {
  await using listener = await listening(async () => new Response('ok'))
  const offer = 'connection: upgrade, http2-settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n'
  assert.match(await answerTo(listener, `GET / HTTP/1.1\r\nhost: a\r\n${offer}\r\n`), /^HTTP\/1\.1 200/)
})

test('a body that is too large is refused by its length, or cut off when it had none', async () => {
  await using listener = await listening(async request => new Response(String((await request.bytes()).length)), {
    limits: {bodySizeMax: 1_000},
  })
  const post = (body: BodyInit): Promise<Response> =>
    fetch(listener.url, {method: 'POST', body, duplex: 'half'} as RequestInit)
  assert.equal(await (await post('x'.repeat(1_000))).text(), '1000')
  assert.equal((await post('x'.repeat(1_001))).status, 413)
  const endless = new ReadableStream({
    pull: controller => controller.enqueue(new Uint8Array(600)),
  })
  assert.notEqual((await post(endless).catch(() => undefined))?.status, 200)
})

test('a request that comes too slowly, and one that never comes, are ended', async () => {
  await using listener = await listening(async request => new Response(await request.text()), {
    limits: {headersTimeoutMs: 50, requestTimeoutMs: 100},
  })
  const [nothing, half, body] = await Promise.all([
    answerTo(listener, ''),
    answerTo(listener, 'GET / HTTP/1.1\r\nhost'),
    answerTo(listener, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc'),
  ])
  assert.match(nothing, /^(?:|HTTP\/1\.1 408.*)/)
  assert.match(half, /^HTTP\/1\.1 408/)
  assert.match(body, /^HTTP\/1\.1 (?:408|500)/)
})

test('a client that stops reading is cut off', async () => {
  await using listener = await listening(
    async () => new Response(new ReadableStream({pull: controller => controller.enqueue(new Uint8Array(1_000_000))})),
    {limits: {stallMs: 50}},
  )
  const socket = connect(listener.port, '127.0.0.1').pause()
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  socket.on('error', () => {})
  await sleep(150)
  socket.resume()
  await once(socket, 'close')
})

test('idle connections cost the others nothing, and one address has only so many', async () => {
  await using listener = await listening(async () => new Response('ok'), {limits: {connectionsPerAddressMax: 301}})
  const sockets: Socket[] = []
  for (let i = 0; i < 300; i++) {
    const socket = connect(listener.port, '127.0.0.1').on('error', () => {})
    await once(socket, 'connect')
    sockets.push(socket)
  }
  const last = connect(listener.port, '127.0.0.1').on('error', () => {})
  last.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  assert.match(String((await once(last, 'data'))[0]), /^HTTP\/1\.1 200/)
  assert.equal(await answerTo(listener, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'), '', 'one too many')
  for (const socket of [last, ...sockets]) socket.destroy()
})

test('a stop lets the answer under way finish, takes no more, and does not wait for ever', async () => {
  const begun = new Channel<true>(2)
  const late = Promise.withResolvers<Response>()
  const listener = await listening(
    request => {
      begun.offer(true)
      return request.url.endsWith('/never') ? new Promise(() => {}) : late.promise
    },
    {limits: {drainMs: 200}},
  )
  const answers = [fetch(listener.url), fetch(`${listener.url}/never`)]
  for (let count = 0; count < 2;) count += (await begun.nextAll())?.length ?? 0
  const stopped = Promise.all([listener.stop(), listener.stop()])
  late.resolve(new Response('late'))
  await stopped
  assert.equal(await (await answers[0]).text(), 'late')
  await assert.rejects(answers[1])
  await assert.rejects(fetch(listener.url))
})

async function ask(proxies: string[], forwarded: string): Promise<string> {
  await using listener = await listening(async request => new Response(peerAddress(request)), {trustedProxies: proxies})
  return (await fetch(listener.url, {headers: {'x-forwarded-for': forwarded}})).text()
}

test('an address in a header is believed from a trusted proxy only', async () => {
  assert.equal(await ask([], '1.2.3.4'), '127.0.0.1')
  assert.equal(await ask(['10.0.0.0/8'], '1.2.3.4'), '127.0.0.1')
  assert.equal(await ask(['127.0.0.1', '10.0.0.0/8'], '6.6.6.6, 1.2.3.4, 10.1.1.1'), '1.2.3.4')
  assert.equal(await ask(['127.0.0.0/8'], '6.6.6.6, nonsense'), '127.0.0.1')
  assert.equal(await ask(['127.0.0.0/8'], '::ffff:9.9.9.9'), '9.9.9.9')
  assert.equal(await ask(['127.0.0.0/8'], '::ffff:909:909'), '9.9.9.9')
  assert.equal(await ask(['127.0.0.0/8'], '6.6.6.6, [2001:db8::1]:4711'), '2001:db8::1')
})

test('what is answered is counted', async () => {
  const metrics = new Metrics()
  await using listener = await listening(async () => new Response('ok'), {metrics})
  await (await fetch(listener.url)).text()
  assert.match(metrics.render(), /http_requests_total\{service="test",status="200"\} 1/)
  assert.match(metrics.render(), /http_connections\{service="test"\} 1/)
})

test('a stop does not wait for those who listen to server-sent events', async () => {
  let isGone = false
  const listener = await listening(
    async request => {
      request.signal.addEventListener('abort', () => (isGone = true))
      const body = new ReadableStream<Uint8Array>({
        start: controller => controller.enqueue(Buffer.from('retry: 1\n\n')),
      })
      return new Response(body, {headers: {'content-type': 'text/event-stream; charset=utf-8'}})
    },
    {limits: {drainMs: 600_000}},
  )
  const response = await fetch(listener.url)
  const reader = response.body?.getReader()
  await reader?.read()
  // It would wait for longer than a test may take.
  await listener.stop()
  await assert.rejects(async () => reader?.read())
  assert.ok(isGone)
})

/** What is answered on one connection to texts that are sent one after another, each when the last was answered. */
async function answersTo(listener: Listener, ...texts: string[]): Promise<string[]> {
  const socket = connect(listener.port, '127.0.0.1').setEncoding('latin1')
  const told = new Channel<string>(1_000)
  socket.on('data', (data: string) => told.offer(data))
  socket.on('error', () => {}).once('close', () => told.close())
  const answers: string[] = []
  for (const text of texts) {
    socket.write(text)
    answers.push((await told.nextAll())?.join('') ?? 'closed')
  }
  socket.destroy()
  return answers
}
const statusOf = (answer: string): string => (answer === 'closed' ? answer : answer.slice(9, 12))
const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'

test('what nobody read of a body is taken in, so that the next request is one', async () => {
  await using listener = await listening(async request => {
    if (request.url.endsWith('/half')) await request.body?.getReader().read()
    return new Response('answered')
  })
  const pieces = 'transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'
  for (const [path, body] of [
    ['/', 'content-length: 3\r\n\r\nabc'],
    ['/', pieces],
    ['/', `content-length: 200000\r\n\r\n${'x'.repeat(200_000)}`],
    ['/half', `content-length: 200000\r\n\r\n${'x'.repeat(200_000)}`],
    ['/half', pieces],
  ]) {
    const answers = await answersTo(listener, `POST ${path} HTTP/1.1\r\nhost: a\r\n${body}`, get)
    assert.deepEqual(answers.map(statusOf), ['200', '200'], `${path} ${body.slice(0, 40)}`)
  }
})

test('who goes on sending what nobody reads is told, and cut off after a while', async () => {
  await using listener = await listening(async () => new Response('no'), {limits: {restMs: 50}})
  const head = 'POST / HTTP/1.1\r\nhost: a\r\n'
  for (const endless of ['transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n', 'content-length: 9999999\r\n\r\nabc']) {
    const answer = await answerTo(listener, head + endless)
    assert.match(answer, /^HTTP\/1\.1 200 /)
    assert.match(answer, /\r\nconnection: close\r\n/i)
    assert.match(answer, /\r\n\r\nno$/)
  }
  // A short rest that does not come.
  assert.match(await answerTo(listener, `${head}content-length: 9\r\n\r\nabc`), /\r\n\r\nno$/)
})

test('a large body that is refused does not lose its answer', async () => {
  await using listener = await listening(async () => new Response('no', {status: 400}))
  const body = new Uint8Array(8_000_000)
  for (let i = 0; i < 5; i++) assert.equal((await fetch(listener.url, {method: 'POST', body})).status, 400)
})

const held = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\nexpect: 100-continue\r\n\r\n`

test('a body that its sender holds back is asked for when somebody reads it, and else never', async () => {
  await using listener = await listening(async request =>
    request.url.endsWith('/read') ? new Response(await request.text()) : new Response('no', {status: 415}),
  )
  assert.deepEqual((await answersTo(listener, held('/read'), 'abc', get)).map(statusOf), ['100', '200', '415'])
  const [refused] = await answersTo(listener, held('/'))
  assert.match(refused, /^HTTP\/1\.1 415 [^]*connection: close/i)
  const tea = await answerTo(listener, `GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\nexpect: tea\r\n\r\n`)
  assert.match(tea, /^HTTP\/1\.1 417 [^]*"error":"InvalidRequest"/)
})

test('methods that nobody answers, and what is no method, are refused by name', async () => {
  await using listener = await listening(async () => new Response('ok'))
  const trace = 'TRACE / HTTP/1.1\r\nhost: a\r\ncookie: secret\r\n\r\n'
  const [refused, next] = await answersTo(listener, trace, get)
  assert.match(refused, /^HTTP\/1\.1 405 [^]*allow: GET, HEAD, POST/i)
  assert.match(refused, /"error":"InvalidRequest","message":"TRACE is no method/)
  assert.doesNotMatch(refused, /secret/)
  assert.equal(statusOf(next), '200')
  for (const line of ['CONNECT example.com:443', 'PROPFIND /', 'MAKE /', 'get /']) {
    const answer = await answerTo(listener, `${line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
    assert.match(answer, /^HTTP\/1\.1 40[05] [^]*"error":"InvalidRequest"/, line)
  }
})

test('a request that could be read in two ways is none', async () => {
  let asked = 0
  await using listener = await listening(async request => {
    asked++
    return new Response(await request.text())
  })
  const smuggled = 'GET /hidden HTTP/1.1\r\nhost: a\r\n\r\n'
  for (const head of [
    'content-length: 3\r\ntransfer-encoding: chunked\r\n',
    'content-length: 3\r\ncontent-length: 4\r\n',
    'content-length: 3, 4\r\n',
    'content-length: +3\r\n',
    'transfer-encoding: chunked, identity\r\n',
    'transfer-encoding : chunked\r\n',
    'x: a\r\n folded\r\n',
    'x: a\0b\r\n',
    'x: a\rb\r\n',
  ]) {
    const answer = await answerTo(listener, `POST / HTTP/1.1\r\nhost: a\r\n${head}\r\n0\r\n\r\n${smuggled}`)
    assert.match(answer, /^HTTP\/1\.1 400 [^]*connection: close/i, head)
    assert.equal(answer.split('HTTP/1.1').length, 2, head)
  }
  assert.equal(asked, 0)
  for (const target of ['/a\0b', 'http://other.test/', '*', 'a', '/a b']) {
    assert.equal(statusOf(await answerTo(listener, `GET ${target} HTTP/1.1\r\nhost: a\r\n\r\n`)), '400', target)
  }
  assert.match(await answerTo(listener, 'GET / HTTP/1.1\r\n\r\n'), /"error":"InvalidRequest"/)
  for (const hosts of ['host: a\r\nhost: b\r\n', 'host: a@b\r\n', 'host: a/b\r\n']) {
    assert.equal(statusOf(await answerTo(listener, `GET / HTTP/1.1\r\n${hosts}\r\n`)), '400', hosts)
  }
})

test('thousands of requests in one write are not all begun', async () => {
  let asked = 0
  await using listener = await listening(async () => {
    asked++
    await sleep(5)
    return new Response('ok')
  })
  assert.equal(await answerTo(listener, get.repeat(5_000)), '')
  assert.ok(asked <= 100, `${asked}`)
  const [answer] = await answersTo(listener, get)
  assert.equal(statusOf(answer), '200')
})

test('a client that does not go when it is told to is ended', async () => {
  await using listener = await listening(async () => new Response('ok'), {
    limits: {headersTimeoutMs: 50, requestTimeoutMs: 100, farewellMs: 50},
  })
  // `allowHalfOpen` clients keep their side open when the other one ends.
  for (const text of ['GET / HTTP/1.1\r\nhost', 'garbage\r\n\r\n', 'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n']) {
    const socket = connect({port: listener.port, host: '127.0.0.1', allowHalfOpen: true}).on('error', () => {})
    socket.resume().write(text)
    const dripping = setInterval(() => socket.write('x'), 10)
    await closed(socket)
    clearInterval(dripping)
  }
})
