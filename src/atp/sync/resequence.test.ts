import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {readFrames} from '../../../test/frames.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {decodeFrame, encodeMessageFrame, type MessageFrame} from './frame.ts'
import {resequenced} from './resequence.ts'

const seqs = [1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]

test('only the seq changes, whatever comes before and after it', () => {
  const body = {
    ops: [{seq: 7, path: 'seq'}, null, true],
    rev: 'seq',
    later: {seq: [1]},
    seqs: 'seq',
    a: new Uint8Array(9),
  }
  for (const from of seqs) {
    for (const to of seqs) {
      const frame = resequenced(encodeMessageFrame('#later', {...body, seq: from}), to)
      deepEqual(frame, encodeMessageFrame('#later', {...body, seq: to}))
    }
  }
})

test('room is left in front', () => {
  const frame = encodeMessageFrame('#identity', {seq: 1, did: 'did:web:example.com'})
  deepEqual(resequenced(frame, 2, 5).subarray(5), resequenced(frame, 2))
  deepEqual(resequenced(frame, 2, 5).subarray(0, 5), new Uint8Array(5))
})

test('a live frame is what encoding it anew would give', needVectors, () => {
  for (const frame of readFrames(vector('firehose/frames.bin'))) {
    const {t, body} = decodeFrame(frame) as MessageFrame
    deepEqual(resequenced(frame, 12_345), encodeMessageFrame(t, {...body, seq: 12_345}))
  }
})
