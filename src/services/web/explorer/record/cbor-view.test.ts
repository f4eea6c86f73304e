import assert from 'node:assert/strict'
import {test} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {annotateCbor} from './cbor-view.ts'

test('every item of a block is told, with the bytes it is written in', () => {
  const lines = annotateCbor(encodeCbor({a: [1, -2, 'x'], ok: true}))
  assert.deepEqual(
    lines.map(({offset, hex, meaning}) => `${offset} ${hex} ${meaning}`),
    [
      '0 a2 map of 2',
      '1 6161 key "a"',
      '3 83 array of 3',
      '4 01 [0] number 1',
      '5 21 [1] number -2',
      '6 6178 [2] text of 1 bytes "x"',
      '8 626f6b key "ok"',
      '11 f5 true',
    ],
  )
})

test('a block that breaks off, or nests without end, ends in a line that says so', () => {
  for (const bytes of [Uint8Array.of(0xa1, 0x61), new Uint8Array(100_000).fill(0x81), Uint8Array.of(0xff)]) {
    const lines = annotateCbor(bytes)
    assert.match(lines.at(-1)?.meaning ?? '', /^not DAG-CBOR from here on/)
  }
})
