/**
 * Rows by the hundred on their way into a database, in one piece of memory: it goes to the thread that inserts them
 * without a copy, and leaves nothing to the collection of garbage, where an object for each row would be most of the work.
 *
 * A row is a byte that numbers its statement, then its values: four bytes for the size of each, and whether it is text,
 * and its bytes. At the end stand the statements as JSON, and the size of that.
 */
import {assert} from '#std/assert.ts'

type RowValue = string | number | null | Uint8Array

interface Statement {
  readonly sql: string
  /** The first values of each of its rows. */
  readonly first: readonly (string | number)[]
  /** How many values follow them in each row. */
  readonly width: number
}

const startSize = 64 * 1024
const headSize = 4
/** UTF-8 takes so many bytes for a unit of a string at most. */
const textFactor = 3
const statementsMax = 256

export class RowRuns {
  #bytes = Buffer.from(new ArrayBuffer(startSize))
  #size = 0
  readonly #statements: Statement[] = []
  /** Values that the row under way still lacks. */
  #left = 0

  /** Bytes so far, and where the next value or row begins. */
  get size(): number {
    return this.#size
  }

  /**
   * What `row` begins rows of: each is `first` and then `width` values, for which `sql` has parameters. One that ends with
   * `VALUES` is given those, for many rows together.
   */
  statement(sql: string, first: readonly (string | number)[], width: number): number {
    assert(this.#statements.length < statementsMax, 'a byte numbers the statement')
    return this.#statements.push({sql, first, width}) - 1
  }

  /** Begins a row; its values follow. */
  row(statement: number): this {
    assert(this.#left === 0, 'a row has all its values before the next begins')
    this.#left = this.#statements[statement].width
    this.#reserve(1)
    this.#bytes[this.#size++] = statement
    return this
  }

  text(value: string): this {
    this.#reserve(headSize + value.length * textFactor)
    return this.#put(this.#bytes.write(value, this.#size + headSize), 1)
  }

  /** Takes a copy. */
  blob(value: Uint8Array): this {
    this.#reserve(headSize + value.length)
    this.#bytes.set(value, this.#size + headSize)
    return this.#put(value.length, 0)
  }

  /** The bytes of the value that begins at `at`: a view, good until more is added. */
  valueAt(at: number): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, at + headSize, this.after(at) - at - headSize)
  }

  /** Whether the value that begins at `at` is these bytes. */
  isAt(at: number, bytes: Uint8Array): boolean {
    const end = this.after(at)
    if (end - at - headSize !== bytes.length) return false
    // From the end: CIDs begin alike.
    for (let i = 1; i <= bytes.length; i++) if (this.#bytes[end - i] !== bytes[bytes.length - i]) return false
    return true
  }

  /** Where the value after that at `at` begins. */
  after(at: number): number {
    const bytes = this.#bytes
    const head = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    return at + headSize + (head >>> 1)
  }

  /** All of it, for `eachStatement`; here it is no more. */
  take(): Uint8Array<ArrayBuffer> {
    assert(this.#left === 0, 'the last row has all its values')
    const foot = JSON.stringify(this.#statements)
    this.#reserve(foot.length * textFactor + headSize)
    const end = this.#size + this.#bytes.write(foot, this.#size)
    this.#bytes.writeUInt32LE(end - this.#size, end)
    const taken = new Uint8Array(this.#bytes.buffer.transfer(end + headSize))
    this.#bytes = Buffer.alloc(0)
    return taken
  }

  #reserve(size: number): void {
    const end = this.#size + size
    if (end <= this.#bytes.length) return
    this.#bytes = Buffer.from(this.#bytes.buffer.transfer(Math.max(end, this.#bytes.length * 2)))
  }

  #put(size: number, isText: 0 | 1): this {
    assert(this.#left > 0, 'a row has no more values than its statement says')
    this.#left--
    this.#bytes.writeUInt32LE(size * 2 + isText, this.#size)
    this.#size += headSize + size
    return this
  }
}

/** A statement takes a microsecond beside what its rows take, so that as many are inserted by one. */
const rowsAtOnce = 16

/** Rows of one statement on their way into it. */
class Gathered {
  /** The values that all of them begin with, and then those of each. */
  readonly values: RowValue[]
  readonly width: number
  readonly #first: readonly RowValue[]
  readonly #one: string
  readonly #many: string
  readonly #most: number
  #count = 0

  constructor({sql, first, width}: Statement) {
    this.width = width
    this.values = [...first]
    this.#first = first
    const places = (row: number): string => {
      const own = Array.from({length: width}, (_, i) => `?${first.length + row * width + i + 1}`)
      return ` (${[...first.map((_, i) => `?${i + 1}`), ...own].join(', ')})`
    }
    const isInsert = sql.endsWith(' VALUES')
    this.#most = isInsert ? rowsAtOnce : 1
    this.#one = isInsert ? sql + places(0) : sql
    this.#many = isInsert ? sql + Array.from({length: rowsAtOnce}, (_, row) => places(row)).join() : sql
  }

  /** A row has all its values. */
  ended(run: RunStatement): void {
    if (++this.#count < this.#most) return
    run(this.#many, this.values)
    this.values.length = this.#first.length
    this.#count = 0
  }

  runRest(run: RunStatement): void {
    for (let at = this.#first.length; at < this.values.length; at += this.width) {
      run(this.#one, [...this.#first, ...this.values.slice(at, at + this.width)])
    }
  }
}

type RunStatement = (sql: string, values: readonly RowValue[]) => void

/**
 * Hands out statements that write the rows; those of one come in their order. The array of values is good until the next;
 * blobs are views of `taken`.
 */
export function eachStatement(taken: Uint8Array<ArrayBuffer>, run: RunStatement): void {
  const bytes = Buffer.from(taken.buffer)
  const footEnd = bytes.length - headSize
  const end = footEnd - bytes.readUInt32LE(footEnd)
  const foot = JSON.parse(bytes.toString('utf8', end, footEnd)) as Statement[]
  const kinds = foot.map(statement => new Gathered(statement))
  for (let at = 0; at < end;) {
    const kind = kinds[bytes[at++]]
    for (let left = kind.width; left > 0; left--) {
      const head = bytes.readUInt32LE(at)
      const start = at + headSize
      at = start + (head >>> 1)
      kind.values.push((head & 1) === 1 ? bytes.toString('utf8', start, at) : taken.subarray(start, at))
    }
    kind.ended(run)
  }
  for (const kind of kinds) kind.runRest(run)
}
