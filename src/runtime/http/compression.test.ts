/** Answers made shorter where a client asks for it, over real sockets. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {request} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'
import {test} from 'node:test'
import {gunzipSync, zstdDecompressSync} from 'node:zlib'
import {Channel} from '#std/waiting/async.ts'
import {silentLog} from '#std/log.ts'
import {Reply} from '#std/wire/reply.ts'
import {codingFor} from './compression.ts'
import {listen, type Listener} from './listener.ts'

const json = 'application/json'
const text = JSON.stringify(Array.from({length: 500}, (_, i) => ({name: 'é', count: i})))
const reply = (content: string, type = json, more: Record<string, string> = {}): Reply =>
  new Reply(content, {headers: new Headers({'content-type': type, ...more})})

const listening = (fetch: (request: Request) => Promise<Response>): Promise<Listener> =>
  listen(
    {name: 'test', fetch, async start() {}, async stop() {}, ended: new Promise(() => {})},
    {port: 0, log: silentLog},
  )

interface Got {
  coding: string | undefined
  vary: string | undefined
  size: string | undefined
  body: Buffer
}

/** An answer as it comes, which `fetch` would unfold. */
async function get({port}: Listener, path: string, accept?: string, method = 'GET'): Promise<Got> {
  const asked = request({port, path, method, headers: accept === undefined ? {} : {'accept-encoding': accept}}).end()
  const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer> & {headers: Record<string, string>}]
  const {'content-encoding': coding, vary, 'content-length': size} = answer.headers
  return {coding, vary, size, body: Buffer.concat(await Array.fromAsync(answer))}
}

test('a coding is chosen as the client weighs it', () => {
  for (const [accept, coding] of [
    [undefined, undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['zstd;q=0.5, gzip;q=0.8', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip ; q=0.000', undefined],
    ['*', 'zstd'],
    ['*;q=0.1, zstd;q=0', 'gzip'],
    ['identity', undefined],
    ['identity;q=1, gzip;q=0.5', undefined],
    ['identity;q=0.5, gzip;q=0.5', 'gzip'],
    ['br', undefined],
    ['gzip;q=2', undefined],
    ['gzip;q=x', undefined],
    [',,;;q=,', undefined],
  ]) {
    assert.equal(codingFor(accept), coding, String(accept))
  }
})

test('what a client asks for and gains by is compressed, and nothing else', async () => {
  const answers: Record<string, () => Response> = {
    '/json': () => reply(text),
    '/bytes': () => new Reply(new TextEncoder().encode(text), {headers: new Headers({'content-type': json})}),
    '/standard': () => new Response(text, {headers: {'content-type': json}}),
    '/page': () => reply(text, 'text/html; charset=utf-8', {vary: 'Cookie', etag: '"abc"'}),
    '/short': () => reply('{"a":1}'),
    '/picture': () => reply(text, 'image/jpeg'),
    '/done': () => reply(text, json, {'content-encoding': 'br'}),
    '/untouched': () => reply(text, json, {'cache-control': 'public, no-transform'}),
    '/events': () => reply(text, 'text/event-stream'),
    '/part': () => new Response(text, {status: 206, headers: {'content-type': json, 'content-range': 'bytes 0-9/20'}}),
  }
  await using listener = await listening(async ({url}) => answers[new URL(url).pathname]())
  for (const path of ['/json', '/bytes', '/standard', '/page']) {
    const plain = await get(listener, path)
    assert.deepEqual([plain.coding, plain.body.toString()], [undefined, text], path)
    const zipped = await get(listener, path, 'gzip')
    assert.deepEqual([zipped.coding, gunzipSync(zipped.body).toString()], ['gzip', text], path)
    assert.ok(zipped.body.length < text.length / 4)
    assert.ok(zipped.size === undefined || Number(zipped.size) === zipped.body.length)
    const squeezed = await get(listener, path, 'gzip, zstd')
    assert.deepEqual([squeezed.coding, zstdDecompressSync(squeezed.body).toString()], ['zstd', text], path)
    for (const {vary} of [plain, zipped, squeezed]) assert.match(vary ?? '', /Accept-Encoding/, path)
  }
  assert.match((await get(listener, '/page', 'gzip')).vary ?? '', /Cookie/)
  for (const path of ['/short', '/picture', '/done', '/untouched', '/events', '/part']) {
    const {coding, body} = await get(listener, path, 'gzip, zstd')
    assert.equal(coding, path === '/done' ? 'br' : undefined, path)
    assert.ok(!body.subarray(0, 2).equals(Buffer.of(0x1f, 0x8b)), path)
  }
  const head = await get(listener, '/json', 'gzip', 'HEAD')
  assert.deepEqual([head.coding, head.size, head.body.length], [undefined, String(Buffer.byteLength(text)), 0])
  assert.equal(await (await fetch(`${listener.url}/json`)).text(), text)
})

test('a stream is compressed as it comes: nothing waits for the next piece', async () => {
  let more = new Channel<string>(10)
  let cancelled = Promise.withResolvers<void>()
  await using listener = await listening(
    async () =>
      new Response(
        new ReadableStream<Uint8Array>({
          async pull(controller) {
            const [next] = (await more.nextAll()) ?? []
            if (next === undefined) controller.close()
            else controller.enqueue(Buffer.from(next))
          },
          cancel() {
            cancelled.resolve()
          },
        }),
        {headers: {'content-type': 'application/vnd.ipld.car'}},
      ),
  )
  for (const accept of ['gzip', 'zstd']) {
    const response = await Promise.all([
      fetch(listener.url, {headers: {'accept-encoding': accept}}),
      more.offer('first'),
    ]).then(([answer]) => answer)
    assert.equal(response.headers.get('content-encoding'), accept)
    const reader = response.body!.getReader()
    assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'first')
    more.offer('second')
    assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'second')
    const leaving = reader.cancel()
    const going = setInterval(() => more.offer('third'), 5)
    await cancelled.promise
    await leaving
    clearInterval(going)
    cancelled = Promise.withResolvers()
    more.close()
    more = new Channel<string>(10)
  }
})

test('a stream is made no faster than its reader takes it, and one that breaks breaks', async () => {
  let made = 0
  await using listener = await listening(async ({url}) => {
    const isBroken = url.endsWith('/broken')
    let count = 0
    return new Response(
      new ReadableStream<Uint8Array>({
        pull(controller) {
          if (isBroken && count++ > 20) return controller.error(new Error('broken'))
          const bytes = crypto.getRandomValues(new Uint8Array(60_000))
          made += bytes.length
          controller.enqueue(bytes)
        },
      }),
      {headers: {'content-type': 'application/vnd.ipld.car'}},
    )
  })
  const asked = request({port: listener.port, headers: {'accept-encoding': 'gzip'}}).end()
  const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream & {destroy(): void}]
  answer.pause()
  let before = -1
  while (before !== made) {
    before = made
    await sleep(100)
  }
  assert.ok(made < 30_000_000, `${made} bytes are made for one who reads none`)
  answer.destroy()
  await assert.rejects(async () => (await fetch(`${listener.url}/broken`)).bytes())
})

test('of many at once each is whole, compressed or not', async () => {
  await using listener = await listening(async () => reply(text))
  const all = await Promise.all(Array.from({length: 200}, () => get(listener, '/', 'gzip')))
  for (const {coding, body} of all) {
    assert.equal((coding === 'gzip' ? gunzipSync(body) : body).toString(), text)
  }
  assert.ok(all.some(({coding}) => coding === 'gzip'))
})
