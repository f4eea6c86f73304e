/** Subscribers who ask for what there is not, say what nobody asked, or do not listen. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {WebSocket} from 'ws'
import type {ServiceName} from '../../src/bin/services.ts'
import {familyOf, type HostileCase} from './case.ts'
import type {HostileNetwork} from './network.ts'
import {Wire} from './wire.ts'

const at = familyOf('websockets')
const repos = '/xrpc/com.atproto.sync.subscribeRepos'
const paths: Readonly<Record<string, string>> = {pds: repos, relay: repos, jetstream: '/subscribe', tap: '/channel'}
/** The other stream of a Jetstream, which takes no messages. */
const events = '/xrpc/network.bsky.jetstream.subscribeEvents'
const streams = ['pds', 'relay', 'jetstream', 'tap'] as const
const endMs = 10_000

const cursors = [
  '',
  '0',
  '1',
  '-1',
  '1e9',
  '0.5',
  'abc',
  'null',
  '9007199254740991',
  '9'.repeat(40),
  '1&cursor=2',
  '%00',
  '１',
]

/** `query` may have a path of its own before it. */
const opened = async ({url}: HostileNetwork, on: ServiceName, query = ''): Promise<WebSocket> => {
  const socket = new WebSocket(url(on).replace('http', 'ws') + (query.startsWith('/') ? '' : paths[on]) + query, {
    perMessageDeflate: false,
  })
  socket.on('error', () => {})
  const {promise, resolve} = Promise.withResolvers<void>()
  socket.once('open', resolve).once('close', resolve)
  await promise
  return socket
}

/** Any of these is an answer: events, an end with a code, or a refusal before it begins. */
async function asked(network: HostileNetwork, on: ServiceName, query: string): Promise<void> {
  const socket = await opened(network, on, query)
  if (socket.readyState === WebSocket.OPEN) {
    const first = Promise.race([once(socket, 'message'), once(socket, 'close')])
    const silence = new Promise(resolve => setTimeout(resolve, 150))
    await Promise.race([first, silence])
  }
  socket.terminate()
}

/** Says something, and is heard out or cut off. Either way the next one is let in. */
async function said(
  network: HostileNetwork,
  on: ServiceName,
  say: (socket: WebSocket) => void,
  path = '',
): Promise<void> {
  const socket = await opened(network, on, path)
  assert.equal(socket.readyState, WebSocket.OPEN, 'it is let in')
  say(socket)
  await new Promise(resolve => setTimeout(resolve, 150))
  socket.terminate()
  const next = await opened(network, on, path)
  assert.equal(next.readyState, WebSocket.OPEN, 'the next is let in')
  next.terminate()
}

const sayings: Readonly<Record<string, (socket: WebSocket) => void>> = {
  'a thousand messages that nobody asked for': socket => {
    for (let i = 0; i < 1_000; i++) socket.send(`{"n":${i}}`)
  },
  'a message of 2 MB': socket => socket.send(Buffer.alloc(2_000_000)),
  'a message in ten thousand pieces': socket => {
    for (let i = 0; i < 10_000; i++) socket.send('x', {fin: i === 9_999})
  },
  'ten thousand pings': socket => {
    for (let i = 0; i < 10_000; i++) socket.ping('x'.repeat(100))
  },
  'pongs to nothing': socket => {
    for (let i = 0; i < 1_000; i++) socket.pong()
  },
  'JSON ten thousand deep': socket => socket.send('['.repeat(10_000)),
  'an end with a long reason': socket => socket.close(4_999, 'x'.repeat(100)),
}

const head = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
const frame = (...bytes: number[]): Buffer => Buffer.from(bytes)

/** Frames that break the protocol: the connection ends by them. */
const brokenFrames: Readonly<Record<string, Buffer>> = {
  'a frame without a mask': frame(0x81, 0x01, 0x61),
  'reserved bits': frame(0xf1, 0x81, 0, 0, 0, 0, 0x61),
  'an opcode that is none': frame(0x83, 0x81, 0, 0, 0, 0, 0x61),
  'a piece of nothing': frame(0x80, 0x81, 0, 0, 0, 0, 0x61),
  'a ping in two pieces': frame(0x09, 0x81, 0, 0, 0, 0, 0x61),
  'a ping of 200 bytes': Buffer.concat([frame(0x89, 0xfe, 0, 200, 0, 0, 0, 0), Buffer.alloc(200)]),
  'a length of 2^63': frame(0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0),
  'text that is no UTF-8': frame(0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe),
  'an end with a code that is none': frame(0x88, 0x82, 0, 0, 0, 0, 0x00, 0x01),
  'an end of one byte': frame(0x88, 0x81, 0, 0, 0, 0, 0x00),
}

async function broken({ports}: HostileNetwork, on: ServiceName, bytes: Buffer): Promise<void> {
  const wire = new Wire(ports[on])
  try {
    wire.send(head(paths[on]))
    const answer = await wire.answer()
    assert.ok(answer !== 'closed' && answer.status === 101, 'it is let in')
    wire.send(bytes)
    await wire.closed()
  } finally {
    wire.close()
  }
}

async function crowd(network: HostileNetwork, on: ServiceName): Promise<void> {
  // A Tap that has told of nothing has no first event to begin with.
  const query = on === 'tap' ? '?cursor=0' : '?cursor=1'
  const sockets = await Promise.all(Array.from({length: 150}, () => opened(network, on, query)))
  const isIn = sockets.filter(({readyState}) => readyState === WebSocket.OPEN).length
  const ends = sockets.map(socket => (socket.readyState === WebSocket.CLOSED ? undefined : once(socket, 'close')))
  for (const socket of sockets) socket.terminate()
  await Promise.race([Promise.all(ends), new Promise(resolve => setTimeout(resolve, endMs))])
  assert.ok(isIn > 0, 'somebody is let in')
}

const wishes = [
  'wantedCollections=!',
  `wantedCollections=${'a'.repeat(400)}`,
  Array.from({length: 200}, (_, i) => `wantedCollections=a.b.c${i}`).join('&'),
  'wantedDids=me',
  'maxMessageSizeBytes=-1',
  'maxMessageSizeBytes=999999999999999999999',
  'compress=maybe',
  'compress=true',
  'requireHello=true',
  'wantedCollections=*',
  '__proto__=1&constructor=2',
]

const eventWishes = [
  'kinds=!',
  Array.from({length: 200}, () => 'kinds=commit').join('&'),
  Array.from({length: 300}, (_, i) => `dids=did:web:n${i}.example.com`).join('&'),
  Array.from({length: 200}, (_, i) => `collections=a.b.c${i}`).join('&'),
  `collections=${'a.'.repeat(400)}*`,
  'collections=a.b.c&kinds=account',
  'maxMessageSizeBytes=999999999999999999999',
  'zstdDictionary=0',
  'zstdDictionary=4294967297',
  'wantedDids=did:web:a.b',
  '__proto__=1&constructor=2',
]

/** Of consumers who acknowledge what they were never given. */
const acknowledgements: Readonly<Record<string, (socket: WebSocket) => void>> = {
  'ten thousand acknowledgements': socket => {
    for (let id = 0; id < 10_000; id++) socket.send(`{"type":"ack","id":${id}}`)
  },
  'acknowledgements of all there may ever be': socket => {
    const ids = Array.from({length: 1_000}, (_, n) => Number.MAX_SAFE_INTEGER - n)
    for (let n = 0; n < 200; n++) socket.send(JSON.stringify({type: 'ack', ids}))
  },
  'acknowledgements of what is no number': socket => socket.send('{"type":"ack","ids":[1,"2",null,{},-1,1e99]}'),
  'messages of a type that is none': socket => {
    for (let n = 0; n < 10_000; n++) socket.send('{"type":"__proto__","id":1}')
  },
}

export const websocketCases: readonly HostileCase[] = [
  ...streams.flatMap(on => [
    ...cursors.map(cursor => at(on, `cursor "${cursor}"`, network => asked(network, on, `?cursor=${cursor}`))),
    ...Object.entries(sayings).map(([name, say]) => at(on, name, network => said(network, on, say))),
    ...Object.entries(brokenFrames).map(([name, bytes]) => at(on, name, network => broken(network, on, bytes))),
    {...at(on, '150 subscribers of one address', network => crowd(network, on)), isAlone: true},
  ]),
  ...Object.entries(acknowledgements).map(([name, say]) => at('tap', name, network => said(network, 'tap', say))),
  ...[...cursors.map(cursor => `cursor=${cursor}`), ...eventWishes].map(wish =>
    at('jetstream', `subscribeEvents ${wish.slice(0, 40)}`, network =>
      asked(network, 'jetstream', `${events}?${wish}`),
    ),
  ),
  ...Object.entries(sayings).map(([name, say]) =>
    at('jetstream', `subscribeEvents ${name}`, network => said(network, 'jetstream', say, events)),
  ),
  ...wishes.map(wish => at('jetstream', wish.slice(0, 60), network => asked(network, 'jetstream', `?${wish}`))),
]
