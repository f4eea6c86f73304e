/**
 * One port for one service: HTTP by `node:http`, subscriptions by WebSocket. It holds each client to the limits, turns
 * a fault of the service into a 500 that says nothing, and stops by letting what is under way finish.
 */
import type {IncomingMessage, Server, ServerResponse} from 'node:http'
import {createServer, STATUS_CODES} from 'node:http'
import type {AddressInfo, BlockList, Socket} from 'node:net'
import type {Duplex} from 'node:stream'
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Log} from '#std/log.ts'
import {Reply} from '#std/wire/reply.ts'
import {letGo} from '#xrpc/body.ts'
import {answerOf, toResponse, XrpcError} from '#xrpc/errors.ts'
import {endSoon} from './end-soon.ts'
import {GatheredMessage} from './gathered-message.ts'
import {FairTurns} from './fair-turns.ts'
import {IncomingBody} from './body.ts'
import {Compression, isCompressible} from './compression.ts'
import {requestOf, urlOf} from './request.ts'
import {sendResponse} from './response.ts'
import type {ListenerLimits} from './limits.ts'
import {listenerLimits} from './limits.ts'
import type {Metrics} from '../health/metrics.ts'
import {clientAddress, isTrusted, notePeer, PerAddress, trustedProxies} from '../strangers/peer.ts'
import type {Service} from '../service.ts'
import {OpenPerStranger, strangersAt} from '../strangers/stranger.ts'
import {WebSocketListener} from '../websocket/listener.ts'

export interface ListenOptions {
  /** 0 lets the system choose. */
  readonly port: number
  /** The address to listen on; loopback unless given. */
  readonly host?: string
  readonly log: Log
  readonly limits?: Partial<ListenerLimits>
  readonly metrics?: Metrics
  /** IP addresses or ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[]
}

export interface Listener extends AsyncDisposable {
  readonly port: number
  /** `http://127.0.0.1:2583`. */
  readonly url: string
  /** Takes no more connections, lets what is under way finish, then cuts off the rest. Safe twice. */
  stop(): Promise<void>
}

/** Resolves when the port is open. Rejects when it cannot be had. */
export async function listen(service: Service, options: ListenOptions): Promise<Listener> {
  const listener = new HttpListener(service, options)
  await listener.open(options.port, options.host ?? '127.0.0.1')
  return listener
}

/** Of all listeners: the event loop is one for all of them. */
const turns = new FairTurns()

/** What is under way on one connection. */
interface Exchange {
  /** Requests that have no whole answer yet. */
  open: number
  /** The answer to the latest. */
  answer: ServerResponse | undefined
  /** Ends with the latest answer. */
  last: Promise<void> | undefined
}

class HttpListener implements Listener {
  port = 0
  url = ''
  readonly #service: Service
  readonly #log: Log
  readonly #limits: ListenerLimits
  readonly #proxies: BlockList
  readonly #server: Server
  readonly #sockets: WebSocketListener
  readonly #perAddress: PerAddress
  readonly #unread: OpenPerStranger
  readonly #requests
  readonly #seconds
  #connections = 0
  readonly #endless = new Set<ServerResponse>()
  readonly #compression = new Compression()
  readonly #exchanges = new WeakMap<Duplex, Exchange>()
  #stopping: Promise<void> | undefined

  constructor(service: Service, options: ListenOptions) {
    const {log, metrics} = options
    const limits = (this.#limits = {...listenerLimits, ...options.limits})
    this.#service = service
    this.#log = log.with({service: service.name})
    this.#perAddress = new PerAddress(limits.connectionsPerAddressMax)
    this.#unread = new OpenPerStranger(limits.unreadPerAddressMax)
    this.#proxies = trustedProxies(options.trustedProxies ?? [])
    this.#server = createServer({
      IncomingMessage: GatheredMessage,
      maxHeaderSize: limits.headersSizeMax,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.min(5_000, limits.headersTimeoutMs),
      noDelay: true,
      // A request without a host is refused like one with two, by name.
      requireHostHeader: false,
      // Some clients offer HTTP/2 with each request; that is no wish to subscribe.
      shouldUpgradeCallback: ({headers}) => headers.upgrade?.toLowerCase() === 'websocket',
    })
    this.#server.maxConnections = limits.connectionsMax
    this.#sockets = new WebSocketListener(service, limits, this.#log, metrics, turns)
    this.#requests = metrics?.counter('http_requests_total', 'Requests answered.', ['service', 'status'])
    this.#seconds = metrics?.histogram('http_request_seconds', 'From a request to its whole answer.', ['service'])
    metrics?.gauge('http_connections', 'Open connections.', {service: service.name}, () => this.#connections)
    this.#server.on('connection', socket => this.#admit(socket))
    this.#server.on('request', (message, response) => void this.#answer(message, response))
    this.#server.on('upgrade', (message, socket, head) => {
      const address = clientAddress(message, this.#proxies)
      void this.#sockets.upgrade(message, socket as Socket, head, address)
    })
    this.#server.on('checkContinue', (message, response) => void this.#answer(message, response, true))
    this.#server.on('checkExpectation', (message, response) => {
      const body = new IncomingBody(message, 0)
      void this.#send(refusal(417, 'Nothing else can be expected here than 100-continue.'), response, body)
    })
    this.#server.on('connect', ({method = ''}, socket) =>
      dismiss(socket, [405, `${method} is no method that is answered here.`], limits.farewellMs),
    )
    this.#server.on('clientError', (error, socket) => this.#garbage(error, socket))
  }

  async open(port: number, host: string): Promise<void> {
    const {promise, resolve, reject} = Promise.withResolvers<void>()
    this.#server.once('error', reject)
    this.#server.listen({port, host}, () => {
      this.#server.off('error', reject)
      this.#server.on('error', error => this.#log.error('The listener has a fault.', {error}))
      resolve()
    })
    await promise
    const {address, family, port: given} = this.#server.address() as AddressInfo
    this.port = given
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${given}`
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #stop(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve))
    const cut = setTimeout(() => this.#server.closeAllConnections(), this.#limits.drainMs)
    for (const out of this.#endless) out.destroy()
    this.#server.closeIdleConnections()
    await this.#sockets.stop()
    await closed
    clearTimeout(cut)
  }

  #admit(socket: Socket): void {
    this.#connections++
    this.#exchanges.set(socket, {open: 0, answer: undefined, last: undefined})
    socket.once('close', () => this.#connections--)
    const address = socket.remoteAddress ?? ''
    if (!isTrusted(address, this.#proxies) && !this.#perAddress.take(address, socket)) socket.destroy()
  }

  async #answer(message: IncomingMessage, out: ServerResponse, isExpecting = false): Promise<void> {
    // A client that goes in the middle is no fault; without a listener its reset would end the process.
    out.on('error', () => {})
    const exchange = this.#exchanges.get(message.socket)
    // One write may hold thousands of small requests, which would all begin at once.
    if (!exchange || exchange.open >= pipelinedMax) return void message.socket.destroy()
    // One after the other: an answer that cannot go out before another is not made before it, and so not held.
    const before = exchange.open > 0 ? exchange.last : undefined
    const {promise, resolve: ended} = Promise.withResolvers<void>()
    exchange.last = promise
    exchange.open++
    exchange.answer = out
    if (before) await before
    const turn = turns.take(() => strangersAt(clientAddress(message, this.#proxies)).one)
    if (turn) await turn
    if (message.socket.destroyed) return ended()
    const began = performance.now()
    const body = new IncomingBody(
      message,
      this.#limits.bodySizeMax,
      isExpecting ? () => out.writeContinue() : undefined,
    )
    try {
      let response = await this.#inTime(this.#responseTo(message, out, body), message.method)
      const isVaried = isCompressible(response)
      if (isVaried && message.method !== 'HEAD') {
        response = await this.#compression.apply(response, message.headers['accept-encoding'])
      }
      if (this.#stopping) out.setHeader('connection', 'close')
      if (isEndless(response) && !this.#stopping) this.#endless.add(out)
      await this.#send(response, out, body, isVaried ? varied : undefined)
    } catch (thrown) {
      await this.#fail(thrown, message, out, body)
    } finally {
      exchange.open--
      ended()
      this.#endless.delete(out)
      this.#requests?.add(1, {service: this.#service.name, status: String(out.statusCode)})
      this.#seconds?.observe((performance.now() - began) / 1000, {service: this.#service.name})
    }
  }

  /** A service that never answers must not keep its caller, nor whoever waits behind him on this connection. */
  async #inTime(answering: Promise<Response> | Response, method: string | undefined): Promise<Response> {
    if (answering instanceof Response) return answering
    const {answerMs, changeMs} = this.#limits
    const {promise: late, reject} = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new XrpcError('UpstreamTimeout', 'No answer could be given in time.')),
      method === 'GET' || method === 'HEAD' ? answerMs : changeMs,
    )
    try {
      return await Promise.race([answering, late])
    } catch (thrown) {
      // What comes after all is not sent, and what holds it is let go of.
      answering.then(({body}) => letGo(body)).catch(() => {})
      throw thrown
    } finally {
      clearTimeout(timer)
    }
  }

  #responseTo(message: IncomingMessage, out: ServerResponse, body: IncomingBody): Promise<Response> | Response {
    const {method = ''} = message
    const url = urlOf(message)
    if (!methods.has(method)) return refusal(405, `${method} is no method that is answered here.`, {allow})
    // Who means another server is taken for nobody's next request.
    if (url === undefined) return refusal(400, 'The request names no host and path.', {connection: 'close'})
    if ((body.size ?? 0) > this.#limits.bodySizeMax) return refusal(413, 'The body is too large.')
    const request = requestOf(message, url, body, out)
    notePeer(request, clientAddress(message, this.#proxies))
    return this.#service.fetch(request)
  }

  /**
   * What was answered before its body was read leaves the rest on the connection, in front of the next request. A short
   * rest is taken in; with a long one, or one of unknown length, the connection is given up, but not before the sender
   * had time to read the answer: closing on bytes that come in would destroy it (RFC 9112, section 9.6).
   */
  async #send(response: Response, out: ServerResponse, body: IncomingBody, more?: readonly string[]): Promise<void> {
    const {stallMs, restMs} = this.#limits
    const hold = (size: number): (() => void) => {
      const release = this.#unread.take(clientAddress(out.req, this.#proxies), size)
      if (release) return release
      throw new XrpcError('RateLimitExceeded', 'You have asked for more than you read.')
    }
    if (body.left === 0) return sendResponse(response, out, stallMs, {more, hold})
    // What came in pieces with the head is whole once the parser has gone through it.
    if (body.left === Infinity && !body.isAwaited) await nextTurn()
    const {left} = body
    const isKept = left <= restKeptMax && !body.isAwaited
    if (!isKept) out.setHeader('connection', 'close')
    const beforeEnd = async (): Promise<void> => {
      const isWhole = await body.discard(restSizeMax, restMs)
      if (!isWhole) out.req.socket.destroySoon()
    }
    return sendResponse(response, out, stallMs, {more, beforeEnd, hold})
  }

  /** What is no HTTP at all, too large or too slow. */
  #garbage(error: NodeJS.ErrnoException, socket: Duplex): void {
    // An answer that has begun cannot be taken back, and nothing may be written into it.
    const answer = this.#exchanges.get(socket)?.answer
    const isBegun = answer !== undefined && answer.headersSent && !answer.writableFinished
    if (!socket.writable || isBegun || error.code === 'ECONNRESET') socket.destroy()
    else dismiss(socket, garbageOf(error), this.#limits.farewellMs)
  }

  /** Ends what could not be answered. Whoever has gone is told nothing, and a fault of another server is not ours. */
  async #fail(thrown: unknown, message: IncomingMessage, out: ServerResponse, body: IncomingBody): Promise<void> {
    const error = answerOf(thrown)
    const about = {method: message.method, path: message.url, error: thrown}
    if (out.destroyed) return this.#log.debug('A client has gone before its answer.', about)
    if (error.status === 500) this.#log.error('A request could not be answered.', about)
    else this.#log.info('An answer broke off by no fault of ours.', about)
    if (out.headersSent) out.destroy()
    else await this.#send(toResponse(error), out, body)
  }
}

/** Server-Sent Events go on for as long as somebody listens: a stop does not wait for them. */
const isEndless = ({headers}: Response): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') ?? false

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const allow = [...methods].join(', ')

/** Whoever keeps an answer for others has to keep one for each coding. */
const varied = ['vary', 'Accept-Encoding']

/** Requests on one connection that are sent before the first of them is answered. */
const pipelinedMax = 100

/** Of what is left of a body: so much is taken in for the sake of the connection … */
const restKeptMax = 256 * 1024
/** … and so much for the sake of the answer. */
const restSizeMax = 16 * 2 ** 20

const names: Readonly<Record<number, string>> = {
  400: 'InvalidRequest',
  405: 'InvalidRequest',
  408: 'RequestTimeout',
  413: 'PayloadTooLarge',
  417: 'InvalidRequest',
  431: 'RequestHeaderFieldsTooLarge',
}

const refusalText = (status: number, message: string): string => JSON.stringify({error: names[status], message})

function refusal(status: number, message: string, more: Readonly<Record<string, string>> = {}): Response {
  return new Reply(refusalText(status, message), {
    status,
    headers: new Headers({'content-type': 'application/json', ...more}),
  })
}

/** What cannot be read as a request, and why, by what Node's parser says of it. */
function garbageOf({code}: NodeJS.ErrnoException): [status: number, message: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'The head of the request is too large.']
    case 'HPE_INVALID_METHOD':
      return [400, 'This is no HTTP request, or one by a method that nobody knows.']
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'The request took too long to come.']
    default:
      return [400, 'The request is not HTTP as it should be.']
  }
}

/** Tells a client why, and ends the connection whether it listens or not. */
function dismiss(socket: Duplex, [status, message]: [status: number, message: string], farewellMs: number): void {
  const body = refusalText(status, message)
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`
  endSoon(socket, head + body, farewellMs)
}
