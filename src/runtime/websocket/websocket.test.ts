/** Subscriptions over real sockets: our listener with our client, with `ws`, and with the standard WebSocket. */
import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type IncomingMessage} from 'node:http'
import {connect, type AddressInfo, type Socket} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {test} from 'node:test'
import {WebSocket as WsClient} from 'ws'
import type {Frame, Frames} from '#std/wire/frames.ts'
import {eachFrame, Farewell, farewellCode} from '#std/wire/frames.ts'
import {createLog, silentLog} from '#std/log.ts'
import type {LogLine} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {listen} from '../http/listener.ts'
import type {Listener, ListenOptions} from '../http/listener.ts'
import {withHealth} from '../health/health.ts'
import {Metrics} from '../health/metrics.ts'
import {atRest, until} from '../../../test/until.ts'
import {nodeWorld} from '../node-world.ts'
import {peerAddress} from '../strangers/peer.ts'
import type {Service} from '../service.ts'

const listening = (frames: Service['frames'], options: Partial<ListenOptions> = {}): Promise<Listener> =>
  listen(
    {
      name: 'test',
      fetch: async () => new Response('no subscription'),
      frames,
      async start() {},
      async stop() {},
      ended: new Promise(() => {}),
    },
    {port: 0, log: silentLog, ...options},
  )

const world = nodeWorld({userAgent: 'test'})
const never = new AbortController().signal

async function subscribed(listener: Listener, path = '/', signal = never, outgoing?: AsyncIterable<Frame>) {
  const frames = await world.subscribe(new Request(listener.url + path), signal, outgoing)
  assert.ok(!(frames instanceof Response))
  return frames
}

const all = (frames: Frames): Promise<Frame[]> => Array.fromAsync(eachFrame(frames))

test('frames of every size and both kinds arrive in order, singly and in arrays', async () => {
  const sent: Frame[] = [0, 1, 125, 126, 65_535, 65_536, 3_000_000].map((size, i) => new Uint8Array(size).fill(i))
  sent.push('', 'é\u{1f600}', 'x'.repeat(70_000))
  await using listener = await listening(async function* () {
    yield* sent
    yield sent
    await sleep(5)
    yield sent.slice(0, 3)
  })
  for (const subscribe of [world, realWorld]) {
    const frames = await subscribe.subscribe(new Request(listener.url), never)
    assert.ok(!(frames instanceof Response))
    assert.deepEqual(await all(frames), [...sent, ...sent, ...sent.slice(0, 3)])
  }
})

test('the service sees the request and its client, and can refuse before the upgrade', async () => {
  await using listener = await listening(request => {
    const asked = `${new URL(request.url).search} ${request.headers.get('x-a')} ${peerAddress(request)}`
    return new Response(asked, {status: 401, headers: {'x-why': 'because'}})
  })
  const refusal = await world.subscribe(new Request(`${listener.url}/?cursor=5`, {headers: {'x-a': '1'}}), never)
  assert.ok(refusal instanceof Response)
  assert.deepEqual(
    [refusal.status, refusal.headers.get('x-why'), await refusal.text()],
    [401, 'because', '?cursor=5 1 127.0.0.1'],
  )
})

test('a service without subscriptions, and one that fails, say so', async () => {
  await using without = await listening(undefined)
  const none = await world.subscribe(new Request(without.url), never)
  assert.equal(none instanceof Response && none.status, 404)
  await using failing = await listening(() => {
    throw new Error('oops')
  })
  const fault = await world.subscribe(new Request(failing.url), never)
  assert.equal(fault instanceof Response && fault.status, 500)
  await failing.stop()
  await assert.rejects(world.subscribe(new Request(failing.url), never), /Cannot subscribe/)
})

test('the service gets what the client sends', async () => {
  await using listener = await listening(async function* (_request, _signal, incoming) {
    for await (const message of incoming) {
      yield typeof message === 'string' ? `got ${message}` : message
      if (message === 'bye') return
    }
  })
  assert.deepEqual(await all(await subscribed(listener, '/', never, greetings())), [
    'got one',
    Uint8Array.of(1, 2),
    'got bye',
  ])
})

test('messages nobody asked for are dropped; too many for a service that does not take them end it', async () => {
  await using listener = await listening(async function* (request, signal, incoming) {
    if (request.url.endsWith('/wants')) incoming[Symbol.asyncIterator]()
    while (!signal.aborted) {
      yield 'still here'
      await sleep(5)
    }
  })
  for (const [path, code] of [
    ['/wants', 1008],
    ['/', 1000],
  ] as const) {
    const ws = new WsClient(listener.url.replace('http', 'ws') + path)
    await once(ws, 'open')
    for (let i = 0; i < 200; i++) ws.send('spam')
    if (code === 1000) setTimeout(() => ws.close(1000), 30)
    const [closed] = (await once(ws, 'close')) as [number]
    assert.equal(closed, code)
  }
})

/** A service that takes messages of this size, or none, and never reads one. */
const wanting = (incomingSizeMax?: number): Promise<Listener> =>
  listen(
    {
      name: 'test',
      incomingSizeMax,
      fetch: async () => new Response(),
      async *frames(_request, signal, incoming) {
        if (incomingSizeMax !== undefined) incoming[Symbol.asyncIterator]()
        while (!signal.aborted) {
          yield 'still here'
          await sleep(5)
        }
      },
      async start() {},
      async stop() {},
      ended: new Promise(() => {}),
    },
    {port: 0, log: silentLog},
  )
/** How its connection ends for a client that sends this. */
const codeFor = async (listener: Listener, messages: readonly string[]): Promise<number> => {
  const ws = new WsClient(listener.url.replace('http', 'ws'))
  await once(ws, 'open')
  for (const message of messages) ws.send(message, () => {})
  let heard = 0
  ws.on('message', () => ++heard === 10 && ws.close(1000))
  return ((await once(ws, 'close')) as [number])[0]
}

test('what waits for a service is bounded in bytes, and short where none was announced', async () => {
  await using large = await wanting(100_000)
  assert.equal(await codeFor(large, ['x'.repeat(100_000)]), 1000)
  assert.equal(await codeFor(large, ['x'.repeat(60_000), 'x'.repeat(60_000)]), 1008)
  assert.equal(await codeFor(large, ['x'.repeat(100_001)]), 1009)
  await using none = await wanting()
  assert.equal(await codeFor(none, Array<string>(60).fill('x'.repeat(4_000))), 1000)
  assert.equal(await codeFor(none, ['x'.repeat(5_000)]), 1009)
})

/** A service behind `/_health`, as each is run, that takes many messages, of which nobody reads those to `/still`. */
const manyTaking = (took: (message: Frame) => void): Promise<Listener> => {
  const service: Service = {
    name: 'test',
    takesMany: true,
    fetch: async () => new Response(),
    async *frames(request, signal, incoming) {
      const taken = incoming[Symbol.asyncIterator]()
      const read = async (): Promise<void> => {
        for (let next; !(next = await taken.next()).done;) took(next.value)
      }
      if (!request.url.endsWith('/still')) void read()
      while (!signal.aborted) {
        yield 'still here'
        await sleep(5)
      }
    },
    async start() {},
    async stop() {},
    ended: new Promise(() => {}),
  }
  return listen(withHealth(service, {version: '1'}), {port: 0, log: silentLog})
}

test(
  'a service that takes many has them in order as fast as they come, and a bound on those that wait',
  {timeout: 20_000},
  async () => {
    const took: Frame[] = []
    await using listener = await manyTaking(message => took.push(message))
    const ws = new WsClient(listener.url.replace('http', 'ws'))
    await once(ws, 'open')
    const sent = Array.from({length: 20_000}, (_, n) => `${n}`)
    for (const message of sent) ws.send(message)
    while (took.length < sent.length) await once(ws, 'message')
    assert.deepEqual(took.map(String), sent)
    ws.close()
    // Of one that is not read from, no more is read than the bound: the rest stays with the client.
    const still = new WsClient(`${listener.url.replace('http', 'ws')}/still`)
    await once(still, 'open')
    const long = 'x'.repeat(4_000)
    while (still.bufferedAmount < 16 * 2 ** 20) for (let n = 0; n < 100; n++) still.send(long, () => {})
    const before = still.bufferedAmount
    await sleep(100)
    assert.ok(before - still.bufferedAmount < 12 * 2 ** 20, 'what the system takes, and a megabyte')
    assert.equal(still.readyState, WsClient.OPEN)
    still.terminate()
  },
)

test('of a client that sends what nobody asked for no more is read for a while', {timeout: 20_000}, async () => {
  await using none = await wanting()
  const ws = new WsClient(none.url.replace('http', 'ws'))
  await once(ws, 'open')
  const pongs: unknown[] = []
  ws.on('pong', pong => pongs.push(pong))
  // In parts, since `ws` itself ends who has very many on the way at once.
  for (let count = 32; count <= 64; count += 32) {
    for (let i = 0; i < 32; i++) ws.ping()
    if (count < 64) while (pongs.length < count) await once(ws, 'message')
  }
  // The rest begins when the last of them is read, and not before this.
  const begunMs = performance.now()
  while (pongs.length < 64) await once(ws, 'message')
  ws.ping()
  while (pongs.length < 65) await once(ws, 'message')
  assert.ok(performance.now() - begunMs > 990, `${performance.now() - begunMs} ms`)
  ws.terminate()
})

test(
  'a client that sends pings and reads nothing is cut off before its pongs fill the memory',
  {timeout: 60_000},
  async () => {
    const {promise: gone, resolve} = Promise.withResolvers<void>()
    await using listener = await listening(async function* (_request, signal) {
      signal.addEventListener('abort', () => resolve())
      yield new Uint8Array(32 * 2 ** 20)
    })
    const ws = new WsClient(listener.url.replace('http', 'ws'))
    await once(ws, 'open')
    ws.pause()
    const pinging = setInterval(() => ws.ping(() => {}), 20)
    await gone
    clearInterval(pinging)
    ws.terminate()
  },
)

test('a message that is too large, and bytes that are no frames, end the subscription only', async () => {
  await using listener = await listening(
    async function* (_request, signal) {
      while (!signal.aborted) {
        yield 'frame'
        await sleep(5)
      }
    },
    {limits: {incomingSizeMax: 1_000}},
  )
  const ws = new WsClient(listener.url.replace('http', 'ws'))
  await once(ws, 'open')
  ws.send('x'.repeat(1_001))
  assert.equal(((await once(ws, 'close')) as [number])[0], 1009)
  const socket = connect(listener.port, '127.0.0.1')
  socket.on('error', () => {})
  const key = 'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13'
  socket.write(`GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n${key}\r\n\r\n`)
  await once(socket, 'data')
  socket.write(Buffer.alloc(100, 0xff))
  socket.resume()
  await once(socket, 'close')
  const [first] = await take(await subscribed(listener), 1)
  assert.equal(first, 'frame')
})

async function* greetings(): AsyncGenerator<Frame> {
  yield* ['one', Uint8Array.of(1, 2), 'bye']
}

async function take(frames: Frames, count: number): Promise<Frame[]> {
  const taken: Frame[] = []
  for await (const frame of eachFrame(frames)) {
    taken.push(frame)
    if (taken.length === count) break
  }
  return taken
}

test('when the client leaves, the signal aborts and the generator ends', async () => {
  const ended = Promise.withResolvers<boolean>()
  await using listener = await listening(async function* (_request, signal) {
    try {
      for (;;) {
        yield 'frame'
        await sleep(1, undefined, {signal})
      }
    } finally {
      ended.resolve(signal.aborted)
    }
  })
  assert.equal((await take(await subscribed(listener), 3)).length, 3)
  assert.equal(await ended.promise, true)
  const leave = new AbortController()
  const frames = await subscribed(listener, '/', leave.signal)
  let count = 0
  for await (const _ of eachFrame(frames)) {
    count++
    leave.abort()
  }
  assert.ok(count > 0, 'and the client’s signal ends its own iteration')
})

test('a fault while streaming is logged and closes with 1011; the client throws', async () => {
  const lines: LogLine[] = []
  await using listener = await listening(
    async function* () {
      yield 'one'
      throw new Error('oops')
    },
    {log: createLog({sink: line => lines.push(line), now: Date.now})},
  )
  await assert.rejects(all(await subscribed(listener)), /1011/)
  assert.equal(lines.length, 1)
  const standard = await realWorld.subscribe(new Request(listener.url), never)
  await assert.rejects(all(standard as Frames), /1011/)
})

test('a service that says farewell closes in good order, for its reason, after what it sent', async () => {
  const lines: LogLine[] = []
  const log = createLog({sink: line => void lines.push(line), now: () => 0})
  await using listener = await listening(
    async function* () {
      yield 'first'
      throw new Farewell('FutureCursor')
    },
    {log},
  )
  const client = new WsClient(listener.url.replace('http', 'ws'))
  const heard: string[] = []
  client.on('message', data => heard.push((data as Buffer).toString()))
  const [code, reason] = (await once(client, 'close')) as [number, Buffer]
  assert.deepEqual([code, reason.toString(), heard], [1000, 'FutureCursor', ['first']])
  const ours = (await subscribed(listener))[Symbol.asyncIterator]()
  assert.deepEqual(await ours.next(), {done: false, value: ['first']})
  const {done, value} = (await ours.next()) as {done: boolean; value: unknown}
  assert.ok(done && value instanceof Farewell && value.reason === 'FutureCursor')
  assert.deepEqual(lines, [])
})

test('a service that ends because of what it was sent says so by its code, in a reason that a frame can hold', async () => {
  await using listener = await listening(async function* () {
    yield 'first'
    throw new Farewell(`“${'no '.repeat(80)}”`, farewellCode.policyViolation)
  })
  const [code, reason] = (await once(new WsClient(listener.url.replace('http', 'ws')), 'close')) as [number, Buffer]
  assert.deepEqual([code, reason.toString()], [1008, `?${'no '.repeat(80)}`.slice(0, 123)])
})

test('of the subprotocols that a client offers, one that the service speaks is agreed on, and no other', async () => {
  await using listener = await listen(
    {
      name: 'test',
      subprotocols: ['xrpc.v1.json'],
      fetch: async () => new Response(),
      async *frames() {},
      async start() {},
      async stop() {},
      ended: new Promise(() => {}),
    },
    {port: 0, log: silentLog},
  )
  for (const [offered, expected] of [
    [['xrpc.v1.json'], 'xrpc.v1.json'],
    [['xrpc.v2.json', 'xrpc.v1.json'], 'xrpc.v1.json'],
    [['XRPC.V1.JSON'], undefined],
    [[], undefined],
  ] as const) {
    const client = new WsClient(listener.url.replace('http', 'ws'), offered as unknown as string[])
    client.on('error', () => {})
    const [answer] = (await once(client, 'upgrade')) as [IncomingMessage]
    assert.equal(answer.headers['sec-websocket-protocol'], expected)
    client.terminate()
  }
})

test('a client that does not read is not pulled for, and is cut off', async () => {
  const metrics = new Metrics()
  let pulled = 0
  const ended = Promise.withResolvers<void>()
  await using listener = await listening(
    async function* () {
      try {
        for (; pulled < 1_000; pulled++) yield [new Uint8Array(100_000)]
      } finally {
        ended.resolve()
      }
    },
    {limits: {stallMs: 100}, metrics},
  )
  const ws = new WsClient(listener.url.replace('http', 'ws'))
  ws.on('error', () => {})
  await once(ws, 'open')
  ws.pause()
  await ended.promise
  assert.ok(pulled < 500, `${pulled} pulled`)
  ws.terminate()
  assert.match(metrics.render(), /subscribers_stalled_total\{service="test"\} 1/)
})

test('a client that rests and reads on loses nothing, however small what it was sent', async () => {
  const count = 2_000
  await using listener = await listening(async function* () {
    for (let i = 0; i < count; i++) yield [new Uint8Array(10_000)]
  })
  const ws = new WsClient(listener.url.replace('http', 'ws'))
  let received = 0
  ws.on('message', () => received++)
  await once(ws, 'open')
  ws.pause()
  await sleep(100)
  ws.resume()
  await once(ws, 'close')
  assert.equal(received, count)
})

test('answers to pings come between frames, never within one', async () => {
  const batch = Array.from({length: 3}, (_, i) => new Uint8Array(700_000).fill(i))
  await using listener = await listening(async function* () {
    for (let i = 0; i < 20; i++) {
      yield batch
      await sleep(2)
    }
  })
  const read = async (): Promise<[number, number]> => {
    const ws = new WsClient(listener.url.replace('http', 'ws'))
    let [sum, pongs] = [0, 0]
    ws.on('message', (data: Buffer) => (sum += data.length * (data[0] + 1)))
    ws.on('pong', () => pongs++)
    await once(ws, 'open')
    const pinging = setInterval(() => ws.readyState === WsClient.OPEN && ws.ping(), 1)
    await once(ws, 'close')
    clearInterval(pinging)
    return [sum, pongs]
  }
  // Two, since what several clients get is written in another way than what goes to one.
  for (const [sum, pongs] of await Promise.all([read(), read()])) {
    assert.equal(sum, 20 * 700_000 * (1 + 2 + 3))
    assert.ok(pongs > 5, `${pongs} pongs`)
  }
})

test('our client rests its socket when what it got is not taken', async () => {
  let pulled = 0
  await using listener = await listening(async function* (_request, signal) {
    for (; pulled < 400 && !signal.aborted; pulled++) yield [new Uint8Array(100_000)]
  })
  const leave = new AbortController()
  const frames = await subscribed(listener, '/', leave.signal)
  await atRest(() => pulled)
  assert.ok(pulled < 300, `${pulled} pulled`)
  assert.equal((await all(frames)).length, 400)
})

test('our client rests its socket though all that it got is empty', {timeout: 60_000}, async () => {
  // Two bytes each.
  const frames = Buffer.alloc(65_536, Buffer.from([0x82, 0]))
  const enough = 16 * 2 ** 20
  let written = 0
  const sending = (socket: Socket): void => {
    for (; written < enough && socket.writable; written += frames.length) {
      if (!socket.write(frames)) return void socket.once('drain', () => sending(socket))
    }
  }
  const server = createServer().on('upgrade', (request, socket: Socket) => {
    const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    const accept = `sec-websocket-accept: ${key.digest('base64')}`
    socket.on('error', () => {})
    socket.write(`HTTP/1.1 101 Here\r\nupgrade: websocket\r\nconnection: upgrade\r\n${accept}\r\n\r\n`)
    sending(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const leave = new AbortController()
  const {port} = server.address() as AddressInfo
  const taken = await world.subscribe(new Request(`http://127.0.0.1:${port}`), leave.signal)
  assert.ok(!(taken instanceof Response))
  await atRest(() => written, 60)
  assert.ok(written < enough, `${written} bytes of empty frames were taken in`)
  leave.abort()
  server.closeAllConnections()
  server.close()
})

test('a client that answers no ping is cut off, a silent one that does is kept', async context => {
  context.mock.timers.enable({apis: ['setInterval']})
  const ended: string[] = []
  await using listener = await listening(
    async function* (request, signal) {
      yield 'hello'
      await once(signal, 'abort')
      ended.push(new URL(request.url).pathname)
    },
    {limits: {pingMs: 30_000}},
  )
  const url = listener.url.replace('http', 'ws')
  const dead = new WsClient(`${url}/dead`, {autoPong: false})
  const alive = new WsClient(`${url}/alive`)
  dead.on('error', () => {})
  await Promise.all([dead, alive].map(client => once(client, 'open')))
  const pinged = [dead, alive].map(client => once(client, 'ping'))
  context.mock.timers.tick(30_000)
  await Promise.all(pinged)
  // What it is answered comes after the answer that it gave.
  const heard = async (): Promise<void> => {
    alive.ping()
    await once(alive, 'pong')
  }
  await heard()
  context.mock.timers.tick(30_000)
  await once(dead, 'close')
  await until(() => ended.length > 0, 'its frames are ended')
  await heard()
  assert.deepEqual(ended, ['/dead'])
  alive.close()
  await once(alive, 'close')
})

test('one address has only so many subscriptions', async () => {
  await using listener = await listening(
    async function* (_request, signal) {
      yield 'hello'
      await once(signal, 'abort')
    },
    {limits: {subscriptionsPerAddressMax: 2}},
  )
  const leave = new AbortController()
  const two = [await subscribed(listener, '/', leave.signal), await subscribed(listener, '/', leave.signal)]
  let next = await world.subscribe(new Request(listener.url), never)
  assert.equal(next instanceof Response && next.status, 429)
  leave.abort()
  for (const frames of two) await all(frames)
  // The server learns of it when the sockets have closed, which on a busy machine may take a while.
  for (let tries = 0; next instanceof Response && tries < 200; tries++) {
    await sleep(10)
    next = await world.subscribe(new Request(listener.url), never)
  }
  assert.ok(!(next instanceof Response))
  assert.deepEqual(await take(next, 1), ['hello'])
})

test('a stop ends every subscription with 1001, even of a service that does not listen', async () => {
  const listener = await listening(
    async function* (request, signal) {
      yield 'hello'
      if (request.url.endsWith('/deaf')) await sleep(60_000, undefined, {ref: false})
      else await once(signal, 'abort')
    },
    {limits: {drainMs: 100}},
  )
  const sockets = ['/', '/deaf'].map(path => new WsClient(listener.url.replace('http', 'ws') + path))
  await Promise.all(sockets.map(ws => once(ws, 'message')))
  const codes = sockets.map(async ws => ((await once(ws, 'close')) as [number])[0])
  await listener.stop()
  assert.deepEqual(await Promise.all(codes), [1001, 1006])
})

test('an array yielded to many is put on the wire once', async () => {
  const batch = Array.from({length: 50}, (_, i) => `frame ${i}`)
  await using listener = await listening(async function* () {
    yield batch
  })
  const got = await Promise.all(Array.from({length: 10}, async () => all(await subscribed(listener))))
  for (const frames of got) assert.deepEqual(frames, batch)
})
