/** What a subscription carries, whichever side one stands on: a service hands out `Frames`, a client gets them. */
import {WireFrames} from './wire-frames.ts'

/** One WebSocket message: binary or text. */
export type Frame = Uint8Array | string

/**
 * A subscription's messages. An array is frames in order: whoever has many at hand yields them together, which saves a
 * turn of the event loop for each, and the same array yielded to many consumers is put on the wire once for all.
 * `WireFrames` are lent until the next pull.
 */
export type Frames = AsyncIterable<Frame | readonly Frame[] | WireFrames>

/**
 * Thrown by a service's frames: the connection is closed as it should be (1000), for this reason (RFC 6455, section 7.1.6).
 * A client over a network is told by what its frames return at their end, which `for await` passes over.
 */
export class Farewell extends Error {
  override readonly name = 'Farewell'
  readonly reason: string

  /** At most 123 bytes. */
  constructor(reason: string) {
    super(`The subscription was ended: ${reason}.`)
    this.reason = reason
  }
}

/** The frames one by one, for a consumer that does not care how they came. */
export async function* eachFrame(frames: Frames): AsyncGenerator<Frame> {
  for await (const some of frames) {
    if (typeof some === 'string' || some instanceof Uint8Array) yield some
    else yield* some instanceof WireFrames ? some.messages() : some
  }
}
