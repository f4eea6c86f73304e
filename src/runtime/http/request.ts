/**
 * A request that came over HTTP, as the `Request` that services take. The standard class costs some 20 microseconds
 * to fill, of which half is its signal; a service looks at the method, the URL and a header or two. So this one makes
 * each part when it is asked for, and a real `Request` only for what is asked for rarely.
 */
import type {IncomingMessage, ServerResponse} from 'node:http'
import {PlainHeaders} from '#std/wire/plain-headers.ts'
import type {IncomingBody} from './body.ts'

/** Letters, digits, dots and dashes, or an IPv6 address in brackets; perhaps a port. */
const hostShape = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i

/** URLs without parameters by their text: what is written goes to a few of them, and to read one takes four microseconds. */
const known = new Map<string, URL>()
const knownMax = 256
const knownLengthMax = 256

function parsed(text: string): URL | undefined {
  if (text.length > knownLengthMax || text.includes('?')) return URL.parse(text) ?? undefined
  const found = known.get(text)
  if (found) return found
  const url = URL.parse(text) ?? undefined
  if (known.size >= knownMax) known.clear()
  if (url) known.set(text, url)
  return url
}

/**
 * The URL that was asked for, not to be changed: others may have it. `undefined` when the client did not ask for one of
 * ours, or named two hosts.
 */
export function urlOf({headers: {host = ''}, url = '', rawHeaders}: IncomingMessage): URL | undefined {
  if (!hostShape.test(host) || !url.startsWith('/')) return undefined
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i].length === 4 && rawHeaders[i].toLowerCase() === 'host') hosts++
  }
  if (hosts !== 1) return undefined
  return parsed(`http://${host}${url}`)
}

/** `response` tells when the client has gone. */
export function requestOf(message: IncomingMessage, url: URL, body: IncomingBody, response?: ServerResponse): Request {
  return new HttpRequest(message, url, body, response)
}

class HttpRequest implements Request {
  readonly method: string
  readonly url: string
  /** See `parsedUrl`. */
  readonly parsed: URL
  /** See `notePeer`. */
  peer: string | undefined = undefined
  readonly #message: IncomingMessage
  readonly #incoming: IncomingBody
  readonly #response: ServerResponse | undefined
  #headers: Headers | undefined
  #body: ReadableStream<Uint8Array<ArrayBuffer>> | null | undefined
  #gone: AbortController | undefined
  #real: Request | undefined
  #collected = false

  constructor(message: IncomingMessage, url: URL, body: IncomingBody, response: ServerResponse | undefined) {
    this.method = message.method ?? 'GET'
    this.url = url.href
    this.parsed = url
    this.#message = message
    this.#incoming = body
    this.#response = response
  }

  /** The length of the body, which Node's parser holds it to; `undefined` when it comes in pieces. See `vouchedSize`. */
  get bodySize(): number | undefined {
    return this.#incoming.size
  }

  get headers(): Headers {
    return (this.#headers ??= PlainHeaders.received(this.#message.rawHeaders))
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    if (this.#body === undefined) this.#body = this.#hasBody ? this.#incoming.stream() : null
    return this.#body
  }

  /** Aborts when the client has gone before its answer was sent. */
  get signal(): AbortSignal {
    if (!this.#gone) {
      const gone = (this.#gone = new AbortController())
      const response = this.#response
      const abort = (): void => {
        if (!response?.writableFinished) gone.abort(new DOMException('The client has gone.', 'AbortError'))
      }
      if (response?.destroyed) abort()
      else response?.once('close', abort)
    }
    return this.#gone.signal
  }

  get #hasBody(): boolean {
    return this.bodySize !== 0 && !/^(?:GET|HEAD)$/.test(this.method)
  }

  /** The standard class, once something is asked for that is not above. */
  get #standard(): Request {
    const {method, url, headers, body, signal} = this
    if (this.#collected) throw new TypeError('The body has been read already.')
    return (this.#real ??= new Request(url, {method, headers, body, signal, duplex: 'half'} as RequestInit))
  }

  get bodyUsed(): boolean {
    return this.#collected || (this.#real?.bodyUsed ?? this.#body?.locked ?? false)
  }

  readonly duplex = 'half'
  readonly cache = 'default'
  readonly credentials = 'same-origin'
  readonly destination = ''
  readonly integrity = ''
  readonly keepalive = false
  readonly mode = 'cors'
  readonly redirect = 'follow'
  readonly referrer = 'about:client'
  readonly referrerPolicy = ''

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer
  }

  blob(): Promise<Blob> {
    return this.#standard.blob()
  }

  /** Collects the body without a stream around it, unless one was asked for already. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#hasBody || this.#collected || this.#body !== undefined) return this.#standard.bytes()
    this.#collected = true
    return this.#incoming.collect()
  }

  clone(): Request {
    return this.#standard.clone()
  }

  formData(): Promise<FormData> {
    return this.#standard.formData()
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes())
  }
}
