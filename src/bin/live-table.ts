/** A table at the foot of a terminal that is drawn anew every second, with the lines of the log passing above it. */

const everyMs = 1_000

interface Terminal {
  write(text: string): unknown
  readonly columns?: number
}

export class LiveTable implements Disposable {
  readonly #terminal: Terminal
  #lines: readonly string[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** Shows what `rows` give, from now on. */
  start(rows: () => Promise<readonly string[]>): void {
    const draw = async (): Promise<void> => {
      // What cannot be told just now is told the next time.
      const lines = await rows().catch(() => undefined)
      if (lines && this.#timer) this.#draw(lines)
    }
    this.#timer = setInterval(() => void draw(), everyMs)
    this.#timer.unref()
    void draw()
  }

  /** Writes a line of the log, above the table. */
  print(line: string): void {
    this.#terminal.write(`${this.#erased()}${line}\n${this.#shown()}`)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#lines = []
  }

  #draw(lines: readonly string[]): void {
    const erased = this.#erased()
    const width = (this.#terminal.columns ?? 80) - 1
    this.#lines = lines.map(line => line.slice(0, width))
    this.#terminal.write(`${erased}${this.#shown()}`)
  }

  /** Takes the table away: up to its first line, and clear from there on. */
  #erased(): string {
    return this.#lines.length > 0 ? `\x1b[${this.#lines.length}A\x1b[0J` : ''
  }

  #shown(): string {
    return this.#lines.map(line => `${line}\n`).join('')
  }
}
