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

  /** What `row` begins rows of: each is `first` and then `width` values. */
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

  /** All of it, for `eachRow`; here it is no more. */
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

/** Hands out each row with its statement. The array is the same for all rows of one; blobs are views of `taken`. */
export function eachRow(taken: Uint8Array<ArrayBuffer>, row: (sql: string, values: readonly RowValue[]) => void): void {
  const bytes = Buffer.from(taken.buffer)
  const footEnd = bytes.length - headSize
  const end = footEnd - bytes.readUInt32LE(footEnd)
  const foot = JSON.parse(bytes.toString('utf8', end, footEnd)) as Statement[]
  const statements = foot.map(({sql, first, width}) => ({
    sql,
    from: first.length,
    values: [...first, ...Array.from({length: width}, () => null)] as RowValue[],
  }))
  for (let at = 0; at < end;) {
    const {sql, from, values} = statements[bytes[at++]]
    for (let i = from; i < values.length; i++) {
      const head = bytes.readUInt32LE(at)
      const start = at + headSize
      at = start + (head >>> 1)
      values[i] = (head & 1) === 1 ? bytes.toString('utf8', start, at) : taken.subarray(start, at)
    }
    row(sql, values)
  }
}
