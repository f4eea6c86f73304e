/** What every event log keeps to, as tests. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {fromUtf8, toUtf8} from '#std/text.ts'
import type {Batch, EventLog, Seq} from './event-log.ts'

/** A clock that a test sets. */
export interface TestClock {
  ms: number
}

const texts = ({events}: Batch): (string | undefined)[] => events.map(event => fromUtf8(event))
const event = (seq: Seq): Uint8Array => toUtf8(`event ${seq}`)
const zeroed = (seq: Seq): string => `ev${'\0'.repeat(event(seq).length - 2)}`

async function readAll(log: EventLog, limit: number): Promise<unknown[]> {
  const all: unknown[] = []
  for (let after = 0; ;) {
    const batch = await log.read(after, limit)
    if (batch.events.length === 0) return all
    all.push(...texts(batch))
    after = batch.first + batch.events.length - 1
  }
}

/** Appends `count` events in appends of `each`, each event named after its own seq. */
async function fill(log: EventLog, count: number, each = 1): Promise<void> {
  const appends: Promise<Seq>[] = []
  for (let i = 0; i < count; i += each) {
    const first = log.next
    appends.push(log.append(Array.from({length: Math.min(each, count - i)}, (_, j) => event(first + j))))
  }
  await Promise.all(appends)
}

/** Reads a tail until it has seen the event `last`; every event must be the one that its seq says. */
async function follow(log: EventLog, after: Seq, last: Seq, pause?: () => Promise<unknown>): Promise<Seq[]> {
  const done = new AbortController()
  const seqs: Seq[] = []
  for await (const batch of log.tail(after, done.signal)) {
    batch.events.forEach((bytes, i) => {
      seqs.push(batch.first + i)
      assert.equal(fromUtf8(bytes), `event ${batch.first + i}`)
    })
    assert.equal(batch.times.length, batch.events.length)
    if ((seqs.at(-1) ?? 0) >= last) done.abort()
    await pause?.()
  }
  return seqs
}

const range = (first: Seq, last: Seq): Seq[] => Array.from({length: last - first + 1}, (_, i) => first + i)
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

type Open = (clock: TestClock) => Promise<EventLog>

async function during(open: Open, use: (log: EventLog, clock: TestClock) => Promise<void>): Promise<void> {
  const clock = {ms: 1_000}
  const log = await open(clock)
  try {
    await use(log, clock)
  } finally {
    await log.close()
  }
}

/** `open` gives a new, empty log that begins with the seq 1. */
/** `erases`: whether events can be erased in it. */
export function testEventLog(engine: string, open: Open, erases = true): void {
  suite(`event log in ${engine}`, () => {
    test('an append resolves with the seq of its last event; calls go in their order', () =>
      during(open, async log => {
        assert.deepEqual(log.bounds(), {first: 1, last: 0})
        assert.equal(log.next, 1)
        const appends = [log.append([event(1)]), log.append([event(2), event(3)]), log.append([])]
        assert.equal(log.next, 4)
        assert.deepEqual(await Promise.all(appends), [1, 3, 3])
        assert.deepEqual(log.bounds(), {first: 1, last: 3})
        assert.deepEqual(await readAll(log, 10), ['event 1', 'event 2', 'event 3'])
      }))

    test('a read starts after its cursor, keeps to its limit, and is empty only at the end', () =>
      during(open, async log => {
        await fill(log, 10, 3)
        const some = await log.read(4, 2)
        assert.equal(some.first, 5)
        assert.equal(texts(some)[0], 'event 5')
        assert.ok(some.events.length <= 2)
        for (const after of [10, 11, 1_000]) assert.deepEqual((await log.read(after, 5)).events, [])
        assert.deepEqual(
          await readAll(log, 4),
          range(1, 10).map(seq => `event ${seq}`),
        )
      }))

    test('a tail replays, then follows, without a gap or a repeat, while appends go on', () =>
      during(open, async log => {
        await fill(log, 500, 7)
        const readers = [
          follow(log, 0, 1_500),
          follow(log, 250, 1_500, turn),
          follow(log, 500, 1_500),
          follow(log, 0, 1_500, async () => {
            for (let i = 0; i < 5; i++) await turn()
          }),
        ]
        for (let i = 0; i < 100; i++) {
          await fill(log, 10, 1 + (i % 4))
          await turn()
        }
        const seen = await Promise.all(readers)
        assert.deepEqual(
          seen.map(seqs => [seqs[0], seqs.at(-1), seqs.length]),
          [
            [1, 1_500, 1_500],
            [251, 1_500, 1_250],
            [501, 1_500, 1_000],
            [1, 1_500, 1_500],
          ],
        )
        for (const seqs of seen) assert.deepEqual(seqs, range(seqs[0], 1_500))
      }))

    test('a tail of the future waits for its event', () =>
      during(open, async log => {
        const reader = follow(log, 3, 5)
        await fill(log, 6)
        assert.deepEqual((await reader)[0], 4)
      }))

    test('readers in step share the batch', () =>
      during(open, async log => {
        await fill(log, 3)
        const leave = new AbortController()
        const first = log.tail(3, leave.signal)[Symbol.asyncIterator]()
        const second = log.tail(3, leave.signal)[Symbol.asyncIterator]()
        const pulled = [first.next(), second.next()]
        await log.append([event(4), event(5)])
        const [one, other] = await Promise.all(pulled)
        assert.equal(one.value, other.value)
        leave.abort()
        assert.equal((await first.next()).done, true)
        assert.equal((await second.next()).done, true)
      }))

    test('a tail ends with its signal, also while it waits, and with the log', async () => {
      const log = await open({ms: 0})
      const leave = new AbortController()
      const waiting = follow(log, 0, 1)
      const leaving = log.tail(0, leave.signal)[Symbol.asyncIterator]().next()
      await turn()
      leave.abort()
      assert.equal((await leaving).done, true)
      await log.close()
      assert.deepEqual(await waiting, [])
      await log.ended
      await log.close()
    })

    test('times never fall, and find the first event of a time or later', () =>
      during(open, async (log, clock) => {
        for (const ms of [1_000, 2_000, 1_500, 3_000]) {
          clock.ms = ms
          await fill(log, 2)
        }
        const times: number[] = []
        for (let after = 0; after < 8;) {
          const batch = await log.read(after, 8)
          times.push(...batch.times)
          after += batch.events.length
        }
        assert.deepEqual(times, [1_000, 1_000, 2_000, 2_000, 2_000, 2_000, 3_000, 3_000])
        const asked = [0, 1_000, 1_001, 2_000, 2_001, 3_000, 3_001]
        const found = await Promise.all(asked.map(ms => log.seqAtTime(ms)))
        assert.deepEqual(found, [1, 1, 3, 3, 7, 7, 9])
      }))

    test('its size grows with what is kept', () =>
      during(open, async log => {
        const empty = log.size
        await fill(log, 100, 5)
        assert.ok(log.size - empty >= 100 * 'event 1'.length)
      }))

    test('trimming keeps everything after its seq, and the seq of the next event', () =>
      during(open, async log => {
        await fill(log, 100, 5)
        await log.trim(50)
        const {first, last} = log.bounds()
        assert.ok(first <= 51)
        assert.equal(last, 100)
        assert.equal((await log.read(0, 5)).first, first)
        const [began] = await follow(log, 0, 100)
        assert.equal(began, first)
        await log.trim(100)
        assert.equal(await log.append([event(101)]), 101)
        assert.deepEqual(texts(await log.read(100, 5)), ['event 101'])
      }))

    if (erases) {
      test('what is erased is zeros after its first bytes, for all who read from then on', () =>
        during(open, async log => {
          await fill(log, 30, 5)
          const erase = (after: Seq, through: Seq, ...chosen: Seq[]): Promise<number> =>
            log.erase({after, through, kept: 2, chosen: (_, seq) => chosen.includes(seq)})
          assert.equal(await erase(0, 30, 2, 7, 8, 30), 4)
          assert.equal(await erase(10, 12, 10, 11, 12, 13), 2)
          assert.equal(await erase(0, 30), 0)
          assert.equal(await erase(29, 99, 31), 0)
          const left = range(1, 30).map(seq => ([2, 7, 8, 11, 12, 30].includes(seq) ? zeroed(seq) : `event ${seq}`))
          assert.deepEqual(await readAll(log, 4), left)
          const done = new AbortController()
          const followed: unknown[] = []
          for await (const batch of log.tail(0, done.signal)) {
            followed.push(...texts(batch))
            if (followed.length >= 30) done.abort()
          }
          assert.deepEqual(followed, left)
          await fill(log, 1)
          assert.deepEqual(texts(await log.read(30, 5)), ['event 31'])
        }))
    }

    test('events of no bytes and of megabytes come back as they were', () =>
      during(open, async log => {
        const large = new Uint8Array(5_000_000).fill(7)
        await log.append([new Uint8Array(0), large, Uint8Array.of(1, 2)])
        const sizes: number[] = []
        for (let after = 0; after < 3;) {
          const {events} = await log.read(after, 3)
          for (const event of events) sizes.push(event.length)
          after += events.length
        }
        assert.deepEqual(sizes, [0, 5_000_000, 2])
      }))

    test('nothing is appended to a closed log', async () => {
      const log = await open({ms: 0})
      const append = log.append([event(1)])
      await log.close()
      assert.equal(await append, 1)
      await assert.rejects(async () => log.append([event(2)]), /only while it is open/)
    })
  })
}
