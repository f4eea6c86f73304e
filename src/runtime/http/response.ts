/** Writes a `Response` to a client: at the client's pace, and in one piece when it is small. */
import {once} from 'node:events'
import type {ServerResponse} from 'node:http'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {fromLatin1} from '#std/text.ts'
import {PlainHeaders} from '#std/wire/plain-headers.ts'
import {Reply} from '#std/wire/reply.ts'
import {letGo} from '#xrpc/body.ts'

/** A write is at most this long, so that a slow client shows that it reads. */
export const writeSizeMax = 256 * 1024

export interface SendOptions {
  /** Headers beside those of the response: names and values in turn. */
  readonly more?: readonly string[]
  /** Waited for when everything has been written and before the answer counts as ended. */
  readonly beforeEnd?: () => Promise<void>
  /** Told of bytes that are held until the client reads them; gives what ends that. Throws for who has too many. */
  readonly hold?: (size: number) => () => void
}

/** So many bytes go out in one piece with their head, as text that has a character for each: two pieces cost more. */
const joinedSizeMax = 16 * 1024

/** Less than this is not told of: it is soon held for each connection that there may be. */
const heldSizeMin = 64 * 1024

/**
 * Resolves when the last byte is handed to the system, or the client has gone. Rejects as the body does, and, before
 * anything was written, as `hold` does.
 */
export async function sendResponse(
  response: Response,
  out: ServerResponse,
  stallMs: number,
  options: SendOptions = {},
): Promise<void> {
  const held: (() => void)[] = []
  const hold = (bytes: Uint8Array | string | undefined): void => {
    if (options.hold && bytes !== undefined && bytes.length > heldSizeMin) held.push(options.hold(bytes.length))
  }
  try {
    await send(response, out, stallMs, options, hold)
  } finally {
    for (const release of held) release()
  }
}

async function send(
  response: Response,
  out: ServerResponse,
  stallMs: number,
  {more = [], beforeEnd}: SendOptions,
  hold: (bytes: Uint8Array | string | undefined) => void,
): Promise<void> {
  const end = async (bytes?: Uint8Array | string): Promise<void> => {
    if (beforeEnd) {
      if (bytes !== undefined) out.write(bytes)
      else out.flushHeaders()
      await beforeEnd()
      out.end()
    } else if (bytes === undefined) out.end()
    else if (typeof bytes === 'string' || bytes.length > joinedSizeMax) out.end(bytes)
    else out.end(fromLatin1(bytes, 0, bytes.length), 'latin1')
    await taken(out, stallMs)
  }
  const isHead = out.req.method === 'HEAD'
  if (response instanceof Reply && !response.bodyUsed) {
    const content = isHead ? undefined : (response.content ?? undefined)
    hold(content)
    writeReplyHead(response, out, more)
    if (content === undefined || content.length * 3 <= writeSizeMax) await end(content)
    else {
      await writeAll(out, typeof content === 'string' ? Buffer.from(content) : content, stallMs)
      await end()
    }
    // Left to V8, which hardly counts buffers, those of a second would lie about. Of a connection that was lost the system
    // may still read them.
    const isSent = !out.destroyed && out.writableLength === 0
    if (response.isPassing && isSent && content instanceof Uint8Array) content.buffer.transfer(0)
    return
  }
  const headers = listOf(response.headers, more)
  const {status, body} = response
  if (!body || isHead) {
    letGo(body)
    // Node would else promise a chunked body to a client that is told "no content" in other ways.
    if (!body && !isHead && status !== 204 && status !== 304) headers.push('content-length', '0')
    out.writeHead(status, headers)
    return end()
  }
  const reader = body.getReader()
  try {
    const first = await reader.read()
    // One piece may be all of it. Of those that follow there is one at a time.
    hold(first.value)
    // What is at hand already goes out whole; what is still being made is not waited for.
    const rest = reader.read()
    const second = await Promise.race([rest, nextTurn(undefined)])
    if (first.done || second?.done) {
      const bytes = first.value ?? new Uint8Array(0)
      if (!response.headers.has('content-length')) headers.push('content-length', String(bytes.length))
      out.writeHead(status, headers)
      if (bytes.length <= writeSizeMax) return await end(bytes)
      await writeAll(out, bytes, stallMs)
      return await end()
    }
    out.writeHead(status, headers)
    await writeAll(out, first.value, stallMs)
    for (let next = await rest; !next.done && !out.destroyed; next = await reader.read()) {
      await writeAll(out, next.value, stallMs)
    }
    if (out.destroyed) await reader.cancel()
    else await end()
  } catch (error) {
    reader.cancel(error).catch(() => {})
    throw error
  }
}

function writeReplyHead({status, headers, content}: Reply, out: ServerResponse, more: readonly string[]): void {
  const written = listOf(headers, more)
  const size = content === null ? 0 : typeof content === 'string' ? Buffer.byteLength(content) : content.length
  if (status !== 204 && status !== 304 && !headers.has('content-length')) written.push('content-length', String(size))
  out.writeHead(status, written)
}

/** Names and values in turn. */
function listOf(headers: Headers, more: readonly string[]): string[] {
  if (headers instanceof PlainHeaders) return [...headers.list, ...more]
  const list = [...more]
  for (const [name, value] of headers) list.push(name, value)
  return list
}

async function writeAll(out: ServerResponse, bytes: Uint8Array, stallMs: number): Promise<void> {
  for (let at = 0; at < bytes.length && !out.destroyed; at += writeSizeMax) {
    if (!out.write(bytes.subarray(at, at + writeSizeMax))) await drained(out, stallMs)
  }
}

/** Resolves when there is room again or the client has gone; one that reads nothing for `stallMs` is cut off. */
const drained = (out: ServerResponse, stallMs: number): Promise<void> => heard(out, 'drain', stallMs)

/** The same for the last bytes: what is not taken is kept for as long as its connection is. */
async function taken(out: ServerResponse, stallMs: number): Promise<void> {
  if (out.writableLength > 0) await heard(out, 'finish', stallMs)
}

async function heard(out: ServerResponse, event: 'drain' | 'finish', stallMs: number): Promise<void> {
  if (out.destroyed) return
  const over = new AbortController()
  const timer = setTimeout(() => out.destroy(), stallMs)
  const {signal} = over
  try {
    await Promise.race([once(out, event, {signal}), once(out, 'close', {signal})])
  } finally {
    clearTimeout(timer)
    over.abort()
  }
}
