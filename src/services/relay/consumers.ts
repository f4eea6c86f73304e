/** Who reads the firehose now, for the operator. */
import {peerAddress} from '#runtime/strangers/peer.ts'
import type {World} from '#std/world.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'

/** One open subscription. */
export interface Consumer {
  /** Never used again while the relay runs. */
  readonly id: number
  readonly address: string
  /** As it names itself. */
  readonly userAgent: string
  readonly connectedMs: number
  /** Where it began; undefined for what happens from then on. */
  readonly cursor: number | undefined
  /** Frames that it has taken. */
  frameCount: number
}

const userAgentLengthMax = 200

export class Consumers {
  readonly #world: Pick<World, 'now'>
  readonly #open = new Set<Consumer>()
  #made = 0

  constructor(world: Pick<World, 'now'>) {
    this.#world = world
  }

  /** In the order in which they came. */
  all(): readonly Consumer[] {
    return [...this.#open]
  }

  /** The frames as they are, counted for whoever has sent the request until it has no more of them. */
  async *counted<T extends readonly unknown[] | WireFrames>(
    request: Request,
    cursor: number | undefined,
    frames: AsyncIterable<T>,
  ): AsyncGenerator<T, void> {
    const consumer: Consumer = {
      id: ++this.#made,
      address: peerAddress(request),
      userAgent: (request.headers.get('user-agent') ?? '').slice(0, userAgentLengthMax),
      connectedMs: this.#world.now(),
      cursor,
      frameCount: 0,
    }
    this.#open.add(consumer)
    try {
      for await (const some of frames) {
        yield some
        consumer.frameCount += some instanceof WireFrames ? some.count : some.length
      }
    } finally {
      this.#open.delete(consumer)
    }
  }
}
