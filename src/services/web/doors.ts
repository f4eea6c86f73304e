/**
 * How often one stranger may knock. The PDS counts by address too, and is told of whom; but where it does not trust
 * us, all it sees is us. This machine itself is not counted: its people, and a proxy in front, would all be one.
 */
import type {World} from '#std/world.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {isHere, StrangerLimiter} from '#runtime/strangers/stranger.ts'

const windowMs = 5 * 60_000
const limits = {'sign-in': 30, 'sign-up': 10} as const

export class Doors {
  readonly #limiters: Readonly<Record<keyof typeof limits, StrangerLimiter>>

  constructor({now}: Pick<World, 'now'>) {
    const limiter = (limit: number): StrangerLimiter => new StrangerLimiter({limit, windowMs}, now)
    this.#limiters = {'sign-in': limiter(limits['sign-in']), 'sign-up': limiter(limits['sign-up'])}
  }

  /** Counts one try, and says whether it may be made. */
  admit(door: keyof typeof limits, request: Request): boolean {
    const address = peerAddress(request)
    return isHere(address) || this.#limiters[door].take(address).allowed
  }
}
