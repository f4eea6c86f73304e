import {deepEqual, equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {concatBytes, fromHex} from '#std/bytes.ts'
import {encodeCbor} from '../data/cbor-encode.ts'
import type {Value} from '../data/value.ts'
import {decodeFrame, encodeErrorFrame, encodeMessageFrame, frameSizeMax} from './frame.ts'

const frameOf = (...parts: Value[]): Uint8Array => concatBytes(parts.map(part => encodeCbor(part)))
const refused = (bytes: Uint8Array, reason: string): void =>
  throws(() => decodeFrame(bytes), {name: 'Malformed', format: 'frame', reason})

test('a message is a header with its type, and a body', () => {
  const body = {seq: 1, did: 'did:web:example.com'}
  deepEqual(decodeFrame(encodeMessageFrame('#identity', body)), {op: 1, t: '#identity', body})
  deepEqual(
    decodeFrame(encodeMessageFrame('#later', body)),
    {op: 1, t: '#later', body},
    'a type not known here is kept',
  )
})

test('an error frame names its error', () => {
  deepEqual(decodeFrame(encodeErrorFrame('FutureCursor')), {op: -1, error: 'FutureCursor'})
  deepEqual(decodeFrame(encodeErrorFrame('ConsumerTooSlow', 'Bye.')), {
    op: -1,
    error: 'ConsumerTooSlow',
    message: 'Bye.',
  })
  refused(frameOf({op: -1}, {message: 'no name'}), 'bad-body')
})

test('members that are not known are passed over, and so is an operation', () => {
  deepEqual(decodeFrame(frameOf({op: 1, t: '#a', later: true}, {b: 2})), {op: 1, t: '#a', body: {b: 2}})
  deepEqual(decodeFrame(concatBytes([encodeCbor({op: 7}), fromHex('ff') as Uint8Array])), {op: 0})
})

/** An object whose keys are written in the order given. */
const inOrder = (...members: [key: string, value: Value][]): Uint8Array =>
  concatBytes([
    new Uint8Array([0xa0 + members.length]),
    ...members.flatMap(([key, value]) => [encodeCbor(key), encodeCbor(value)]),
  ])

test('header and body are read in any order of keys, and such a frame is told apart', () => {
  const body: Value = {seq: 1, did: 'did:web:example.com'}
  const odd = {op: 1, t: '#identity', body, isOdd: true}
  deepEqual(decodeFrame(concatBytes([inOrder(['op', 1], ['t', '#identity']), encodeCbor(body)])), odd)
  const oddBody = inOrder(['seq', 1], ['did', 'did:web:example.com'])
  const sorted = inOrder(['did', 'did:web:example.com'], ['seq', 1])
  const header = encodeCbor({op: 1, t: '#identity'})
  // Of keys of one length, the alphabet decides.
  deepEqual(decodeFrame(concatBytes([header, oddBody])), odd)
  deepEqual(decodeFrame(concatBytes([header, sorted])), {op: 1, t: '#identity', body})
  const error = concatBytes([encodeCbor({op: -1}), inOrder(['message', 'Bye.'], ['error', 'X'])])
  deepEqual(decodeFrame(error), {op: -1, error: 'X', message: 'Bye.'})
})

test('a header may hold whatever it likes beside op and t', () => {
  const float = fromHex('fb3ff8000000000000') as Uint8Array
  const withFloat = concatBytes([
    new Uint8Array([0xa3]),
    encodeCbor('later'),
    float,
    encodeCbor('op'),
    encodeCbor(1),
    encodeCbor('t'),
    encodeCbor('#a'),
  ])
  deepEqual(decodeFrame(concatBytes([withFloat, encodeCbor({})])), {op: 1, t: '#a', body: {}, isOdd: true})
})

test('a key that comes twice, a number that is not shortest and a length that is not given are refused', () => {
  const body = encodeCbor({})
  refused(concatBytes([inOrder(['t', '#a'], ['op', 1], ['t', '#b']), body]), 'bad-header')
  refused(concatBytes([inOrder(['op', 1], ['op', 1], ['t', '#b']), body]), 'bad-header')
  refused(concatBytes([encodeCbor({op: 1, t: '#a'}), inOrder(['b', 1], ['a', 1], ['b', 2])]), 'bad-body')
  refused(concatBytes([encodeCbor({op: 1, t: '#a'}), fromHex('a161611801') as Uint8Array]), 'bad-body')
  refused(concatBytes([encodeCbor({op: 1, t: '#a'}), fromHex('bf616101ff') as Uint8Array]), 'bad-body')
})

test('whatever is not two objects and no more is a hard error', () => {
  refused(new Uint8Array(0), 'bad-header')
  refused(frameOf(1, {}), 'bad-header')
  refused(frameOf({t: '#commit'}, {}), 'bad-header')
  refused(frameOf({op: 'one', t: '#commit'}, {}), 'bad-header')
  refused(frameOf({op: 1}, {}), 'bad-header')
  refused(frameOf({op: 1, t: '#commit'}), 'bad-body')
  refused(frameOf({op: 1, t: '#commit'}, []), 'bad-body')
  refused(frameOf({op: 1, t: '#commit'}, {}, {}), 'bad-body')
  refused(concatBytes([encodeCbor({op: 1, t: '#commit'}), fromHex('a2616101616102') as Uint8Array]), 'bad-body')
  refused(new Uint8Array(frameSizeMax + 1), 'frame-too-big')
})

/** An object with an array of 100 arrays of `count` empty objects. */
const bomb = (count: number): Uint8Array => {
  const inner = [0x99, count >> 8, count & 255, ...Array<number>(count).fill(0xa0)]
  return concatBytes([
    Uint8Array.of(0xa1, 0x61, 0x61, 0x98, 100),
    ...Array<Uint8Array>(100).fill(Uint8Array.from(inner)),
  ])
}

test('a frame of very many small items is refused before they are made', () => {
  const header = encodeCbor({op: 1, t: '#commit'})
  equal(decodeFrame(concatBytes([header, bomb(600)])).op, 1)
  refused(concatBytes([header, bomb(700)]), 'bad-body')
  refused(concatBytes([bomb(700), encodeCbor({})]), 'bad-header')
})
