/**
 * The life of one process in a simulation. A process cannot be taken out of the one that simulates it; but it can be
 * cut off: from its end on nothing that it waits for ever comes, nothing that it says is heard, and what it still writes
 * goes to files that nobody reads again. It has many points at which it may end, each with a name.
 */
export class Life {
  #isOver = false
  readonly #onEnd = new Set<() => void>()
  readonly #onPoint: (name: string) => void

  /** `onPoint` is told of each point that is passed, and may call `end`. */
  constructor(onPoint: (name: string) => void) {
    this.#onPoint = onPoint
  }

  get isOver(): boolean {
    return this.#isOver
  }

  point(name: string): void {
    if (!this.#isOver) this.#onPoint(name)
  }

  /** Calls `act` when this life ends, unless `forget` is called before. */
  onEnd(act: () => void): void {
    this.#onEnd.add(act)
  }

  forget(act: () => void): void {
    this.#onEnd.delete(act)
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const act of this.#onEnd) act()
    this.#onEnd.clear()
  }

  /** Settles as `promise` does, as long as there is somebody to hear of it. */
  of<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        value => {
          if (!this.#isOver) resolve(value)
        },
        (error: unknown) => {
          if (!this.#isOver) reject(error as Error)
        },
      )
    })
  }
}
