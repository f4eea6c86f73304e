import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Pieces} from './pieces.ts'

test('pieces of any size come out in order', () => {
  const pieces = new Pieces()
  const expected: number[] = []
  for (let i = 0; i < 3_000; i++) {
    const size = i % 100 === 0 ? 2_000 : i % 7
    const piece = Uint8Array.from({length: size}, (_, j) => i + j)
    expected.push(...piece)
    pieces.add(piece)
  }
  assert.deepEqual([...pieces.take()], expected)
  assert.equal(new Pieces().take().length, 0)
  const one = new Uint8Array([1])
  const alone = new Pieces()
  alone.add(one)
  assert.equal(alone.take(), one)
})

test('a million pieces of one byte are held as a hundred', () => {
  const pieces = new Pieces()
  const byte = new Uint8Array([1])
  for (let i = 0; i < 1_000_000; i++) pieces.add(byte)
  assert.ok(pieces.count < 100, `${pieces.count}`)
  assert.equal(pieces.take().length, 1_000_000)
})
