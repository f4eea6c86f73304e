/** How far a long reading has come, on stderr, so that the answer on stdout stays clean. */
import {flag} from './command.ts'
import type {Shell} from './shell.ts'

export const progressOption = flag('show progress even when stderr is no terminal')

const redrawMs = 100

/** How each unit is counted: the word, and how many make one of it. */
const units = {bytes: ['MB', 1e6], blocks: ['k blocks', 1e3], blobs: ['blobs', 1], accounts: ['accounts', 1]} as const
type Unit = keyof typeof units

export class Progress implements Disposable {
  readonly #shell: Shell
  readonly #shown: boolean
  readonly #label: string
  readonly #total: number | undefined
  readonly #unit: Unit
  readonly #startedAt: number
  #drawnAt: number
  #width = 0

  /** `total` in `unit`, where it is known; without it there is no percentage. */
  constructor(shell: Shell, label: string, total: number | undefined, forced: boolean, unit: Unit = 'bytes') {
    this.#shell = shell
    this.#label = label
    this.#total = total
    this.#unit = unit
    this.#shown = forced || shell.io.stderr.terminal
    // Nothing is drawn in the first moment: a short file is done before a bar would help.
    this.#startedAt = this.#drawnAt = shell.io.world.now()
  }

  /** So many of the unit are done. Cheap enough to be called for each of them. */
  at(done: number): void {
    if (!this.#shown) return
    const now = this.#shell.io.world.now()
    if (now - this.#drawnAt < redrawMs) return
    this.#drawnAt = now
    this.#draw(this.#line(done, now - this.#startedAt))
  }

  /** Takes the bar away. */
  done(): void {
    if (this.#width > 0) this.#draw('')
    this.#width = 0
  }

  /** However the reading ends, what is said next begins on a clean line. */
  [Symbol.dispose](): void {
    this.done()
  }

  #draw(line: string): void {
    const shown = line.slice(0, Math.max(0, this.#shell.io.stderr.columns - 1))
    void this.#shell.io.stderr.write(`\r${shown.padEnd(this.#width)}${shown === '' ? '\r' : ''}`)
    this.#width = shown.length
  }

  #line(done: number, elapsedMs: number): string {
    const [word, size] = units[this.#unit]
    const rate = done / Math.max(elapsedMs, 1)
    const speed = `${Math.round((rate * 1000) / size)} ${word}/s`
    if (this.#total === undefined) return `${this.#label}  ${Math.round(done / size)} ${word}  ${speed}`
    const share = Math.min(1, done / Math.max(this.#total, 1))
    const bar = '█'.repeat(Math.round(share * 24)).padEnd(24, '░')
    const leftS = Math.ceil((this.#total - done) / Math.max(rate, 1e-9) / 1000)
    const percent = `${Math.floor(share * 100)} %`.padStart(5)
    return `${this.#label}  ${bar} ${percent}  ${speed}${leftS > 0 ? `  ${clock(leftS)} left` : ''}`
  }
}

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
