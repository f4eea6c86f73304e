import assert from 'node:assert/strict'
import {test} from 'node:test'
import {asBuffer} from '../../test/buffers.ts'
import {compareBytes, copyBytes, copyOf, equalBytes, fromHex, toHex} from './bytes.ts'

test('a copy is one, of a Buffer too', () => {
  for (const bytes of [Uint8Array.of(1, 2, 3, 4), asBuffer(Uint8Array.of(1, 2, 3, 4))]) {
    const [whole, part, tail] = [copyOf(bytes), copyOf(bytes, 1, 3), copyOf(bytes, 2)]
    bytes.fill(9)
    assert.deepEqual([whole, part, tail], [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(2, 3), Uint8Array.of(3, 4)])
    assert.equal(part.buffer.byteLength, 2)
  }
})

test('a range is copied into what has room for it, and nothing beside it changes', () => {
  const to = new Uint8Array(6).fill(7)
  copyBytes(Uint8Array.of(1, 2, 3, 4), 1, 3, to, 2)
  assert.deepEqual(to, Uint8Array.of(7, 7, 2, 3, 7, 7))
})

test('bytes are equal when each is, and ordered as unsigned, a prefix first', () => {
  const sorted = ['', '00', '0001', '01', '7f', '80', '80ff', 'ff'].map(text => fromHex(text)!)
  for (const [i, a] of sorted.entries()) {
    for (const [j, b] of sorted.entries()) {
      assert.equal(compareBytes(a, b), Math.sign(i - j), `${i} ${j}`)
      assert.equal(equalBytes(a, b), i === j)
    }
  }
})

test('hexadecimal is read in either case and written in lower', () => {
  assert.equal(toHex(Uint8Array.of(0, 9, 15, 16, 255)), '00090f10ff')
  assert.deepEqual(fromHex('00090f10Ff'), Uint8Array.of(0, 9, 15, 16, 255))
  for (const bad of ['0', '0g', 'g0', '00 ', '0x00', '00\n']) assert.equal(fromHex(bad), undefined, bad)
})
