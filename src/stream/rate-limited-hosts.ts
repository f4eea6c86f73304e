/**
 * Servers that have said that they were asked too often, or soon will be: nobody asks them before the time that they name
 * in the headers that servers of repositories send (RateLimit-*, Retry-After), within bounds.
 */
import type {World} from '#std/world.ts'

/** Where a server does not say for how long. */
const waitMs = 10_000
const waitMsMax = 3_600_000
/** Servers that are left alone at a time, as far as they are remembered. */
const hostsMax = 10_000

type Head = Readonly<Record<string, string | undefined>>

export class RateLimitedHosts {
  readonly #now: () => number
  readonly #untilMs = new Map<string, number>()

  constructor({now}: Pick<World, 'now'>) {
    this.#now = now
  }

  /** Servers that are left alone. */
  get size(): number {
    return this.#untilMs.size
  }

  /** Until when a server is to be left alone, in milliseconds since 1970; undefined when it may be asked. */
  until(host: string): number | undefined {
    const untilMs = this.#untilMs.get(host)
    if (untilMs === undefined || untilMs > this.#now()) return untilMs
    this.#untilMs.delete(host)
    return undefined
  }

  /** Takes note of an answer, whose headers have names in lower case. */
  note(host: string, status: number, head: Head): void {
    const isTooMuch = status === 429 || (status === 503 && head['retry-after'] !== undefined)
    const isLast = head['ratelimit-remaining'] === '0'
    if (!isTooMuch && !isLast) return
    const nowMs = this.#now()
    const saidMs = waitOf(head, nowMs)
    // A last one without a word on when there are more again is no reason to wait.
    if (!isTooMuch && saidMs === undefined) return
    const untilMs = nowMs + Math.min(Math.max(saidMs ?? waitMs, 0), waitMsMax)
    this.#untilMs.delete(host)
    this.#untilMs.set(host, untilMs)
    if (this.#untilMs.size > hostsMax) this.#untilMs.delete(this.#untilMs.keys().next().value as string)
  }
}

/** For how long, as the headers have it: in seconds, as a date, or as seconds since 1970. */
function waitOf(head: Head, nowMs: number): number | undefined {
  const {'retry-after': after, 'ratelimit-reset': reset} = head
  if (after !== undefined && /^\d{1,9}$/.test(after)) return Number(after) * 1_000
  const atMs = after === undefined ? Number.NaN : Date.parse(after)
  if (!Number.isNaN(atMs)) return atMs - nowMs
  if (reset === undefined || !/^\d{1,12}$/.test(reset)) return undefined
  const seconds = Number(reset)
  // A moment, as PDSes say it; what is too small for one is a time from now on (draft-ietf-httpapi-ratelimit-headers).
  return seconds > 1e9 ? seconds * 1_000 - nowMs : seconds * 1_000
}
