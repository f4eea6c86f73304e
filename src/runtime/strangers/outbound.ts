/**
 * Requests to other servers over pooled connections (`undici`), six times cheaper than the global `fetch`. Every step
 * has a time limit and every body a size.
 */
import type {Dispatcher} from 'undici'
import type {Guard} from './guard.ts'
import {Refused} from './guard.ts'
import {Agent, errors, request as ask} from './undici.ts'

export interface OutboundOptions {
  readonly userAgent: string
  /** For URLs that strangers name. */
  readonly guard?: Guard
  /** Bytes of a body that is taken in; the rest of a larger one is not read, and reading it fails. */
  readonly bodySizeMax?: number
  /** How long a call may take in all, its body included; unless given, only the time without progress is bounded. */
  readonly callMs?: number
}

type Body = Dispatcher.ResponseData['body']

const connectMs = 5_000
const headersMs = 15_000
/** Between two chunks of a body. */
const bodyMs = 30_000
const redirectsMax = 3
const connectionsPerOrigin = 64
/** Never followed to another origin. */
const privateHeaders = ['authorization', 'cookie', 'dpop']
const withoutBody = new Set([101, 204, 205, 304])
/** Of a body that nobody wants, so much is taken in to keep its connection; beyond either bound that is closed. */
const unwantedSizeMax = 64 * 1024
const unwantedMs = 1_000

export class Outbound {
  readonly #agent: Dispatcher
  readonly #options: OutboundOptions

  constructor(options: OutboundOptions) {
    this.#options = options
    this.#agent = new Agent({
      connect: {timeout: connectMs, lookup: options.guard?.lookup},
      connections: connectionsPerOrigin,
      allowH2: false,
      headersTimeout: headersMs,
      bodyTimeout: bodyMs,
      maxHeaderSize: 32 * 1024,
    })
  }

  /**
   * See `World.fetch`. Rejects, and its body fails, as those of the standard `fetch` do: with the signal's reason, a
   * `TimeoutError`, or a `TypeError` whose cause says more; with `Refused` for a URL that the guard does not let
   * through, first or redirected.
   */
  async fetch(request: Request): Promise<Response> {
    const {redirect} = request
    const {callMs} = this.#options
    const signal = callMs ? AbortSignal.any([request.signal, AbortSignal.timeout(callMs)]) : request.signal
    const headers = new Headers(request.headers)
    if (!headers.has('user-agent')) headers.set('user-agent', this.#options.userAgent)
    let url = new URL(request.url)
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#call(url, request, headers, signal)
      const next = redirect === 'manual' ? undefined : redirectOf(answer, url)
      if (!next || !/^(?:GET|HEAD)$/.test(request.method)) return this.#responseOf(answer, url, request, signal)
      letGo(answer.body)
      if (redirect === 'error' || redirects === redirectsMax) {
        throw new Refused('too-many-redirects', `${request.url} redirects ${redirect === 'error' ? '' : 'on and on'}.`)
      }
      if (next.origin !== url.origin) for (const name of privateHeaders) headers.delete(name)
      url = next
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  async #call(url: URL, request: Request, headers: Headers, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    this.#options.guard?.check(url)
    const options = {
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method as Dispatcher.HttpMethod,
      headers: Object.fromEntries(headers),
      body: request.body as unknown as Dispatcher.DispatchOptions['body'],
      signal,
    }
    const answer = await ask.call(this.#agent, options).catch((error: unknown) => {
      throw failureOf(error, url, signal)
    })
    // A body that ends before its time emits `error`, whoever ended it; unheard, that would end the process. Who reads
    // it hears of it all the same.
    answer.body.on('error', () => {})
    return answer
  }

  #responseOf(
    {statusCode, headers, body}: Dispatcher.ResponseData,
    url: URL,
    request: Request,
    signal: AbortSignal,
  ): Response {
    const copied = new Headers()
    for (const [name, value] of Object.entries(headers)) {
      for (const one of Array.isArray(value) ? value : [value ?? '']) copied.append(name, one)
    }
    const init = {status: statusCode, headers: copied}
    if (withoutBody.has(statusCode)) {
      letGo(body)
      return new Response(null, init)
    }
    const sizeMax = this.#options.bodySizeMax ?? Infinity
    return new Response(
      streamOf(body, sizeMax, request, error => failureOf(error, url, signal)),
      init,
    )
  }
}

function redirectOf({statusCode, headers: {location}}: Dispatcher.ResponseData, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode) || typeof location !== 'string') return undefined
  return URL.parse(location, from.href) ?? undefined
}

/** What a call failed of, as the standard says it; undici has its own words for it, one for each layer. */
function failureOf(error: unknown, {host}: URL, signal: AbortSignal): unknown {
  if (error instanceof Refused || (signal.aborted && error === signal.reason)) return error
  return error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError
    ? new DOMException(`${host} did not answer in time.`, 'TimeoutError')
    : new TypeError(`${host} cannot be reached.`, {cause: error})
}

/** Holds on to `request` while the body is read: the signal of one that is thrown away does not abort any more. */
function streamOf(body: Body, sizeMax: number, request: Request, failed: (error: unknown) => unknown) {
  let chunks: AsyncIterator<Buffer> | undefined
  let size = 0
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        chunks ??= body[Symbol.asyncIterator]() as AsyncIterator<Buffer>
        const {done, value} = await chunks.next().catch((error: unknown) => {
          throw failed(error)
        })
        if (request.signal.aborted) body.destroy()
        if (done) return controller.close()
        size += value.length
        if (size > sizeMax) {
          body.destroy()
          throw new Refused('too-big', `The body has more than ${sizeMax} bytes.`)
        }
        controller.enqueue(new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.length))
      },
      cancel() {
        if (chunks) body.destroy()
        else letGo(body)
      },
    },
    {highWaterMark: 0},
  )
}

/** Gives up a body that nobody has begun to read; nobody waits for its end. */
function letGo(body: Body): void {
  body.dump({limit: unwantedSizeMax, signal: AbortSignal.timeout(unwantedMs)}).catch(() => {})
}
