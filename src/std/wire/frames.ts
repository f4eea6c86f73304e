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

/** Why a connection ends: as it should, or because of what the other side sent (RFC 6455, section 7.4.1). */
export const farewellCode = {normal: 1000, invalidPayload: 1007, policyViolation: 1008} as const
export type FarewellCode = (typeof farewellCode)[keyof typeof farewellCode]

/**
 * Thrown by a service's frames: the connection is closed as it should be, for this reason (RFC 6455, section 7.1.6).
 * A client over a network is told by what its frames return at their end, which `for await` passes over; any other code
 * than 1000 breaks them off.
 */
export class Farewell extends Error {
  override readonly name = 'Farewell'
  readonly reason: string
  readonly code: FarewellCode

  /** Of a reason no more is sent than a close frame holds, 123 bytes, in ASCII. */
  constructor(reason: string, code: FarewellCode = farewellCode.normal) {
    super(`The subscription was ended: ${reason}.`)
    this.reason = reason.replaceAll(/[^ -~]/g, '?').slice(0, 123)
    this.code = code
  }
}

/** The frames one by one, for a consumer that does not care how they came. */
export async function* eachFrame(frames: Frames): AsyncGenerator<Frame> {
  for await (const some of frames) {
    if (typeof some === 'string' || some instanceof Uint8Array) yield some
    else yield* some instanceof WireFrames ? some.messages() : some
  }
}
