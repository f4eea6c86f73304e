/** Answers that are asked for in numbers, or not read: what they cost the others. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {connect} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {test} from 'node:test'
import {silentLog} from '#std/log.ts'
import {Reply} from '#std/wire/reply.ts'
import {until} from '../../../test/until.ts'
import {Metrics} from '../health/metrics.ts'
import {listen} from './listener.ts'
import type {Listener, ListenOptions} from './listener.ts'
import type {Service} from '../service.ts'

type Bytes = Uint8Array<ArrayBuffer>

const listening = (fetch: Service['fetch'], options: Partial<ListenOptions> = {}): Promise<Listener> => {
  const service = {name: 'test', fetch, async start() {}, async stop() {}, ended: new Promise<never>(() => {})}
  return listen(service, {port: 0, log: silentLog, ...options})
}

test('a client that does not read an answer that was ready is cut off, however long that is', async () => {
  for (const content of [Buffer.alloc(20_000_000), 'é'.repeat(10_000_000), Buffer.alloc(200_000)]) {
    const metrics = new Metrics()
    await using listener = await listening(async () => new Reply(content), {limits: {stallMs: 50}, metrics})
    const socket = connect(listener.port, '127.0.0.1').pause()
    // So many that what the system holds for a socket is full, whatever they are.
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(90))
    socket.on('error', () => {})
    const connections = (count: number): boolean =>
      metrics.render().includes(`http_connections{service="test"} ${count}\n`)
    await until(() => connections(1), 'it is connected')
    await until(() => connections(0), 'it is cut off')
    let size = 0
    socket.on('data', data => (size += data.length)).resume()
    await once(socket, 'close')
    assert.ok(size < content.length * 90, `${size}`)
  }
})

test('answers on one connection are made one after the other', async () => {
  let [running, most, made] = [0, 0, 0]
  await using listener = await listening(async () => {
    most = Math.max(most, ++running)
    await sleep(1)
    running--
    return new Reply(`${made++}`)
  })
  const last = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'
  const socket = connect(listener.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(4) + last)
  const answer = (await Array.fromAsync(socket)).join('')
  assert.equal(most, 1)
  assert.deepEqual(answer.match(/(?<=\r\n\r\n)\d/g), ['0', '1', '2', '3', '4'])
})

test('many long answers that are asked for at once do not stop the event loop', async () => {
  let turn = 0
  const counting = (): void => {
    turn++
    next = setImmediate(counting)
  }
  let next = setImmediate(counting)
  const begun: number[] = []
  await using listener = await listening(async ({url}) => {
    await Promise.resolve()
    if (url.endsWith('/short')) return new Reply('ok')
    begun.push(turn)
    const end = performance.now() + 30
    while (performance.now() < end);
    return new Reply('ok')
  })
  const sockets = await Promise.all(
    Array.from({length: 12}, async () => {
      const socket = connect(listener.port, '127.0.0.1')
      socket.write('GET /short HTTP/1.1\r\nhost: a\r\n\r\n')
      await once(socket, 'data')
      return socket
    }),
  )
  const answered = sockets.map(socket => once(socket, 'data'))
  // All of them are there when the server looks.
  for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  await Promise.all(answered)
  clearImmediate(next)
  for (const socket of sockets) socket.destroy()
  assert.equal(new Set(begun).size, 12)
})

test('one stranger leaves only so much unread', async () => {
  for (const answer of [(bytes: Bytes) => new Reply(bytes), (bytes: Bytes) => new Response(bytes)]) {
    await using listener = await listening(async () => answer(Buffer.alloc(20_000_000)), {
      limits: {unreadPerAddressMax: 1_000_000},
    })
    const unread = connect(listener.port, '127.0.0.1').pause()
    unread.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await once(unread, 'readable')
    const refused = await fetch(listener.url)
    const {error} = (await refused.json()) as {error: string}
    assert.deepEqual([refused.status, error], [429, 'RateLimitExceeded'])
    unread.destroy()
    let size = 0
    while (size === 0) {
      const response = await fetch(listener.url)
      if (response.ok) size = (await response.arrayBuffer()).byteLength
      else await response.text()
    }
    assert.equal(size, 20_000_000)
  }
})

test('a body that comes in very many pieces is handed on in few', async () => {
  let pieces = 0
  await using listener = await listening(async ({body}) => {
    let size = 0
    for await (const piece of body as ReadableStream<Bytes>) {
      size += piece.length
      pieces++
      await sleep(1)
    }
    return new Reply(`${size}`)
  })
  const socket = connect(listener.port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n')
  socket.write(`${'1\r\nx\r\n'.repeat(50_000)}0\r\n\r\n`)
  assert.match((await Array.fromAsync(socket)).join(''), /\r\n50000$/)
  assert.ok(pieces < 1_000, `${pieces}`)
})

test('content that is passing is freed when it is sent, and any other is not', async () => {
  const contents = {passing: new Uint8Array(20_000).fill(97), kept: new Uint8Array(20_000).fill(98)}
  await using listener = await listening(async ({url}) => {
    const isPassing = url.endsWith('/passing')
    return new Reply(isPassing ? contents.passing : contents.kept, {isPassing})
  })
  for (const [name, length] of [
    ['passing', 0],
    ['kept', 20_000],
  ] as const) {
    const answered = await (await fetch(`${listener.url}/${name}`)).bytes()
    assert.deepEqual([answered.length, new Set(answered).size], [20_000, 1])
    for (let i = 0; i < 100 && contents[name].length !== length; i++) await new Promise(setImmediate)
    assert.equal(contents[name].length, length)
  }
})
