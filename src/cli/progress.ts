/** How far a long reading has come, on stderr, so that the answer on stdout stays clean. */
import {flag} from './command.ts'
import type {Shell} from './shell.ts'

export const progressOption = flag('show progress even when stderr is no terminal')

const redrawMs = 100
const mega = 1e6

export class Progress {
  readonly #shell: Shell
  readonly #shown: boolean
  readonly #label: string
  readonly #sizeTotal: number | undefined
  readonly #startedAt: number
  #drawnAt: number
  #width = 0

  /** `sizeTotal` in bytes, where it is known; without it there is no percentage. */
  constructor(shell: Shell, label: string, sizeTotal: number | undefined, forced: boolean) {
    this.#shell = shell
    this.#label = label
    this.#sizeTotal = sizeTotal
    this.#shown = forced || shell.io.stderr.terminal
    // Nothing is drawn in the first moment: a short file is done before a bar would help.
    this.#startedAt = this.#drawnAt = shell.io.world.now()
  }

  /** `size` bytes are done. Cheap enough to be called for every block. */
  at(size: number): void {
    if (!this.#shown) return
    const now = this.#shell.io.world.now()
    if (now - this.#drawnAt < redrawMs) return
    this.#drawnAt = now
    this.#draw(this.#line(size, now - this.#startedAt))
  }

  /** Takes the bar away. */
  done(): void {
    if (this.#width > 0) this.#draw('')
    this.#width = 0
  }

  #draw(line: string): void {
    const shown = line.slice(0, Math.max(0, this.#shell.io.stderr.columns - 1))
    void this.#shell.io.stderr.write(`\r${shown.padEnd(this.#width)}${shown === '' ? '\r' : ''}`)
    this.#width = shown.length
  }

  #line(size: number, elapsedMs: number): string {
    const rate = size / Math.max(elapsedMs, 1)
    const speed = `${((rate * 1000) / mega).toFixed(0)} MB/s`
    if (this.#sizeTotal === undefined) return `${this.#label}  ${(size / mega).toFixed(0)} MB  ${speed}`
    const share = Math.min(1, size / Math.max(this.#sizeTotal, 1))
    const bar = '█'.repeat(Math.round(share * 24)).padEnd(24, '░')
    const left = Math.ceil((this.#sizeTotal - size) / Math.max(rate, 1e-9) / 1000)
    const percent = `${Math.floor(share * 100)} %`.padStart(5)
    return `${this.#label}  ${bar} ${percent}  ${speed}  ${left > 0 ? `${clock(left)} left` : ''}`
  }
}

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
