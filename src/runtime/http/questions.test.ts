/** What a small HTTP API takes as a question, and by which status it refuses the rest. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {objectOf, wholeNumber, type BadQuestion} from './questions.ts'

const asked = (body: string | Uint8Array<ArrayBuffer> | null): Request =>
  new Request('http://localhost/', {method: 'POST', body})

test('a body is an object of JSON of so many bytes at most', async () => {
  assert.deepEqual(await objectOf(asked('{"a": 1}'), 8), {a: 1})
  const refused: [body: string | Uint8Array<ArrayBuffer> | null, status: number][] = [
    ['{"a": 12}', 413],
    ['[1]', 400],
    ['null', 400],
    ['"a"', 400],
    ['{"a"', 400],
    ['', 400],
    [null, 400],
    [new Uint8Array([0x22, 0xff, 0x22]), 400],
  ]
  for (const [body, status] of refused) {
    await assert.rejects(objectOf(asked(body), 8), (error: BadQuestion) => error.status === status, String(body))
  }
})

test('a whole number is of digits, and not larger than may be', () => {
  assert.deepEqual([wholeNumber('0', 'limit', 5), wholeNumber('05', 'limit', 5)], [0, 5])
  for (const text of ['', '6', '-1', '1.5', '1e0', ' 1', '12345678901234567']) {
    assert.throws(
      () => wholeNumber(text, 'limit', 5),
      /^BadQuestion: limit has to be a whole number, 5 at most\.$/,
      text,
    )
  }
})
