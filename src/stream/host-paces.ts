/**
 * When to look again at a repository whose server has as many waiting as it may: as soon as that server will have got so
 * far, as its pace says. Sooner, all that it has would be looked at again and again; later, its places would stay empty.
 */
import type {World} from '#std/world.ts'

const waitMs = 250
const waitMsMax = 30_000
/** Those who wait already keep its places in use while it is a little faster than it was. */
const hurry = 0.75
/** The last ones count as much as all before. */
const share = 1 / 8
const hostsMax = 10_000

interface Pace {
  /** Between two that it has had done, about. */
  usualMs: number
  lastMs: number
  /** When it will have got to all that were left for later. */
  untilMs: number
}

export class HostPaces {
  readonly #now: () => number
  readonly #paces = new Map<string, Pace>()

  constructor({now}: Pick<World, 'now'>) {
    this.#now = now
  }

  /** A fetch from a server has come to its end. */
  ended(host: string): void {
    const pace = this.#paces.get(host)
    if (!pace) return
    const nowMs = this.#now()
    pace.usualMs += (nowMs - pace.lastMs - pace.usualMs) * share
    pace.lastMs = nowMs
  }

  /** Until when to leave one more repository of a server that is busy, in milliseconds since 1970. */
  until(host: string): number {
    const nowMs = this.#now()
    const pace = this.#paces.get(host) ?? {usualMs: 0, lastMs: nowMs, untilMs: 0}
    this.#paces.delete(host)
    this.#paces.set(host, pace)
    if (this.#paces.size > hostsMax) this.#paces.delete(this.#paces.keys().next().value as string)
    const usualMs = Math.max(pace.usualMs, nowMs - pace.lastMs) * hurry
    pace.untilMs = Math.min(Math.max(pace.untilMs, nowMs) + usualMs, nowMs + waitMsMax)
    return Math.max(Math.round(pace.untilMs), nowMs + waitMs)
  }
}
