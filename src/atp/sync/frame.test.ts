import {deepEqual, throws} from 'node:assert/strict'
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

test('whatever is not two objects and no more is a hard error', () => {
  refused(new Uint8Array(0), 'bad-header')
  refused(frameOf(1, {}), 'bad-header')
  refused(frameOf({t: '#commit'}, {}), 'bad-header')
  refused(frameOf({op: 'one', t: '#commit'}, {}), 'bad-header')
  refused(frameOf({op: 1}, {}), 'bad-header')
  refused(frameOf({op: 1, t: '#commit'}), 'bad-body')
  refused(frameOf({op: 1, t: '#commit'}, []), 'bad-body')
  refused(frameOf({op: 1, t: '#commit'}, {}, {}), 'bad-body')
  refused(concatBytes([encodeCbor({op: 1, t: '#commit'}), fromHex('a2616201616102') as Uint8Array]), 'bad-body')
  refused(new Uint8Array(frameSizeMax + 1), 'frame-too-big')
})
