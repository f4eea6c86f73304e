/** What is held of the newest events, and that readers get the same of it. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Batch, Seq} from '../event-log.ts'
import {pageSizeMax} from '../event-log.ts'
import {RecentBatches} from './recent-batches.ts'

/** Each event costs 128 bytes beside its own, and each batch as much. */
const batchOf = (first: Seq, count: number, size = 128): Batch => ({
  first,
  times: Array.from({length: count}, (_, i) => first + i),
  events: Array.from({length: count}, (_, i) => new Uint8Array(size).fill(first + i)),
})

/** The seqs from `from` on that are held, page after page. Each event must be the one that its seq says. */
function held(recent: RecentBatches, from: Seq): Seq[] {
  const seqs: Seq[] = []
  for (let next = from; ;) {
    const batch = recent.from(next)
    if (!batch) return seqs
    assert.equal(batch.first, next)
    assert.equal(batch.times.length, batch.events.length)
    for (const [i, event] of batch.events.entries()) {
      assert.deepEqual([event[0], batch.times[i]], [(next + i) % 256, next + i])
      seqs.push(next + i)
    }
    next += batch.events.length
  }
}

const range = (first: Seq, last: Seq): Seq[] => Array.from({length: last - first + 1}, (_, i) => first + i)

test('nothing is held at first, nor what is to come, nor what has gone', () => {
  const recent = new RecentBatches(100_000)
  assert.equal(recent.from(1), undefined)
  recent.add(batchOf(5, 3))
  for (const seq of [4, 8, 100]) assert.equal(recent.from(seq), undefined)
  assert.deepEqual(held(recent, 5), [5, 6, 7])
  assert.deepEqual(held(recent, 7), [7])
})

test('the newest stay, a page at a time, within about what is allowed', () => {
  // A page is as large as all that is held: 15 events of 256 bytes, and 128 for the batch.
  const recent = new RecentBatches(15 * 256 + 128)
  recent.add(batchOf(1, 15))
  assert.deepEqual(held(recent, 1), range(1, 15))
  recent.add(batchOf(16, 1))
  assert.equal(recent.from(15), undefined, 'the page before goes')
  for (let seq = 17; seq <= 25; seq++) recent.add(batchOf(seq, 1))
  // Ten batches of 384 bytes make a page.
  assert.deepEqual(held(recent, 16), range(16, 25))
  recent.add(batchOf(26, 1))
  assert.deepEqual([recent.from(25), held(recent, 26)], [undefined, [26]])
})

test('as much as is allowed stays, and with a byte more the oldest page goes', () => {
  for (const [more, first] of [
    [0, 1],
    [1, 2],
  ]) {
    const recent = new RecentBatches(2 * pageSizeMax)
    // With what an event and its batch cost, a page each.
    recent.add(batchOf(1, 1, pageSizeMax - 256))
    recent.add(batchOf(2, 1, pageSizeMax - 256 + more))
    assert.deepEqual(held(recent, first), range(first, 2))
    if (first > 1) assert.equal(recent.from(1), undefined)
  }
})

test('what is held again and again never grows', () => {
  const recent = new RecentBatches(4 * pageSizeMax)
  for (let seq = 1; seq < 20_000; seq += 7) recent.add(batchOf(seq, 7, 200))
  const last = 1 + 7 * Math.floor(19_998 / 7) + 6
  const first = range(last - 3_000, last).find(seq => recent.from(seq) !== undefined)!
  const bytes = (last - first + 1) * 328
  assert.ok(bytes > 2.5 * pageSizeMax && bytes <= 4 * pageSizeMax, String(bytes))
  assert.deepEqual(held(recent, first), range(first, last))
})

test('a batch larger than a page is parted, and an event that is larger stands alone', () => {
  const recent = new RecentBatches(10 * pageSizeMax)
  const size = pageSizeMax / 4
  recent.add(batchOf(1, 10, size))
  assert.deepEqual(held(recent, 1), range(1, 10))
  // Three of them with what they cost beside their bytes fit in one page, four do not.
  assert.deepEqual(
    [1, 4, 7, 10].map(seq => recent.from(seq)?.events.length),
    [3, 3, 3, 1],
  )
  // As much as a page holds, but for what the batch costs.
  const exact = new RecentBatches(10 * pageSizeMax)
  exact.add(batchOf(1, 9, size - 128))
  assert.deepEqual(
    [1, 5, 9].map(seq => exact.from(seq)?.events.length),
    [4, 4, 1],
  )
  const huge = batchOf(11, 1, 2 * pageSizeMax)
  recent.add(huge)
  assert.equal(recent.from(11), huge)
  recent.add({...batchOf(12, 2, 10), events: [new Uint8Array(2 * pageSizeMax).fill(12), new Uint8Array(10).fill(13)]})
  assert.deepEqual(held(recent, 10), range(10, 13))
})

test('readers in step get the same batch, also of many small ones, until one more comes', () => {
  const recent = new RecentBatches(100_000)
  const last = batchOf(3, 2)
  recent.add(batchOf(1, 1))
  recent.add(batchOf(2, 1))
  recent.add(last)
  const whole = recent.from(1)
  assert.equal(whole?.events.length, 4)
  assert.equal(recent.from(1), whole)
  assert.equal(recent.from(3), last)
  assert.deepEqual(recent.from(2)?.events, whole?.events.slice(1))
  recent.add(batchOf(5, 1))
  assert.deepEqual(recent.from(1)?.events.length, 5)
})
