/** Frames that are lent, over real sockets: when their memory may go, and whose turn it is to be pulled for. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer} from 'node:http'
import {connect, type AddressInfo, type Socket} from 'node:net'
import {test} from 'node:test'
import {setImmediate as nextTurn, setTimeout as sleep} from 'node:timers/promises'
import {WebSocket as WsClient} from 'ws'
import {silentLog} from '#std/log.ts'
import {eachFrame, type Frames} from '#std/wire/frames.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'
import {atRest} from '../../../test/until.ts'
import {listenerLimits} from '../http/limits.ts'
import {listen, type Listener} from '../http/listener.ts'
import {nodeWorld} from '../node-world.ts'
import type {Service} from '../service.ts'
import {WebSocketListener} from './listener.ts'

const serviceOf = (frames: Service['frames']): Service => ({
  name: 'test',
  fetch: async () => new Response(),
  frames,
  async start() {},
  async stop() {},
  ended: new Promise(() => {}),
})

const listening = (frames: Service['frames']): Promise<Listener> => listen(serviceOf(frames), {port: 0, log: silentLog})

/** Pages of 120 kB, each freed as soon as the next is asked for. Told of each whether that was possible. */
async function* lentPages(count: number, told: (wasFreed: boolean) => void): AsyncGenerator<WireFrames> {
  for (let n = 0; n < count; n++) {
    const page = WireFrames.of(Array.from({length: 30}, (_, i) => new Uint8Array(4_000).fill(n + i)))
    try {
      yield page
    } finally {
      told(page.free())
    }
  }
}

test('pages that are freed once they are taken arrive whole, at a client that rests now and then', async () => {
  let freed = 0
  await using listener = await listening(() => lentPages(200, wasFreed => (freed += Number(wasFreed))))
  const world = nodeWorld({userAgent: 'test'})
  const frames = await world.subscribe(new Request(listener.url), AbortSignal.timeout(20_000))
  assert.ok(!(frames instanceof Response))
  let count = 0
  for await (const frame of eachFrame(frames)) {
    assert.ok(frame instanceof Uint8Array && frame.length === 4_000)
    const byte = (Math.floor(count / 30) + (count % 30)) % 256
    if (frame[0] !== byte || !frame.every(each => each === byte)) assert.fail(`frame ${count} is not what was sent`)
    if (++count % 1_000 === 0) await sleep(20)
  }
  assert.equal(count, 6_000)
  assert.equal(freed, 200)
})

test('of a client that goes while it is written to, the page is left to be collected', {timeout: 60_000}, async () => {
  const told: boolean[] = []
  const {promise: ended, resolve: end} = Promise.withResolvers<void>()
  await using listener = await listening(async function* () {
    try {
      yield* lentPages(10_000, wasFreed => told.push(wasFreed))
    } finally {
      end()
    }
  })
  const client = connect(listener.port, '127.0.0.1')
  client.write(
    'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  await once(client, 'data')
  client.pause()
  // Until no more is taken.
  await atRest(() => told.length)
  client.resetAndDestroy()
  await ended
  assert.equal(told.filter(wasFreed => !wasFreed).length, 1, 'that which was being written')
})

test(
  'what a subscriber sends is handed on only when it is its turn, and no more is read meanwhile',
  {timeout: 60_000},
  async () => {
    const waiting: (() => void)[] = []
    const turns = {
      take: (key: () => string): Promise<void> | undefined =>
        key().startsWith('messages of ') ? new Promise(resolve => void waiting.push(resolve)) : undefined,
    }
    const taken = {size: 0}
    async function* frames(_: Request, signal: AbortSignal, incoming: AsyncIterable<unknown>): AsyncGenerator<string> {
      void (async () => {
        for await (const message of incoming) taken.size += (message as string).length
      })()
      for (; !signal.aborted; await sleep(5)) yield 'still here'
    }
    const service = {...serviceOf(frames), incomingSizeMax: 300_000}
    const listener = new WebSocketListener(service, listenerLimits, silentLog, undefined, turns)
    const server = createServer()
    server.on('upgrade', (message, socket, head) => {
      void listener.upgrade(message, socket as Socket, head, '192.0.2.7')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = new WsClient(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await once(client, 'open')
    // Of two that wait the service could hold only one.
    for (let n = 0; n < 4; n++) client.send('x'.repeat(200_000))
    for (let n = 1; n <= 4; n++) {
      while (waiting.length === 0) await once(client, 'message')
      for (let i = 0; i < 5; i++) await once(client, 'message')
      assert.equal(taken.size, (n - 1) * 200_000, 'the next one waits')
      assert.equal(waiting.length, 1)
      waiting.pop()?.()
    }
    while (taken.size < 800_000) await once(client, 'message')
    client.close(1000)
    assert.equal(((await once(client, 'close')) as [number])[0], 1000)
    await listener.stop()
    await new Promise(resolve => server.close(resolve))
  },
)

test(
  'a subscriber is pulled for only when it is its turn, in a line apart from requests',
  {timeout: 60_000},
  async () => {
    const keys: string[] = []
    let begin: (() => void) | undefined
    const turns = {
      take: (key: () => string): Promise<void> => {
        keys.push(key())
        return new Promise(resolve => (begin = resolve))
      },
    }
    let pulled = 0
    const frames = async function* (_request: Request, signal: AbortSignal): AsyncGenerator<WireFrames> {
      for (; !signal.aborted; pulled++) yield WireFrames.of([new Uint8Array(200)])
    }
    const listener = new WebSocketListener(
      serviceOf(frames as (request: Request, signal: AbortSignal) => Frames),
      listenerLimits,
      silentLog,
      undefined,
      turns,
    )
    const server = createServer()
    server.on('upgrade', (message, socket, head) => {
      void listener.upgrade(message, socket as Socket, head, '192.0.2.7')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = new WsClient(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
    for (let n = 1; n <= 3; n++) {
      await once(client, 'message')
      for (let i = 0; i < 20; i++) await nextTurn()
      assert.equal(pulled, n - 1, 'the next one waits')
      assert.equal(keys.length, n)
      begin?.()
    }
    assert.equal(new Set(keys).size, 1)
    assert.match(keys[0], /^frames to .*192\.0\.2\.7/)
    client.terminate()
    await once(client, 'close')
    begin?.()
    await listener.stop()
    await new Promise(resolve => server.close(resolve))
  },
)
