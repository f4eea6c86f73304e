/**
 * Bodies, in and out of both sides of a call. Whatever comes in is a stream of unknown length from a stranger, so it
 * is counted while it is read and given up at the bound.
 */
import {jsonToValueLenient, parseJson} from '#atp/data/json.ts'
import type {Value, ValueMap} from '#atp/data/value.ts'
import {matchesMediaType} from '#lex/schema/blob.ts'
import {Pieces} from '#std/pieces.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8} from '#std/text.ts'

type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>

/**
 * `application/json; charset=utf-8` → `application/json`; `undefined` for what is no media type. The full wildcard is one
 * here, since that is what some clients say of any file.
 */
export function mediaType(contentType: string | null): string | undefined {
  const [, type] =
    /^\s*((?:[\w!#$&^.+-]{1,127}|\*(?=\/\*))\/[\w!#$&^.+*-]{1,127})\s*(?:;|$)/.exec(contentType ?? '') ?? []
  return type?.toLowerCase()
}

/** Whether a media type is of an encoding as lexicons write it: one type, a pattern, or several with commas. */
export const isEncoding = (type: string, encoding: string): boolean =>
  encoding.split(',').some(pattern => matchesMediaType(pattern.trim(), type))

/**
 * The stream's bytes as they are asked for, until there are more than `sizeMax`: then it fails with what `tooBig` gives.
 * When it breaks by itself it fails with what `broken` gives, so that whose doing it was is not lost on the way. It ends
 * once `atEnd` does, and fails with what that throws.
 */
export function limited(
  body: ByteStream,
  sizeMax: number,
  tooBig: () => Error,
  broken: (cause: unknown) => Error,
  atEnd?: () => Promise<void> | undefined,
): ByteStream {
  const reader = body.getReader()
  let size = 0
  return new ReadableStream(
    {
      async pull(controller) {
        const {done, value} = await reader.read().catch((cause: unknown) => {
          throw broken(cause)
        })
        if (done) {
          await atEnd?.()
          return controller.close()
        }
        size += value.length
        if (size > sizeMax) {
          const error = tooBig()
          reader.cancel(error).catch(() => {})
          throw error
        }
        controller.enqueue(value)
      },
      cancel: reason => reader.cancel(reason),
    },
    {highWaterMark: 0},
  )
}

/** All bytes of a body of at most `sizeMax`. Rejects with what `tooBig` gives, and reads no further than that. */
export async function readBytes(
  body: ByteStream | null,
  sizeMax: number,
  tooBig: () => Error,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces = new Pieces()
  let size = 0
  if (body) {
    for await (const chunk of body) {
      size += chunk.length
      // Leaving the loop cancels the stream.
      if (size > sizeMax) throw tooBig()
      pieces.add(chunk)
    }
  }
  return pieces.take()
}

/**
 * The length of a request's body where its transport vouches for it, as an HTTP parser does for `Content-Length`; the
 * header alone is only what somebody wrote.
 */
export function vouchedSize(request: Request & {readonly bodySize?: unknown}): number | undefined {
  return typeof request.bodySize === 'number' ? request.bodySize : undefined
}

/**
 * Gives up a body that nobody is going to read, so that its connection is free for the next call. Waits for nobody; that
 * the body has failed before is nothing new.
 */
export function letGo(body: ReadableStream | null): void {
  body?.cancel().catch(() => {})
}

function utf8(bytes: Uint8Array): string {
  const text = fromUtf8(bytes)
  if (text === undefined) throw new Malformed('json', 'bad-utf8', 'the text is not UTF-8')
  return text
}

/** What a request's JSON stands for, by the strict rules of `parseJson`. Throws `Malformed('json', …)`. */
export const requestJson = (bytes: Uint8Array): ValueMap => parseJson(utf8(bytes))

/** What another server's JSON stands for; it may show old records that break today's rules. Throws as above. */
export function answerJson(bytes: Uint8Array): Value {
  let json: unknown
  try {
    json = JSON.parse(utf8(bytes))
  } catch (error) {
    if (error instanceof Malformed) throw error
    throw new Malformed('json', 'syntax', (error as Error).message)
  }
  return jsonToValueLenient(json)
}

/** Names of content encodings, and what they are called in the platform. */
const encodings: Readonly<Record<string, string>> = {gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate', br: 'brotli'}
/** So many encodings, one about the other, are undone. */
const encodingsMax = 3

/** Undoes content encodings, the last one first; `undefined` when one of them is not known here. */
export function decoded(body: ByteStream, contentEncoding: string | null): ByteStream | undefined {
  const names = (contentEncoding ?? '').split(',').map(name => name.trim().toLowerCase())
  const formats = names
    .filter(name => name !== '' && name !== 'identity')
    .map(name => (Object.hasOwn(encodings, name) ? encodings[name] : undefined))
  if (formats.length > encodingsMax || formats.includes(undefined)) return undefined
  try {
    const steps = formats.map(format => new DecompressionStream(format as CompressionFormat))
    return steps.reduceRight((inner, step) => inner.pipeThrough(step), body)
  } catch (error) {
    if (error instanceof TypeError) return undefined // not every platform undoes Brotli
    throw error
  }
}

/** Bytes that a handler or a caller makes as they are wanted. Cancelling the stream ends the iteration. */
export function streamOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  if (bytes instanceof ReadableStream) return bytes
  const iterator = bytes[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const {done, value} = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    // Nothing is made before it is asked for.
    {highWaterMark: 0},
  )
}
