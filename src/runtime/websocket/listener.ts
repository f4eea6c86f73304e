/**
 * Subscriptions: a service's `frames` pulled as fast as the client reads and no faster. `ws` does the handshake, what
 * the client sends, pings and the close; the frames themselves go past it to the socket (`frame-writer.ts`), which is
 * sound because without compression it too writes each frame whole.
 */
import type {IncomingMessage} from 'node:http'
import {STATUS_CODES} from 'node:http'
import type {Socket} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {WebSocket, WebSocketServer} from 'ws'
import {Channel} from '#std/waiting/async.ts'
import {Farewell, type Frame, type Frames} from '#std/wire/frames.ts'
import type {Log} from '#std/log.ts'
import {deflateOptions, plainOffer} from './deflate.ts'
import {FrameWriter} from './frame-writer.ts'
import {endSoon} from '../http/end-soon.ts'
import {IncomingBody} from '../http/body.ts'
import type {FairTurns} from '../http/fair-turns.ts'
import {requestOf, urlOf} from '../http/request.ts'
import type {ListenerLimits} from '../http/limits.ts'
import type {Counter, Metrics} from '../health/metrics.ts'
import {notePeer, PerAddress} from '../strangers/peer.ts'
import type {Service} from '../service.ts'
import {strangersAt} from '../strangers/stranger.ts'
import {messageOf} from './message.ts'

/** Messages of a client that wait for the service to take them; their bytes are bounded too. */
const incomingMax = 64
/** A client's messages are handed on no faster than this: no filter need change more often. */
const incomingRestMs = 100
/**
 * Of a service that takes many: what may wait; from how many on no more is read of the client, some thousand of which may
 * have come already; and how many are handed on in one turn.
 */
const manyMax = {waiting: 16_384, reading: 4_096, perTurn: 256} as const
/** Bytes of messages that may wait where many do. */
const manySizeMax = 1024 * 1024
/** After so many frames that nobody asked for, pings among them, nothing is read of the client for a while. */
const unaskedMax = 64
const unaskedRestMs = 1_000
/** More than a service has on the way to one client: what answers its pings waits for no room. */
const unreadSizeMax = 16 * 2 ** 20
/** Of a message to a service that takes none. */
const unwantedSizeMax = 4_096
const closeCode = {normal: 1000, goingAway: 1001, tooMuch: 1008, fault: 1011} as const
/** How long a client that was told of the end may take to agree. */
const farewellMs = 1_000

const clientGone = (): Error => new DOMException('The client has gone.', 'AbortError')

interface Subscriber {
  readonly ws: WebSocket
  readonly gone: AbortController
  /** Whether anything was heard of it since the last ping. */
  alive: boolean
  ended: Promise<void>
}

export class WebSocketListener {
  readonly #service: Service
  readonly #limits: ListenerLimits
  /** A client that takes all there is, such as a replay, would else let nobody else come to his turn. */
  readonly #turns: Pick<FairTurns, 'take'>
  readonly #log: Log
  readonly #server: WebSocketServer
  readonly #perAddress: PerAddress
  readonly #incomingSizeMax: number
  readonly #subscribers = new Set<Subscriber>()
  readonly #pinging: NodeJS.Timeout
  readonly #sent: Counter | undefined
  readonly #stalled: Counter | undefined
  #stopping = false

  constructor(
    service: Service,
    limits: ListenerLimits,
    log: Log,
    metrics: Metrics | undefined,
    turns: Pick<FairTurns, 'take'>,
  ) {
    this.#turns = turns
    this.#service = service
    this.#limits = limits
    this.#log = log
    this.#perAddress = new PerAddress(limits.subscriptionsPerAddressMax)
    this.#incomingSizeMax = service.incomingSizeMax ?? Math.min(unwantedSizeMax, limits.incomingSizeMax)
    const spoken = service.subprotocols
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: service.deflates ? deflateOptions : false,
      // What `ws` does by itself is to agree to whatever comes first.
      handleProtocols: spoken && (offered => spoken.find(name => offered.has(name)) ?? false),
      maxPayload: this.#incomingSizeMax,
    })
    this.#pinging = setInterval(() => this.#ping(), limits.pingMs).unref()
    const labels = {service: service.name}
    metrics?.gauge('subscribers', 'Open subscriptions.', labels, () => this.#subscribers.size)
    this.#sent = metrics?.counter('subscription_sent_bytes_total', 'Bytes sent to subscribers.', ['service'])
    this.#stalled = metrics?.counter('subscribers_stalled_total', 'Subscribers cut off for not reading.', ['service'])
  }

  /** Answers a request to become a WebSocket. */
  async upgrade(message: IncomingMessage, socket: Socket, head: Buffer, address: string): Promise<void> {
    socket.on('error', () => socket.destroy())
    if (this.#stopping) return refuse(socket, 503, 'The service is stopping.')
    const url = urlOf(message)
    if (url === undefined) return refuse(socket, 400, 'The request names no host and path.')
    if (!this.#service.frames) return refuse(socket, 404, 'There are no subscriptions here.')
    if (!this.#perAddress.take(address, socket)) return refuse(socket, 429, 'This address has too many subscriptions.')
    if (this.#service.deflates) plainOffer(message)
    const request = requestOf(message, url, new IncomingBody(message, 0))
    notePeer(request, address)
    const gone = new AbortController()
    socket.once('close', () => gone.abort(clientGone()))
    const incoming = new Incoming(this.#incomingSizeMax, this.#service.takesMany === true)
    try {
      const frames = await this.#service.frames(request, gone.signal, incoming)
      if (frames instanceof Response) return await refuseWith(socket, frames)
      if (socket.destroyed || this.#stopping) return void socket.destroy()
      this.#server.handleUpgrade(message, socket, head, ws => this.#serve(ws, socket, frames, incoming, gone, address))
    } catch (error) {
      this.#log.error('A subscription could not be opened.', {path: message.url, error})
      refuse(socket, 500, 'Internal Server Error')
    }
  }

  /** Ends every subscription, its generator first. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearInterval(this.#pinging)
    const subscribers = [...this.#subscribers]
    for (const {gone} of subscribers) gone.abort(new DOMException('The service is stopping.', 'AbortError'))
    const cut = setTimeout(() => {
      for (const {ws} of subscribers) ws.terminate()
    }, farewellMs)
    // A service that does not end its frames when it is told to is not waited for beyond the bound.
    const {promise: late, resolve} = Promise.withResolvers<void>()
    const bound = setTimeout(resolve, this.#limits.drainMs)
    await Promise.race([late, Promise.all(subscribers.map(({ended}) => ended))])
    clearTimeout(cut)
    clearTimeout(bound)
    for (const {ws} of subscribers) ws.terminate()
  }

  #serve(
    ws: WebSocket,
    socket: Socket,
    frames: Frames,
    incoming: Incoming,
    gone: AbortController,
    address: string,
  ): void {
    const subscriber: Subscriber = {ws, gone, alive: true, ended: Promise.resolve()}
    ws.on('error', () => {}) // a fault in what the client sent: ws closes the connection and says why
    ws.on('pong', () => {
      subscriber.alive = true
      incoming.unasked()
    })
    ws.on('ping', () => {
      if (socket.writableLength > unreadSizeMax) ws.terminate()
      incoming.unasked()
    })
    ws.on('message', (data, isBinary) => {
      subscriber.alive = true
      if (!incoming.take(messageOf(data, isBinary))) ws.close(closeCode.tooMuch, 'too many messages')
    })
    // To take a message apart is work as well, and comes in a line of its own.
    incoming.open(ws, () => this.#turns.take(() => `messages of ${strangersAt(address).one}`))
    const closed = new Promise(resolve => ws.once('close', resolve))
    const told = {
      progress: (): void => void (subscriber.alive = true),
      stalled: (): void => this.#stalled?.add(1, {service: this.#service.name}),
    }
    const writer = new FrameWriter(socket, this.#limits.stallMs, told, ws.extensions !== '')
    this.#subscribers.add(subscriber)
    subscriber.ended = this.#pump(ws, frames, writer, gone, address)
      .then(() => closed)
      .then(() => {
        incoming.close()
        this.#sent?.add(socket.bytesWritten, {service: this.#service.name})
        this.#subscribers.delete(subscriber)
      })
  }

  async #pump(
    ws: WebSocket,
    frames: Frames,
    writer: FrameWriter,
    gone: AbortController,
    address: string,
  ): Promise<void> {
    const {signal} = gone
    // Not in one line with the requests of the same address, such as those of a proxy: both get turns.
    const stranger = (): string => `frames to ${strangersAt(address).one}`
    try {
      for await (const some of frames) {
        if (ws.readyState !== WebSocket.OPEN || writer.closed) gone.abort(clientGone())
        if (signal.aborted) break
        await writer.add(some)
        const turn = this.#turns.take(stranger)
        if (turn) await turn
      }
      writer.flush()
      ws.close(this.#stopping ? closeCode.goingAway : closeCode.normal)
    } catch (error) {
      writer.flush()
      if (error instanceof Farewell) return ws.close(error.code, error.reason)
      if (!signal.aborted) this.#log.error('A subscription has failed.', {error})
      ws.close(this.#stopping ? closeCode.goingAway : closeCode.fault)
    }
  }

  #ping(): void {
    for (const subscriber of this.#subscribers) {
      if (!subscriber.alive) subscriber.ws.terminate()
      subscriber.alive = false
      if (subscriber.ws.readyState === WebSocket.OPEN) subscriber.ws.ping()
    }
  }
}

/**
 * What a client sends, for a service that asks for it. For any other it is dropped; but a service may ask a little later
 * than its client speaks, so that as much is kept as one message may be long. While one waits for its turn no more is
 * read of the client: whoever sends without an end holds up himself.
 */
class Incoming implements AsyncIterable<Frame> {
  readonly #channel: Channel<Frame>
  readonly #sizeMax: number
  readonly #takesMany: boolean
  #size = 0
  #wanted = false
  #isPaused = false
  #unasked = 0
  #source: Pick<WebSocket, 'pause' | 'resume'> | undefined
  #turn: (() => Promise<void> | undefined) | undefined

  constructor(sizeMax: number, takesMany: boolean) {
    this.#takesMany = takesMany
    this.#channel = new Channel(takesMany ? manyMax.waiting : incomingMax)
    this.#sizeMax = takesMany ? Math.max(sizeMax, manySizeMax) : sizeMax
  }

  /** `source` is what the messages come from; one is handed on when `turn` says so. */
  open(source: Pick<WebSocket, 'pause' | 'resume'>, turn: () => Promise<void> | undefined): void {
    this.#source = source
    this.#turn = turn
  }

  /** False when the service wants messages and is so far behind that there is no room. */
  take(message: Frame): boolean {
    const hasRoom = this.#size + message.length <= this.#sizeMax && this.#channel.offer(message)
    if (hasRoom) this.#size += message.length
    if (!this.#wanted) this.unasked()
    else if (this.#takesMany && (this.#channel.size >= manyMax.reading || this.#size * 2 >= this.#sizeMax))
      this.#pause()
    return hasRoom || !this.#wanted
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#source?.pause()
  }

  /** Counts a frame that nobody asked for: to read them is work, and who sends them without an end is to wait. */
  unasked(): void {
    if (++this.#unasked !== unaskedMax) return
    this.#source?.pause()
    setTimeout(() => {
      this.#unasked = 0
      this.#source?.resume()
    }, unaskedRestMs).unref()
  }

  close(): void {
    this.#channel.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<Frame> {
    this.#wanted = true
    return this.#takesMany ? this.#takenTogether() : this.#taken()
  }

  async *#takenTogether(): AsyncGenerator<Frame, void> {
    for (let some; (some = await this.#channel.nextAll());) {
      let count = 0
      for (const message of some) {
        if (++count % manyMax.perTurn === 0) await this.#turn?.()
        this.#size -= message.length
        yield message
      }
      if (!this.#isPaused) continue
      this.#isPaused = false
      this.#source?.resume()
    }
  }

  async *#taken(): AsyncGenerator<Frame, void> {
    let lastMs = -Infinity
    for await (const message of this.#channel) {
      this.#source?.pause()
      await this.#turn?.()
      const restMs = lastMs + incomingRestMs - performance.now()
      if (restMs > 0) await sleep(restMs, undefined, {ref: false})
      lastMs = performance.now()
      this.#source?.resume()
      this.#size -= message.length
      yield message
    }
  }
}

function refuse(socket: Socket, status: number, message: string): void {
  const body = JSON.stringify({error: STATUS_CODES[status]?.replaceAll(' ', ''), message})
  void refuseWith(socket, new Response(body, {status, headers: {'content-type': 'application/json'}}))
}

async function refuseWith(socket: Socket, response: Response): Promise<void> {
  const body = await response.bytes()
  let head = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}\r\n`
  for (const [name, value] of response.headers) head += `${name}: ${value}\r\n`
  head += `content-length: ${body.length}\r\nconnection: close\r\n\r\n`
  if (!socket.writable) return void socket.destroy()
  endSoon(socket, Buffer.concat([Buffer.from(head, 'latin1'), body]), farewellMs)
}
