/** One JSON text of many pieces: each is where it was put, however it was made and however long the text becomes. */
import {deepEqual, equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {fromUtf8, toUtf8} from '#std/text.ts'
import {decodeCborLenient} from './cbor-decode.ts'
import {encodeCbor} from './cbor-encode.ts'
import {cborToJson, joinJson} from './cbor-json.ts'
import {cidOf, codecs} from './cid.ts'
import {valueToJson} from './json.ts'
import type {Value} from './value.ts'

const cid = cidOf(codecs.cbor, Uint8Array.of(1))
/** Something before and after, which is none of a piece. */
const between = (bytes: Uint8Array): [Uint8Array, number, number] => {
  const all = Uint8Array.from([0xff, ...bytes, 0xff])
  return [all, 1, all.length - 1]
}
/** `{"b": 1, "a": 2}`, which is not in order, and one that nobody can read. */
const unordered = Uint8Array.of(0xa2, 0x61, 0x62, 1, 0x61, 0x61, 2)
const broken = Uint8Array.of(0x82, 1)

test('pieces stand one after the other, in every text anew', () => {
  for (const sizeLikely of [0, 1, 100_000]) {
    for (const rawSize of [0, 1, 39, 40, 41, 10_000]) {
      const raw = 'r'.repeat(rawSize)
      const text = joinJson(to => {
        to.ascii('["a",')
        to.raw(...between(toUtf8(`"${raw}"`)))
        to.ascii(',"')
        to.cid(...(between(cid.bytes).slice(0, 2) as [Uint8Array, number]))
        to.ascii('",')
        to.cborLenient(...between(encodeCbor({a: [1, 'é'], l: cid})))
        to.ascii(',')
        to.cborLenient(...between(unordered))
        to.ascii(']')
      }, sizeLikely)
      const expected = ['a', raw, cid.toString(), {a: [1, 'é'], l: {$link: cid.toString()}}, {b: 1, a: 2}]
      equal(fromUtf8(text), JSON.stringify(expected), `${sizeLikely} ${rawSize}`)
    }
  }
})

test('what cannot be read at all is told, and leaves nothing in the next text', () => {
  throws(() => joinJson(to => to.cborLenient(broken, 0, broken.length), 10), {name: 'Malformed'})
  equal(fromUtf8(joinJson(to => to.ascii('1'), 10)), '1')
  deepEqual(valueToJson(decodeCborLenient(unordered)), {a: 2, b: 1})
})

test('a text is as long as it is, whatever has to be escaped in it', () => {
  for (const size of [1, 39, 40, 41, 1_000, 70_000]) {
    for (const letter of ['a', 'é', '😀', '"', '\\', '\n', '\u0001', '\u001f', '\u007f', '/']) {
      for (const text of [letter.repeat(size), `${'a'.repeat(size)}${letter}`, `${letter}${'a'.repeat(size)}`]) {
        equal(fromUtf8(cborToJson(encodeCbor({text}))), JSON.stringify({text}), `${size} of ${JSON.stringify(letter)}`)
      }
    }
  }
})

test('numbers, bytes and what is simple are written as JSON has them', () => {
  for (const value of [0, 9, 10, -1, -10, 23, 24, 2 ** 53 - 1, -(2 ** 53 - 1), true, false, null]) {
    equal(fromUtf8(cborToJson(encodeCbor(value))), JSON.stringify(value))
  }
  for (const size of [0, 1, 2, 3, 100]) {
    const bytes = new Uint8Array(size).fill(size)
    const expected = {$bytes: Buffer.from(bytes).toString('base64').replaceAll('=', '')}
    equal(fromUtf8(cborToJson(encodeCbor([bytes, []]))), JSON.stringify([expected, []]))
  }
})

test('thirty-two levels are written, of arrays as of maps, and no more', () => {
  for (const around of [(value: Value): Value => [value], (value: Value): Value => ({a: value})]) {
    const nested = (levels: number): Value => (levels === 0 ? 0 : around(nested(levels - 1)))
    equal(fromUtf8(cborToJson(encodeCbor(nested(32)))), JSON.stringify(nested(32)))
    const [head, size] = Array.isArray(nested(1)) ? [[0x81], 1] : [[0xa1, 0x61, 0x61], 3]
    const bytes = Uint8Array.from([...Array.from({length: 33}, () => head).flat(), 0])
    equal(bytes.length, 33 * size + 1)
    throws(() => cborToJson(bytes), {name: 'Malformed', reason: 'too-deep'})
  }
})
