/**
 * How often one stranger may try something that costs, such as a password. The server behind counts by address too, and
 * is told of whom; but where it does not trust us, all it sees is us. This machine itself is not counted: its people,
 * and a proxy in front, would all be one.
 */
import type {Limits} from '#engines/limits/limits.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {isHere, StrangerLimiter} from '#runtime/strangers/stranger.ts'

const windowMs = 5 * 60_000

/** So many attempts of each kind in five minutes, for each stranger. */
export class Attempts<Kind extends string> {
  readonly #limiters: Readonly<Record<Kind, StrangerLimiter>>

  constructor(most: Readonly<Record<Kind, number>>, limits: Limits) {
    const limiters = Object.entries<number>(most).map(
      ([kind, limit]) => [kind, new StrangerLimiter(kind, {limit, windowMs}, limits)] as const,
    )
    this.#limiters = Object.fromEntries(limiters) as Record<Kind, StrangerLimiter>
  }

  /** Counts one attempt, and says whether it may be made. */
  async admit(kind: Kind, request: Request): Promise<boolean> {
    const address = peerAddress(request)
    return isHere(address) || (await this.#limiters[kind].take(address)).allowed
  }
}
