import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {toText} from '#pages/html.ts'
import {annotateCbor, cborView} from './cbor-view.ts'

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

const dumpOf = (bytes: Uint8Array): string[] =>
  (/<pre class="x-code x-hex"[^>]*>([^<]*)</.exec(toText(cborView(bytes)))?.[1] ?? '').split('\n')

suite('a block as bytes', () => {
  test('is told sixteen at a time: where, which, and what they would be as text', () => {
    const rows = dumpOf(Uint8Array.from({length: 18}, (_, i) => i + 0x5a))
    assert.deepEqual(rows, [
      '00000  5a 5b 5c 5d 5e 5f 60 61 62 63 64 65 66 67 68 69  Z[\\]^_`abcdefghi',
      '00010  6a 6b                                            jk',
    ])
    assert.match(dumpOf(Uint8Array.of(0, 31, 32, 126, 127, 255))[0], / {2}\.\. ~\.\.$/)
  })

  test('ends where nobody reads on, and says how much there is more', () => {
    const rows = dumpOf(new Uint8Array(8_192 + 5))
    assert.equal(rows.length, 513)
    assert.equal(rows.at(-1), '… 5 bytes more')
    assert.ok(!dumpOf(new Uint8Array(8_192)).at(-1)?.includes('more'))
  })

  test('with very many items shows the first of them', () => {
    const text = toText(cborView(encodeCbor(Array.from({length: 3_000}, (_, i) => i))))
    assert.match(text, /Only the first 1500 items are shown/)
    assert.equal(text.match(/<tr>/g)?.length, 1_501)
  })
})
