/** A part of a batch, which is the batch itself where it is all of it: readers in step share what is made of it. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {emptyBatch, slicedBatch, type Batch} from './event-log.ts'

const batch: Batch = {first: 5, times: [1, 2, 3], events: [1, 2, 3].map(n => Uint8Array.of(n))}

test('a part of a batch has the events asked for, with their times, and all of it is the same batch', () => {
  for (const [from, countMax] of [
    [5, undefined],
    [5, 3],
    [5, 4],
    [1, 3],
  ]) {
    equal(slicedBatch(batch, from ?? 0, countMax), batch)
  }
  for (const [from, countMax, first, ns] of [
    [5, 2, 5, [1, 2]],
    [6, Infinity, 6, [2, 3]],
    [6, 1, 6, [2]],
    [7, 9, 7, [3]],
    [8, 9, 8, []],
    [5, 0, 5, []],
  ] as const) {
    const events = ns.map(n => Uint8Array.of(n))
    deepEqual(slicedBatch(batch, from, countMax), {first, times: [...ns], events})
  }
  deepEqual(emptyBatch(9), {first: 9, times: [], events: []})
})
