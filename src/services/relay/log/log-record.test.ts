import {deepEqual, equal, notEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {encodeRecord, frameOfRecord, originOfRecord} from './log-record.ts'

test('a record holds its frame with the number given here, and whence it came, whatever numbers a host uses', () => {
  const frame = encodeMessageFrame('#identity', {seq: 7, did: 'did:web:example.com'})
  for (const host of [1, 2 ** 24 - 1]) {
    // The last but one is the time in microseconds, by which some servers number their events.
    for (const hostSeq of [1, 2 ** 32, 2 ** 48 - 1, 2 ** 48, 1_790_000_000_000_000, Number.MAX_SAFE_INTEGER]) {
      const record = encodeRecord(frame, 9, {host, hostSeq})
      deepEqual(originOfRecord(record), {host, hostSeq})
      deepEqual(frameOfRecord(record), encodeMessageFrame('#identity', {seq: 9, did: 'did:web:example.com'}))
    }
  }
})

test('a record is laid out as it is described, for logs outlive the program that wrote them', () => {
  const frame = encodeMessageFrame('#identity', {seq: 9, did: 'did:web:example.com'})
  const record = encodeRecord(frame, 9, {host: 0x030201, hostSeq: 0x0a_09_08_07_06_05_04})
  deepEqual([...record], [1, 2, 3, 0x0a, 4, 5, 6, 7, 8, 9, ...frame])
})

const padded = (size: number): Uint8Array => encodeMessageFrame('#identity', {seq: 9, padding: 'x'.repeat(size)})
/** A record of so many bytes. */
const record = (size: number): Uint8Array =>
  encodeRecord(padded(2 * (size - 10) - padded(size - 10).length), 9, {host: 1, hostSeq: 1})
const place = ({byteOffset, length, buffer}: Uint8Array): number[] => [byteOffset, length, buffer.byteLength]

test('records lie one after the other in buffers of 256 KiB, and one of more than a quarter of that alone', () => {
  const [quarter, slabSize] = [64 * 1024, 256 * 1024]
  deepEqual(place(record(quarter + 1)), [0, quarter + 1, quarter + 1])
  // Until another buffer is begun.
  let first = record(quarter)
  while (first.byteOffset > 0) first = record(quarter)
  const next = [1, 2, 3].map(() => record(quarter))
  deepEqual(
    [first, ...next].map(place),
    [0, 1, 2, 3].map(i => [i * quarter, quarter, slabSize]),
  )
  equal(next[2].buffer, first.buffer)
  const small = record(1_000)
  deepEqual(place(small), [0, 1_000, slabSize])
  notEqual(small.buffer, first.buffer)
})
