/**
 * All that happens in a simulation, as lines: every act of the network and the disks, every fault, every answer. Their
 * hash tells whether two runs were the same; the newest of them tell what came before something went wrong.
 */
import {createHash} from 'node:crypto'
import type {SimClock} from './clock.ts'

export class Trace {
  readonly #clock: SimClock
  readonly #beganMs: number
  readonly #hash = createHash('sha256')
  readonly #newest: string[] = []
  readonly #newestMax: number
  readonly #sink: ((line: string) => void) | undefined
  #count = 0

  /** Keeps the newest `newestMax` lines; `sink` is given all of them. */
  constructor(clock: SimClock, {newestMax = 200, sink}: {newestMax?: number; sink?: (line: string) => void} = {}) {
    this.#clock = clock
    this.#beganMs = clock.nowMs
    this.#newestMax = newestMax
    this.#sink = sink
  }

  /** `what` happened to `who`. */
  add(who: string, what: string): void {
    const line = `${((this.#clock.nowMs - this.#beganMs) / 1_000).toFixed(3)} ${who}: ${what}`
    this.#count++
    this.#hash.update(`${line}\n`)
    this.#sink?.(line)
    this.#newest.push(line)
    if (this.#newest.length > 2 * this.#newestMax) this.#newest.splice(0, this.#newestMax)
  }

  get count(): number {
    return this.#count
  }

  get newest(): readonly string[] {
    return this.#newest.slice(-this.#newestMax)
  }

  /** The hash of all lines so far, in hexadecimal. */
  get hash(): string {
    return this.#hash.copy().digest('hex')
  }
}
