/**
 * The directory that a replica follows, as it is asked. What it answers is held to bounds of size and time whatever it
 * sends: a primary may be slow, broken, or lie. Nothing is believed here; whether an operation is one is judged elsewhere.
 */
import {readBytes} from '#xrpc/body.ts'
import {withDeadline, TimedOut} from '#std/waiting/deadline.ts'
import {eachFrame, Farewell, type Frame} from '#std/wire/frames.ts'
import type {WireFrames} from '#std/wire/wire-frames.ts'
import {fromUtf8, jsonOf} from '#std/text.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'

/** Lines of a page; no directory gives more. */
export const pageMax = 1_000
const pageSizeMax = 16 * 2 ** 20
/** The history of one identity, as JSON. */
const auditSizeMax = 16 * 2 ** 20
/** One operation as JSON: characters of a line, or bytes of a frame. */
const lineSizeMax = 256 * 1024
const answerMs = 60_000
const refusalSizeMax = 64 * 1024

/** The primary did not answer as a directory does. It passes, or it does not; the replica goes on asking. */
export class PrimaryFault extends Error {
  override readonly name = 'PrimaryFault'
  readonly reason: 'unreachable' | 'refused' | 'too-slow' | 'too-big' | 'garbage' | 'no-progress'

  constructor(reason: PrimaryFault['reason'], detail: string, cause?: unknown) {
    super(detail, {cause})
    this.reason = reason
  }
}

type Outside = Pick<World, 'fetch' | 'sleep' | 'subscribe'>

export class Primary {
  readonly url: string
  readonly #world: Outside

  constructor(url: string, world: Outside) {
    this.url = url
    this.#world = world
  }

  /** Up to `count` operations after a seq, each as the text of the JSON that it claims to be: `parsedLine` reads it. */
  page(after: number, signal: AbortSignal, count = pageMax): Promise<string[]> {
    return this.#lines(`/export?after=${after}&count=${count}`, count, signal)
  }

  /** As `page`, after a time and in the older form, which tells what was nullified. */
  pageByTime(afterMs: number, signal: AbortSignal): Promise<string[]> {
    const after = afterMs < 0 ? '' : `&after=${encodeURIComponent(new Date(afterMs).toISOString())}`
    return this.#lines(`/export?count=${pageMax}${after}`, pageMax, signal)
  }

  /** The audit log of one identity, as the text of the JSON that it claims to be; `undefined` where there is none. */
  async audit(did: Did, signal: AbortSignal): Promise<string | undefined> {
    const {status, text} = await this.#get(`/${did}/log/audit`, auditSizeMax, signal)
    if (status === 404) return undefined
    if (status !== 200) throw new PrimaryFault('refused', `${this.url} answers ${status} for the history of ${did}.`)
    return text
  }

  /**
   * Operations as they come, from a cursor on, some at a time; returns why it ended, where that was said. `undefined` when
   * there is no stream to be had.
   */
  async stream(cursor: number, signal: AbortSignal): Promise<AsyncGenerator<string[], string | undefined> | undefined> {
    const request = new Request(`${this.url}/export/stream?cursor=${cursor}`)
    const opening = this.#world.subscribe(request, signal)
    const frames = await opening.catch((error: unknown) => {
      throw new PrimaryFault('unreachable', `${this.url} cannot be reached.`, error)
    })
    if (frames instanceof Response) return undefined
    return streamed(frames[Symbol.asyncIterator](), this.url)
  }

  /** Passes an operation on; the answer is the primary's. */
  async submit(did: string, body: Uint8Array<ArrayBuffer>): Promise<{status: number; text: string}> {
    const request = new Request(`${this.url}/${did}`, {
      method: 'POST',
      body,
      headers: {'content-type': 'application/json'},
    })
    return this.#ask(request, refusalSizeMax, undefined)
  }

  async #lines(path: string, count: number, signal: AbortSignal): Promise<string[]> {
    const {status, text} = await this.#get(path, pageSizeMax, signal)
    if (status !== 200) throw new PrimaryFault('refused', `${this.url} answers ${status} for ${path}.`)
    const lines = text.split('\n', count + 1).filter(line => line !== '')
    if (lines.length > count) throw new PrimaryFault('garbage', `${this.url} sends more lines than were asked for.`)
    return lines
  }

  #get(path: string, sizeMax: number, signal: AbortSignal): Promise<{status: number; text: string}> {
    // Elsewhere, which may be where only this machine can look, is nobody who was asked to be followed.
    return this.#ask(new Request(this.url + path, {redirect: 'manual'}), sizeMax, signal)
  }

  async #ask(request: Request, sizeMax: number, signal?: AbortSignal): Promise<{status: number; text: string}> {
    const tooBig = (): Error => new PrimaryFault('too-big', `${this.url} sends more than ${sizeMax} bytes.`)
    try {
      return await withDeadline(this.#world, answerMs, signal, async late => {
        const response = await this.#world.fetch(new Request(request, {signal: late}))
        const text = fromUtf8(await readBytes(response.body, sizeMax, tooBig))
        if (text === undefined) throw new PrimaryFault('garbage', `${this.url} sends no text.`)
        return {status: response.status, text}
      })
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof PrimaryFault) throw error
      if (error instanceof TimedOut) throw new PrimaryFault('too-slow', `${this.url} does not answer in time.`, error)
      throw new PrimaryFault('unreachable', `${this.url} cannot be reached.`, error)
    }
  }
}

async function* streamed(
  frames: AsyncIterator<Frame | readonly Frame[] | WireFrames, unknown>,
  url: string,
): AsyncGenerator<string[], string | undefined> {
  try {
    for (;;) {
      const {done, value} = await frames.next()
      if (done) return value instanceof Farewell ? value.reason : undefined
      const lines: string[] = []
      for await (const frame of eachFrame(only(value as Frame | readonly Frame[] | WireFrames))) {
        if (frame.length > lineSizeMax) throw new PrimaryFault('too-big', `${url} sends a line of ${frame.length}.`)
        lines.push(typeof frame === 'string' ? frame : (fromUtf8(frame) ?? ''))
      }
      yield lines
    }
  } catch (error) {
    if (error instanceof Farewell) return error.reason
    if (error instanceof PrimaryFault) throw error
    throw new PrimaryFault('unreachable', `The stream of ${url} broke off.`, error)
  } finally {
    await frames.return?.()
  }
}

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value
}

/**
 * The JSON of a line; `undefined` for one that is none, or longer than any operation. To be asked of one line after the
 * other: what a page of megabytes holds may be fifty times as large when it is read.
 */
export const parsedLine = (line: string): unknown => (line.length > lineSizeMax ? undefined : jsonOf(line))
