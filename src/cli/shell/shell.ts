/**
 * What a command sees of the outside: where its answer goes, where it reads, the clock and random numbers. Tests hand in
 * streams of their own and read what was said. Human answers are for reading, so nothing in them may drive the
 * terminal; JSON answers are for programs, so there each line or the whole is one document.
 */
import {stripVTControlCharacters} from 'node:util'
import type {World} from '#std/world.ts'
import {pad} from './columns.ts'
import {OutputClosed} from './exit.ts'

export interface Stream {
  /** Resolves when more may be written; `false` once the reader has gone. */
  write(text: string): Promise<boolean>
  readonly terminal: boolean
  /** Characters a line; only of use on a terminal. */
  readonly columns: number
}

export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>
  readonly stdout: Stream
  readonly stderr: Stream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly world: World
  /** Asks a person for a secret without showing it; absent where nobody sits at a terminal. */
  readonly askSecret?: (question: string) => Promise<string>
  /** Asks for what may be seen; absent as above. */
  readonly ask?: (question: string) => Promise<string>
}

type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'
const codes: Record<Colour, number> = {bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36}
const reset = 0

const spelt = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Spells out what could move the cursor or turn the text around, except line ends. */
const tame = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, char => (char === '\n' ? char : spelt(char)))

/** A text of a stranger as a part of one line: its own line ends are spelled out, so that it cannot add a line of ours. */
export const oneLine = (text: string): string => text.replaceAll('\n', '\\n')

const flushAt = 1 << 16

export class Shell {
  readonly json: boolean
  readonly io: Io
  readonly #colours: boolean
  /** In every colour code of ours until it is written, and unknown to whoever wrote the texts around it. */
  readonly #secret: string
  #pending = ''

  constructor(io: Io, json: boolean) {
    this.io = io
    this.json = json
    this.#colours = io.stdout.terminal && !io.env.NO_COLOR && io.env.TERM !== 'dumb'
    // Groups of four digits are what those who strip colours from a text expect.
    const groups = this.#colours ? [...new Uint16Array(io.world.random(6).buffer)] : []
    this.#secret = groups.map(number => number % 10_000).join(';')
  }

  paint(colour: Colour, text: string): string {
    return this.#colours ? this.#code(codes[colour]) + text + this.#code(reset) : text
  }

  #code = (number: number): string => `\u001b[${number};${this.#secret}m`

  /** Words as a terminal may get them: of the control characters, only line ends and the colours of `paint`. */
  #tame(words: string): string {
    if (!this.#colours) return tame(words)
    const painted = new RegExp(`(\\u001b\\[\\d+);${this.#secret}m`)
    return words
      .split(painted)
      .map((part, i) => (i % 2 === 0 ? tame(part) : `${part}m`))
      .join('')
  }

  /** A mark before the verdict. */
  mark(good: boolean): string {
    return good ? this.paint('green', '✓') : this.paint('red', '✗')
  }

  /** Rows with aligned columns, for `answer` and `item`. */
  table(rows: readonly (readonly string[])[]): string {
    return pad(rows, cell => [...stripVTControlCharacters(cell)].length).join('\n')
  }

  /** Names and values, aligned; members that are undefined are left out. */
  fields(members: Readonly<Record<string, string | number | boolean | undefined>>): string {
    const there = Object.entries(members).filter(([, value]) => value !== undefined)
    return this.table(there.map(([name, value]) => [`  ${this.paint('dim', name)}`, oneLine(String(value))]))
  }

  /** The command's one answer: a document with `--json`, else the words. Not an error if nobody reads it. */
  async answer(document: unknown, words: string): Promise<void> {
    this.#pending += this.json ? spell(document, this.io.stdout.terminal) : this.#tame(words) + '\n'
    await this.flush()
  }

  /** One of many answers: a JSON line, or a line. Throws `OutputClosed` when the reader has gone. */
  async item(document: unknown, words: string): Promise<void> {
    this.#pending += this.json ? spell(document, false) : this.#tame(words) + '\n'
    if (this.#pending.length >= flushAt && !(await this.flush())) throw new OutputClosed()
  }

  /** As `item`, and shown at once: for what comes as it happens. */
  async live(document: unknown, words: string): Promise<void> {
    await this.item(document, words)
    if (!(await this.flush())) throw new OutputClosed()
  }

  /** Writes what is held back; `false` once the reader has gone. */
  async flush(): Promise<boolean> {
    const text = this.#pending
    this.#pending = ''
    return text === '' || this.io.stdout.write(text)
  }

  /** A line beside the answer: a warning, a hint. */
  async remark(words: string): Promise<void> {
    await this.io.stderr.write(this.#tame(words) + '\n')
  }
}

/** JSON leaves DEL and C1 as they are, and some terminals obey them. */
const spell = (document: unknown, indented: boolean): string =>
  JSON.stringify(document, undefined, indented ? 2 : undefined).replaceAll(/\p{Cc}/gu, char =>
    char === '\n' ? char : spelt(char),
  ) + '\n'
