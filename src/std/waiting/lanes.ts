/** Work by lanes: in each one thing after the other, in the order in which it came, and what is in others meanwhile. */

export class Lanes {
  readonly #countMax: number
  /** Of each lane that is open, the end of what came last. */
  readonly #ends = new Map<string, Promise<void>>()

  /** `countMax` is for `fill`: so many lanes are open at a time. */
  constructor(countMax = Infinity) {
    this.#countMax = Math.max(1, countMax)
  }

  /** Lanes in which something is at work. */
  get size(): number {
    return this.#ends.size
  }

  /** Gives what `work` gives, which begins when all that came before in this lane has ended, however it ended. */
  do<T>(lane: string, work: () => Promise<T>): Promise<T> {
    const before = this.#ends.get(lane)
    const done = (async () => {
      if (before) await before
      return work()
    })()
    const ended = (): void => {
      if (this.#ends.get(lane) === end) this.#ends.delete(lane)
    }
    const end = done.then(ended, ended)
    this.#ends.set(lane, end)
    return done
  }

  /** Has it done as `do` does, and resolves when there is room for more. `work` never rejects. */
  async fill(lane: string, work: () => Promise<void>): Promise<void> {
    const isOpen = this.#ends.has(lane)
    const done = this.do(lane, work)
    // One that stands in an open lane waits for that one alone, so that none grows without end.
    if (isOpen) await done
    else while (this.#ends.size >= this.#countMax) await Promise.race(this.#ends.values())
  }

  /** Resolves when all that has come is done. */
  async empty(): Promise<void> {
    await Promise.all(this.#ends.values())
  }
}
