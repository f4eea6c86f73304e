/** When a reader is given up: one that is merely behind, or reads what is rare, never is. */

/** Events between a reader and the newest, from which on its pace counts. */
const behindMax = 100_000
/** Of the log, passed or sent, on the average of a minute. */
const perSecondMin = 5
const windowMs = 60_000

export class SlowReader {
  #since: {readonly ms: number; readonly seq: number} | undefined

  /** Whether a reader that has come to `seq`, with `last` the newest, has hardly come on for a minute, far behind. */
  isHopeless(seq: number, last: number, nowMs: number): boolean {
    if (last - seq <= behindMax) {
      this.#since = undefined
      return false
    }
    this.#since ??= {ms: nowMs, seq}
    const passedMs = nowMs - this.#since.ms
    if (passedMs < windowMs) return false
    const isSlow = (seq - this.#since.seq) * 1_000 < perSecondMin * passedMs
    this.#since = {ms: nowMs, seq}
    return isSlow
  }
}
