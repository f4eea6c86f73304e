/** Heads, bodies and bytes that no client would send, to every service: each is answered by its name or closed. */
import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {serviceNames, type ServiceName} from '../../src/bin/services.ts'
import {familyOf, type HostileCase} from './case.ts'
import {Wire} from './wire.ts'

const at = familyOf('sockets')
const health = 'GET /_health HTTP/1.1\r\nhost: localhost\r\n\r\n'
const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${more}\r\n`
const post = (more: string, path = '/xrpc/com.example.none'): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${more}\r\n`

interface Spoken {
  /** Bytes of latin1. */
  readonly says: readonly (string | Uint8Array)[]
  /** Which statuses, or `closed`, are an answer to it. */
  readonly wants: RegExp
  readonly isHead?: boolean
  /** Milliseconds between the parts. */
  readonly pauseMs?: number
}

const refused = /^(4\d\d|501|closed)$/
const bad = /^(400|closed)$/
const found = /^(200|30\d|404|405|400|501)$/

const spoken: Readonly<Record<string, Spoken>> = {
  'a head of 20 kB': {says: [get('/_health', `x-a: ${'a'.repeat(20_000)}\r\n`)], wants: /^(431|closed)$/},
  'a head of 1 MB': {says: [get('/_health', `x-a: ${'a'.repeat(1_000_000)}\r\n`)], wants: /^(431|closed)$/},
  'three thousand heads': {says: [get('/_health', 'a: b\r\n'.repeat(3_000))], wants: /^(200|431|closed)$/},
  'a path of 10 kB': {says: [get(`/${'a'.repeat(10_000)}`)], wants: /^(404|400|414|405|501)$/},
  'a query of 10 kB': {says: [get(`/_health?${'a=1&'.repeat(2_500)}`)], wants: /^200$/},
  'two lengths': {says: [post('content-length: 3\r\ncontent-length: 5\r\n'), 'abcde'], wants: bad},
  'a length twice': {says: [post('content-length: 3, 3\r\n'), 'abc'], wants: refused},
  'both lengths': {says: [post('content-length: 3\r\ntransfer-encoding: chunked\r\n'), '0\r\n\r\n'], wants: bad},
  'a negative length': {says: [post('content-length: -1\r\n')], wants: bad},
  'a length that is no number': {says: [post('content-length: 0x10\r\n'), 'a'.repeat(16)], wants: bad},
  'a length of 2^70': {says: [post('content-length: 1180591620717411303424\r\n')], wants: refused},
  'a folded head': {says: [get('/_health', 'x-a: b\r\n c\r\n')], wants: bad},
  'a head without a name': {says: [get('/_health', ': b\r\n')], wants: bad},
  'a blank before the colon': {says: [get('/_health', 'x-a : b\r\n')], wants: bad},
  'a head with a NUL': {says: [get('/_health', 'x-a: b\0c\r\n')], wants: bad},
  'a head of high bytes': {says: [get('/_health', 'x-a: \xff\xfe\xfd\r\n')], wants: /^(200|400|closed)$/},
  'line ends without CR': {says: ['GET /_health HTTP/1.1\nhost: localhost\n\n'], wants: /^(200|400|closed)$/},
  'chunks with extensions': {
    says: [post('transfer-encoding: chunked\r\n'), '3;a=b;c\r\nabc\r\n0\r\n\r\n'],
    wants: refused,
  },
  'a chunk extension of 100 kB': {
    says: [post('transfer-encoding: chunked\r\n'), `3;${'a'.repeat(100_000)}\r\nabc\r\n0\r\n\r\n`],
    wants: refused,
  },
  'a chunk that is longer than it says': {
    says: [post('transfer-encoding: chunked\r\n'), '1\r\nabcdef\r\n0\r\n\r\n'],
    wants: refused,
  },
  'a chunk whose length is no number': {
    says: [post('transfer-encoding: chunked\r\n'), 'zz\r\nabc\r\n'],
    wants: refused,
  },
  'a chunk of 2^64 bytes': {says: [post('transfer-encoding: chunked\r\n'), 'ffffffffffffffffff\r\n'], wants: refused},
  'trailers of 100 kB': {
    says: [post('transfer-encoding: chunked\r\n'), `0\r\nx-a: ${'a'.repeat(100_000)}\r\n\r\n`],
    wants: refused,
  },
  'a coding that nobody knows': {says: [post('transfer-encoding: rot13\r\n'), 'abc'], wants: refused},
  'chunked in another coding': {says: [post('transfer-encoding: chunked, identity\r\n'), '0\r\n\r\n'], wants: refused},
  'a URL of another host': {says: [get('http://example.com/_health')], wants: /^(200|400|404|405)$/},
  'a URL of a file': {says: [get('file:///etc/passwd')], wants: /^(400|404|405|501|closed)$/},
  'a URL that is none': {says: [get('http://')], wants: refused},
  'an asterisk': {says: ['OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\n'], wants: /^(200|204|400|404|405|closed)$/},
  dots: {says: [get('/../../../../etc/passwd')], wants: found},
  'dots in percents': {says: [get('/%2e%2e/%2e%2e/etc/passwd')], wants: found},
  'slashes in percents': {says: [get('/..%2f..%2f..%2fetc%2fpasswd')], wants: found},
  'dots below the static files': {says: [get('/static/..%2f..%2f..%2fpackage.json')], wants: found},
  backslashes: {says: [get('/..\\..\\etc\\passwd')], wants: found},
  'a NUL in the path': {says: [get('/a\0b')], wants: bad},
  'a NUL in percents': {says: [get('/%00')], wants: found},
  'percents that are none': {says: [get('/%zz%')], wants: found},
  'percents that are no UTF-8': {says: [get('/%ff%fe')], wants: found},
  'a path of high bytes': {says: [get('/\xff\xfe')], wants: /^(40\d|200|501|closed)$/},
  'two slashes': {says: [get('//example.com/_health')], wants: found},
  TRACE: {says: ['TRACE / HTTP/1.1\r\nhost: localhost\r\n\r\n'], wants: /^405$/},
  CONNECT: {says: ['CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n'], wants: /^(405|closed)$/},
  'a verb that is none': {says: ['BREW / HTTP/1.1\r\nhost: localhost\r\n\r\n'], wants: refused},
  PROPFIND: {says: ['PROPFIND / HTTP/1.1\r\nhost: localhost\r\n\r\n'], wants: /^(400|404|405|501)$/},
  'an upgrade to WebSocket where there is none': {
    says: [
      get(
        '/_health',
        'upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
      ),
    ],
    wants: /^(4\d\d|501|closed)$/,
  },
  'an upgrade without a key': {
    says: [get('/_health', 'upgrade: websocket\r\nconnection: upgrade\r\n')],
    wants: refused,
  },
  'an upgrade to HTTP/2': {
    says: [get('/_health', 'upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMAAABk\r\n')],
    wants: /^200$/,
  },
  'HTTP/2 straight away': {says: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], wants: /^(400|505|closed)$/},
  'no host': {says: ['GET /_health HTTP/1.1\r\n\r\n'], wants: /^(400|closed)$/},
  'two hosts': {says: ['GET /_health HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n'], wants: bad},
  'a host with a path': {says: ['GET /_health HTTP/1.1\r\nhost: a/../b\r\n\r\n'], wants: /^(200|400|closed)$/},
  'a host that is somebody else': {says: ['GET /_health HTTP/1.1\r\nhost: evil.example\r\n\r\n'], wants: /^(200|400)$/},
  'HTTP/0.9': {says: ['GET /\r\n\r\n'], wants: bad},
  'HTTP/1.0 without a host': {says: ['GET /_health HTTP/1.0\r\n\r\n'], wants: /^(200|400|closed)$/},
  'HTTP/9.9': {says: ['GET /_health HTTP/9.9\r\nhost: localhost\r\n\r\n'], wants: /^(400|505|closed)$/},
  'a TLS greeting': {says: [Buffer.from('16030100a5010000a10303', 'hex'), Buffer.alloc(155, 7)], wants: bad},
  'a mail server': {says: ['EHLO localhost\r\n'], wants: bad},
  noise: {says: [Buffer.from(Array.from({length: 2_000}, (_, i) => (i * 197 + 13) % 256))], wants: bad},
  HEAD: {says: ['HEAD /_health HTTP/1.1\r\nhost: localhost\r\n\r\n'], wants: /^200$/, isHead: true},
  'an expectation that is none': {says: [post('expect: tea\r\ncontent-length: 3\r\n'), 'abc'], wants: /^417$/},
  'ranges that run out': {says: [get('/', `range: bytes=${'0-1,'.repeat(1_000)}9999999999999-\r\n`)], wants: found},
  'conditions that are none': {
    says: [get('/', 'if-none-match: "\r\nif-modified-since: yesterday\r\n')],
    wants: /^(200|30\d|404|400|405)$/,
  },
  'encodings that go on': {says: [get('/', `accept-encoding: ${'gzip;q=0.1,'.repeat(800)}br\r\n`)], wants: found},
  'forwarded for from the left': {
    says: [get('/_health', 'x-forwarded-for: 1.1.1.1, evil, [::1]:x, 2.2.2.2\r\nforwarded: for="_x"\r\n')],
    wants: /^200$/,
  },
  'a head in two halves': {
    says: ['GET /_health HTTP/1.1\r\nho', 'st: localhost\r\n\r\n'],
    wants: /^200$/,
    pauseMs: 30,
  },
  'a head byte by byte': {says: [...health], wants: /^200$/, pauseMs: 2},
  'a gzip bomb': {
    says: [
      post('content-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 100\r\n'),
      Buffer.alloc(100, 0x1f),
    ],
    wants: refused,
  },
}

async function speak(port: number, {says, wants, isHead, pauseMs = 0}: Spoken): Promise<void> {
  const wire = new Wire(port)
  try {
    for (const part of says) {
      wire.send(part)
      if (pauseMs > 0) await sleep(pauseMs)
    }
    const answer = await wire.answer(isHead)
    const outcome = answer === 'closed' ? answer : String(answer.status)
    assert.match(outcome, wants, answer === 'closed' ? '' : `${answer.head}\n${answer.body.slice(0, 300)}`)
    if (answer === 'closed') return
    if (answer.status === 400 && answer.body === '') throw new Error('a refusal without a word')
    if (answer.isLast) return await wire.closed()
    wire.send(health)
    const next = await wire.answer()
    assert.ok(next === 'closed' || next.status === 200, `the next request is answered with ${JSON.stringify(next)}`)
  } finally {
    wire.close()
  }
}

const crowdSize = 150

/** Many at once, who want nothing. */
const crowds: Readonly<Record<string, (port: number) => Promise<void>>> = {
  'connections that say nothing': async port => {
    const wires = Array.from({length: crowdSize}, () => new Wire(port))
    await sleep(100)
    await isServed(port)
    for (const wire of wires) wire.close()
  },
  'heads that never end': async port => {
    const wires = Array.from({length: crowdSize}, () => new Wire(port))
    for (const wire of wires) wire.send('GET /_health HTTP/1.1\r\nhost: localhost\r\nx-a: ')
    await sleep(100)
    await isServed(port)
    for (const wire of wires) wire.close()
  },
  'answers that nobody reads': async port => {
    const wires = Array.from({length: crowdSize}, () => new Wire(port))
    for (const wire of wires) {
      wire.pause()
      wire.send(get('/').repeat(20))
    }
    await sleep(100)
    await isServed(port)
    for (const wire of wires) wire.close()
  },
  'five thousand requests in one write': async port => {
    const wire = new Wire(port)
    wire.send(health.repeat(5_000))
    await wire.answer().catch(() => {})
    await isServed(port)
    wire.close()
  },
  'gone in the middle of an answer': async port => {
    for (let i = 0; i < 50; i++) {
      const wire = new Wire(port)
      wire.send(get('/'))
      setImmediate(() => wire.close())
    }
    await isServed(port)
  },
}

async function isServed(port: number): Promise<void> {
  const wire = new Wire(port)
  wire.send(health)
  const answer = await wire.answer()
  wire.close()
  assert.equal(answer === 'closed' ? answer : answer.status, 200, 'another is served')
}

export const socketCases: readonly HostileCase[] = serviceNames.flatMap((name: ServiceName) => [
  ...Object.entries(spoken).map(([what, said]) => at(name, what, ({ports}) => speak(ports[name], said))),
  ...Object.entries(crowds).map(([what, crowd]) => at(name, what, ({ports}) => crowd(ports[name]))),
])
