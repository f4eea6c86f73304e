/**
 * Each server refuses what it is sent, in every way that it can, and the connection is then good for the next request or
 * closed, never between: by itself, as a reverse proxy uses one for many people, and in our own pool to other servers.
 */
import assert from 'node:assert/strict'
import {connect, type Socket} from 'node:net'
import {after, before, suite, test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'
import {AtpAgent} from '@atproto/api'
import {Pool} from 'undici'
import {freePorts, networkEnv, urlOf, type Ports} from '../network-env.ts'
import {serviceNames, type ServiceName} from '../../src/bin/services.ts'
import {startSeparately, type SeparateNetwork} from '../separate-processes.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'
import {unwellPeer, type UnwellPeer} from '../unwell-peer.ts'

/** More than any of them takes, and more than is taken in for the sake of a connection. */
const largeSize = 1_500_000
const hang = {timeout: 120_000}
const answerMs = 15_000
/** How long the second half of a body is held back. */
const halfMs = 50

interface Answer {
  status: number
  body: string
  isLast: boolean
}

/** One connection, which asks and reads whole answers. Asked for a body, it sends the 100 bytes that it kept back. */
class Connection {
  readonly #socket: Socket
  #text = ''
  isClosed = false

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').on('error', () => {})
    this.#socket.setEncoding('latin1').on('data', (text: string) => (this.#text += text))
    this.#socket.once('close', () => (this.isClosed = true))
  }

  send(...parts: (string | Uint8Array)[]): void {
    for (const part of parts) if (!this.isClosed) this.#socket.write(part)
  }

  /** The next answer; undefined when the connection ends without one. */
  async answer(what: string): Promise<Answer | undefined> {
    return (await until(() => this.#take() ?? (this.isClosed ? 'closed' : undefined), what, answerMs)) as
      | Answer
      | undefined
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(): Answer | undefined {
    const end = this.#text.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const head = this.#text.slice(0, end).toLowerCase()
    const status = Number(head.split(' ')[1])
    if (status === 100) {
      this.#text = this.#text.slice(end + 4)
      this.send('x'.repeat(100))
      return this.#take()
    }
    const size = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0)
    const chunked = head.includes('transfer-encoding: chunked')
    const rest = this.#text.slice(end + 4)
    const stop = chunked ? rest.indexOf('0\r\n\r\n') + 5 : size
    if (rest.length < stop || (chunked && stop < 5)) return undefined
    this.#text = rest.slice(stop)
    return {status, body: rest.slice(0, stop), isLast: head.includes('connection: close')}
  }
}

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
const piece = chunk('x'.repeat(60_000))

interface Target {
  service: ServiceName
  path: string
  type: string
  headers?: string
  /** Whether it takes what others refuse. */
  takesMuch?: boolean
}

/** What is wrong, as it goes over the wire. `path`, `type` and `headers` are those of a call that takes a body. */
const wrongs: Readonly<Record<string, (target: Target) => (string | Uint8Array)[]>> = {
  'too long, with its length': target => [
    head(target, `content-type: ${target.type}`, `content-length: ${largeSize}`),
    Buffer.alloc(largeSize, ' '),
  ],
  'too long for anyone, with its length, and never sent': target => [
    head(target, `content-type: ${target.type}`, 'content-length: 99999999999'),
  ],
  'too long, in pieces': target => [
    head(target, `content-type: ${target.type}`, 'transfer-encoding: chunked'),
    piece.repeat(Math.ceil(largeSize / 60_000)),
    '0\r\n\r\n',
  ],
  'too long, in pieces that go on': target => [
    head(target, `content-type: ${target.type}`, 'transfer-encoding: chunked'),
    piece.repeat(Math.ceil(largeSize / 60_000)),
  ],
  'of a wrong type': target => [head(target, 'content-type: text/x-wrong', 'content-length: 100'), 'x'.repeat(100)],
  'of a wrong type, in pieces': target => [
    head(target, 'content-type: text/x-wrong', 'transfer-encoding: chunked'),
    chunk('x'.repeat(100)),
    '0\r\n\r\n',
  ],
  'of a wrong type, half of it sent': target => [
    head(target, 'content-type: text/x-wrong', 'content-length: 100'),
    'x'.repeat(50),
  ],
  'in an encoding that nobody knows': target => [
    head(target, `content-type: ${target.type}`, 'content-encoding: x-wrong', 'content-length: 100'),
    'x'.repeat(100),
  ],
  'gzip that is none': target => [
    head(target, `content-type: ${target.type}`, 'content-encoding: gzip', 'content-length: 100'),
    'x'.repeat(100),
  ],
  'gzip that breaks, and is long': target => [
    head(target, `content-type: ${target.type}`, 'content-encoding: gzip', `content-length: ${largeSize}`),
    new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 7, 7, 7, 7, 7]),
    Buffer.alloc(largeSize - 15, 'x'),
  ],
  'no JSON': target => [head(target, 'content-type: application/json', 'content-length: 100'), '{'.repeat(100)],
  'for a method that there is not': target => [
    head({...target, path: '/xrpc/com.example.unknown'}, `content-type: ${target.type}`, 'content-length: 100000'),
    'x'.repeat(100_000),
  ],
  'for a path that there is not': target => [
    head({...target, path: '/not/here'}, `content-type: ${target.type}`, 'content-length: 100000'),
    'x'.repeat(100_000),
  ],
  'by a verb that is not answered': target => [
    head(target, `content-type: ${target.type}`, 'content-length: 100').replace(/^POST/, 'TRACE'),
    'x'.repeat(100),
  ],
  'by DELETE': target => [
    head(target, `content-type: ${target.type}`, 'content-length: 100000').replace(/^POST/, 'DELETE'),
    'x'.repeat(100_000),
  ],
  'with a GET': target => [
    head({...target, path: '/nothing'}, 'content-length: 100000').replace(/^POST/, 'GET'),
    'x'.repeat(100_000),
  ],
  'only once it is asked for': target => [
    head(target, 'content-type: text/x-wrong', 'content-length: 100', 'expect: 100-continue'),
  ],
  'with another expectation': target => [
    head(target, `content-type: ${target.type}`, 'content-length: 100', 'expect: tea'),
    'x'.repeat(100),
  ],
}

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield new Uint8Array(60_000)
}

const head = ({path, headers = ''}: Target, ...lines: string[]): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}${lines.join('\r\n')}\r\n\r\n`

suite('what was refused', () => {
  let ports: Ports
  let network: SeparateNetwork
  let stranger: UnwellPeer
  const targets: Target[] = []

  before(async () => {
    stranger = await unwellPeer({
      only: 'answers 500',
      well: {
        '/.well-known/did.json': port => ({
          id: `did:web:localhost%3A${port}`,
          service: [{id: '#test', type: 'Test', serviceEndpoint: `http://localhost:${port}`}],
        }),
      },
    })
    ports = await freePorts()
    network = await startSeparately({
      ...networkEnv(temporaryFolder('refused'), ports),
      PDS_BLOB_SIZE_MAX: '1MB',
    })
    const agent = new AtpAgent({service: urlOf(ports.pds)})
    await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
    const token = `authorization: Bearer ${agent.session!.accessJwt}\r\n`
    const json = 'application/json'
    const proxied = `${token}atproto-proxy: did:web:localhost%3A${stranger.port}#test\r\n`
    targets.push(
      {service: 'plc', path: `/${agent.assertDid}`, type: json},
      {service: 'pds', path: '/xrpc/com.atproto.repo.createRecord', type: json, headers: token},
      {service: 'pds', path: '/xrpc/com.atproto.repo.uploadBlob', type: 'image/png', headers: token, takesMuch: true},
      // Passed on to the AppView, which refuses, and to a stranger, who fails.
      {service: 'pds', path: '/xrpc/app.bsky.notification.updateSeen', type: json, headers: token},
      {service: 'pds', path: '/xrpc/com.example.write', type: json, headers: proxied},
      {service: 'relay', path: '/xrpc/com.atproto.sync.requestCrawl', type: json},
      {service: 'jetstream', path: '/subscribe', type: json},
      {service: 'appview', path: '/xrpc/app.bsky.notification.updateSeen', type: json},
      {service: 'web', path: '/sign-in', type: 'application/x-www-form-urlencoded'},
    )
  })

  after(async () => {
    await network?.kill()
    await stranger?.close()
  })

  /** Has one thing refused, and asks for another on the same connection. */
  const refuse = async (target: Target, wrong: string): Promise<void> => {
    const what = `${target.service} ${target.path}, ${wrong}`
    const connection = new Connection(ports[target.service])
    try {
      connection.send(...wrongs[wrong](target))
      if (wrong.includes('half')) {
        await sleep(halfMs)
        connection.send('x'.repeat(50))
      }
      const refused = await connection.answer(what)
      assert.ok(refused, what)
      assert.ok(refused.status >= 300 || target.takesMuch, `${what}: ${JSON.stringify(refused)}`)
      if (refused.isLast) return void (await until(() => connection.isClosed, `${what}: closed`, answerMs))
      connection.send('GET /_health HTTP/1.1\r\nhost: localhost\r\n\r\n')
      const next = await connection.answer(`${what}: the next request`)
      assert.equal(next?.status, 200, what)
    } finally {
      connection.close()
    }
  }

  test('leaves a connection that can be used, or is closed', hang, async () => {
    await Promise.all(targets.flatMap(target => Object.keys(wrongs).map(wrong => refuse(target, wrong))))
  })

  test('does not hang in a pool what comes after it', hang, async () => {
    for (const target of targets) {
      const pool = new Pool(urlOf(ports[target.service]), {connections: 1})
      try {
        const headers = Object.fromEntries(
          (target.headers ?? '').split('\r\n').flatMap(line => (line ? [line.split(': ')] : [])),
        ) as Record<string, string>
        const ask = async (type: string, body: string | AsyncIterable<Uint8Array>): Promise<number> => {
          const answer = await pool.request({
            path: target.path,
            method: 'POST',
            headers: {...headers, 'content-type': type},
            body: body as string,
            signal: AbortSignal.timeout(answerMs),
          })
          await answer.body.dump()
          return answer.statusCode
        }
        for (const [type, body] of [
          ['text/x-wrong', 'x'.repeat(1000)],
          ['text/x-wrong', 'x'.repeat(largeSize)],
          [target.type, 'x'.repeat(largeSize)],
          ['text/x-wrong', pieces(2)],
          ['text/x-wrong', pieces(50)],
          [target.type, pieces(50)],
        ] as const) {
          // A connection that is given up may take the end of a long call with it; the next call has a new one.
          const status = await ask(type, body).catch((error: Error) => error.message)
          assert.ok(typeof status === 'string' || status >= 300 || target.takesMuch, `${target.path} ${status}`)
          assert.doesNotMatch(String(status), /timeout/i, target.path)
          const next = await pool.request({path: '/_health', method: 'GET', signal: AbortSignal.timeout(answerMs)})
          assert.equal(next.statusCode, 200)
          await next.body.dump()
        }
      } finally {
        await pool.destroy()
      }
    }
  })

  test('and nobody else notices', async () => {
    for (const name of serviceNames) {
      const {child, output} = network.running.get(name)!
      assert.equal(child.exitCode ?? child.signalCode, null, `${name} has ended:\n${output().slice(-3_000)}`)
      assert.deepEqual(output().match(/^.*"level":"error".*$/gm) ?? [], [], name)
    }
  })
})
