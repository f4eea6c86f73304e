/**
 * One consumer on a WebSocket: events go out as it takes them, and what it sends are acknowledgements. How much may be
 * with one that does not acknowledge is bounded, and whatever else it sends ends the connection.
 */
import {Farewell, type Frame} from '#std/wire/frames.ts'
import type {WireFrames} from '#std/wire/wire-frames.ts'
import type {Given, Outbox} from './outbox.ts'
import {framesOf} from './frames.ts'
import {acknowledgedBy} from './message.ts'

/** Events that one consumer may have. */
const inFlightMax = 10_000
/** Events and bytes that are handed to a socket at a time. */
const giveMax = {count: 1_000, size: 128 * 1024} as const
interface Options {
  readonly outbox: Outbox
  /** Without acknowledgements, an event that was handed to the socket is done with. */
  readonly acks: boolean
  readonly about: string
  readonly onRefused: () => void
}

export async function* channel(
  {outbox, acks, about, onRefused}: Options,
  signal: AbortSignal,
  incoming: AsyncIterable<Frame>,
): AsyncGenerator<WireFrames, void> {
  const consumer = outbox.enter(about)
  const ended = new AbortController()
  const either = AbortSignal.any([signal, ended.signal])
  let refused = false
  const listen = async (): Promise<void> => {
    for await (const message of incoming) {
      if (either.aborted) return
      const ids = acknowledgedBy(message)
      if (!ids) {
        refused = true
        onRefused()
        return ended.abort()
      }
      if (!acks) continue
      const wasFull = consumer.inFlight >= inFlightMax
      for (const id of ids) outbox.acknowledge(consumer, id)
      if (wasFull) outbox.filled.ring()
    }
  }
  void listen().catch(() => ended.abort())
  try {
    while (!either.aborted) {
      const room = inFlightMax - consumer.inFlight
      const given: readonly Given[] = room > 0 ? outbox.give(consumer, Math.min(room, giveMax.count), giveMax.size) : []
      if (given.length === 0) {
        await outbox.filled.wait(either).catch(() => {})
        continue
      }
      const frames = framesOf(given.map(({parcel: {page}, from, to}) => ({page, from, to})))
      yield frames
      frames.free()
      // It is asked for more once the socket has taken these.
      if (!acks && !either.aborted) outbox.acknowledgeAll(consumer, given)
    }
    if (refused) throw new Farewell('not an acknowledgement')
  } finally {
    ended.abort()
    outbox.leave(consumer)
  }
}
