/** Requests to other servers, over real sockets on this machine. */
import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {test} from 'node:test'
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {silentLog} from '#std/log.ts'
import {createGuard, Refused} from './strangers/guard.ts'
import type {Guard} from './strangers/guard.ts'
import {listen} from './http/listener.ts'
import type {Listener} from './http/listener.ts'
import {nodeWorld} from './node-world.ts'
import type {OutboundOptions} from './strangers/outbound.ts'

/** A server for the test, and a way to ask it. */
async function asking(
  answer: (request: Request, url: string) => Response | Promise<Response>,
  use: (ask: (path: string, init?: RequestInit) => Promise<Response>, listener: Listener) => Promise<void>,
  options: Partial<OutboundOptions> = {},
): Promise<void> {
  await using listener: Listener = await listen(
    {
      name: 'test',
      fetch: async request => answer(request, listener.url),
      async start() {},
      async stop() {},
      ended: new Promise(() => {}),
    },
    {port: 0, log: silentLog},
  )
  await using world = nodeWorld({userAgent: 'wholesky-test', ...options})
  await use((path, init) => world.fetch(new Request(new URL(path, listener.url), init)), listener)
}

test('a request goes out and its answer comes back whole', () =>
  asking(
    async request =>
      Response.json({
        method: request.method,
        agent: request.headers.get('user-agent'),
        a: request.headers.get('x-a'),
        body: await request.text(),
        query: new URL(request.url).search,
      }),
    async ask => {
      const response = await ask('/path?a=b%20c', {method: 'POST', body: 'text', headers: {'x-a': '1'}})
      assert.equal(response.status, 200)
      assert.deepEqual(await response.json(), {
        method: 'POST',
        agent: 'wholesky-test',
        a: '1',
        body: 'text',
        query: '?a=b%20c',
      })
    },
  ))

test('answers without a body, with many cookies, and with errors', () =>
  asking(
    request =>
      new URL(request.url).pathname === '/none'
        ? new Response(null, {status: 204})
        : new Response('no', {
            status: 418,
            headers: [
              ['set-cookie', 'a=1'],
              ['set-cookie', 'b=2'],
            ],
          }),
    async ask => {
      assert.equal((await ask('/none')).body, null)
      const teapot = await ask('/')
      assert.deepEqual([teapot.status, teapot.headers.getSetCookie()], [418, ['a=1', 'b=2']])
      assert.equal(await teapot.text(), 'no')
    },
  ))

test('redirects are followed a few times, and not with what is private to another origin', () =>
  asking(
    (request, url) => {
      const {pathname} = new URL(request.url)
      if (pathname === '/loop') return Response.redirect(`${url}/loop`)
      if (pathname === '/away') return Response.redirect(`${url.replace('127.0.0.1', 'localhost')}/end`, 307)
      return new Response(`${pathname} ${request.headers.get('authorization')} ${request.headers.get('x-a')}`)
    },
    async ask => {
      const headers = {authorization: 'Bearer a', 'x-a': '1'}
      assert.equal(await (await ask('/end', {headers})).text(), '/end Bearer a 1')
      assert.equal(await (await ask('/away', {headers})).text(), '/end null 1')
      assert.equal((await ask('/away', {redirect: 'manual'})).status, 307)
      assert.equal((await ask('/away', {method: 'POST', body: 'a'})).status, 307)
      await assert.rejects(ask('/away', {redirect: 'error'}), Refused)
      await assert.rejects(ask('/loop'), Refused)
    },
  ))

test('a body beyond the bound fails where it is read', () =>
  asking(
    () => new Response('x'.repeat(100_000)),
    async ask => {
      const response = await ask('/')
      assert.equal(response.status, 200)
      await assert.rejects(response.text(), (error: Error) =>
        /more than 50000 bytes/.test(String(error.cause ?? error)),
      )
    },
    {bodySizeMax: 50_000},
  ))

test('a signal ends the wait for an answer, and the reading of one', () =>
  asking(
    async request => {
      if (request.url.endsWith('/slow')) await sleep(1_000, undefined, {ref: false})
      return new Response(new ReadableStream({pull: async c => (await sleep(5), c.enqueue(new Uint8Array(10)))}))
    },
    async ask => {
      await assert.rejects(ask('/slow', {signal: AbortSignal.timeout(20)}), /timeout/i)
      const leave = new AbortController()
      const response = await ask('/', {signal: leave.signal})
      setTimeout(() => leave.abort(), 20)
      await assert.rejects(response.text())
    },
  ))

test('a signal ends the reading even when nobody holds the request any more', {timeout: 60_000}, () =>
  asking(
    async () => new Response(new ReadableStream({pull: async c => (await sleep(5), c.enqueue(new Uint8Array(10)))})),
    async ask => {
      const leave = new AbortController()
      const reading = (await ask('/', {signal: leave.signal})).text()
      reading.catch(() => {})
      setFlagsFromString('--expose-gc')
      const collect = runInNewContext('gc') as () => void
      for (let i = 0; i < 5; i++) {
        collect()
        await sleep(5)
      }
      leave.abort()
      await assert.rejects(reading)
    },
  ),
)

test('a call as a whole has its time, however steadily it drips', () =>
  asking(
    async () => new Response(new ReadableStream({pull: async c => (await sleep(5), c.enqueue(new Uint8Array(1)))})),
    async ask => assert.rejects(async () => (await ask('/')).text(), /timeout/i),
    {callMs: 50},
  ))

test('a guarded world opens nothing on this machine, by literal, by name or by redirect', async () => {
  let asked = 0
  const guard: Guard = createGuard({resolve: async () => [{address: '127.0.0.1', family: 4}]})
  await asking(
    () => {
      asked++
      return new Response('inside')
    },
    async (ask, {port}) => {
      await assert.rejects(ask('/'), Refused)
      await assert.rejects(ask(`https://127.0.0.1:${port}/`), Refused)
      await assert.rejects(ask('https://rebound.example.com/'), (error: Error) =>
        [error, error.cause].some(one => one instanceof Refused && one.reason === 'private-address'),
      )
      await using world = nodeWorld({userAgent: 'test', guard})
      const signal = new AbortController().signal
      await assert.rejects(world.subscribe(new Request(`http://127.0.0.1:${port}/`), signal), Refused)
      await assert.rejects(world.subscribe(new Request('https://rebound.example.com/'), signal), /Cannot subscribe/)
    },
    {guard},
  )
  assert.equal(asked, 0)
})

test('what a redirect names is looked at like the first URL', () =>
  asking(
    () => Response.redirect('http://169.254.169.254/latest/meta-data'),
    async ask =>
      assert.rejects(ask('/'), (error: unknown) => error instanceof Refused && error.reason === 'private-address'),
    {guard: createGuard({allowLoopback: true})},
  ))
