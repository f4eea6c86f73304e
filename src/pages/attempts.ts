/**
 * How often one stranger may try something that costs, such as a password. The server behind counts by address too, and
 * is told of whom; but where it does not trust us, all it sees is us. This machine itself is not counted: its people,
 * and a proxy in front, would all be one.
 */
import type {World} from '#std/world.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {isHere, StrangerLimiter} from '#runtime/strangers/stranger.ts'

const windowMs = 5 * 60_000

/** So many attempts of each kind in five minutes, for each stranger. */
export class Attempts<Kind extends string> {
  readonly #limiters: Readonly<Record<Kind, StrangerLimiter>>

  constructor(limits: Readonly<Record<Kind, number>>, {now}: Pick<World, 'now'>) {
    const limiters = Object.entries<number>(limits).map(
      ([kind, limit]) => [kind, new StrangerLimiter({limit, windowMs}, now)] as const,
    )
    this.#limiters = Object.fromEntries(limiters) as Record<Kind, StrangerLimiter>
  }

  /** Counts one attempt, and says whether it may be made. */
  admit(kind: Kind, request: Request): boolean {
    const address = peerAddress(request)
    return isHere(address) || this.#limiters[kind].take(address).allowed
  }
}
