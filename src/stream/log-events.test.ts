/** Who decodes what of a log that several read, and what is held meanwhile. */
import {deepEqual, equal, notEqual, ok} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {encodeEvent, type CommitEvent} from '#atp/sync/event.ts'
import {encodeMessageFrame, framesDecoded} from '#atp/sync/frame.ts'
import {readRepoFrame} from '#atp/sync/verify.ts'
import {type Batch, Overrun} from '#engines/event-log/event-log.ts'
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {openSegments} from '#engines/event-log/segments.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'
import {TestRepo, testKey} from '../../test/commits.ts'
import {temporaryFolder} from '../../test/temporary-folder.ts'
import {LogEvents} from './log-events.ts'
import type {EventBatch} from './verified-events.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')

const batch = (first: number): Batch => ({first, times: [nowMs], events: [new Uint8Array()]})

async function take(reader: AsyncIterator<EventBatch>): Promise<EventBatch> {
  const {value} = await reader.next()
  ok(value)
  return value as EventBatch
}

function setUp() {
  const log = memoryEventLog({now: () => nowMs})
  const events = new LogEvents(log, 0)
  const repo = new TestRepo('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', testKey(1), nowMs)
  /** As a relay appends: what it knows of the events it hands on. */
  const append = async (count: number, handsOn = true): Promise<CommitEvent[]> => {
    const made: CommitEvent[] = []
    const frames: Uint8Array[] = []
    for (let i = 0; i < count; i++) {
      const event = {...repo.write({[`app.bsky.feed.post/${repo.seq}`]: {}}).event, seq: log.next + i}
      frames.push(encodeEvent(event))
      made.push(event)
      if (handsOn) events.handOn(event.seq, {...event, seq: 77}, frames[i].length)
    }
    await log.append(frames)
    return made
  }
  const stop = new AbortController()
  const read = (after: number | 'live') => events.named('log').follow(after, stop.signal)[Symbol.asyncIterator]()
  return {log, events, append, read, stop}
}

test('readers in step get one batch, with what was handed on', {timeout: 60_000}, async () => {
  const {events, append, read} = setUp()
  const readers = [read('live'), read('live')]
  const waiting = readers.map(take)
  const before = framesDecoded['#commit']
  await append(3)
  const [one, two] = await Promise.all(waiting)
  equal(one, two)
  equal(one.events(), two.events())
  deepEqual(
    one
      .events()
      .map(
        event =>
          event.t === '#commit' && [event.seq, event.ops.every(({cid}) => cid && event.carried.get(cid) !== undefined)],
      ),
    [1, 2, 3].map(seq => [seq, true]),
  )
  equal(framesDecoded['#commit'], before)
  equal(events.handedCount, 3)
  // Whoever comes for more has what was before.
  const next = readers.map(take)
  await append(1)
  await Promise.all(next)
  equal(events.handedCount, 1)
})

test('what is handed on says what the frame says', {timeout: 60_000}, async () => {
  const {append, read} = setUp()
  const waiting = take(read('live'))
  await append(1)
  const handed = await waiting
  const decoded = await take(read(0))
  notEqual(handed.events()[0], undefined)
  const [a, b] = [handed, decoded].map(batch => {
    const [event] = batch.events()
    ok(event.t === '#commit')
    const {seq, did, time, rev, since, ops, carried} = event
    return {seq, did, time, rev, since, ops, records: ops.map(({cid}) => cid && carried.get(cid))}
  })
  deepEqual(a, b)
})

test('who comes later has it decoded once, when first asked for', {timeout: 60_000}, async () => {
  const {append, read} = setUp()
  await append(2)
  const before = framesDecoded['#commit']
  const [one, two] = await Promise.all([read(0), read(0)].map(take))
  equal(framesDecoded['#commit'], before)
  one.events()
  two.events()
  equal(framesDecoded['#commit'], before + 2)
})

test('while nobody reads nothing decoded is held, and for a reader that stands still only so much', async () => {
  const {events, append, read, stop} = setUp()
  const [event] = await append(2)
  deepEqual([events.isRead, events.handedCount], [false, 0])
  const reader = read('live')
  const waiting = reader.next()
  for (let seq = 3; seq < 203; seq++) events.handOn(seq, event, 100_000)
  ok(events.handedCount > 10 && events.handedCount < 50, `of 20 MB: ${events.handedCount}`)
  for (let seq = 203; seq < 9_000; seq++) events.handOn(seq, event, 1)
  ok(events.handedCount <= 4_096, String(events.handedCount))
  stop.abort()
  await waiting
  deepEqual([events.isRead, events.handedCount], [false, 0])
})

test('who wants bytes alone costs no decoding, and readers in step share the array', {timeout: 60_000}, async () => {
  const {events, append, stop} = setUp()
  const readers = [1, 2].map(() => events.frames('live', stop.signal))
  const waiting = readers.map(reader => reader.next())
  const before = framesDecoded['#commit']
  const [made] = await append(1)
  const [one, two] = await Promise.all(waiting)
  equal(one.value, two.value)
  equal(framesDecoded['#commit'], before)
  deepEqual(one.value, [encodeEvent(made)])
  stop.abort()
})

test('whoever comes for events that are gone is told so, and goes on from the oldest', {timeout: 60_000}, async () => {
  const {log, events, append, read, stop} = setUp()
  await append(1)
  await append(1)
  await append(1)
  await log.trim(2)
  const reader = read(1)
  const told = await take(reader)
  deepEqual(told.last, 2)
  deepEqual(
    told.events().map(event => event.t === '#info' && event.name),
    ['OutdatedCursor'],
  )
  const {event} = readRepoFrame(told.frames[0]) as {event?: {t: string}}
  equal(event?.t, '#info')
  equal((await take(reader)).last, 3)
  // 0 asks for the oldest there is, and so misses nothing.
  equal((await take(read(0))).last, 3)
  const frames = events.frames(1, stop.signal)
  deepEqual((await frames.next()).value, told.frames)
  stop.abort()
})

test('a reader from whom events are taken away is told so, and loses no other', {timeout: 60_000}, async () => {
  let tails = 0
  const log = {
    bounds: () => ({first: tails > 0 ? 5 : 1, last: 5}),
    async *tail(after: number): AsyncGenerator<Batch, void> {
      yield batch(after + 1)
      if (tails++ === 0) throw new Overrun('gone')
    },
  }
  const seen: (number | string)[] = []
  for await (const {last, frames} of new LogEvents(log, 0).named('log').follow(0, new AbortController().signal)) {
    seen.push(last, frames[0].length > 0 ? 'told' : 'event')
  }
  deepEqual(seen, [1, 'event', 4, 'told', 5, 'event'])
})

test(
  'of an account that is forgotten nothing is given out up to its last event, however many are',
  {timeout: 60_000},
  async () => {
    for (const others of [0, 20]) {
      const {events, append, read} = setUp()
      const [{did}] = await append(4, false)
      events.forget(did, 2)
      for (let i = 0; i < others; i++) events.forget(`did:web:${i}.example.com` as typeof did, 4)
      const batch = await take(read(0))
      const seqs = batch.events().map(event => event.t !== '#info' && event.seq)
      deepEqual([seqs, batch.frames.length, batch.last], [[3, 4], 2, 4])
      events.forget(did, 1)
      deepEqual((await take(read(0))).frames.length, 2, 'what was forgotten stays so')
      events.forget(did, 4)
      const none = await take(read(0))
      deepEqual([none.events(), none.frames, none.last], [[], [], 4])
    }
  },
)

const frameOf = (seq: number, size: number): Uint8Array => {
  const did = `did:web:${seq % 2 ? 'odd' : 'even'}.example.com`
  return encodeMessageFrame('#identity', {seq, did, time: '2026-01-02T03:04:05Z', padding: 'x'.repeat(size)})
}

test(
  'who is far behind is sent what the disk has, as it is, without what is forgotten or erased',
  {timeout: 60_000},
  async () => {
    const log = await openSegments(temporaryFolder('log-events'), {now: () => nowMs, recentSizeMax: 1})
    const events = new LogEvents(log, 3)
    const odd = 'did:web:odd.example.com' as Did
    // Heads of two, four and ten bytes on the wire.
    const frames = [0, 200, 70_000, 300, 1, 2, 3].map((size, i) => frameOf(i + 1, size))
    for (const frame of frames) await log.append([Buffer.concat([Buffer.from('abc'), frame])])
    const sent = async (after: number): Promise<Buffer[]> => {
      const stopping = new AbortController()
      const found: Buffer[] = []
      for await (const some of events.frames(after, stopping.signal)) {
        ok(some instanceof WireFrames)
        // As a socket does, it takes the bytes, and leaves the memory.
        found.push(Buffer.from(some.wire))
        if (log.bounds().last === 7 && Buffer.from(some.wire).includes(frames[5])) stopping.abort()
      }
      return found
    }
    const wire = (...seqs: number[]): Buffer => Buffer.from(WireFrames.of(seqs.map(seq => frames[seq - 1])).wire)
    deepEqual(Buffer.concat(await sent(0)), wire(1, 2, 3, 4, 5, 6, 7))
    deepEqual(Buffer.concat(await sent(2)), wire(3, 4, 5, 6, 7))
    events.forget(odd, 6)
    deepEqual(Buffer.concat(await sent(0)), wire(2, 4, 6, 7))
    await log.erase({after: 0, through: 4, kept: 3, chosen: (_, seq) => seq > 1})
    deepEqual(Buffer.concat(await sent(0)), wire(6, 7))
    events.wasErased(odd, 6)
    deepEqual(Buffer.concat(await sent(0)), wire(1, 5, 6, 7))
    await log.close()
  },
)
