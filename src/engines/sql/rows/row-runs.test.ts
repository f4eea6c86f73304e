/** Rows that are gathered for another thread, and what it makes of them. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {SqlValue} from '../sql.ts'
import {eachStatement, RowRuns} from './row-runs.ts'

const rowsAtOnce = 16

/** The rows of each statement, as its placeholders and values tell. */
function rowsOf(taken: Uint8Array<ArrayBuffer>): {rows: Record<string, SqlValue[][]>; sizes: number[]} {
  const rows: Record<string, SqlValue[][]> = {}
  const sizes: number[] = []
  eachStatement(taken, (sql, values) => {
    const [, into, list] = /^(\w+) VALUES (.*)$/.exec(sql)!
    const made = [...list.matchAll(/\(([^)]*)\)/g)].map(([, row]) =>
      row.split(', ').map(place => {
        const value = values[Number(place.slice(1)) - 1]
        return value instanceof Uint8Array ? value.slice() : value
      }),
    )
    rows[into] = [...(rows[into] ?? []), ...made]
    sizes.push(made.length)
  })
  return {rows, sizes}
}

test('rows of several statements come back in their order, as they were, after what each begins with', () => {
  const rows = new RowRuns()
  const [one, two] = [rows.statement('one VALUES', [7, 'rev'], 2), rows.statement('two VALUES', [], 1)]
  const texts = ['', 'a', 'é\0\u{1f600}', 'long '.repeat(50_000)]
  const blobs = [Uint8Array.of(), Uint8Array.of(0, 255), new Uint8Array(300_000).fill(3)]
  for (const text of texts) {
    for (const blob of blobs) rows.row(one).text(text).blob(blob)
    rows.row(two).text(text)
  }
  const taken = rows.take()
  assert.equal(taken.byteLength, taken.buffer.byteLength)
  assert.deepEqual(rowsOf(taken).rows, {
    one: texts.flatMap(text => blobs.map(blob => [7, 'rev', text, blob])),
    two: texts.map(text => [text]),
  })
  assert.deepEqual(rowsOf(new RowRuns().take()).rows, {})
})

test('many rows are inserted by one statement, and what is left each by its own', () => {
  const rows = new RowRuns()
  const statement = rows.statement('one VALUES', ['rev'], 2)
  const texts = Array.from({length: 2 * rowsAtOnce + 3}, (_, i) => `text ${i}`)
  for (const text of texts) rows.row(statement).text(text).text(`${text}!`)
  const {rows: made, sizes} = rowsOf(rows.take())
  assert.deepEqual(made, {one: texts.map(text => ['rev', text, `${text}!`])})
  assert.deepEqual(sizes, [rowsAtOnce, rowsAtOnce, 1, 1, 1])
})

test('a statement with parameters of its own is run for each row', () => {
  const rows = new RowRuns()
  const [one, none] = [rows.statement('UPDATE one SET a = ?2 WHERE b = ?1', ['b'], 1), rows.statement('other', [], 0)]
  rows.row(one).text('x').row(none).row(one).text('y')
  const run: unknown[] = []
  eachStatement(rows.take(), (sql, values) => run.push([sql.slice(0, 6), ...values]))
  assert.deepEqual(run, [['UPDATE', 'b', 'x'], ['other'], ['UPDATE', 'b', 'y']])
})

test('a value is seen where it was put', () => {
  const rows = new RowRuns()
  const at: number[] = []
  const statement = rows.statement('one', [], 2)
  for (let i = 0; i < 3; i++) {
    rows.row(statement)
    at.push(rows.size)
    rows.blob(Uint8Array.of(i)).text(`text ${i}`)
  }
  assert.deepEqual([...rows.valueAt(at[1])], [1])
  assert.deepEqual(
    [[1], [2], [0, 1]].map(bytes => rows.isAt(at[1], Uint8Array.from(bytes))),
    [true, false, false],
  )
  assert.equal(Buffer.from(rows.valueAt(rows.after(at[1]))).toString(), 'text 1')
})

test('a value of any size ends where the next begins', () => {
  for (const size of [0, 2 ** 7, 2 ** 15, 2 ** 23]) {
    const rows = new RowRuns()
    rows.row(rows.statement('one', [], 2))
    const at = rows.size
    rows.blob(new Uint8Array(size))
    assert.equal(rows.after(at), rows.size)
  }
})

test('a row has as many values as its statement says', () => {
  const rows = new RowRuns()
  const statement = rows.statement('one', [], 2)
  rows.row(statement).text('a')
  assert.throws(() => rows.row(statement), /all its values/)
  assert.throws(() => rows.take(), /all its values/)
  rows.text('b')
  assert.throws(() => rows.text('c'), /no more values/)
})
