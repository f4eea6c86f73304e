/** What a client is told of the rate limits that it is under, in the headers of any answer. */
import type {RateVerdict} from '#engines/limits/limits.ts'

/** The verdict that leaves the least: what a client that is under several limits is told. */
export const tightest = (verdicts: readonly RateVerdict[]): RateVerdict | undefined =>
  verdicts.toSorted((a, b) => Number(a.allowed) - Number(b.allowed) || a.remaining - b.remaining)[0]

/** `RateLimit-Limit`, `-Remaining`, `-Reset` (seconds since 1970) and `-Policy`, as the official PDS sends them. */
export function setRateLimitHeaders(headers: Headers, verdict: RateVerdict, now: number): void {
  const {allowed, limit, windowMs, remaining, resetAt} = verdict
  headers.set('ratelimit-limit', String(limit))
  headers.set('ratelimit-remaining', String(Math.max(0, remaining)))
  headers.set('ratelimit-reset', String(Math.floor(resetAt / 1_000)))
  headers.set('ratelimit-policy', `${limit};w=${Math.ceil(windowMs / 1_000)}`)
  if (!allowed) headers.set('retry-after', String(Math.max(1, Math.ceil((resetAt - now) / 1_000))))
}
