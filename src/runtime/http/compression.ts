/**
 * Answers made shorter for clients that ask for it (RFC 9110, section 12.5.3), as the official servers do. Who does not
 * ask pays nothing. The work is done on other threads, so much of it at a time as there are processors: beyond that an
 * answer goes out as it is, because to wait would cost more than bytes do.
 */
import {once} from 'node:events'
import {availableParallelism} from 'node:os'
import type {Transform} from 'node:stream'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {promisify} from 'node:util'
import {constants, createGzip, createZstdCompress, gzip, zstdCompress} from 'node:zlib'
import {Overloaded} from '#std/waiting/async.ts'
import {Places} from '#std/waiting/places.ts'
import {Reply} from '#std/wire/reply.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Shorter ones gain less than a packet. */
const sizeMin = 1_024
/** Longer ones are compressed as they are written, so that no second copy is held. */
const wholeSizeMax = 2 * 2 ** 20
/** Whole answers that wait for a thread, beyond those that have one. */
const waitingMax = 32
/** Streams at a time; each holds some hundred kilobytes. */
const streamsMax = 32

/** Fast settings: a higher one takes three times as long for a tenth of the bytes. */
const gzipOptions = {level: 2}
const zstdOptions = {params: {[constants.ZSTD_c_compressionLevel]: 1}}

interface Coder {
  whole(bytes: Uint8Array | string): Promise<Uint8Array>
  stream(): Transform & {flush(done: () => void): void}
}

/** The better first, for clients who like them equally. */
const coders: Readonly<Record<string, Coder>> = {
  zstd: {
    whole: bytes => promisify<Uint8Array | string, object, Uint8Array>(zstdCompress)(bytes, zstdOptions),
    stream: () => createZstdCompress(zstdOptions),
  },
  gzip: {
    whole: bytes => promisify<Uint8Array | string, object, Uint8Array>(gzip)(bytes, gzipOptions),
    stream: () => createGzip(gzipOptions),
  },
}

const compressible =
  /^(?:text\/(?!event-stream)|application\/(?:json|javascript|vnd\.ipld\.car|[\w.-]+\+json)|image\/svg\+xml)/

/** Whether an answer like this one depends on what the client accepts. */
export function isCompressible({status, headers}: Response): boolean {
  return (
    status === 200 &&
    compressible.test(headers.get('content-type') ?? '') &&
    !headers.has('content-encoding') &&
    !headers.has('content-range') &&
    !/no-transform/i.test(headers.get('cache-control') ?? '')
  )
}

/** The best coding of ours that a client accepts; `undefined` when it wants none, or the answer as it is. */
export function codingFor(acceptEncoding: string | undefined): string | undefined {
  if (!acceptEncoding) return undefined
  const weights = weightsOf(acceptEncoding)
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0
  let best: string | undefined
  for (const name of Object.keys(coders)) {
    if (weightOf(name) > (best === undefined ? 0 : weightOf(best))) best = name
  }
  // As it is, an answer is always acceptable unless refused, and preferred only when that is said.
  return best !== undefined && weightOf(best) >= (weights.get('identity') ?? 0) ? best : undefined
}

/** Whether a client takes an answer in this coding, however it likes it. */
export function accepts(acceptEncoding: string | null, coding: string): boolean {
  const weights = weightsOf(acceptEncoding ?? '')
  return (weights.get(coding) ?? weights.get('*') ?? 0) > 0
}

function weightsOf(acceptEncoding: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>()
  for (const part of acceptEncoding.toLowerCase().split(',').slice(0, 20)) {
    const [name, ...params] = part.split(';')
    const q = /^\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/.exec(params.join(';'))?.[1]
    weights.set(name.trim(), params.length === 0 ? 1 : Number(q ?? 0))
  }
  return weights
}

export class Compression {
  /** One for each thread to spare. */
  readonly #places = new Places({max: Math.max(1, Math.min(4, availableParallelism()) - 1), waitingMax})
  #streams = 0

  /** The answer to send for `response`, which `isCompressible`. */
  async apply(response: Response, acceptEncoding: string | undefined): Promise<Response> {
    const name = codingFor(acceptEncoding)
    if (name === undefined) return response
    const coder = coders[name]
    if (response instanceof Reply && !response.bodyUsed) {
      const {content} = response
      if (content === null || content.length < sizeMin) return response
      if (content.length <= wholeSizeMax) return this.#whole(response, content, name, coder)
    }
    const {headers, body, status} = response
    const length = headers.get('content-length')
    if (!body || (length !== null && Number(length) < sizeMin) || this.#streams >= streamsMax) return response
    const reader = body.getReader()
    const first = reader.read()
    const {done, value} = await first
    const rest = reader.read()
    rest.catch(() => {}) // whoever reads on hears of it
    // What is at hand is all there is of most answers, and often too short.
    const isAll = done || (await Promise.race([rest.then(next => next.done), nextTurn(false)]))
    if (isAll) {
      const whole = new Reply(value ?? new Uint8Array(0), {status, headers})
      return whole.content!.length < sizeMin ? whole : this.#whole(whole, value as Bytes, name, coder)
    }
    this.#streams++
    const stream = compressed(reader, [first, rest], coder.stream(), () => this.#streams--)
    return new Response(stream, {status, headers: encoded(headers, name)})
  }

  async #whole(response: Reply, content: Bytes | string, name: string, coder: Coder): Promise<Response> {
    try {
      const bytes = await this.#places.with('', () => coder.whole(content))
      return new Reply(bytes as Bytes, {status: response.status, headers: encoded(response.headers, name)})
    } catch (error) {
      if (error instanceof Overloaded) return response
      throw error
    }
  }
}

function encoded(headers: Headers, name: string): Headers {
  const changed = new Headers(headers)
  changed.delete('content-length')
  changed.set('content-encoding', name)
  // Two spellings of one thing are equal in meaning and not in bytes.
  const tag = changed.get('etag')
  if (tag?.startsWith('"')) changed.set('etag', `W/${tag}`)
  return changed
}

/**
 * What was begun to be read and the rest of it through `coder`, at the reader's pace. What has come is passed on before
 * more is waited for.
 */
function compressed(
  reader: ReadableStreamDefaultReader<Bytes>,
  begun: Promise<ReadableStreamReadResult<Bytes>>[],
  coder: ReturnType<Coder['stream']>,
  ended: () => void,
) {
  const chunks = coder[Symbol.asyncIterator]() as AsyncIterator<Bytes>
  coder.on('error', () => {}).once('close', ended)
  const feed = async (): Promise<void> => {
    for (;;) {
      const coming = begun.shift() ?? reader.read()
      const isAtHand = await Promise.race([coming.then(() => true), nextTurn(false)])
      if (!isAtHand) coder.flush(() => {})
      const {done, value} = await coming
      if (coder.destroyed) return void (await reader.cancel())
      if (done) return void coder.end()
      if (!coder.write(value)) await room(coder)
    }
  }
  return new ReadableStream<Bytes>(
    {
      start() {
        feed().catch((error: unknown) => coder.destroy(error as Error))
      },
      async pull(controller) {
        const {done, value} = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.length))
      },
      cancel(reason) {
        coder.destroy()
        reader.cancel(reason).catch(() => {})
      },
    },
    {highWaterMark: 0},
  )
}

/** Waits until a coder takes more, or takes no more at all. */
async function room(coder: Transform): Promise<void> {
  const over = new AbortController()
  const {signal} = over
  try {
    await Promise.race([once(coder, 'drain', {signal}), once(coder, 'close', {signal})])
  } finally {
    over.abort()
  }
}
