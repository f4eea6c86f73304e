/**
 * Subscriptions of other servers, by `ws`. What has come in and is not yet taken is bounded: beyond that the socket is
 * not read, and the server feels it.
 */
import type {IncomingMessage} from 'node:http'
import {WebSocket} from 'ws'
import {abortable, Bell} from '#std/waiting/async.ts'
import {Farewell, type Frame, type Frames} from '#std/wire/frames.ts'
import type {Guard} from '../strangers/guard.ts'
import {messageOf} from './message.ts'

/** The largest frame of the network is 5 MB (spec: event stream). */
const frameSizeMax = 8 * 2 ** 20
/** Bytes that may wait to be taken; then the socket rests. */
const waitingSizeMax = 512 * 1024
/** Bytes that a frame takes beside its own, so that empty ones are bounded, too. */
const frameCost = 128
const handshakeMs = 10_000
/** A server that is silent is asked this often whether it is there, and given up when it has not said so. */
const pingMs = 30_000
const refusalSizeMax = 64 * 1024

export interface SubscribeOptions {
  readonly guard?: Guard
  readonly userAgent: string
}

/** See `World.subscribe`. Throws `Refused` for a URL that the guard does not let through. */
export async function subscribe(
  request: Request,
  signal: AbortSignal,
  outgoing: AsyncIterable<Frame> | undefined,
  {guard, userAgent}: SubscribeOptions,
): Promise<Frames | Response> {
  signal.throwIfAborted()
  const url = new URL(request.url.replace(/^http/, 'ws'))
  guard?.check(url)
  const ws = new WebSocket(url, {
    headers: {'user-agent': userAgent, ...Object.fromEntries(request.headers)},
    lookup: guard?.lookup,
    handshakeTimeout: handshakeMs,
    maxPayload: frameSizeMax,
    perMessageDeflate: false,
    followRedirects: false,
  })
  const inbox = new Inbox(ws)
  const close = (): void => ws.close(1000)
  signal.addEventListener('abort', close, {once: true})
  ws.once('close', () => signal.removeEventListener('abort', close))
  const opened = new Promise<Response | undefined>((resolve, reject) => {
    ws.once('open', () => resolve(undefined))
    ws.once('unexpected-response', (_, answer) => resolve(responseOf(answer).finally(() => ws.terminate())))
    ws.on('error', error => reject(new Error(`Cannot subscribe at ${url.host}.`, {cause: error})))
  })
  const refusal = await abortable(opened, signal)
  if (refusal) return refusal
  keepAlive(ws)
  if (outgoing) void sendAll(ws, outgoing)
  return inbox.frames(signal)
}

/** What has come in. */
class Inbox {
  readonly #ws: WebSocket
  readonly #changed = new Bell()
  #waiting: Frame[] = []
  #waitingSize = 0
  #end: {code: number; reason?: string; error?: Error} | undefined

  constructor(ws: WebSocket) {
    this.#ws = ws
    ws.on('message', (data, isBinary) => {
      const frame = messageOf(data, isBinary)
      this.#waiting.push(frame)
      this.#waitingSize += frame.length + frameCost
      if (this.#waitingSize > waitingSizeMax) ws.pause()
      this.#changed.ring()
    })
    ws.on('error', error => (this.#end ??= {code: 1006, error}))
    ws.on('close', (code, reason) => {
      this.#end ??= {code, reason: reason.toString()}
      this.#changed.ring()
    })
  }

  /** Returns what the other side gave as its reason, if it ended as it should and gave one. */
  async *frames(signal: AbortSignal): AsyncGenerator<readonly Frame[], Farewell | undefined> {
    try {
      while (!signal.aborted) {
        if (this.#waiting.length > 0) {
          const frames = this.#waiting
          this.#waiting = []
          this.#waitingSize = 0
          if (this.#ws.isPaused) this.#ws.resume()
          yield frames
        } else if (this.#end) {
          const {code, reason, error} = this.#end
          if (code === 1000 || code === 1005) return reason ? new Farewell(reason) : undefined
          throw new Error(`The subscription broke off (${code}).`, {cause: error})
        } else await this.#changed.wait(signal).catch(() => {})
      }
      return undefined
    } finally {
      this.#ws.close(1000)
      // A socket at rest would never see the other side's farewell.
      if (this.#ws.isPaused) this.#ws.resume()
    }
  }
}

function keepAlive(ws: WebSocket): void {
  let heard = true
  const hear = (): void => {
    heard = true
  }
  const timer = setInterval(() => {
    if (!heard && !ws.isPaused) ws.terminate()
    heard = false
    if (ws.readyState === WebSocket.OPEN) ws.ping()
  }, pingMs).unref()
  ws.on('pong', hear).on('ping', hear).on('message', hear)
  ws.once('close', () => clearInterval(timer))
}

async function sendAll(ws: WebSocket, outgoing: AsyncIterable<Frame>): Promise<void> {
  try {
    for await (const frame of outgoing) {
      if (ws.readyState !== WebSocket.OPEN) return
      await new Promise<void>((resolve, reject) => ws.send(frame, error => (error ? reject(error) : resolve())))
    }
  } catch {
    ws.close(1011)
  }
}

async function responseOf(answer: IncomingMessage): Promise<Response> {
  const headers = new Headers()
  for (let i = 0; i < answer.rawHeaders.length; i += 2) headers.append(answer.rawHeaders[i], answer.rawHeaders[i + 1])
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if ((size += chunk.length) > refusalSizeMax) break
    chunks.push(chunk)
  }
  return new Response(Buffer.concat(chunks), {status: answer.statusCode, headers})
}
