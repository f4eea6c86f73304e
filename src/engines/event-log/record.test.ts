/** Events as records: what is read is what was written, and a torn tail is told from damage. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {decodeRecords, encodePages, eventSizeMax, headerSize, recordSize, wasDurable} from './record.ts'

const events = ['', 'a', 'some bytes', 'x'.repeat(300)].map(text => new Uint8Array(Buffer.from(text)))
const times = [1_000, 1_000, 2_000, 2 ** 47]
const [{bytes}] = encodePages({first: 2 ** 40, times, events})
const ends = events.reduce<number[]>((all, {length}) => [...all, (all.at(-1) ?? 0) + headerSize + length], [])

test('records come back as they were, from any of them on, and no more than asked for', () => {
  assert.deepEqual(decodeRecords(bytes, 0, 2 ** 40, Infinity), {
    batch: {first: 2 ** 40, times, events},
    end: bytes.length,
  })
  for (const [i, end] of ends.entries()) {
    const rest = decodeRecords(bytes, end, 2 ** 40 + i + 1, Infinity)
    assert.deepEqual(rest.batch.events, events.slice(i + 1))
    const few = decodeRecords(bytes, 0, 2 ** 40, i + 1)
    assert.deepEqual([few.batch.events, few.end], [events.slice(0, i + 1), end])
  }
  assert.deepEqual(decodeRecords(bytes, 0, 2 ** 40, 0).batch.events, [])
})

test('a group is written in pages, each with its events as views of it, and a larger event alone', () => {
  const sizes = [60_000, 60_000, 60_000, 300_000, 10, 20]
  const many = sizes.map((size, i) => new Uint8Array(size).fill(i))
  const pages = encodePages({first: 7, times: sizes.map((_, i) => i), events: many})
  assert.deepEqual(
    pages.map(({events: {first, events, times}}) => [first, events.map(({length}) => length), times]),
    [
      [7, [60_000, 60_000], [0, 1]],
      [9, [60_000], [2]],
      [10, [300_000], [3]],
      [11, [10, 20], [4, 5]],
    ],
  )
  const log = Buffer.concat(pages.map(({bytes}) => bytes))
  assert.deepEqual(decodeRecords(log, 0, 7, Infinity).batch.events, many)
  for (const {bytes, events} of pages) {
    assert.deepEqual(events.events, many.slice(events.first - 7, events.first - 7 + events.events.length))
    assert.ok(events.events.every(({buffer}) => buffer === bytes.buffer))
  }
  // All of a group is under one sync, so each record says how many of it stand before, whatever the page.
  assert.ok(!wasDurable(log, 0, 7))
})

test('reading ends where a record is cut off, changed in any byte, or of another seq', () => {
  for (let size = 0; size < bytes.length; size++) {
    const whole = ends.filter(end => end <= size)
    const {batch, end} = decodeRecords(bytes.subarray(0, size), 0, 2 ** 40, Infinity)
    assert.deepEqual([batch.events.length, end], [whole.length, whole.at(-1) ?? 0])
  }
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] ^= 0x10
    const whole = ends.filter(end => end <= at)
    assert.equal(decodeRecords(changed, 0, 2 ** 40, Infinity).batch.events.length, whole.length, String(at))
  }
  assert.equal(decodeRecords(bytes, 0, 2 ** 40 + 1, Infinity).batch.events.length, 0)
})

test('the size of a record is known from its whole header, and is never absurd', () => {
  assert.equal(recordSize(bytes, 0), headerSize)
  assert.equal(recordSize(bytes, ends[2]), headerSize + 300)
  assert.equal(recordSize(bytes.subarray(0, headerSize - 1), 0), undefined)
  assert.equal(eventSizeMax, 20_971_520)
  for (const [size, expected] of [
    [eventSizeMax, headerSize + eventSizeMax],
    [eventSizeMax + 1, undefined],
  ] as const) {
    const head = Buffer.alloc(headerSize)
    head.writeUInt32LE(size, 4)
    assert.equal(recordSize(head, 0), expected)
  }
})

/** Events of one byte that were written together. */
const group = (first: number, count: number): Buffer =>
  Buffer.concat(
    encodePages({
      first,
      times: Array.from({length: count}, () => 1),
      events: Array.from({length: count}, () => events[1]),
    }).map(({bytes}) => bytes),
  )

test('an unreadable event had been durable when one of a later group follows, and only then', () => {
  const size = headerSize + 1
  // Events 1 to 3 were written together, and 4 and 5 after them.
  const log = Buffer.concat([group(1, 3), group(4, 2)])
  for (let seq = 1; seq <= 3; seq++) assert.ok(wasDurable(log, (seq - 1) * size, seq), String(seq))
  for (const seq of [4, 5]) assert.ok(!wasDurable(log, (seq - 1) * size, seq), String(seq))
  const alone = log.subarray(0, 3 * size)
  for (let seq = 1; seq <= 3; seq++) assert.ok(!wasDurable(alone, (seq - 1) * size, seq), String(seq))
  // Wherever it stands, and whole: one that is cut off or changed shows nothing.
  const shifted = Buffer.concat([log.subarray(0, 3 * size), Buffer.from('noise'), group(4, 1)])
  assert.ok(wasDurable(shifted, 0, 1))
  assert.ok(!wasDurable(shifted.subarray(0, -1), 0, 1))
  const changed = Buffer.from(shifted)
  changed[changed.length - 1] ^= 1
  assert.ok(!wasDurable(changed, 0, 1))
  // One that is older shows nothing, however late it stands.
  assert.ok(!wasDurable(Buffer.concat([group(8, 1), group(2, 1)]), 0, 8))
})
