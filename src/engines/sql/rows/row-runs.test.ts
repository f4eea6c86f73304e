import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {SqlValue} from '../sql.ts'
import {eachRow, RowRuns} from './row-runs.ts'

function rowsOf(taken: Uint8Array<ArrayBuffer>): [string, SqlValue[]][] {
  const rows: [string, SqlValue[]][] = []
  eachRow(taken, (sql, values) =>
    rows.push([sql, values.map(value => (value instanceof Uint8Array ? value.slice() : value))]),
  )
  return rows
}

test('rows of several statements come back in their order, as they were, after what each begins with', () => {
  const rows = new RowRuns()
  const [one, two] = [rows.statement('one', [7, 'rev'], 2), rows.statement('two', [], 1)]
  const texts = ['', 'a', 'é\0\u{1f600}', 'long '.repeat(50_000)]
  const blobs = [Uint8Array.of(), Uint8Array.of(0, 255), new Uint8Array(300_000).fill(3)]
  for (const text of texts) {
    for (const blob of blobs) rows.row(one).text(text).blob(blob)
    rows.row(two).text(text)
  }
  const expected = texts.flatMap(text => [...blobs.map(blob => ['one', [7, 'rev', text, blob]]), ['two', [text]]])
  const taken = rows.take()
  assert.equal(taken.byteLength, taken.buffer.byteLength)
  assert.deepEqual(rowsOf(taken), expected)
  assert.deepEqual(rowsOf(new RowRuns().take()), [])
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

test('a row has as many values as its statement says', () => {
  const rows = new RowRuns()
  const statement = rows.statement('one', [], 2)
  rows.row(statement).text('a')
  assert.throws(() => rows.row(statement), /all its values/)
  assert.throws(() => rows.take(), /all its values/)
  rows.text('b')
  assert.throws(() => rows.text('c'), /no more values/)
})
