/**
 * One port for one service: HTTP by `node:http`, subscriptions by WebSocket. It holds each client to the limits, turns
 * a fault of the service into a 500 that says nothing, and stops by letting what is under way finish.
 */
import type {IncomingMessage, Server, ServerResponse} from 'node:http'
import {createServer} from 'node:http'
import type {AddressInfo, BlockList, Socket} from 'node:net'
import type {Log} from '#std/log.ts'
import {answerOf, toResponse} from '#xrpc/errors.ts'
import {requestOf, urlOf} from './http-request.ts'
import {sendResponse} from './http-response.ts'
import type {ListenerLimits} from './limits.ts'
import {listenerLimits} from './limits.ts'
import type {Metrics} from './metrics.ts'
import {clientAddress, isTrusted, notePeer, PerAddress, trustedProxies} from './peer.ts'
import type {Service} from './service.ts'
import {WebSocketListener} from './websocket-listener.ts'

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
  readonly #requests
  readonly #seconds
  #connections = 0
  readonly #endless = new Set<ServerResponse>()
  #stopping: Promise<void> | undefined

  constructor(service: Service, options: ListenOptions) {
    const {log, metrics} = options
    const limits = (this.#limits = {...listenerLimits, ...options.limits})
    this.#service = service
    this.#log = log.with({service: service.name})
    this.#perAddress = new PerAddress(limits.connectionsPerAddressMax)
    this.#proxies = trustedProxies(options.trustedProxies ?? [])
    this.#server = createServer({
      maxHeaderSize: limits.headersSizeMax,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.min(5_000, limits.headersTimeoutMs),
      noDelay: true,
      // Some clients offer HTTP/2 with each request; that is no wish to subscribe.
      shouldUpgradeCallback: ({headers}) => headers.upgrade?.toLowerCase() === 'websocket',
    })
    this.#server.maxConnections = limits.connectionsMax
    this.#sockets = new WebSocketListener(service, limits, this.#log, metrics)
    this.#requests = metrics?.counter('http_requests_total', 'Requests answered.', ['service', 'status'])
    this.#seconds = metrics?.histogram('http_request_seconds', 'From a request to its whole answer.', ['service'])
    metrics?.gauge('http_connections', 'Open connections.', {service: service.name}, () => this.#connections)
    this.#server.on('connection', socket => this.#admit(socket))
    this.#server.on('request', (message, response) => void this.#answer(message, response))
    this.#server.on('upgrade', (message, socket, head) => {
      const address = clientAddress(message, this.#proxies)
      void this.#sockets.upgrade(message, socket as Socket, head, address)
    })
    this.#server.on('clientError', refuseGarbage)
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
    socket.once('close', () => this.#connections--)
    const address = socket.remoteAddress ?? ''
    if (!isTrusted(address, this.#proxies) && !this.#perAddress.take(address, socket)) socket.destroy()
  }

  async #answer(message: IncomingMessage, out: ServerResponse): Promise<void> {
    // A client that goes in the middle is no fault; without a listener its reset would end the process.
    out.on('error', () => {})
    const began = performance.now()
    const {bodySizeMax, stallMs} = this.#limits
    const url = urlOf(message)
    if (url === undefined) return refuse(out, 400, 'The request names no host and path.')
    if (Number(message.headers['content-length'] ?? 0) > bodySizeMax) return refuse(out, 413, 'The body is too large.')
    const request = requestOf(message, url, bodySizeMax, out)
    notePeer(request, clientAddress(message, this.#proxies))
    try {
      const response = await this.#service.fetch(request)
      if (this.#stopping) out.setHeader('connection', 'close')
      if (isEndless(response) && !this.#stopping) this.#endless.add(out)
      await sendResponse(response, out, stallMs)
    } catch (thrown) {
      await this.#fail(thrown, message, out)
    } finally {
      this.#endless.delete(out)
      this.#requests?.add(1, {service: this.#service.name, status: String(out.statusCode)})
      this.#seconds?.observe((performance.now() - began) / 1000, {service: this.#service.name})
    }
  }

  /** Ends what could not be answered. Whoever has gone is told nothing, and a fault of another server is not ours. */
  async #fail(thrown: unknown, message: IncomingMessage, out: ServerResponse): Promise<void> {
    const error = answerOf(thrown)
    const about = {method: message.method, path: message.url, error: thrown}
    if (out.destroyed) return this.#log.debug('A client has gone before its answer.', about)
    if (error.status === 500) this.#log.error('A request could not be answered.', about)
    else this.#log.info('An answer broke off by no fault of ours.', about)
    if (out.headersSent) out.destroy()
    else await sendResponse(toResponse(error), out, this.#limits.stallMs)
  }
}

/** Server-Sent Events go on for as long as somebody listens: a stop does not wait for them. */
const isEndless = ({headers}: Response): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') ?? false

const names: Readonly<Record<number, string>> = {
  400: 'InvalidRequest',
  413: 'PayloadTooLarge',
  500: 'InternalServerError',
}

function refuse(out: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({error: names[status], message})
  out.writeHead(status, {'content-type': 'application/json', connection: 'close'})
  out.end(body)
}

/** What is no HTTP at all, too large or too slow. */
function refuseGarbage(
  error: NodeJS.ErrnoException,
  socket: {writable: boolean; end(text: string): void; destroy(): void},
): void {
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  if (socket.writable && error.code !== 'ECONNRESET') socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`)
  else socket.destroy()
}
