/** How those who follow the firehose wait, and what they share. The store is one whose answers the test gives out. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {decodeFrame} from '#atp/sync/frame.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'
import type {EventPage} from '../store/events/event-store.ts'
import {Sequencer} from './sequencer.ts'

/** Events are numbered from one; each has its number as its frame. */
function log() {
  const state = {last: 0, reads: 0, onRead: (): void => {}}
  const pageAfter = (after: number): EventPage => {
    const lastSeq = Math.min(state.last, after + 2)
    const frames = Array.from({length: lastSeq - after}, (_, i) => Uint8Array.of(after + i + 1))
    return {lastSeq: frames.length > 0 ? lastSeq : after, frames: frames.length > 0 ? WireFrames.of(frames) : undefined}
  }
  const store = {
    pageAfter: async (after: number): Promise<EventPage> => {
      state.reads++
      const page = pageAfter(after)
      await new Promise(setImmediate)
      state.onRead()
      return page
    },
    bounds: async () => ({first: 1, last: state.last}),
  }
  return {state, sequencer: new Sequencer(store)}
}

type Told = IteratorResult<readonly Uint8Array[] | WireFrames, unknown>
const numbers = ({value}: Told): number[] =>
  (value instanceof WireFrames ? value.frames() : []).map(([number]) => number)

test('an event that comes while the log is looked at is not waited past', {timeout: 60_000}, async () => {
  const {state, sequencer} = log()
  const follower = sequencer.follow(0, new AbortController().signal)
  state.onRead = () => {
    if (state.last > 0) return
    state.last = 1
    sequencer.notify()
  }
  assert.deepEqual(numbers(await follower.next()), [1])
})

test('a follower gets all in order, waits, and is woken by news', {timeout: 60_000}, async () => {
  const {state, sequencer} = log()
  const stopping = new AbortController()
  const follower = sequencer.follow(1, stopping.signal)
  state.last = 6
  assert.deepEqual([await follower.next(), await follower.next(), await follower.next()].map(numbers), [
    [2, 3],
    [4, 5],
    [6],
  ])
  const next = follower.next()
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  const {reads} = state
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  assert.equal(state.reads, reads, 'who waits does not look')
  state.last = 7
  sequencer.notify()
  assert.deepEqual(numbers(await next), [7])
  const last = follower.next()
  await new Promise(setImmediate)
  stopping.abort()
  assert.equal((await last).done, true)
})

test('whoever runs the server sees who follows, how far each is, and nobody who has gone', async () => {
  const {state, sequencer} = log()
  state.last = 3
  const stopping = new AbortController()
  const [a, b] = [sequencer.follow(0, stopping.signal, 'relay'), sequencer.follow(2, stopping.signal, 'tap')]
  await Promise.all([a.next(), b.next()])
  const seen = [
    {who: 'relay', seq: 2},
    {who: 'tap', seq: 3},
  ]
  assert.deepEqual(sequencer.followers(), seen)
  await a.return(undefined)
  assert.deepEqual(sequencer.followers(), seen.slice(1))
  const unnamed = sequencer.follow(2, stopping.signal)
  await unnamed.next()
  assert.deepEqual(sequencer.followers()[1], {who: '', seq: 3})
  await unnamed.return(undefined)
  stopping.abort()
  await b.next()
  assert.deepEqual(sequencer.followers(), [])
})

test('those who stand at the same place share one look and one page', {timeout: 60_000}, async () => {
  const {state, sequencer} = log()
  state.last = 4
  const {signal} = new AbortController()
  const [a, b] = [sequencer.follow(0, signal), sequencer.follow(0, signal)]
  const [first, second] = await Promise.all([a.next(), b.next()])
  assert.equal(first.value, second.value)
  assert.equal(state.reads, 1)
  const third = await a.next()
  assert.equal((await b.next()).value, third.value)
  // One who comes later, too, as long as somebody holds the page.
  assert.equal((await sequencer.follow(0, signal).next()).value, first.value)
  assert.equal(state.reads, 2)
})

test('consumers that come one after the other are given the same pages, of which a few are held', async () => {
  const reads: number[] = []
  const sequencer = new Sequencer({
    async pageAfter(seq): Promise<EventPage> {
      reads.push(seq)
      return {lastSeq: seq + 1, frames: WireFrames.of([Uint8Array.of(seq)])}
    },
    bounds: async () => ({first: 1, last: 100}),
  })
  const read = async (from: number, to: number): Promise<unknown[]> => {
    const pages: unknown[] = []
    for await (const page of sequencer.follow(from, new AbortController().signal)) {
      pages.push(page)
      if (from + pages.length === to) return pages
    }
    return pages
  }
  const first = await read(0, 100)
  assert.equal(reads.length, 100)
  const second = await read(90, 100)
  assert.equal(reads.length, 100, 'the last pages are still there')
  assert.deepEqual(
    second.map((page, i) => page === first[90 + i]),
    Array(10).fill(true),
  )
  const sizes = first.map(page => (page as WireFrames).wire.length)
  assert.deepEqual(
    sizes,
    [...Array<number>(84).fill(0), ...Array<number>(16).fill(3)],
    'of the others the memory is freed',
  )
  await read(50, 51)
  assert.deepEqual(reads.slice(100), [50], 'what is far behind is read anew')
})

test('who asks for events that are gone is told so first', {timeout: 60_000}, async () => {
  const {state, sequencer} = log()
  state.last = 4
  sequencer.pruned(3)
  const follower = sequencer.follow(1, new AbortController().signal)
  const {value} = await follower.next()
  assert.ok(Array.isArray(value))
  assert.deepEqual(decodeFrame((value as Uint8Array[])[0]), {
    op: 1,
    t: '#info',
    body: {name: 'OutdatedCursor', message: 'Requested cursor exceeded limit. Possibly missing events'},
  })
  assert.deepEqual(numbers(await follower.next()), [4])
  assert.deepEqual(
    numbers(await sequencer.follow(3, new AbortController().signal).next()),
    [4],
    'who lacks none is not',
  )
})
