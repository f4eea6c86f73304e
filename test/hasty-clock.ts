/**
 * Waits that take a hundredth of their time, for servers without sockets. Between two looks no more passes than a few
 * milliseconds, however long that was: where a process has no turn for a while, as on a busy machine, it would else be
 * over at once with what its servers give ten seconds.
 */

const haste = 100
const lookMs = 2
/** Of real time, that may pass in one look. */
const passedMsMax = 5

interface Waiting {
  leftMs: number
  readonly wake: () => void
}

export class HastyClock {
  readonly #waiting = new Set<Waiting>()
  #looking: NodeJS.Timeout | undefined
  #lastMs = 0

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const end = (): void => {
        signal?.removeEventListener('abort', leave)
        this.#waiting.delete(one)
        if (this.#waiting.size > 0) return
        clearInterval(this.#looking)
        this.#looking = undefined
      }
      const leave = (): void => {
        end()
        reject(signal?.reason as Error)
      }
      const wake = (): void => {
        end()
        resolve()
      }
      const one = {leftMs: ms / haste, wake}
      this.#waiting.add(one)
      signal?.addEventListener('abort', leave, {once: true})
      if (this.#looking) return
      this.#lastMs = performance.now()
      this.#looking = setInterval(() => this.#look(), lookMs)
    })

  #look(): void {
    const nowMs = performance.now()
    const passedMs = Math.min(passedMsMax, nowMs - this.#lastMs)
    this.#lastMs = nowMs
    for (const one of this.#waiting) one.leftMs -= passedMs
    const over = [...this.#waiting].filter(({leftMs}) => leftMs <= 0).toSorted((a, b) => a.leftMs - b.leftMs)
    for (const {wake} of over) wake()
  }
}
