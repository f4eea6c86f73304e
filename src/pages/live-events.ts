/**
 * Server-Sent Events: what a page follows while it is open. Each viewer costs memory and a connection, so there is a
 * cap on all of them and on those of one stranger, and what waits for one viewer is bounded.
 */
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {OpenPerStranger} from '#runtime/strangers/stranger.ts'

/** One message; `event` names its kind, a word of ours. */
export interface Message {
  event: string
  data: unknown
}

const heartbeatMs = 15_000
const retryMs = 3_000

export interface ViewerLimits {
  countMax: number
  perAddressMax: number
}

/** The open streams of all pages. */
export class Viewers {
  readonly #world: Pick<World, 'sleep'>
  readonly #limits: ViewerLimits
  readonly #byStranger: OpenPerStranger
  #count = 0

  constructor(world: Pick<World, 'sleep'>, limits: ViewerLimits = {countMax: 500, perAddressMax: 40}) {
    this.#world = world
    this.#limits = limits
    this.#byStranger = new OpenPerStranger(limits.perAddressMax)
  }

  get count(): number {
    return this.#count
  }

  /**
   * Answers with the messages that `produce` gives until it ends, the visitor goes away or `stopping` aborts. 503 when
   * there are too many viewers: the browser then leaves it, and the page says so.
   */
  stream(request: Request, stopping: AbortSignal, produce: (signal: AbortSignal) => AsyncIterable<Message>): Response {
    const isFull = this.#count >= this.#limits.countMax
    const release = isFull ? undefined : this.#byStranger.take(peerAddress(request))
    if (!release) {
      return new Response('Too many people are watching right now.\n', {status: 503, headers: {'retry-after': '60'}})
    }
    this.#count++
    const gone = new AbortController()
    const signal = AbortSignal.any([request.signal, stopping, gone.signal])
    let isOpen = true
    const close = (): void => {
      if (!isOpen) return
      isOpen = false
      gone.abort(new Error('the stream is closed'))
      this.#count--
      release()
    }
    signal.addEventListener('abort', close, {once: true})
    const lines = withHeartbeat(produce(signal), this.#world, signal)
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        start: controller => controller.enqueue(toUtf8(`retry: ${retryMs}\n\n`)),
        async pull(controller) {
          try {
            const {done, value} = await lines.next()
            if (!done) return controller.enqueue(toUtf8(value))
          } catch (error) {
            if (!signal.aborted) {
              close()
              return controller.error(error)
            }
          }
          close()
          controller.close()
        },
        cancel: close,
      },
      {highWaterMark: 0},
    )
    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // For proxies that would otherwise wait for more.
      'x-accel-buffering': 'no',
    }
    return new Response(body, {headers})
  }
}

/** The lines of each message as soon as it comes, and a comment when none has come for a while, so that it is noticed
 * when the other side is gone. */
async function* withHeartbeat(
  messages: AsyncIterable<Message>,
  world: Pick<World, 'sleep'>,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const iterator = messages[Symbol.asyncIterator]()
  try {
    for (let next = iterator.next(); ;) {
      const waited = new AbortController()
      const quiet = world.sleep(heartbeatMs, AbortSignal.any([signal, waited.signal])).then(
        () => undefined,
        () => undefined,
      )
      const result = await Promise.race([next, quiet])
      waited.abort()
      if (signal.aborted) return
      if (!result) {
        yield ':\n\n'
        continue
      }
      if (result.done) return
      const {event, data} = result.value
      yield `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
      next = iterator.next()
    }
  } finally {
    await iterator.return?.()
  }
}
