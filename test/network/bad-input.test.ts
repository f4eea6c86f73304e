/** What is wrong with a call to a PDS, as it comes over a socket: each is answered by its name, and the server stays up. */
import assert from 'node:assert/strict'
import {connect} from 'node:net'
import {test, type TestContext} from 'node:test'
import {encodeCar} from '#atp/repo/car-write.ts'
import type {ListenerLimits} from '#runtime/http/limits.ts'
import {listen, type Listener} from '#runtime/http/listener.ts'
import {silentLog} from '#std/log.ts'
import {blockOf} from '../commits.ts'
import {pdsNetwork, signUp} from '../pds-network.ts'

interface Server {
  port: number
  token: string
  did: string
  /** The status and the name of the error that a call is answered with. */
  ask(nsid: string, init?: RequestInit & {query?: string}): Promise<string>
  /** The same for bytes that are no call that a client would make. */
  raw(...parts: (string | Uint8Array)[]): Promise<string>
  /** The same where it takes too long: here nothing else may, since a busy machine is slow as well. */
  late(...parts: (string | Uint8Array)[]): Promise<string>
}

async function server(context: TestContext): Promise<Server> {
  const {pds, agent} = await pdsNetwork(context, {PDS_IMPORT_SIZE_MAX: '1MB', PDS_BLOB_SIZE_MAX: '1MB'})
  const alice = agent()
  const did = await signUp(alice, 'alice')
  const token = alice.session!.accessJwt
  const limits = {bodySizeMax: 2_000_000, drainMs: 100}
  const listening = async (more: Partial<ListenerLimits>): Promise<Listener> => {
    const listener = await listen(pds, {port: 0, log: silentLog, limits: {...limits, ...more}})
    context.after(() => listener.stop())
    return listener
  }
  const {port, url} = await listening({})
  const impatient = await listening({requestTimeoutMs: 500, headersTimeoutMs: 300})
  return {
    port,
    token,
    late: (...parts) => raw(impatient.port, parts),
    did,
    async ask(nsid, {query = '', ...init} = {}) {
      const headers = new Headers(init.headers)
      if (init.body !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`)
      const response = await fetch(`${url}/xrpc/${nsid}${query}`, {...init, headers})
      const text = await response.text()
      const {error} = (text.startsWith('{') ? JSON.parse(text) : {}) as {error?: string}
      return `${response.status} ${error ?? ''}`.trim()
    },
    raw: (...parts) => raw(port, parts),
  }
}

function raw(port: number, parts: readonly (string | Uint8Array)[]): Promise<string> {
  const {promise, resolve} = Promise.withResolvers<string>()
  let answer = ''
  const socket = connect(port, '127.0.0.1', () => {
    for (const part of parts) socket.write(part)
  })
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  socket.on('error', () => {})
  socket.on('close', () => {
    const error = /"error":"(\w+)"/.exec(answer)?.[1] ?? ''
    resolve(answer === '' ? 'cut off' : `${answer.split(' ')[1]} ${error}`.trim())
  })
  return promise
}

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: {'content-type': 'application/json'},
  body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
})

const asCar = (body: Uint8Array<ArrayBuffer>): RequestInit => ({
  method: 'POST',
  headers: {'content-type': 'application/vnd.ipld.car'},
  body,
})

const deep = (open: string, close: string): string => `{"repo":${open.repeat(20_000)}1${close.repeat(20_000)}}`

test('bodies', async context => {
  const {ask, raw, late, did, token} = await server(context)
  const create = 'com.atproto.repo.createRecord'
  const post = {repo: did, collection: 'app.bsky.feed.post', record: {text: 'hi', createdAt: new Date().toISOString()}}
  const text = JSON.stringify(post)
  const bytes = Buffer.from(text)
  const badUtf8 = Buffer.concat([Buffer.from('{"repo":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
  const proto = text.replace('"text"', '"__proto__":{"text":"x","polluted":true},"text"')
  const typed = (type: string | null): RequestInit => ({
    ...json(text),
    headers: type === null ? {} : {'content-type': type},
  })

  const cases: [string, RequestInit, string][] = [
    ['no JSON', json('{"repo":'), '400 InvalidRequest'],
    ['no object', json('[]'), '400 InvalidRequest'],
    ['nothing', json(''), '400 InvalidRequest'],
    ['invalid UTF-8', json(badUtf8), '400 InvalidRequest'],
    ['a lone surrogate', json({...post, record: {...post.record, text: '\ud800'}}), '400 InvalidRequest'],
    ['arrays without end', json(deep('[', ']')), '400 InvalidRequest'],
    ['objects without end', json(deep('{"a":', '}')), '400 InvalidRequest'],
    ['a fraction', json({...post, record: {...post.record, n: 1.5}}), '400 InvalidRequest'],
    ['a number beyond 2^53', json(text.replace('"text"', '"n":9007199254740993,"text"')), '400 InvalidRequest'],
    ['a broken link', json({...post, record: {...post.record, l: {$link: 'bafy'}}}), '400 InvalidRequest'],
    ['a wrong type', json({...post, repo: 1}), '400 InvalidRequest'],
    [
      'a record too large',
      json({...post, record: {...post.record, x: 'x'.repeat(1_100_000)}}),
      '413 PayloadTooLargeError',
    ],
    ['text as a body', typed('text/plain'), '400 InvalidRequest'],
    ['a form as a body', typed('application/x-www-form-urlencoded'), '400 InvalidRequest'],
    [
      'an unknown compression',
      {...json(text), headers: {'content-type': 'application/json', 'content-encoding': 'rot13'}},
      '415 UnsupportedMediaType',
    ],
    [
      'no gzip',
      {...json(text), headers: {'content-type': 'application/json', 'content-encoding': 'gzip'}},
      '400 InvalidRequest',
    ],
  ]
  for (const [name, init, expected] of cases) assert.equal(await ask(create, init), expected, name)
  assert.equal(await ask(create, json(proto)), '200', 'a member named __proto__ is a member')
  assert.equal(({} as {polluted?: boolean}).polluted, undefined)

  const head = `POST /xrpc/${create} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n`
  const asJson = `${head}content-type: application/json\r\n`
  assert.equal(
    await raw(`${asJson}content-length: 3000000\r\n\r\n`, 'x'),
    '413 PayloadTooLarge',
    'says it is too large',
  )
  assert.equal(
    await late(`${asJson}content-length: ${bytes.length + 50}\r\n\r\n`, bytes),
    '408 RequestTimeout',
    'is shorter than it says',
  )
  assert.equal(await raw(`${asJson}content-length: -1\r\n\r\n`), '400 InvalidRequest', 'has no length')
  assert.equal(
    await raw(`${asJson}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`),
    '400 InvalidRequest',
    'has two lengths',
  )
  assert.equal(
    await raw(`${asJson}transfer-encoding: chunked\r\n\r\n`, 'zz\r\n'),
    '400 InvalidRequest',
    'has broken chunks',
  )
  assert.equal(
    await late(`${asJson}transfer-encoding: chunked\r\n\r\n`, '1\r\n{\r\n'),
    '408 RequestTimeout',
    'never ends',
  )
  const longer = await raw(`${asJson}connection: close\r\ncontent-length: 10\r\n\r\n`, bytes)
  assert.match(longer, /^400/, 'is longer than it says')
  assert.equal(await ask(create, json(text)), '200')
})

test('lexicons that are not known here', async context => {
  const {ask, did} = await server(context)
  const record = (more: object) => json({repo: did, collection: 'com.example.thing', record: {a: 1}, ...more})
  assert.equal(await ask('com.atproto.repo.createRecord', record({})), '200')
  assert.equal(await ask('com.atproto.repo.createRecord', record({validate: false})), '200')
  assert.equal(await ask('com.atproto.repo.createRecord', record({validate: true})), '400 InvalidRequest')
  const post = {collection: 'app.bsky.feed.post', record: {text: 1}}
  assert.equal(await ask('com.atproto.repo.createRecord', record(post)), '400 InvalidRequest')
  assert.equal(await ask('com.atproto.repo.createRecord', record({...post, validate: true})), '400 InvalidRequest')
  assert.equal(await ask('com.atproto.repo.createRecord', record({...post, validate: false})), '200')
  assert.equal(await ask('com.atproto.repo.createRecord', record({collection: 'no nsid'})), '400 InvalidRequest')
  assert.equal(await ask('com.atproto.repo.createRecord', record({rkey: '../up'})), '400 InvalidRequest')
  assert.equal(
    await ask('com.atproto.repo.createRecord', record({record: {$type: 'com.example.other'}})),
    '400 InvalidRequest',
  )
  assert.equal(await ask('com.example.unknownMethod'), '401 AuthMissing')
  assert.equal(await ask('com.atproto.repo.unknownMethod'), '501 MethodNotImplemented')
})

test('paths, queries and heads', async context => {
  const {ask, raw, did} = await server(context)
  const list = 'com.atproto.repo.listRecords'
  const good = `?repo=${did}&collection=app.bsky.feed.post`
  const cases: [string, string][] = [
    ['', '400 InvalidRequest'],
    ['?repo=%ff%fe&collection=app.bsky.feed.post', '400 InvalidRequest'],
    ['?repo=%', '400 InvalidRequest'],
    [`${good}&limit=0`, '400 InvalidRequest'],
    [`${good}&limit=101`, '400 InvalidRequest'],
    [`${good}&limit=1e1`, '400 InvalidRequest'],
    [`${good}&limit=NaN`, '400 InvalidRequest'],
    [`${good}&reverse=maybe`, '400 InvalidRequest'],
    [`${good}&__proto__=1&constructor=2`, '200'],
    [`${good}&${'a=1&'.repeat(3_000)}`, '200'],
    [`${good}&cursor=${'x'.repeat(5_000)}`, '200'],
  ]
  for (const [query, expected] of cases) assert.equal(await ask(list, {query}), expected, query.slice(0, 100))
  assert.equal(await ask(list, {query: good, headers: {authorization: `Bearer ${'x'.repeat(10_000)}`}}), '200')
  const get = (path: string, more = ''): Promise<string> =>
    raw(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${more}\r\n`)
  assert.equal(await get(`/xrpc/${list}${good}&pad=${'x'.repeat(20_000)}`), '431 RequestHeaderFieldsTooLarge')
  assert.equal(
    await get(
      '/xrpc/com.atproto.server.getSession',
      `authorization: Bearer ${Buffer.from([255]).toString('latin1')}\r\n`,
    ),
    '400 InvalidToken',
  )
  for (const path of [
    '/xrpc/../../etc/passwd',
    '/xrpc/%2e%2e/%2e%2e/etc/passwd',
    '/xrpc/..%2f..%2fetc%2fpasswd',
    '/xrpc/a\\b',
    '/xrpc/%00',
    '//etc/passwd',
    '/xrpc/com.atproto.server.describeServer/../../x',
  ]) {
    assert.match(await get(path), /^40[04] ?/, path)
  }
  for (const cid of ['../../secrets.json', '%2e%2e%2fsecrets.json', 'bafkreib/../../x']) {
    assert.equal(await ask('com.atproto.sync.getBlob', {query: `?did=${did}&cid=${cid}`}), '400 InvalidRequest', cid)
  }
  assert.equal(await ask('com.atproto.sync.getBlob', {query: '?did=../..&cid=x'}), '400 InvalidRequest')
  assert.equal(await ask('com.atproto.server.describeServer'), '200')
})

test('blobs and repositories', async context => {
  const {ask, late, token} = await server(context)
  const upload = 'com.atproto.repo.uploadBlob'
  const importRepo = 'com.atproto.repo.importRepo'
  const block = blockOf({a: 1})
  const car = encodeCar([block.cid], [block])
  assert.equal(
    await ask(upload, {method: 'POST', body: new Uint8Array(1_100_000), headers: {'content-type': 'image/png'}}),
    '413 PayloadTooLarge',
  )
  assert.equal(await ask(importRepo, asCar(new Uint8Array(1_100_000))), '413 PayloadTooLarge')
  const cars: [string, Uint8Array<ArrayBuffer>][] = [
    ['nothing', new Uint8Array(0)],
    ['no CAR', Buffer.from('hello')],
    ['half a head', car.slice(0, 20)],
    ['half a block', car.slice(0, -1)],
    ['a block that is another', Buffer.concat([car.subarray(0, -1), Buffer.from([0])])],
    ['no commit', car],
    ['a length without end', Buffer.from('ffffffffffffffffffff7f', 'hex')],
  ]
  for (const [name, bytes] of cars) assert.equal(await ask(importRepo, asCar(bytes)), '400 InvalidRequest', name)
  const head = (nsid: string, type: string): string =>
    `POST /xrpc/${nsid} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-type: ${type}\r\n`
  for (const [nsid, type] of [
    [upload, 'image/png'],
    [importRepo, 'application/vnd.ipld.car'],
  ]) {
    assert.match(await late(`${head(nsid, type)}content-length: 1000\r\n\r\n`, 'x'), /^(408|cut off)/, `${nsid} stalls`)
    assert.match(await late(`${head(nsid, type)}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n'), /^(408|cut off)/)
  }
  assert.equal(await ask(upload, {method: 'POST', body: 'x', headers: {'content-type': 'text/plain'}}), '200')
})
