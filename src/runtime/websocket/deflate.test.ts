/** Compression that a client agrees to, over real sockets: it gets the same messages, in fewer bytes. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {once} from 'node:events'
import type {Socket} from 'node:net'
import {test} from 'node:test'
import {WebSocket} from 'ws'
import {silentLog} from '#std/log.ts'
import type {Frame} from '#std/wire/frames.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'
import {listen} from '../http/listener.ts'
import type {Service} from '../service.ts'
import {deflatedWire} from './deflate.ts'

const limit = {timeout: 10_000}
const large = new Uint8Array(70_000).fill(7)
const noise = Uint8Array.from(
  {length: 1_000},
  (_, i) => (i * i * 31 + (i >> 3) * 17 + ((i * 2_654_435_761) >>> 13)) & 255,
)
const all: Frame[] = ['text '.repeat(50), new Uint8Array(3).fill(1), large, noise, new Uint8Array(0), 'short']
const [text, small] = all

const serviceOf = (deflates: boolean): Service => ({
  name: 'test',
  deflates,
  fetch: async () => new Response(),
  async *frames(_request, _signal, incoming) {
    yield text
    yield [small, large]
    yield WireFrames.of([noise, new Uint8Array(0)])
    for await (const message of incoming) return yield message
  },
  incomingSizeMax: 10_000,
  async start() {},
  async stop() {},
  ended: new Promise(() => {}),
})

/** What a client gets, the bytes it took, and what was agreed on. `echo` is sent and comes back. */
async function got(deflates: boolean, offer: object | boolean, echo: string) {
  await using listener = await listen(serviceOf(deflates), {port: 0, log: silentLog})
  const client = new WebSocket(listener.url.replace('http', 'ws'), {perMessageDeflate: offer})
  const found: Frame[] = []
  let socket: Socket | undefined
  client.on('upgrade', upgraded => (socket = upgraded.socket))
  client.on('message', (data: Buffer, isBinary) => found.push(isBinary ? new Uint8Array(data) : data.toString()))
  client.on('open', () => client.send(echo))
  await once(client, 'close')
  return {found, size: socket?.bytesRead ?? 0, extensions: client.extensions}
}

test('who asks for it gets the same messages in fewer bytes, and is read as well', limit, async () => {
  const echo = 'say it again '.repeat(100)
  const plain = await got(true, false, echo)
  const packed = await got(true, true, echo)
  deepEqual(plain.found, [...all.slice(0, 5), echo])
  deepEqual(packed.found, plain.found)
  deepEqual([plain.extensions, packed.extensions], ['', 'permessage-deflate'])
  ok(packed.size < plain.size / 10, `${packed.size} of ${plain.size} bytes`)
})

test('nobody gets it of a service that does not offer it, nor who has no room for it', limit, async () => {
  deepEqual([(await got(false, true, 'x')).extensions, (await got(false, true, 'x')).found.length], ['', 6])
  const narrow = await got(true, {serverMaxWindowBits: 10}, 'x')
  deepEqual([narrow.extensions, narrow.found.length], ['', 6])
})

test('what several get is compressed once', limit, async () => {
  let asked = 0
  const frames = (): Frame[] => (asked++, all)
  const [one, other] = await Promise.all([deflatedWire(all, frames), deflatedWire(all, frames)])
  equal(one, other)
  equal(asked, 1)
})
